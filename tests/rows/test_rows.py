"""Rows that carry the ids of the caller, into a conversation and out with its results."""

import json

import pytest

from grooming_risk import Conversation, Message
from grooming_risk.errors import InputTooLargeError, InvalidConversationError
from grooming_risk.report import RiskReport
from grooming_risk.rows import COLUMNS, error_row, flat_row, message_id, read_conversation, result_row
from grooming_risk.testing import StandInScorer
from tests.support.service.service_client import CHAT, IDENTIFIED


def scored(row):
    item = read_conversation(row)
    return item, StandInScorer().score_batch([item.conversation])[0]


@pytest.mark.parametrize("key", ["conversation", "conversation_id", "id"])
def test_ids_come_back_as_they_were_given(key):
    item, report = scored({key: 7, "messages": IDENTIFIED})
    row = result_row(item, report)
    assert row["conversation"] == 7
    cited = {report.first_flag, *(piece.message for piece in report.evidence)}
    assert {str(index) for index in cited} <= row["message_ids"].keys()
    assert all(name == IDENTIFIED[int(index)]["message_id"] for index, name in row["message_ids"].items())
    assert json.loads(json.dumps(row)) == row


def test_without_ids_a_row_is_the_report():
    item, report = scored({"messages": CHAT})
    row = result_row(item, report)
    assert row.pop("conversation") is None
    assert RiskReport.from_json(json.dumps(row)) == report


def test_some_messages_may_have_no_id():
    item = read_conversation({"messages": [{**IDENTIFIED[0]}, CHAT[1], ("ann", "hello")]})
    assert item.ids_of(range(3)) == {"0": "m0"}


def test_conversations_of_the_library_have_no_ids():
    rows = [Message("ann", "hello"), ("ben", "are you there?")]
    for messages in (rows, Conversation.from_messages(rows), iter(rows)):
        assert read_conversation({"messages": messages}).message_ids == ()


@pytest.mark.parametrize("bad", ["", "x" * 1_001, True, 1.5, ["a"], {"a": 1}])
def test_ids_that_cannot_be_used_are_refused_with_their_index(bad):
    with pytest.raises(InvalidConversationError, match="message 1: the id must be") as caught:
        read_conversation({"messages": [CHAT[0], {**CHAT[1], "id": bad}]})
    assert caught.value.index == 1
    with pytest.raises(InvalidConversationError, match="the id of the conversation must be"):
        read_conversation({"messages": CHAT, "conversation": bad})


def test_an_id_that_comes_twice_is_refused():
    rows = [{**IDENTIFIED[0]}, {**IDENTIFIED[1], "message_id": "m0"}]
    with pytest.raises(InvalidConversationError, match="message 1 has the id of an earlier one"):
        read_conversation({"messages": rows})
    assert message_id({"message_id": "None"}, 0) == "None"
    assert len(read_conversation({"messages": [CHAT[0], {**CHAT[1], "id": "None"}]}).conversation) == 2


def test_a_conversation_needs_messages():
    with pytest.raises(InvalidConversationError, match='no "messages"'):
        read_conversation({"conversation": 7})


def test_ids_are_not_shown():
    assert "m0" not in repr(read_conversation({"messages": IDENTIFIED}))


def test_flat_rows_have_every_column():
    item, report = scored({"conversation": 7, "messages": IDENTIFIED})
    row = result_row(item, report)
    flat = flat_row(row, json.dumps(row))
    assert list(flat) == [column.name for column in COLUMNS]
    assert (flat["conversation"], flat["outcome"], flat["messages"]) == ("7", "review", 8)
    assert (flat["probability_low"], flat["probability_high"]) == report.interval
    assert flat["first_flag_id"] == f"m{report.first_flag}"
    assert flat["error"] is None


def test_an_error_becomes_a_row():
    row = error_row("7f3", InvalidConversationError("message 2: text is a int; pass a string", 2))
    assert row["error"] == {
        "type": "InvalidConversationError",
        "message": "message 2: text is a int; pass a string",
        "index": 2,
    }
    flat = flat_row(row, None)
    assert (flat["conversation"], flat["error"], flat["outcome"]) == ("7f3", "InvalidConversationError", None)
    assert "index" not in error_row(None, InputTooLargeError("too many"))["error"]
