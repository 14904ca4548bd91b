"""The command line. Each verb is a module in `commands`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from grooming_risk.commands import (
    about,
    bench,
    channels,
    completion,
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
from grooming_risk.commands.configuration import apply_configuration, read_configuration, verbs_of
from grooming_risk.commands.options import REMINDER
from grooming_risk.commands.terminal_output import discard_output, flush_output, say
from grooming_risk.errors import (
    ArtifactIntegrityError,
    GroomingRiskError,
    InvalidOptionError,
    OutputError,
    UnknownOperatingPointError,
)
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
    completion,
)
_DESCRIPTION = """\
Read chat conversations and point trained reviewers to the messages that show
warning signs of online grooming. Everything runs on this machine, and nothing
is sent anywhere."""
_EPILOG = f"""\
Start with `grooming-risk demo`. `grooming-risk VERB --help` describes a verb.

{REMINDER}"""

# Exit statuses, beside those after signals: some input cannot be used; wrong usage, as argparse ends too; no model.
_FAILED, _USAGE, _ARTIFACT = 1, 2, 3
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
        Exit status: 0 for success; 1 when some input cannot be used; 2 for wrong usage: an unknown verb or option, a
        value that an option does not take, options that contradict each other; 3 when the artefact cannot be used; 130
        after Ctrl-C.
    """
    try:
        words = sys.argv[1:] if arguments is None else list(arguments)
        parsed = _configured(words).parse_args(words)
        status = int(parsed.run(parsed))
        flush_output()
        return status
    except GroomingRiskError as error:
        if isinstance(error, OutputError):
            discard_output()
        say(str(error))
        return _status(error)
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        discard_output()
        return _FAILED
    except KeyboardInterrupt:
        say("stopped")
        return _INTERRUPTED


def _status(error: GroomingRiskError) -> int:
    if isinstance(error, ArtifactIntegrityError):
        return _ARTIFACT
    return _USAGE if isinstance(error, (InvalidOptionError, UnknownOperatingPointError)) else _FAILED


def _configured(words: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser with the defaults of the configuration file that the words name, or of the current folder."""
    first = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    first.add_argument("--config", type=Path)
    parser = _parser()
    # Only before the verb: after it, a word may be the value of an option.
    names = verbs_of(parser).choices
    stop = next((place for place, word in enumerate(words) if word in names), len(words))
    apply_configuration(parser, read_configuration(first.parse_known_args(words[:stop])[0].config))
    return parser


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="grooming-risk",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"grooming-risk {__version__}")
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help='TOML file with defaults of options, a table for each verb, as in [score] operating-point = "high_recall" '
        "(default: [tool.grooming-risk.VERB] of pyproject.toml in the current folder)",
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB", title="verbs")
    for command in COMMANDS:
        command.add(verbs)
    return parser
