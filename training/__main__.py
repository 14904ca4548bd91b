"""The command line of training: `python -m training VERB`.

A verb is a module with three names:

- `HELP: str`, one line for the list of verbs; the module's docstring is the description of `VERB --help`.
- `add_arguments(parser: argparse.ArgumentParser) -> None` adds the verb's options; `training.options` has those that
  several verbs share, `training.paths` their default paths.
- `run(arguments: argparse.Namespace) -> int` is the only function that sees the namespace: it first builds the verb's
  frozen options dataclass, passes that on, and returns the exit status. For options that contradict each other it
  raises `training.options.UsageError`, which exits with status 2; `training.errors.TrainingError`, and what
  `training.errors.explained` knows, exit with status 1 and one line.

Only the module of the verb that is asked for is imported: most verbs need torch or scikit-learn.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from training.errors import explained
from training.options import UsageError

# Verb → its module, in the order in which a model is made.
VERBS = {
    "fetch-proxies": "training.fetching.fetch",
    "check": "training.corpus.check",
    "compose": "training.audit.statistics",
    "audit": "training.audit.shortcuts",
    "run": "training.run",
    "evaluate": "training.evaluation.evaluate",
    "compare": "training.comparison.compare",
    "floors": "training.evaluation.floors",
    "ablations": "training.ablations.ablations",
    "render": "training.documents.render",
    "push": "training.publishing.push",
    "confusables": "training.confusables_table",
}


class Verb(Protocol):
    """Module of a verb; its interface is described at the top of this file."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the verb's options."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Run the verb and return its exit status."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb.

    Args:
        arguments: Words after `python -m training`; those of the process when None.

    Returns:
        Exit status: 0 for success, 1 for a problem that the verb reports. Options that cannot be used exit with 2.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    asked = words[:1] if words and words[0] in VERBS else list(VERBS)
    parser = argparse.ArgumentParser(prog="python -m training", description="Make, measure and document a model.")
    subparsers = parser.add_subparsers(required=True, dest="verb", metavar="VERB")
    loaded: dict[str, tuple[Verb, argparse.ArgumentParser]] = {}
    for name in asked:
        verb = cast(Verb, importlib.import_module(VERBS[name]))
        own = subparsers.add_parser(
            name,
            help=verb.HELP,
            description=sys.modules[VERBS[name]].__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.add_arguments(own)
        loaded[name] = verb, own
    options = parser.parse_args(words)
    verb, own = loaded[options.verb]
    try:
        return verb.run(options)
    except UsageError as error:
        own.error(str(error))
    except Exception as error:
        if (line := explained(error)) is None:
            raise
        print(f"python -m training {options.verb}: {line}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
