"""Which messages a reviewer reads first, with the messages around them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grooming_risk.rendering.wording import is_protective
from grooming_risk.report import Evidence, RiskReport

CONTEXT = 2  # messages before and after each piece of evidence and what it was read with: enough to see what it answers
RAISED = 8  # strongest ones shown; more than a dozen excerpts are not read, and the whole conversation stands below
EACH_SPAN = 2  # and the strongest of each flagged stretch, so that none is left out…
SPANS = 10  # …of the strongest ten
LOWERED = 3  # counter-evidence is shown however small it is
LEVELS = 4  # arrows of the strongest message
NOTABLE = 0.1  # of the strongest change; smaller ones are noise beside it and get no arrow


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Messages to read together.

    Attributes:
        start: index of the first.
        stop: index after the last.
        weight: largest rise of the logit by one of its messages that are evidence; 0 or less when none raised it.
    """

    start: int
    stop: int
    weight: float


def chosen_evidence(report: RiskReport) -> list[Evidence]:
    """What raised the score most, overall and in each flagged stretch, and what lowered it; strongest first."""
    raised = _raised(report)
    chosen = raised[:RAISED]
    for span in sorted(report.spans, key=lambda span: -span.probability)[:SPANS]:
        chosen += [item for item in raised if span.start <= item.message < span.stop][:EACH_SPAN]
    chosen += [item for item in report.evidence if item.delta_logit < 0][:LOWERED]
    chosen += [item for item in report.evidence if any(map(is_protective, item.cues))][:LOWERED]
    indices = {item.message for item in chosen}
    return [item for item in report.evidence if item.message in indices]


def levels(report: RiskReport) -> dict[int, int]:
    """Message → arrows, 1 to `LEVELS`, negative where it lowered the score; chosen and notable messages only."""
    strongest = _strongest(report)
    chosen = {item.message for item in chosen_evidence(report)}
    found: dict[int, int] = {}
    for item in report.evidence:
        share = abs(item.delta_logit) / strongest if strongest else 0.0
        if share and (item.message in chosen or share >= NOTABLE):
            found[item.message] = int(math.copysign(max(1, math.ceil(LEVELS * share)), item.delta_logit))
    return found


def excerpts(evidence: Iterable[Evidence], starts: Sequence[int]) -> list[Excerpt]:
    """Evidence with its context; what overlaps or adjoins is one excerpt. The strongest excerpt comes first.

    Args:
        evidence: pieces of evidence, in any order.
        starts: for each message of the conversation the first one that it was read together with.
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


def _raised(report: RiskReport) -> list[Evidence]:
    least = NOTABLE * _strongest(report)
    return [item for item in report.evidence if item.delta_logit > 0 and item.delta_logit >= least]


def _strongest(report: RiskReport) -> float:
    return max((abs(item.delta_logit) for item in report.evidence), default=0.0)
