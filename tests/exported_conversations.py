"""Conversations as a reader gives them, for round trips through the writers."""

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from grooming_risk.conversation import Conversation, Message, MessageKind
from grooming_risk.report import speaker_name

_ZONES = st.sampled_from([timezone.utc, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-11))])
# The first and the last day that every zone can give as UTC.
TIMES = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=_ZONES)
ANY_TIMES = TIMES | st.none()


@st.composite
def conversations(draw, texts, times=ANY_TIMES, kinds=tuple(MessageKind), in_order=False):
    """Up to eight messages of neutral speakers; texts without a visible character are media to every reader."""
    moments = draw(st.lists(times, min_size=1, max_size=8))
    messages, speakers = [], 0
    for moment in sorted(moments) if in_order else moments:
        number = draw(st.integers(0, speakers))
        speakers += number == speakers
        kind = draw(st.sampled_from(kinds))
        text = draw(texts.filter(str.strip)) if kind.carries_text else ""
        messages.append(Message(speaker_name(number), text, moment, kind))
    return Conversation(tuple(messages))
