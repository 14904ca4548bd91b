"""atheris on one target: `python -m fuzzing.worker TARGET CASES LOG [libFuzzer's options and folders]`.

An input whose check raises is kept and fuzzing continues; a hang, or memory over the limit, ends the process.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris


def main(arguments: list[str]) -> None:
    """Fuzz until libFuzzer ends the process."""
    atheris.enabled_hooks.add("str")  # lets libFuzzer see how far str.startswith got; "RegEx" breaks json
    with atheris.instrument_imports(include=["grooming_risk"]):
        from fuzzing.targets import TARGETS
    from fuzzing.findings import Findings
    from fuzzing.mutation import Mutator
    from fuzzing.words import words_of

    name, cases, log, *options = arguments
    target = TARGETS[name]
    findings = Findings(target.check, Path(cases), Path(log))
    # Looked up at the call: Fuzz replaces this function by the one that works.
    mutator = Mutator(words_of(target.modules), lambda data, most: bytes(atheris.Mutate(data, most)))
    atheris.Setup([sys.argv[0], *options], findings.run, custom_mutator=mutator)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
