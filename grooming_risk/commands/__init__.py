"""The verbs of the command line, one module each: `add` describes a verb to `argparse`, and its function does the work.

A verb takes its own frozen dataclass of options; `options.runs` makes it from what `argparse` parsed.
"""
