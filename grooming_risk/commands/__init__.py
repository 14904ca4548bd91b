"""The verbs of the command line, one module each: `add` describes the verb, and what it sets as `run` does it."""
