"""A summary as a page: one file without scripts that loads nothing and sends nothing, ASCII only."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from grooming_risk.handover.case.case import CaseMessage
from grooming_risk.handover.language import wording
from grooming_risk.handover.language.languages import Language
from grooming_risk.handover.summary.parts import (
    Block,
    Bullets,
    Facts,
    Heading,
    Line,
    Part,
    Phrase,
    Section,
    Summary,
    Transcript,
)
from grooming_risk.rendering.html.markup import Html, join, tag

_DOT = "&#183;"  # between the parts of a line
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def summary_html(summary: Summary, title: str) -> str:
    """Return a page.

    Args:
        summary: what it says.
        title: id of the case.

    Returns:
        HTML.
    """
    language = summary.language
    heading = language.text(wording.TITLE)
    body = (
        tag("header", tag("h1", heading), tag("p", tag("bdi", title), class_="case")),
        tag("p", tag("strong", _phrase(summary.emergency, language)), class_="emergency", role="note"),
        tag("div", *(tag("p", _phrase(phrase, language)) for phrase in summary.opening), class_="opening"),
        *(_section(section, language) for section in summary.sections),
    )
    style = _style()
    policy = f"default-src 'none'; style-src {_digest(style)}; base-uri 'none'; form-action 'none'"
    head = (
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="robots", content="noindex"),
        tag("meta", name="google", content="notranslate"),  # a browser's translation would send the messages away
        tag("title", f"{heading}: {title}"),
        tag("style", style),
    )
    direction = "rtl" if language.right_to_left else "ltr"
    page = tag(
        "html", tag("head", *head), tag("body", tag("main", *body)), lang=language.code, dir=direction, translate="no"
    )
    return f"<!doctype html>\n{page}\n"


def _section(section: Section, language: Language) -> Html:
    return tag("section", tag("h2", _phrase(section.heading, language)), *_blocks(section.blocks, language))


def _blocks(blocks: Iterable[Block], language: Language) -> Iterator[Html]:
    for block in blocks:
        if isinstance(block, Heading):
            yield tag("h3", _line(block.line, language))
        elif isinstance(block, Facts):
            rows = (
                tag("div", tag("dt", _line(label, language)), tag("dd", _line(value, language)))
                for label, value in block.rows
            )
            yield tag("dl", *rows)
        elif isinstance(block, Bullets):
            if block.lines:
                yield tag("ul", *(tag("li", _line(line, language)) for line in block.lines))
        elif isinstance(block, Transcript):
            yield _transcript(block, language)
        else:
            yield tag("p", _line(block, language))


def _line(line: Line, language: Language) -> Html:
    parts: list[Html] = []
    for part in line:
        parts += [Html(f" {_DOT} ")] if parts else []
        parts.append(_part(part, language))
    return join(parts)


def _part(part: Part, language: Language) -> Html:
    if isinstance(part, Phrase):
        return tag("span", _phrase(part, language))
    if part.lines:
        return tag("div", *(tag("p", line) for line in part.text.split("\n") if line.strip()), dir="auto")
    return tag("bdi", part.text)


def _phrase(phrase: Phrase, language: Language) -> Html:
    """Translate a phrase and put each value in, set apart from the direction of the text around it."""
    pieces = _PLACEHOLDER.split(language.text(phrase.message))
    return join(tag("bdi", phrase.values[piece]) if place % 2 else piece for place, piece in enumerate(pieces))


def _transcript(transcript: Transcript, language: Language) -> Html:
    rows = (_message(message, language) for message in transcript.messages)
    return tag(
        "details", tag("summary", language.text(wording.SHOW)), tag("ol", *rows, class_="messages"), class_="transcript"
    )


def _message(message: CaseMessage, language: Language) -> Html:
    notes = [wording.TACTICS[tactic] for tactic in message.tactics]
    notes += [wording.EDITED] if message.edited else []
    notes += [wording.DELETED] if message.deleted else []
    shown = message.sent_at and message.sent_at.replace("T", " ")
    head = (
        tag("span", str(message.index), class_="index"),
        tag("span", message.speaker, class_="speaker"),
        tag("time", shown, dir="ltr") if shown else None,
        *(tag("span", language.text(note), class_="tactic") for note in notes),
    )
    absent = None if message.text else tag("p", language.text(wording.NO_TEXT), class_="absent")
    text = tag("p", message.text, dir="auto", class_="text") if message.text else absent
    return tag("li", tag("div", *head, class_="head"), text, class_="flagged" if message.flagged else "context")


@lru_cache(maxsize=1)
def _style() -> Html:
    return Html(Path(__file__).with_name("summary.css").read_text(encoding="ascii"))


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('ascii')).digest()).decode('ascii')}'"
