"""Options that several verbs share, and the step from `argparse` to the options of a verb."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from grooming_risk.commands.terminal_output import is_terminal
from grooming_risk.decision.operating_points import DEFAULT
from grooming_risk.model.artifact import BUNDLED
from grooming_risk.readers import Columns, DateOrder, ReadingOptions
from grooming_risk.records.review_record import RETENTION_DAYS
from grooming_risk.row_keys import FIELDS

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Options = TypeVar("Options", bound=DataclassInstance)

REMINDER = """\
A trained person decides. This output describes messages, not people.
Rules for use: grooming-risk info --responsible-use"""


def runs(parser: argparse.ArgumentParser, verb: Callable[[Options], int], options: type[Options]) -> None:
    """Make a parser run a verb with what it parsed, as a frozen dataclass instead of a namespace.

    Args:
        parser: parser of the verb; every field of `options` must be the destination of one of its arguments.
        verb: function that does the work and returns the exit status.
        options: dataclass that the verb takes.
    """
    names = [field.name for field in fields(options)]

    def run(parsed: argparse.Namespace) -> int:
        values: dict[str, Any] = {name: getattr(parsed, name) for name in names}
        return verb(options(**values))

    parser.set_defaults(run=run)


def add_artifact(parser: argparse.ArgumentParser) -> None:
    """Add `--artifact`."""
    parser.add_argument(
        "--artifact",
        type=Path,
        default=BUNDLED,
        metavar="FOLDER",
        help="model artefact to use (default: the one that comes with the package)",
    )


def add_prior(parser: argparse.ArgumentParser) -> None:
    """Add `--prior`."""
    parser.add_argument(
        "--prior",
        type=float,
        metavar="P",
        help="prevalence that probabilities refer to, strictly between 0 and 1 (default: that of the artefact); it "
        "never changes what is flagged",
    )


def add_digest_key(parser: argparse.ArgumentParser) -> None:
    """Add `--digest-key-file`, which `key_file.read_key` reads."""
    parser.add_argument(
        "--digest-key-file",
        type=Path,
        metavar="FILE",
        help="secret key of the input digests: all bytes of this file, at least 16. With the same key a conversation "
        "has the same digest in every run, which ties its review records together; whoever has the key can check "
        "whether a chat they hold was scored (default: a new random key for every run)",
    )


def add_key(parser: argparse.ArgumentParser) -> None:
    """Add `--key-file`, which `key_file.read_key` reads."""
    parser.add_argument(
        "--key-file", type=Path, metavar="FILE", help="key of the HMACs: all bytes of this file, at least 16"
    )


def add_retention(parser: argparse.ArgumentParser) -> None:
    """Add `--retention-days`."""
    parser.add_argument(
        "--retention-days",
        type=int,
        default=RETENTION_DAYS,
        metavar="DAYS",
        help="days after which the record is to be deleted (default: %(default)s)",
    )


def add_threshold(parser: argparse.ArgumentParser) -> None:
    """Add `--operating-point` and `--prior`."""
    parser.add_argument(
        "--operating-point",
        default=DEFAULT,
        metavar="NAME|FILE.json",
        help="threshold to flag at: a named one (see `grooming-risk operating-points`), or a file that "
        "`operating-points --save` wrote (default: %(default)s)",
    )
    add_prior(parser)


def add_scoring(parser: argparse.ArgumentParser) -> None:
    """Add `--operating-point`, `--prior`, `--artifact` and `--color`."""
    add_threshold(parser)
    add_artifact(parser)
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="whether to colour the table (default: auto, which is on a terminal and without NO_COLOR)",
    )


def add_reading(parser: argparse._ActionsContainer) -> None:
    """Add `--date-order`, `--clock-hours` and `--columns`: what a file cannot tell by itself."""
    parser.add_argument(
        "--date-order",
        choices=[order.value for order in DateOrder],
        help="order of day, month and year, for exports that leave it open (default: inferred from the whole file)",
    )
    parser.add_argument(
        "--clock-hours",
        type=int,
        choices=(12, 24),
        help="hours of clocks without AM or PM (default: inferred from the whole file)",
    )
    parser.add_argument(
        "--columns",
        type=_columns,
        default=Columns(),
        metavar="ROLE=NAME,...",
        help="names of a table's columns for the roles speaker, text, sent_at, conversation and kind, or their "
        "positions in a file without a header line, as in speaker=#1,text=#3 (default: the usual names)",
    )


def add_keys(parser: argparse._ActionsContainer) -> None:
    """Add `--keys`: names of the caller's own for fields of JSON lines on standard input."""
    parser.add_argument(
        "--keys",
        type=_keys,
        metavar="FIELD=NAME,...",
        help="names of your own for fields of the JSON on standard input, as in speaker=who,text=what; fields are "
        f"{', '.join(FIELDS)} (default: the usual names)",
    )


def reading_options(date_order: str | None, clock_hours: int | None, columns: Columns) -> ReadingOptions:
    """Return the options of `add_reading` as readers take them."""
    order = None if date_order is None else DateOrder(date_order)
    return ReadingOptions(date_order=order, columns=columns, clock_hours=clock_hours)


def _columns(text: str) -> Columns:
    roles = [field.name for field in fields(Columns)]
    names = _pairs(text)
    if names is None or not set(names) <= set(roles):
        raise argparse.ArgumentTypeError(f"write ROLE=NAME,... with each role at most once: {', '.join(roles)}")
    return Columns(**names)


def _keys(text: str) -> Mapping[str, str]:
    names = _pairs(text)
    if names is None or not set(names) <= set(FIELDS):
        raise argparse.ArgumentTypeError(f"write FIELD=NAME,... with each field at most once: {', '.join(FIELDS)}")
    return names


def _pairs(text: str) -> dict[str, str] | None:
    """Parse A=B,...; return None where that is not its form."""
    given = [part.partition("=") for part in text.split(",")]
    names = {left.strip(): right.strip() for left, _, right in given}
    return names if len(names) == len(given) and all(names.values()) else None


def use_color(choice: str) -> bool:
    """Check whether `--color` asks for colours on this standard output."""
    if choice == "auto":
        return is_terminal(sys.stdout) and "NO_COLOR" not in os.environ
    return choice == "always"
