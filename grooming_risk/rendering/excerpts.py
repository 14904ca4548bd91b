"""The messages a reviewer reads first, and the messages around them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grooming_risk.rendering.wording import is_protective
from grooming_risk.report import Evidence, RiskReport, Span

CONTEXT = 2  # messages shown before and after each piece of evidence: enough to see what it answers
RAISED = 8  # strongest messages shown; nobody reads more than a dozen excerpts, and the whole conversation follows
EACH_SPAN = 2  # strongest messages of each flagged stretch, shown as well so that no stretch is left out
SPANS = 10  # strongest flagged stretches for which this is done
LOWERED = 3  # pieces of counter-evidence shown, however small they are
LEVELS = 4  # arrows on the strongest message
NOTABLE = 0.1  # share of the strongest change; smaller changes are noise beside it and get no arrow


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Messages to read together.

    Attributes:
        start: index of the first message.
        stop: index after the last message.
        weight: largest change of the logit by a piece of evidence in the excerpt; 0 or less when none raised it.
    """

    start: int
    stop: int
    weight: float


def chosen_evidence(report: RiskReport) -> list[Evidence]:
    """Return the evidence to show, strongest first.

    It is the evidence that raised the score most, overall and in each flagged stretch, and the counter-evidence.
    """
    raised = _raised(report)
    chosen = raised[:RAISED]
    for span in sorted(report.spans, key=lambda span: -span.probability)[:SPANS]:
        chosen += [item for item in raised if _shows(span, item.message)][:EACH_SPAN]
    chosen += [item for item in report.evidence if item.delta_logit < 0][:LOWERED]
    chosen += [item for item in report.evidence if any(map(is_protective, item.cues))][:LOWERED]
    indices = {item.message for item in chosen}
    return [item for item in report.evidence if item.message in indices]


def levels(report: RiskReport) -> dict[int, int]:
    """Return the number of arrows of each chosen or notable message.

    The number is between 1 and `LEVELS`, and negative where the message lowered the score.
    """
    strongest = _strongest(report)
    chosen = {item.message for item in chosen_evidence(report)}
    found: dict[int, int] = {}
    for item in report.evidence:
        share = abs(item.delta_logit) / strongest if strongest else 0.0
        if share and (item.message in chosen or share >= NOTABLE):
            found[item.message] = int(math.copysign(max(1, math.ceil(LEVELS * share)), item.delta_logit))
    return found


def excerpts(evidence: Iterable[Evidence], starts: Sequence[int]) -> list[Excerpt]:
    """Group evidence and its context into excerpts; what overlaps or adjoins becomes one excerpt.

    Args:
        evidence: pieces of evidence, in any order.
        starts: for each message of the conversation, the first message that it was read together with.

    Returns:
        The excerpts, strongest first.
    """
    merged: list[Excerpt] = []
    for item in sorted(evidence, key=lambda item: item.message):
        start, stop = max(0, starts[item.message] - CONTEXT), min(len(starts), item.message + CONTEXT + 1)
        if merged and start <= merged[-1].stop:
            last = merged.pop()
            merged.append(Excerpt(last.start, max(stop, last.stop), max(item.delta_logit, last.weight)))
        else:
            merged.append(Excerpt(start, stop, item.delta_logit))
    return sorted(merged, key=lambda excerpt: (-excerpt.weight, excerpt.start))


def _shows(span: Span, message: int) -> bool:
    return any(start <= message < stop for start, stop in span.stretches)


def _raised(report: RiskReport) -> list[Evidence]:
    least = NOTABLE * _strongest(report)
    return [item for item in report.evidence if item.delta_logit > 0 and item.delta_logit >= least]


def _strongest(report: RiskReport) -> float:
    return max((abs(item.delta_logit) for item in report.evidence), default=0.0)
