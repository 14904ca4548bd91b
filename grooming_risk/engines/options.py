"""Options that travel to the workers of an engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grooming_risk.decision.operating_points import DEFAULT, OperatingPoint
from grooming_risk.errors import InvalidOptionError
from grooming_risk.live.memory import check_skepticism
from grooming_risk.row_keys import check_keys
from grooming_risk.scoring.scorer import RiskScorer


def _one_thread() -> RiskScorer:
    return RiskScorer(threads=1)


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What the workers of an engine are asked to do. Pickling it is safe between machines that you trust.

    Attributes:
        operating_point: Name of an operating point, or an operating point of your own.
        prior: Prevalence in (0, 1) that probabilities refer to; None for the artefact's reference prevalence.
        explain: Whether reports have evidence; flags of live conversations always have.
        skepticism: Flagged windows of the last ten that raise a live warning, 1 to 10; None for the first flag.
        steps: Whether each message of a live conversation gives a row; otherwise only flags and errors do.
        conversations: Live conversations that a worker keeps in memory beside the engine's state.
        keys: Names of your own for the fields of messages, as in `score_conversation`, and for "conversation",
            "messages" and "sequence"; None for the usual names.
        scorer: A scorer with one thread, because an engine runs one worker for each core. Its configuration and its
            digest key travel to the workers, and each worker process loads the model once.
    """

    operating_point: str | OperatingPoint = DEFAULT
    prior: float | None = None
    explain: bool = True
    skepticism: int | None = None
    steps: bool = False
    conversations: int = 1_000
    keys: Mapping[str, str] | None = None
    scorer: RiskScorer = field(default_factory=_one_thread)

    def __post_init__(self) -> None:
        check_skepticism(self.skepticism)
        check_keys(self.keys)
        if self.conversations < 1:
            raise InvalidOptionError(f"conversations must be at least 1, got {self.conversations}")
        if self.scorer.threads != 1:
            raise InvalidOptionError(
                f"a worker of an engine uses one thread, and the scorer has {self.scorer.threads}; pass "
                "RiskScorer(threads=1)"
            )
