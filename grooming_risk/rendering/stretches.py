"""Flagged stretches as lists: those of one span together, because the same windows read them together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from grooming_risk.rendering.numbers import message_numbers
from grooming_risk.report import RiskReport, Span

Stretch = tuple[int, int]


def first_stretches(spans: Sequence[Span], most: int) -> tuple[list[tuple[Stretch, ...]], int]:
    """Return the stretches to list, span by span, and how many are left out.

    Args:
        spans: Spans of a report.
        most: Most stretches of all spans together.

    Returns:
        The first stretches of each span, in order, without the spans that have no room; and the number of the others.
    """
    found, left = [], most
    for span in spans:
        if shown := tuple(islice(span.stretches, left)):
            found.append(shown)
            left -= len(shown)
    return found, sum(len(span.stretches) for span in spans) - (most - left)


def together(parts: Sequence[str]) -> str:
    """Join the stretches of one span, as in "3 with 40 and 95"."""
    first, *others = parts
    return first if not others else f"{first} with {' and '.join(others)}"


def stretch_numbers(spans: Sequence[Span], most: int) -> tuple[list[str], int]:
    """Return the numbers of the first stretches, one item for each span, and how many stretches are left out."""
    found, more = first_stretches(spans, most)
    return [together([message_numbers(*stretch) for stretch in stretches]) for stretches in found], more


def all_stretches(report: RiskReport) -> list[Stretch]:
    """Return the stretches of all spans of a report, ascending."""
    return sorted(stretch for span in report.spans for stretch in span.stretches)


def unread_sentence(report: RiskReport) -> str | None:
    """Return whose messages were not read because of their language, or None where everybody's were."""
    if not report.unread:
        return None
    *others, last = report.unread
    names = f"speakers {', '.join(others)} and {last}" if others else f"speaker {last}"
    return (
        f"Most messages of {names} are in a language that the model does not score; a person who reads it has to read "
        "them."
    )


_BEYOND = {
    "messages": "more messages than usual",
    "characters": "messages that were too long to be read at once and were read in parts",
    "speakers": "more speakers than are told apart, so that one who was long silent counts as somebody new",
}


def limits_sentence(report: RiskReport) -> str | None:
    """Return which limits a conversation is beyond, or None where it is within all of them."""
    if not report.beyond_limits:
        return None
    return f"This conversation has {'; '.join(_BEYOND[name] for name in report.beyond_limits)}. All of it was read."
