"""Options that several verbs share, and the error of options that contradict each other."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from grooming_risk.model.artifact import BUNDLED
from training.paths import CONFIG, WORK


class UsageError(ValueError):
    """The options contradict each other; the message says which and what to give instead. Exit status 2."""


@dataclass(frozen=True, slots=True)
class DataOptions:
    """What a run reads and where it keeps its stages: the values of `add_data`.

    Attributes:
        config: TOML file of the run.
        proxies: folder of public benign conversations, or None for the PyPI package `chitchat-dataset`.
        work: folder of the stages and of downloaded wheels.
    """

    config: Path
    proxies: Path | None
    work: Path


def add_data(parser: argparse.ArgumentParser, work: Path = WORK) -> None:
    """Add `--config`, `--proxies` and `--work`, the fields of `DataOptions`.

    Args:
        parser: Parser of the verb.
        work: Default of `--work`.
    """
    parser.add_argument("--config", type=Path, default=CONFIG, help="TOML file of the run (default: %(default)s)")
    parser.add_argument("--proxies", type=Path, help="folder of proxies (default: the PyPI package chitchat-dataset)")
    parser.add_argument("--work", type=Path, default=work, help="folder of the stages (default: %(default)s)")


def add_conversations(parser: argparse.ArgumentParser) -> None:
    """Add `--conversations`."""
    parser.add_argument("--conversations", type=Path, help="JSON Lines file of your own labelled conversations")


def add_artifact(parser: argparse.ArgumentParser) -> None:
    """Add `--artifact`, the bundled one by default."""
    parser.add_argument("--artifact", type=Path, default=BUNDLED, help="artefact folder (default: the bundled one)")
