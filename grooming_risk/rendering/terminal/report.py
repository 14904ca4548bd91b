"""Reports as a table for a terminal: outcome, what to read first, risk over the windows, and probability.

Text is shown only for rows that carry their conversation, and only where the evidence is explained.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from grooming_risk.outcome import Outcome
from grooming_risk.rendering.numbers import count, format_interval, format_probability, message_numbers
from grooming_risk.rendering.stretches import first_stretches, limits_sentence, together, unread_sentence
from grooming_risk.rendering.terminal.cells import Terminal, cut, flow, pad, width, wrap
from grooming_risk.rendering.terminal.columns import GAP, column_widths, join_cells
from grooming_risk.rendering.terminal.evidence import SourceText, evidence_lines, risk_curve, text_lines
from grooming_risk.rendering.terminal.sparkline import review_height
from grooming_risk.rendering.wording import ABSTENTION, NOT_A_LOW_SCORE, SIGNS_WITHOUT_SCORE
from grooming_risk.report import Evidence, RiskReport

EVIDENCE_SHOWN = 3  # a reviewer reads a few messages first; `explain` lists more and the JSON output lists all
STRETCHES_SHOWN = 6
NAME_SHOWN = 40  # columns
RISK_LEAST, RISK_SHOWN = 8, 48  # columns of a long sparkline where there is little room, and where there is much
_TACTIC_SHOWN = 8  # messages of one tactic
_TACTICS = "tactics, by message:"
_HEADER = ("conversation", "outcome", "read first", "risk", "probability")
_GAPS = len(GAP) * (len(_HEADER) - 1)
_LEFT = range(len(_HEADER))
OUTCOMES = {Outcome.REVIEW: "REVIEW", Outcome.NO_REVIEW: "no review", Outcome.ABSTAINED: "abstained"}


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One conversation of the table.

    Attributes:
        name: name of the conversation.
        report: the result.
        source: its messages, where their text is to be shown beside the evidence.
    """

    name: str
    report: RiskReport
    source: SourceText | None = None


def render_table(
    rows: Sequence[ReportRow], color: bool, *, terminal: Terminal | None = None, explain: bool = False
) -> str:
    """Return the table and, below each conversation with warning signs, what to review.

    Args:
        rows: conversations in the order in which they are shown.
        color: whether to use ANSI colours.
        terminal: terminal that the table is for; standard output when None. `color` overrides its colours.
        explain: whether to show the evidence below each conversation, and the text of rows that carry it.

    Returns:
        Lines that fit the terminal, joined by line ends.
    """
    asked = terminal or Terminal.of(sys.stdout, color)
    page = Terminal(asked.columns, asked.encoding, color)
    windows = max((len(row.report.windows) for row in rows), default=0)
    cells = _with_intervals(rows, [_cells(row, page) for row in rows], windows, page)
    widths = _widths(cells, windows, page)
    lines = [page.dim(join_cells(_HEADER, widths, _LEFT))]
    for row, line in zip(rows, cells, strict=True):
        lines += _conversation(row, line, widths, explain, page)
        if explain:
            lines += evidence_lines(row.report, page)
            lines += text_lines(row.report, row.source, page) if row.source else []
            lines.append("")
    return "\n".join([*lines, *_legend(rows, page)])


def raised(report: RiskReport) -> list[Evidence]:
    """Return the messages that raised the score most, when the report asks for review."""
    if report.outcome is not Outcome.REVIEW:
        return []
    return [item for item in report.evidence if item.delta_logit > 0][:EVIDENCE_SHOWN]


def _cells(row: ReportRow, page: Terminal) -> tuple[str, ...]:
    """Return all cells of a row except the sparkline, which gets the room that the others leave."""
    report = row.report
    first = ", ".join(str(item.message) for item in raised(report)) or "-"
    probability = "-" if report.probability is None else format_probability(report.probability)
    return page.safe(row.name), OUTCOMES[report.outcome], first, "", probability


def _with_intervals(
    rows: Sequence[ReportRow], cells: list[tuple[str, ...]], windows: int, page: Terminal
) -> list[tuple[str, ...]]:
    """Return the cells with the interval beside the probability, unless a name would have to be cut for it."""
    wide = [
        (*line[:-1], line[-1] if row.report.interval is None else f"{line[-1]} {format_interval(row.report.interval)}")
        for row, line in zip(rows, cells, strict=True)
    ]
    name = max((width(line[0]) for line in wide), default=0)
    widths = _widths(wide, min(windows, RISK_LEAST), page)
    fits = widths[0] >= min(name, NAME_SHOWN) and sum(widths) + _GAPS <= page.columns
    return wide if fits else cells


