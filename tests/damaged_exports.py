"""Damage to exports, and what must hold of whatever a reader makes of it."""

import copy

from hypothesis import strategies as st

from grooming_risk.errors import GroomingRiskError
from grooming_risk.readers import ExportedConversation, UnreadableConversation, read_file
from grooming_risk.report import speaker_name

CANARY = "Kanarienvogel"
JUNK = st.sampled_from(
    [None, True, 0, -1, 1e308, float("nan"), 10**400, "", "\ud800", CANARY, [], {}, [CANARY], {CANARY: [CANARY]}]
)


@st.composite
def damaged_json(draw, good):
    """JSON with some of its nodes left out, replaced or of another type."""
    bad = copy.deepcopy(good)
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(list(_nodes(bad)) or [(None, None)]))
        if holder is None:
            return copy.deepcopy(draw(JUNK))
        if draw(st.booleans()):
            holder[key] = copy.deepcopy(draw(JUNK))
        else:
            del holder[key]
    return bad


def _nodes(value):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in list(items):
        yield value, key
        yield from _nodes(child)


@st.composite
def damaged_bytes(draw, good):
    """Bytes cut off, and one of them changed."""
    data = bytearray(good[: draw(st.integers(0, len(good)))])
    if data and draw(st.booleans()):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


def check_reading(path, format_name=None, options=None):
    """A reader gives results that hold together, or a named error without text. Gives the results."""
    found = []
    try:
        for item in read_file(path, format_name, options):
            found.append(item)
            if isinstance(item, UnreadableConversation):
                check_error(item.error)
            else:
                check_conversation(item)
    except GroomingRiskError as error:
        check_error(error)
    return found


def check_conversation(item):
    assert isinstance(item, ExportedConversation)
    assert len(item.conversation) > 0
    assert list(item.speakers) == [speaker_name(number) for number in range(len(item.speakers))]
    assert CANARY not in " ".join(item.warnings) + repr(item)
    for message in item.conversation:
        assert message.speaker in item.speakers
        assert bool(message.text) == message.kind.carries_text
        assert message.sent_at is None or message.sent_at.tzinfo is not None
    assert len(item.with_names()) == len(item.conversation)


def check_error(error):
    """No text in the error, nor in any error that led to it."""
    assert isinstance(error, GroomingRiskError)
    seen = [error]
    for one in seen:
        assert CANARY not in f"{one!r} {one} {vars(one)}"
        seen += [other for other in (one.__cause__, one.__context__) if other is not None and other not in seen]
