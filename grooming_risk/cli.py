"""The command line. Each verb is a module in `commands`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from grooming_risk.commands import (
    about,
    bench,
    channels,
    coop,
    demo,
    desk,
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
from grooming_risk.commands.terminal_output import discard_output, flush_output, say
from grooming_risk.errors import GroomingRiskError, OutputError
from grooming_risk.rendering.terminal.cells import harmless
from grooming_risk.version import __version__

COMMANDS = (
    demo,
    score,
    inspect,
    formats,
    monitor,
    serve,
    operating_points,
    records,
    handover,
    desk,
    channels,
    coop,
    about,
    bench,
)
_DESCRIPTION = """\
Read chat conversations and point trained reviewers to the messages that show
warning signs of online grooming. Everything runs on this machine, and nothing
is sent anywhere."""
_EPILOG = f"""\
Start with `grooming-risk demo`. `grooming-risk VERB --help` describes a verb.

{REMINDER}"""

_INTERRUPTED = 130  # as shells report a process that SIGINT ended


class _Parser(argparse.ArgumentParser):
    """A parser whose errors, which repeat arguments, are harmless on a terminal."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End the process with a message, whose line ends stay at its end only."""
        super().exit(status, message and f"{harmless(message.rstrip())}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: arguments without the name of the program; those of this process when None.

    Returns:
        Exit status: 0 for success, 1 when a file, the artefact or the value of an option cannot be used, 2 for an
        unknown verb or option, 130 after Ctrl-C.
    """
    parsed = _parser().parse_args(arguments)
    try:
        status = int(parsed.run(parsed))
        flush_output()
        return status
    except GroomingRiskError as error:
        if isinstance(error, OutputError):
            discard_output()
        say(str(error))
        return 1
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        discard_output()
        return 1
    except KeyboardInterrupt:
        say("stopped")
        return _INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
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
