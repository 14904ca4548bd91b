"""Options that several verbs share, and the error of options that contradict each other."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from grooming_risk.model.artifact import BUNDLED
from training.errors import TrainingError
from training.paths import CONFIG, WORK


class UsageError(TrainingError):
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


def add_data(parser: argparse.ArgumentParser, work: Path | None = WORK) -> None:
    """Add `--config`, `--proxies` and `--work`, the fields of `DataOptions`.

    Args:
        parser: Parser of the verb.
        work: Default of `--work`; None where the verb decides.
    """
    parser.add_argument("--config", type=Path, default=CONFIG, help="TOML file of the run (default: %(default)s)")
    parser.add_argument("--proxies", type=Path, help="folder of proxies (default: the PyPI package chitchat-dataset)")
    shown = work or f"{WORK}, with --smoke {WORK / 'smoke'}"
    parser.add_argument("--work", type=Path, default=work, help=f"folder of the stages (default: {shown})")


def add_conversations(parser: argparse.ArgumentParser) -> None:
    """Add `--conversations`."""
    parser.add_argument("--conversations", type=Path, help="your own labelled conversations: a file, or a folder")


def add_artifact(parser: argparse.ArgumentParser) -> None:
    """Add `--artifact`, the bundled one by default."""
    parser.add_argument("--artifact", type=Path, default=BUNDLED, help="artefact folder (default: the bundled one)")
