"""The command line; its verbs stand in `commands`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from grooming_risk.commands import (
    about,
    channels,
    coop,
    demo,
    formats,
    handover,
    monitor,
    operating_points,
    records,
    score,
)
from grooming_risk.commands.options import REMINDER
from grooming_risk.errors import GroomingRiskError
from grooming_risk.version import __version__

COMMANDS = (score, formats, monitor, operating_points, records, handover, channels, demo, coop, about)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns:
        Exit status: 0 done, 1 a file, the artefact or an option's value could not be used, 2 no such verb or option.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except GroomingRiskError as error:
        print(f"grooming-risk: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="grooming-risk",
        description="Point trained reviewers to the stretches of a chat that show warning signs of online grooming.",
        epilog=REMINDER,
    )
    parser.add_argument("--version", action="version", version=f"grooming-risk {__version__}")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for command in COMMANDS:
        command.add(verbs)
    return parser
