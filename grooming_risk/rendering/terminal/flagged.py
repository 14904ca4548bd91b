"""Conversations at a glance: what each comes to, and the flagged messages themselves with what they show.

This shows text, so it is for conversations whose text may be shown, as that of the bundled samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from grooming_risk.outcome import Outcome
from grooming_risk.rendering.excerpts import levels
from grooming_risk.rendering.terminal.cells import Terminal, pad, width, wrap
from grooming_risk.rendering.terminal.columns import GAP, column_widths, join_cells
from grooming_risk.rendering.terminal.evidence import SourceText, message_text
from grooming_risk.rendering.terminal.report import OUTCOMES, ReportRow
from grooming_risk.rendering.wording import label_name
from grooming_risk.report import Evidence, RiskReport

_LEAST_LEVEL = 2  # arrows, of 4, from which on a message is shown here; weaker ones are for the full evidence
_MESSAGE = 9  # columns for the number of a message and its speaker
_LABELS = 20  # columns for what a message shows; more is wrapped
_NO_LABEL = "no tactic found"


def overview_lines(rows: Sequence[ReportRow], page: Terminal) -> list[str]:
    """Return one line for each conversation: its name, its outcome, and what to read or why it was not scored."""
    cells = [(page.safe(row.name), OUTCOMES[row.report.outcome], _hint(row.report)) for row in rows]
    widths = column_widths(cells)
    return [_overview_line(row, line, widths, page) for row, line in zip(rows, cells, strict=True)]


def flagged_lines(row: ReportRow, page: Terminal) -> list[str]:
    """Return the messages that raised the score of a flagged conversation most, in order, with their text.

    Args:
        row: a conversation that asks for review, with its messages.
        page: the terminal.

    Returns:
        A heading and the messages; none where the row does not carry its messages. Each line fits the terminal.
    """
    source = row.source
    if source is None:
        return []
    strong = {message for message, level in levels(row.report).items() if level >= _LEAST_LEVEL}
    raised = sorted((item for item in row.report.evidence if item.message in strong), key=lambda item: item.message)
    heading = f"{page.safe(row.name)}: {len(raised)} of {len(source.conversation):,} messages raised the score most"
    lines = [page.bold(line) for line in wrap(heading, page.columns)]
    lines.append(page.dim(join_cells(("  message", "shows", "text"), (_MESSAGE, _LABELS, 0), left=range(3))))
    for item in raised:
        lines += _message(item, source, page)
    return lines


def _overview_line(row: ReportRow, cells: tuple[str, ...], widths: Sequence[int], page: Terminal) -> str:
    name, outcome = (pad(cell, columns) for cell, columns in zip(cells[:2], widths[:2], strict=True))
    if row.report.outcome is Outcome.REVIEW:
        name, outcome = page.bold(name), page.raised(outcome)
    return join_cells((name, outcome, cells[2]), widths, left=range(3))


def _hint(report: RiskReport) -> str:
    if report.abstention is not None:
        return report.abstention.value.replace("_", " ")
    return f"flagged at message {report.first_flag}" if report.first_flag is not None else ""


def _message(item: Evidence, source: SourceText, page: Terminal) -> list[str]:
    message = source.conversation.messages[item.message]
    names = ", ".join(map(label_name, (*item.tactics, *item.cues)))
    number = f"{item.message} {item.speaker}".rjust(_MESSAGE)
    paint = page.sign if names else page.dim
    room = page.columns - width(number) - _LABELS - 2 * len(GAP)
    cells = zip_longest(
        [number],
        [paint(pad(label, _LABELS)) for label in wrap(names or _NO_LABEL, _LABELS)],
        wrap(message_text(message, source, page), room),
        fillvalue="",
    )
    return [join_cells(line, (width(number), _LABELS, 0), left=range(3)) for line in cells]
