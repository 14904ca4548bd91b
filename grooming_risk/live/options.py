"""Options of a `ConversationWatch`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.decision.operating_points import DEFAULT, OperatingPoint
from grooming_risk.errors import InvalidOptionError
from grooming_risk.live.memory import check_skepticism
from grooming_risk.model.artifact import Artifact
from grooming_risk.row_keys import check_keys
from grooming_risk.scoring.judgement import Judgement


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """What a `ConversationWatch` is asked to do.

    Attributes:
        operating_point: Name of an operating point, or an operating point of your own.
        prior: Prevalence in (0, 1) that probabilities refer to; None for the artefact's reference prevalence.
        skepticism: Flagged windows of the last ten that raise a warning, 1 to 10; None for the first flag.
        conversations: Most conversations kept in memory, about 90 kB each; of more, the one that has been longest
            without a message is dropped.
        state: SQLite file that keeps every conversation, so that those dropped from memory come back and a later watch
            goes on; None to forget them. It holds no text, but vectors from which short texts may be guessed.
        output: File that flags are appended to, each exactly once even when the process is killed; needs `state`.
        forget_after: Seconds without a message after which a conversation is deleted from the state file; None for
            never. Needs `state`.
        replay: Whether the input begins at its first line again, so that the lines that the state file has seen are
            skipped. Needs `state`.
        keys: Names of your own for the fields of messages, as in `score_conversation`, and for "conversation"; None for
            the usual names.
    """

    operating_point: str | OperatingPoint = DEFAULT
    prior: float | None = None
    skepticism: int | None = None
    conversations: int = 1_000
    state: str | os.PathLike[str] | None = None
    output: str | os.PathLike[str] | None = None
    forget_after: float | None = None
    replay: bool = False
    keys: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        check_skepticism(self.skepticism)
        check_keys(self.keys)
        if self.conversations < 1:
            raise InvalidOptionError(f"conversations must be at least 1, got {self.conversations}")
        if self.forget_after is not None and not self.forget_after > 0:
            raise InvalidOptionError("forget_after must be more than 0; leave it out to forget nothing")
        if self.state is None and (self.output is not None or self.replay or self.forget_after is not None):
            raise InvalidOptionError("output, replay and forget_after need state; give it a file name")
        if self.output is not None and self.state is not None and _same(self.output, self.state):
            raise InvalidOptionError("output and state name the same file; give two names")

    def settings(self, artifact: Artifact) -> dict[str, Any]:
        """Return everything that states and flags depend on besides the input, as JSON types.

        Args:
            artifact: The artefact that scores the conversations.

        Returns:
            The settings of the judgement, and the skepticism.

        Raises:
            InvalidOptionError: The prior is not strictly between 0 and 1.
            UnknownOperatingPointError: The artefact has no operating point of this name.
        """
        return {**Judgement(artifact, self.operating_point, self.prior).settings(), "skepticism": self.skepticism}


def _same(first: str | os.PathLike[str], second: str | os.PathLike[str]) -> bool:
    return Path(first).resolve() == Path(second).resolve()
