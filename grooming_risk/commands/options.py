"""Options that several verbs share."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from grooming_risk.artifact import BUNDLED
from grooming_risk.operating_points import DEFAULT

REMINDER = "A trained person decides. This output speaks of messages, not of anyone's guilt. See RESPONSIBLE_USE.md."


def add_artifact(parser: argparse.ArgumentParser) -> None:
    """`--artifact`."""
    parser.add_argument("--artifact", type=Path, default=BUNDLED, help="artefact folder (default: the bundled one)")


def add_scoring(parser: argparse.ArgumentParser) -> None:
    """`--operating-point`, `--prior`, `--artifact` and `--color`."""
    parser.add_argument(
        "--operating-point",
        default=DEFAULT,
        metavar="NAME|FILE.json",
        help="named threshold, or one that `operating-points --save` wrote (default: %(default)s)",
    )
    parser.add_argument("--prior", type=float, help="prevalence that probabilities refer to, between 0 and 1")
    add_artifact(parser)
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colours in the table")


def use_color(choice: str) -> bool:
    """Whether `--color` asks for colours on this standard output."""
    if choice == "auto":
        return sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return choice == "always"
