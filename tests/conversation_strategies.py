"""Conversations for round trips through the writers of `writers/`."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from grooming_risk.conversation import Conversation, Message, MessageKind
from grooming_risk.report import speaker_name

START = datetime(2001, 9, 9, tzinfo=timezone.utc)
# Lines that look like the headers and marks of exports, and what escapes and encodings go wrong over.
AWKWARD = [
    "> <@a:example.org> quoted\n\nreply", "<@U0a> has joined the channel", "&amp;lt; &lt;b&gt; <!here> <http://x|y>",
    '{"text": "x"}', "[1/1/26, 9:00:00] a: hi", "a\r\nb\u2028c", "שלום \u202eabc", "👩\u200d👩\u200d👧 e\u0301",
    '\ufeff"\\', ":smile:", "This message was deleted.",
]  # fmt: skip


def texts() -> st.SearchStrategy[str]:
    """Any text that has something to see."""
    return (st.text(max_size=40) | st.sampled_from(AWKWARD)).filter(lambda text: bool(text.strip()))


@st.composite
def conversations(
    draw: st.DrawFn, kinds: list[MessageKind], step: timedelta, *, times_rise: bool, timeless: bool = True
) -> Conversation:
    """One to eight messages of speakers called as a reader calls them, in that order.

    Args:
        draw: of Hypothesis.
        kinds: to choose from.
        step: what times are multiples of.
        times_rise: whether each time is later than the one before, rather than any.
        timeless: whether messages may lack a time.
    """
    messages: list[Message] = []
    at, known = START, 0
    for _ in range(draw(st.integers(1, 8))):
        speaker = draw(st.integers(0, known))
        known = max(known, speaker + 1)
        kind = draw(st.sampled_from(kinds))
        at = (at if times_rise else START) + step * draw(st.integers(1, 10**9))
        moment = None if timeless and draw(st.integers(0, 4)) == 0 else at
        messages.append(Message(speaker_name(speaker), draw(texts()) if kind.carries_text else "", moment, kind))
    return Conversation(tuple(messages))
