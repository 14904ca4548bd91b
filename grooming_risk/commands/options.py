"""Options that several verbs share."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import fields
from pathlib import Path

from grooming_risk.decision.operating_points import DEFAULT
from grooming_risk.model.artifact import BUNDLED
from grooming_risk.readers import Columns, DateOrder, ReadingOptions

REMINDER = "A trained person decides. This output speaks of messages, not of anyone's guilt. See RESPONSIBLE_USE.md."


def add_artifact(parser: argparse.ArgumentParser) -> None:
    """`--artifact`."""
    parser.add_argument("--artifact", type=Path, default=BUNDLED, help="artefact folder (default: the bundled one)")


def add_prior(parser: argparse.ArgumentParser) -> None:
    """`--prior`."""
    parser.add_argument("--prior", type=float, help="prevalence that probabilities refer to, between 0 and 1")


def add_digest_key(parser: argparse.ArgumentParser) -> None:
    """`--digest-key-file`; `key_file.read_key` reads it."""
    parser.add_argument(
        "--digest-key-file",
        type=Path,
        metavar="FILE",
        help="secret key of the input digests: all bytes of the file, 16 or more. With the same key a conversation has "
        "the same digest in every run, so that its review records belong together; whoever has the key can tell "
        "whether a chat they hold was scored (default: a new key in every run)",
    )


def add_threshold(parser: argparse.ArgumentParser) -> None:
    """`--operating-point` and `--prior`."""
    parser.add_argument(
        "--operating-point",
        default=DEFAULT,
        metavar="NAME|FILE.json",
        help="named threshold, or one that `operating-points --save` wrote (default: %(default)s)",
    )
    add_prior(parser)


def add_scoring(parser: argparse.ArgumentParser) -> None:
    """`--operating-point`, `--prior`, `--artifact` and `--color`."""
    add_threshold(parser)
    add_artifact(parser)
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colours in the table")


def add_reading(parser: argparse.ArgumentParser) -> None:
    """`--date-order` and `--columns`: what a file cannot say of itself."""
    parser.add_argument(
        "--date-order",
        choices=[order.value for order in DateOrder],
        help="order of day, month and year in exports that do not show it (default: inferred from the whole file)",
    )
    parser.add_argument(
        "--columns",
        type=_columns,
        default=Columns(),
        metavar="ROLE=NAME,...",
        help="columns of a table: speaker, text, sent_at, conversation, kind; speaker=#1,text=#3 by position in a file "
        "without a line of names (default: the usual names)",
    )


def reading_options(options: argparse.Namespace) -> ReadingOptions:
    """What the options of `add_reading` say."""
    order = None if options.date_order is None else DateOrder(options.date_order)
    return ReadingOptions(date_order=order, columns=options.columns)


def _columns(text: str) -> Columns:
    roles = [field.name for field in fields(Columns)]
    given = [part.partition("=") for part in text.split(",")]
    names = {role.strip(): name.strip() for role, _, name in given}
    if len(names) < len(given) or not all(names.values()) or not set(names) <= set(roles):
        raise argparse.ArgumentTypeError(f"give ROLE=NAME,... with each role once, of {', '.join(roles)}")
    return Columns(**names)


def use_color(choice: str) -> bool:
    """Whether `--color` asks for colours on this standard output."""
    if choice == "auto":
        return sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return choice == "always"
