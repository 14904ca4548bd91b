"""Conversations as a reader gives them, for round trips through the writers."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from grooming_risk.conversation import Conversation, Message, MessageKind, speaker_name

START = datetime(2024, 2, 28, 23, tzinfo=UTC)
_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-11))])
# The first and the last day that every zone can give as UTC.
TIMES = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=_ZONES)
ANY_TIMES = TIMES | st.none()
# Lines that look like the headers and marks of exports, and what escapes and encodings go wrong over.
AWKWARD = st.sampled_from(
    [
        "> <@a:example.org> quoted\n\nreply",
        "<@U0a> has joined the channel",
        "&amp;lt; &lt;b&gt; <!here> <http://x|y>",
        '{"text": "x"}',
        "[1/1/26, 9:00:00] a: hi",
        "a\r\nb\u2028c",
        "שלום \u202eabc",
        "👩\u200d👩\u200d👧 e\u0301",
        '\ufeff"\\',
        ":smile:",
        "This message was deleted.",
        '"messages": [',
    ]
)
CHARACTERS = st.characters(exclude_categories=["Cs"])  # without lone surrogates, which are no UTF-8
TEXTS = st.text(CHARACTERS, max_size=60) | AWKWARD
ANY_TEXTS = st.text(st.characters(), max_size=60) | AWKWARD


def times_by(step, most=10**9):
    """Times that are so many steps from a start."""
    return st.integers(0, most).map(lambda number: START + step * number)


@st.composite
def conversations(
    draw,
    texts=ANY_TEXTS,
    *,
    times=ANY_TIMES,
    kinds=tuple(MessageKind),
    in_order=False,
    distinct=False,
    most=8,
    speakers=8,
):
    """Messages of speakers called as a reader calls them, in that order.

    Args:
        draw: of Hypothesis.
        texts: those without a visible character are left out, for they are media to every reader.
        times: of messages, or None for those without one.
        kinds: to choose from.
        in_order: whether no time is before the one ahead of it.
        distinct: whether no two times are the same.
        most: most messages.
        speakers: most speakers.
    """
    unique = {"unique_by": lambda moment: moment or object()} if distinct else {}
    moments = draw(st.lists(times, min_size=1, max_size=most, **unique))
    if in_order:
        known = iter(sorted(moment for moment in moments if moment))
        moments = [moment and next(known) for moment in moments]
    messages, met = [], 0
    for moment in moments:
        number = draw(st.integers(0, min(met, speakers - 1)))
        met = max(met, number + 1)
        kind = draw(st.sampled_from(kinds))
        text = draw(texts.filter(str.strip)) if kind.carries_text else ""
        messages.append(Message(speaker_name(number), text, moment, kind))
    return Conversation(tuple(messages))
