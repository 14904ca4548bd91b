from datetime import UTC, datetime, timedelta, timezone

import pytest

from grooming_risk import Conversation, GroomingRiskError, Message
from grooming_risk.conversation import Limits, MessageKind
from grooming_risk.errors import InputTooLargeError, InvalidConversationError


@pytest.mark.parametrize(
    "row",
    [
        Message("a", "hi"),
        {"speaker": "a", "text": "hi"},
        {"author": "a", "content": "hi"},
        {"user": "a", "body": "hi"},
        {"from": "a", "text": "hi"},
        {"sender": "a", "text": "hi", "timestamp": None},
        {"author": {"id": "a", "name": "Ann"}, "text": "hi"},
        ("a", "hi"),
        ["a", "hi", None],
    ],
)
def test_every_accepted_row_form_gives_the_same_message(row):
    assert Conversation.from_messages([row]).messages == (Message("a", "hi"),)


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-01T19:02:00Z",
        "2026-03-01T20:02:00+01:00",
        "2026-03-01T20:02:00.0000000+01:00",
        "2026-03-01T19:02:00.0Z",
        1772391720,
        1772391720.0,
        1772391720000,
        "1772391720",
        datetime(2026, 3, 1, 19, 2),
        datetime(2026, 3, 1, 20, 2, tzinfo=timezone(timedelta(hours=1))),
    ],
)
def test_every_accepted_time_is_the_same_moment(value):
    (message,) = Conversation.from_messages([("a", "hi", value)])
    assert message.sent_at == datetime(2026, 3, 1, 19, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rows", "index", "says"),
    [
        ([], None, "empty"),
        ("hello", None, "list"),
        ({"speaker": "a", "text": "hi"}, None, "list"),
        ([("a", "hi"), 7], 1, "int"),
        ([("a", "hi"), ("b",)], 1, "tuple"),
        ([{"speaker": "a"}], 0, "text, content, body"),
        ([{"text": "hi"}], 0, "speaker"),
        ([("a", None)], 0, "NoneType"),
        ([("a", b"hi")], 0, "bytes"),
        ([("", "hi")], 0, "speaker"),
        ([(None, "hi")], 0, "speaker"),
        ([("a", "hi", "yesterday")], 0, "time"),
        ([("a", "hi", "2026-13-01T00:00:00Z")], 0, "time"),
        ([("a", "hi", float("nan"))], 0, "time"),
        ([("a", "hi", 1e300)], 0, "time"),
        ([("a", "hi", True)], 0, "time"),
        ([{"speaker": "a", "text": "hi", "kind": "song"}], 0, "kind"),
    ],
)
def test_bad_rows_are_refused_by_index(rows, index, says):
    with pytest.raises(InvalidConversationError, match=says) as caught:
        Conversation.from_messages(rows)
    assert caught.value.index == index
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, GroomingRiskError)


@pytest.mark.parametrize(
    ("limits", "rows"),
    [
        (Limits(messages=2), [("a", "x")] * 11),
        (Limits(characters=3), [("a", "x" * 49)]),
    ],
)
def test_far_more_than_a_limit_is_refused(limits, rows):
    with pytest.raises(InputTooLargeError):
        Conversation.from_messages(rows, limits)


def test_what_is_beyond_a_limit_is_kept():
    rows = [(f"speaker {number}", "x" * 30) for number in range(9)]
    assert len(Conversation.from_messages(rows, Limits(messages=2, characters=3, speakers=2))) == 9


def test_an_endless_iterator_is_refused_after_the_limit():
    def endless():
        while True:
            yield ("a", "x")

    with pytest.raises(InputTooLargeError, match="more than 25"):
        Conversation.from_messages(endless(), Limits(messages=5))


def test_repr_hides_text_and_speaker():
    conversation = Conversation.from_messages([("secret-speaker", "secret text")])
    shown = repr(conversation) + repr(conversation.messages)
    assert "secret" not in shown


def test_kinds_are_kept():
    rows = [{"speaker": "a", "text": "", "kind": "media"}, {"speaker": "a", "text": "hi"}]
    kinds = [message.kind for message in Conversation.from_messages(rows)]
    assert kinds == [MessageKind.MEDIA, MessageKind.TEXT]