def _widths(cells: Sequence[tuple[str, ...]], windows: int, page: Terminal) -> list[int]:
    name, outcome, first, _, probability = column_widths([_HEADER, *cells])
    room = page.columns - outcome - first - probability - _GAPS
    name = min(name, NAME_SHOWN)
    risk = max(len("risk"), min(windows, max(room - name, RISK_LEAST), RISK_SHOWN))
    return [max(min(name, room - risk), len(_HEADER[0])), outcome, first, risk, probability]


def _conversation(
    row: ReportRow, cells: tuple[str, ...], widths: list[int], explain: bool, page: Terminal
) -> list[str]:
    name = pad(cut(cells[0], widths[0], page.glyphs.ellipsis), widths[0])
    outcome = pad(cells[1], widths[1])
    if row.report.outcome is Outcome.REVIEW:
        name, outcome = page.bold(name), page.raised(outcome)
    line = join_cells((name, outcome, cells[2], risk_curve(row.report, widths[3], page), cells[4]), widths, _LEFT)
    return [line, *(note for items in _notes(row.report, explain) for note in _indented(items, page))]


def _notes(report: RiskReport, explain: bool) -> list[list[str]]:
    """Return the notes below a row, each as items of which the first begins with the note's heading."""
    unread = [[sentence] for sentence in (unread_sentence(report), limits_sentence(report)) if sentence is not None]
    if report.abstention is not None:
        reason = report.abstention.value.replace("_", " ")
        return [[f"not scored: {reason}"], *unread, *(_advice(report) if explain else [])]
    if report.outcome is not Outcome.REVIEW:
        return unread
    found, left_out = first_stretches(report.spans, STRETCHES_SHOWN)
    spans = [
        together([message_numbers(*stretch).replace("\u2013", "-") for stretch in stretches]) for stretches in found
    ]
    more = [f"and {count(left_out, 'more stretch', 'more stretches')}"] if left_out else []
    first = [] if report.first_flag is None else [f"first flag at message {report.first_flag}"]
    notes = [_led("messages to review:", [*spans, *more, *first]), *unread]
    lowered = [] if explain else [item for item in report.evidence if item.delta_logit < 0][:EVIDENCE_SHOWN]
    pointers = [f"{item.message} (speaker {item.speaker}, {item.delta_logit:+.1f})" for item in lowered]
    named = ((_TACTICS, _timeline(report)), ("counter-evidence that lowered the score:", pointers))
    return [*notes, *(_led(words, items) for words, items in named if items)]


def _advice(report: RiskReport) -> list[list[str]]:
    """Return what to do with a conversation that was not scored."""
    assert report.abstention is not None
    _, steps = ABSTENTION[report.abstention]
    signs = [[SIGNS_WITHOUT_SCORE], _led(_TACTICS, _timeline(report))] if report.timeline else []
    return [[NOT_A_LOW_SCORE], *([step] for step in steps), *signs]


def _timeline(report: RiskReport) -> list[str]:
    return [
        f"{tactic} [{', '.join(map(str, indices[:_TACTIC_SHOWN]))}{', …' if len(indices) > _TACTIC_SHOWN else ''}]"
        for tactic, indices in report.timeline.items()
    ]


def _led(words: str, items: list[str]) -> list[str]:
    return [f"{words} {items[0]}", *items[1:]]


def _indented(items: list[str], page: Terminal) -> list[str]:
    shown = [page.safe(item.replace("…", page.glyphs.ellipsis)) for item in items]
    first, *others = flow(shown, page.columns - 4)
    return [f"  {first}", *(f"    {line}" for line in others)]


def _legend(rows: Sequence[ReportRow], page: Terminal) -> list[str]:
    """Return how to read the sparkline, for each threshold that was used, and what abstaining means."""
    levels = page.glyphs.levels
    sources = dict.fromkeys(
        (row.report.provenance.operating_point, row.report.provenance.threshold) for row in rows if row.report.windows
    )
    lines: list[str] = []
    for point, threshold in sources:
        text = (
            f"risk: highest probability in each stretch, from {levels[0]} near 0 to {levels[-1]} near 1; "
            f"flagged at {levels[review_height(threshold)]} or above (threshold {format_probability(threshold)}, "
            f"operating point {page.safe(point)})"
        )
        lines += [page.dim(line) for line in wrap(text, page.columns)]
    if any(row.report.abstention is not None for row in rows):
        lines += [
            page.dim(line)
            for line in wrap(f"abstained: {NOT_A_LOW_SCORE[0].lower()}{NOT_A_LOW_SCORE[1:]}", page.columns)
        ]
    return lines
