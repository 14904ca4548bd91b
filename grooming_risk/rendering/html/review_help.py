"""The help dialog of the review page: its keys and the meaning of its signs."""

from __future__ import annotations

from grooming_risk.rendering.html.markup import Html, tag
from grooming_risk.rendering.html.message_rows import arrows, label_tag
from grooming_risk.rendering.wording import definition
from grooming_risk.tactics import DEFINITIONS

_KEYS = (
    ("j, k", "next or previous piece of evidence"),
    ("r", "show or hide the message in focus"),
    ("c", "show the message in focus with the two messages before and after it"),
    ("Shift+R", "show all messages of the conversation"),
    ("h", "hide all messages, everywhere"),
    ("g", "go to a message by its number"),
    ("n, p", "next or previous conversation of a queue; Enter opens it"),
    ("?", "open this help; Escape closes it"),
)
_SIGNS = (
    " Labels with a dashed border point to an innocent reading. Speakers are named by letters, in the order in which "
    "they first wrote; their own names appear with the messages that you show."
)


def help_dialog() -> Html:
    """Return the dialog that `?` opens."""
    keys = (part for keys, what in _KEYS for part in (tag("dt", tag("kbd", keys)), tag("dd", what)))
    terms = (
        part
        for label in DEFINITIONS
        for part in (tag("dt", label_tag(label.value)), tag("dd", definition(label.value)))
    )
    switch = tag("label", tag("input", type="checkbox", id="keys-on", checked=True), " Use these single-key shortcuts")
    arrows_mean = (
        *(arrows(4), " to ", arrows(1), " raised the score, strongly to slightly; "),
        *(arrows(-1), " to ", arrows(-4), " lowered it, slightly to strongly."),
    )
    return tag(
        "dialog",
        tag("button", "Close", type="button", data_do="close-help", class_="close"),
        tag("h2", "Keys", id="help-title"),
        tag("dl", *keys, class_="keys"),
        tag("p", switch),
        tag("h2", "Signs"),
        tag("p", *arrows_mean, _SIGNS),
        tag("dl", *terms, class_="terms"),
        id="help",
        aria_labelledby="help-title",
    )
