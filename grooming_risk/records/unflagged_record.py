"""The record of a decision about a conversation that was not flagged, and of how it was chosen: the evidence on misses.

Flags that reviewers decide say nothing about what was never flagged. A sample of the rest does, where it was drawn at
random and every conversation of it is decided: `misses` estimates from it. Records of conversations that somebody
pointed to are counted and estimate nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.records.review_record import (
    RETENTION_DAYS,
    facts_of,
    last_day,
    utc_now,
    utc_seconds,
    viewed_indices,
)
from grooming_risk.records.verification import TIME, form_problems, seal
from grooming_risk.report import RiskReport

SCHEMA_VERSION = 1
_KEPT = ("record_id", "report_digest", "provenance", "outcome", "messages")


class UnflaggedDecision(str, Enum):
    """What a person decided about messages that were not flagged."""

    MISSED = "missed"  # they needed a person's attention
    NOTHING_FOUND = "nothing_found"  # they did not
    INCONCLUSIVE = "inconclusive"  # the reviewer could not tell


class SamplingMethod(str, Enum):
    """How the conversation came to be read."""

    RANDOM = "random"  # drawn at random, each conversation of the population with the same chance
    REPORTED = "reported"  # somebody pointed to it
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a conversation was chosen.

    Attributes:
        method: random, reported or other.
        sample: name of the sample; None where the conversation was not drawn.
        drawn: conversations in the sample.
        population: conversations that were not flagged and that the sample was drawn from.
    """

    method: SamplingMethod
    sample: str | None = None
    drawn: int | None = None
    population: int | None = None


def make_unflagged_record(
    report: RiskReport | Mapping[str, Any],
    decision: UnflaggedDecision | str,
    viewed: Iterable[int],
    sampling: Sampling,
    *,
    language: str | None = None,
    key: bytes | None = None,
    previous: str | None = None,
    retention_days: int = RETENTION_DAYS,
    clock: Callable[[], datetime] = utc_now,
) -> dict[str, Any]:
    """Make a sealed record of a decision about a conversation that was not flagged, as plain JSON types without text.

    Args:
        report: a report that flagged nothing, or what `RiskReport.to_dict` returns.
        decision: about the messages.
        viewed: indices of the messages that a person viewed.
        sampling: how the conversation was chosen.
        language: tag of the conversation's language, such as `en` or `pt-BR`.
        key: secret of at least 16 bytes for the HMAC; no HMAC when None.
        previous: `record_digest` of the last record of the log.
        retention_days: days, 1 to 36,500, until the record is to be deleted.
        clock: gives the time, with a time zone.

    Returns:
        The record.

    Raises:
        InvalidOptionError: an argument is out of range, or the report flagged something.
        UnsupportedFormatError: the report is not a report of this library.
    """
    now = utc_seconds(clock())
    facts = facts_of(report.to_dict() if isinstance(report, RiskReport) else report)
    if facts["outcome"] == "review":
        raise InvalidOptionError("the report flagged something; record the decision with make_review_record")
    choice, method = _names(decision, sampling)
    body = {
        "schema_version": SCHEMA_VERSION,
        "record_type": "unflagged",
        **{name: facts[name] for name in _KEPT},
        "viewed": [],
        "decision": choice,
        "sampling": asdict(Sampling(SamplingMethod.OTHER)),
        "language": None,
        "created_at": now.strftime(TIME),
        "decided_at": now.strftime(TIME),
        "retain_until": last_day(now, retention_days),
        "previous": None,
    }
    # Checked before the caller's own options are in it, so that an error says which of the two is at fault.
    if problems := form_problems(body):
        raise UnsupportedFormatError(
            f"not a report of this library ({problems[0]}); pass what RiskReport.to_dict() returns"
        )
    asked = {"language": language, "previous": previous, "sampling": {**asdict(sampling), "method": method}}
    body |= {"viewed": viewed_indices(viewed, body["messages"]), **asked}
    if problems := form_problems(body):
        raise InvalidOptionError(f"{problems[0]}; a random sample has a name, its size and that of its population")
    return seal(body, key)


def _names(decision: UnflaggedDecision | str, sampling: Sampling) -> tuple[str, str]:
    try:
        return UnflaggedDecision(decision).value, SamplingMethod(sampling.method).value
    except ValueError:
        pass
    known = ", ".join(item.value for item in UnflaggedDecision)
    raise InvalidOptionError(f"decision or sampling method is unknown; decisions are {known}")
