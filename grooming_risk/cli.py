"""The command line. Each verb is a module in `commands`."""

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
    inspect,
    monitor,
    operating_points,
    records,
    score,
    serve,
)
from grooming_risk.commands.options import REMINDER
from grooming_risk.errors import GroomingRiskError
from grooming_risk.version import __version__

COMMANDS = (demo, score, inspect, formats, monitor, serve, operating_points, records, handover, channels, coop, about)
_DESCRIPTION = """\
Read chat conversations and point trained reviewers to the messages that show
warning signs of online grooming. Everything runs on this machine, and nothing
is sent anywhere."""
_EPILOG = f"""\
Start with `grooming-risk demo`. `grooming-risk VERB --help` describes a verb.

{REMINDER}"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: arguments without the name of the program; those of this process when None.

    Returns:
        Exit status: 0 for success, 1 when a file, the artefact or the value of an option cannot be used, 2 for an
        unknown verb or option.
    """
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except GroomingRiskError as error:
        print(f"grooming-risk: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="grooming-risk",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"grooming-risk {__version__}")
    verbs = parser.add_subparsers(required=True, metavar="VERB", title="verbs")
    for command in COMMANDS:
        command.add(verbs)
    return parser
