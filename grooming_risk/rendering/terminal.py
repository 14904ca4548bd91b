"""Reports as a table for a terminal: outcome, probability, interval, first flag, tactics and evidence, never text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grooming_risk.report import Evidence, Outcome, RiskReport

EVIDENCE_SHOWN = 3  # a reviewer reads a few messages first; the JSON output has all
NAME_SHOWN = 60  # characters
_COLORS = {Outcome.REVIEW: "\x1b[1;33m", Outcome.NO_REVIEW: "\x1b[32m", Outcome.ABSTAINED: "\x1b[36m"}
_DIM, _RESET = "\x1b[2m", "\x1b[0m"
_HEADER = ("conversation", "outcome", "probability", "interval", "first flag", "messages to read first")
_WORDS = {Outcome.REVIEW: "REVIEW", Outcome.NO_REVIEW: "no review", Outcome.ABSTAINED: "abstained"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: how the conversation is called, and its report."""

    name: str
    report: RiskReport


def render_table(rows: Sequence[Row], color: bool) -> str:
    """The table, and under each conversation with warning signs its tactics.

    Args:
        rows: conversations in the order to show them.
        color: whether to use ANSI colours.
    """
    cells = [_cells(row) for row in rows]
    widths = [max(len(line[column]) for line in (_HEADER, *cells)) for column in range(len(_HEADER))]
    lines = [_paint(_join(_HEADER, widths), _DIM, color)]
    for row, line in zip(rows, cells, strict=True):
        lines.append(_paint(_join(line, widths), _COLORS[row.report.outcome], color))
        for note in _notes(row.report):
            lines.append(_paint(f"  {note}", _DIM, color))
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    report = row.report
    if report.probability is None or report.interval is None:
        return _safe(row.name), _WORDS[report.outcome], "-", "-", "-", "-"
    low, high = report.interval
    first = "-" if report.first_flag is None else f"message {report.first_flag}"
    return (
        _safe(row.name),
        _WORDS[report.outcome],
        format_probability(report.probability),
        f"{format_probability(low)}-{format_probability(high)}",
        first,
        ", ".join(_pointer(item) for item in raised(report)) or "-",
    )


def _safe(name: str) -> str:
    """A conversation's name comes out of a file: no control characters reach the terminal, and it keeps its column."""
    visible = "".join(character if character.isprintable() else "?" for character in name)
    return visible if len(visible) <= NAME_SHOWN else f"{visible[: NAME_SHOWN - 1]}…"


def raised(report: RiskReport) -> list[Evidence]:
    """The messages that raised the score most, when a review is asked for."""
    if report.outcome is not Outcome.REVIEW:
        return []
    return [item for item in report.evidence if item.delta_logit > 0][:EVIDENCE_SHOWN]


def format_probability(probability: float) -> str:
    """Three decimals, and never a rounded 0 or 1."""
    if probability < 0.001:
        return "<0.001"
    return ">0.999" if probability > 0.999 else f"{probability:.3f}"


def _pointer(item: Evidence) -> str:
    return f"{item.message} (speaker {item.speaker}, {item.delta_logit:+.1f})"


def _notes(report: RiskReport) -> list[str]:
    if report.abstention is not None:
        return [f"not scored: {report.abstention.value.replace('_', ' ')}"]
    if report.outcome is not Outcome.REVIEW:
        return []
    tactics = ", ".join(
        f"{tactic} [{', '.join(map(str, indices[:8]))}{', …' if len(indices) > 8 else ''}]"
        for tactic, indices in report.timeline.items()
    )
    lowered = [item for item in report.evidence if item.delta_logit < 0][:EVIDENCE_SHOWN]
    notes = [f"messages {span.start}-{span.stop - 1} to review" for span in report.spans]
    notes += [f"tactics shown, by message: {tactics}"] if tactics else []
    return notes + ([f"lowered the score: {', '.join(_pointer(item) for item in lowered)}"] if lowered else [])


def _join(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _paint(text: str, code: str, color: bool) -> str:
    return f"{code}{text}{_RESET}" if color else text
