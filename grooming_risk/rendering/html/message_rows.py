"""Messages as rows of the page, without their text, which waits in a data block."""

from __future__ import annotations

import json

from grooming_risk.conversation import speaker_name
from grooming_risk.rendering.excerpts import LEVELS, Excerpt
from grooming_risk.rendering.html.markup import Html, join, tag
from grooming_risk.rendering.html.review_case import Case
from grooming_risk.rendering.numbers import message_range
from grooming_risk.rendering.wording import definition, label_kind, label_name

COLORS = 10  # classes in the style sheet: five colours as discs, and the same five as squares
_DATA_NOTE = Html(
    "<!-- This data block holds the texts and the speakers' own names. They enter the page only when a reader shows "
    "them, so that nobody sees them at a glance or finds them in a search of the page. They are not encrypted: handle "
    "this file like the conversation itself. -->\n"
)


def badge(number: int) -> Html:
    """Return a speaker's letter on a colour; colour-blind readers can tell the colours apart."""
    return tag("span", speaker_name(number), class_=f"speaker s{number % COLORS}")


def label_tag(label: str) -> Html:
    """Return the label of a tactic or cue."""
    return tag("span", label_name(label), class_=f"label {label_kind(label)}", title=definition(label))


def arrows(level: int) -> Html:
    """Return how much a message moved the score, shown by the shape and number of arrows as well as by colour."""
    way, sign = ("up", "\u25b2") if level > 0 else ("down", "\u25bc")
    words = moved(level)
    return tag("span", sign * abs(level), class_=f"moved {way}", role="img", aria_label=words, title=words)


def moved(level: int) -> str:
    """Return the meaning of the arrows in words."""
    return f"{'raised' if level > 0 else 'lowered'} the score, strength {abs(level)} of {LEVELS}"


def excerpt_list(case: Case, excerpt: Excerpt) -> Html:
    """Return the messages of an excerpt, masked."""
    rows = (message_row(case, index, first=index == excerpt.start) for index in range(excerpt.start, excerpt.stop))
    heading = f"Excerpt, {message_range(excerpt.start, excerpt.stop)}"
    return tag("ol", *rows, class_="excerpt rows", aria_label=heading, start=excerpt.start)


def message_row(case: Case, index: int, first: bool) -> Html:
    """Return one message, masked; a row that is not the `first` shows its day only where the day changes."""
    stamp, missing, level = case.stamp(index), case.without_text(index), case.levels.get(index)
    day_before = None if first else (case.stamp(index - 1) or "")[:10]
    return _row(
        f"{case.key}-m{index}",
        index,
        head=(
            badge(case.numbers[index]),
            tag("span", str(index), class_="number"),
            tag("time", stamp[11:] if stamp[:10] == day_before else stamp, title=f"{stamp} UTC") if stamp else None,
            arrows(level) if level else None,
            *(label_tag(label) for label in case.labels.get(index, ())),
        ),
        text=missing or _hidden(case.conversation.messages[index].text),
        maskable=missing is None,
        pause=case.pause(index),
        way=None if level is None else "up" if level > 0 else "down",
        words=_words(case, index),
    )


def _words(case: Case, index: int) -> str:
    """Return what a screen reader announces for a row in focus."""
    level = case.levels.get(index)
    parts = (f"Message {index}", f"speaker {case.letter(index)}", moved(level) if level else None)
    return ", ".join((*filter(None, parts), *map(label_name, case.labels.get(index, ()))))


def blank_row() -> Html:
    """Return the row that the script fills in for messages outside the excerpts."""
    head = (badge(0), tag("span", class_="number"), tag("time"))
    row = _row(None, None, head=head, text="", maskable=True, pause="", way=None, words=None)
    return tag("template", row, id="row")


def _row(
    identifier: str | None,
    index: int | None,
    *,
    head: tuple[str | None, ...],
    text: str,
    maskable: bool,
    pause: str | None,
    way: str | None,
    words: str | None,
) -> Html:
    label = f"Show message {index}"
    show = tag("button", "Show", type="button", class_="show", data_do="show", aria_expanded="false", aria_label=label)
    return tag(
        "li",
        None if pause is None else tag("p", pause, class_="pause"),
        tag("div", *head, tag("bdi", class_="name"), class_="head"),
        show if maskable else None,
        tag("div", text, class_=f"text{' veiled' if maskable else ' absent'}", dir="auto", data_do="unveil"),
        class_=f"message evidence {way}" if way else "message",
        id=identifier,
        tabindex=-1,
        data_message=index,
        aria_label=words,
    )


def _hidden(text: str) -> str:
    return "1 character" if len(text) == 1 else f"{len(text):,} characters"


def data_block(case: Case) -> Html:
    """Return everything that the script needs, texts included, as JSON that no text can terminate."""
    every = range(len(case.conversation))
    names = {name for labels in case.labels.values() for name in labels}
    values = {
        "texts": [message.text for message in case.conversation],
        "names": case.speakers,
        "letters": [speaker_name(number) for number in range(len(case.speakers))],
        "speakers": case.numbers,
        "stamps": [case.stamp(index) for index in every],
        "pauses": {index: pause for index in every if (pause := case.pause(index))},
        "absent": {index: missing for index in every if (missing := case.without_text(index))},
        "levels": case.levels,
        "labels": case.labels,
        "terms": {name: _term(name) for name in sorted(names)},
        "timeline": {name: list(indices) for name, indices in case.report.timeline.items()},
    }
    text = json.dumps(values, ensure_ascii=True, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return join((_DATA_NOTE, tag("script", Html(text), type="application/json", class_="data")))


def _term(label: str) -> list[str | None]:
    return [label_name(label), label_kind(label), definition(label)]
