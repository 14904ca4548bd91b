"""A summary as plain text, for those who cannot or must not open a page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from grooming_risk.handover.case.case import CaseMessage
from grooming_risk.handover.language import wording
from grooming_risk.handover.language.languages import Language
from grooming_risk.handover.language.plain import visible
from grooming_risk.handover.summary.parts import Block, Bullets, Facts, Heading, Line, Phrase, Summary, Transcript

WIDTH = 100


def summary_text(summary: Summary, title: str) -> str:
    """Return a text file.

    Args:
        summary: what it says.
        title: id of the case.

    Returns:
        Lines that end in a line feed.
    """
    language = summary.language
    lines = [language.text(wording.TITLE), language.isolated(title), ""]
    lines += _wrapped(_words((summary.emergency,), language))
    for phrase in summary.opening:
        lines += ["", *_wrapped(_words((phrase,), language))]
    for section in summary.sections:
        heading = _words((section.heading,), language)
        lines += ["", heading, "-" * len(heading)]
        for block in section.blocks:
            lines += _block(block, language)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def lines_of(blocks: Iterator[Block], language: Language) -> list[str]:
    """Return the lines of some blocks.

    Args:
        blocks: of a section.
        language: to write them in.

    Returns:
        Lines of at most 100 columns.
    """
    return [line for block in blocks for line in _block(block, language)]


def _block(block: Block, language: Language) -> list[str]:
    if isinstance(block, Heading):
        return ["", *_wrapped(_words(block.line, language))]
    if isinstance(block, Facts):
        rows = (f"{_words(label, language)}: {_words(value, language)}" for label, value in block.rows)
        return [line for row in rows for line in _wrapped(row, "  ")]
    if isinstance(block, Bullets):
        return [line for item in block.lines for line in _wrapped(_words(item, language), "- ")]
    if isinstance(block, Transcript):
        return [line for message in block.messages for line in _message(message, language)]
    return _wrapped(_words(block, language))


def _words(line: Line, language: Language) -> str:
    parts = (
        language.text(part.message, **part.values)
        if isinstance(part, Phrase)
        else language.isolated(visible(part.text))
        for part in line
    )
    return " \u00b7 ".join(parts)


def _message(message: CaseMessage, language: Language) -> list[str]:
    notes = [wording.TACTICS[tactic] for tactic in message.tactics]
    notes += [wording.EDITED] if message.edited else []
    notes += [wording.DELETED] if message.deleted else []
    said = "".join(f" ({language.text(note)})" for note in notes)
    text = language.isolated(visible(message.text)) if message.text else f"({language.text(wording.NO_TEXT)})"
    mark = "*" if message.flagged else " "
    head = f"{mark} [{message.index}] {message.sent_at or ''} {message.speaker}:".replace("  [", " [")
    return [f"{head} {text}{said}"]


def _wrapped(text: str, first: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=" " * len(first), break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
