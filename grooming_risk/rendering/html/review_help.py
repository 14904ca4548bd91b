"""Keys of the review page and the meaning of its signs."""

from __future__ import annotations

from grooming_risk.rendering.html.markup import Html, tag
from grooming_risk.rendering.html.message_rows import arrows, label_tag
from grooming_risk.rendering.wording import definition
from grooming_risk.tactics import DEFINITIONS

_KEYS = (
    ("j, k", "next, previous evidence"),
    ("r", "show or hide the message in focus"),
    ("c", "show it with the two messages before and after it"),
    ("Shift+R", "show all messages of the conversation"),
    ("h", "hide all messages, everywhere"),
    ("g", "go to a message by its number"),
    ("n, p", "next, previous conversation of a queue; Enter opens it"),
    ("?", "this help; Escape closes it"),
)


def help_dialog() -> Html:
    """What `?` opens."""
    keys = (part for keys, what in _KEYS for part in (tag("dt", tag("kbd", keys)), tag("dd", what)))
    terms = (
        part
        for label in DEFINITIONS
        for part in (tag("dt", label_tag(label.value)), tag("dd", definition(label.value)))
    )
    switch = tag("label", tag("input", type="checkbox", id="keys-on", checked=True), " single keys are on")
    return tag(
        "dialog",
        tag("button", "Close", type="button", data_do="close-help", class_="close"),
        tag("h2", "Keys", id="help-title"),
        tag("dl", *keys, class_="keys"),
        tag("p", switch),
        tag("h2", "Signs"),
        tag("p", arrows(4), " to ", arrows(1), " raised the score, strongly to slightly; ", arrows(-1), " to ",
            arrows(-4), " lowered it. Dashed labels speak for an innocent reading. Speakers are letters in the order "
            "in which they first wrote; their own names appear with a message that is shown."),
        tag("dl", *terms, class_="terms"),
        id="help",
        aria_labelledby="help-title",
    )  # fmt: skip
