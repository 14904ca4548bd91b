"""Which messages a case holds: the stretches that a person was asked to read, with stated context, or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grooming_risk.handover.case.case import Stretch, TextScope
from grooming_risk.report import RiskReport

CONTEXT = 2  # messages on each side of a stretch: enough to see what its first and last message answer
MOST_CONTEXT = 1_000


def stretches_of(report: RiskReport, viewed: Sequence[int]) -> tuple[Stretch, ...]:
    """Return the flagged stretches; where nothing was flagged, the messages that a person viewed.

    What lies between two stretches of one span is not part of the case.

    Args:
        report: the report.
        viewed: indices of the messages that a person viewed, rising.

    Returns:
        The stretches, in order.
    """
    if report.spans:
        found_at = sorted(stretch for span in report.spans for stretch in span.stretches)
        return tuple(Stretch(start, stop) for start, stop in found_at)
    found: list[Stretch] = []
    for index in viewed:
        if found and index == found[-1].stop:
            found[-1] = Stretch(found[-1].start, index + 1)
        else:
            found.append(Stretch(index, index + 1))
    return tuple(found)


def selected(stretches: Iterable[Stretch], total: int, scope: TextScope, context: int) -> tuple[int, ...]:
    """Return the indices of the messages that a case holds, rising.

    Args:
        stretches: what a person was asked to read.
        total: messages of the conversation.
        scope: whole for all of them.
        context: messages kept on each side of a stretch.

    Returns:
        The indices.
    """
    if scope is TextScope.WHOLE:
        return tuple(range(total))
    kept: set[int] = set()
    for stretch in stretches:
        kept.update(range(max(0, stretch.start - context), min(total, stretch.stop + context)))
    return tuple(sorted(kept))
