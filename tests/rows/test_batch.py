"""`score_conversations` with the ids of the caller."""

import json

import pytest

from grooming_risk import ScoredConversation, score_conversation, score_conversations
from grooming_risk.errors import InvalidConversationError, InvalidOptionError
from grooming_risk.rows import read_conversation, result_row
from grooming_risk.testing import StandInScorer
from tests.support.service.service_client import CHAT, HARMLESS, IDENTIFIED

CANARY = "xylophonecanary"


@pytest.fixture(scope="module")
def scorer():
    return StandInScorer(digest_key=b"a key of the tests only")


def test_results_carry_the_ids_of_the_caller(scorer):
    rows = [{"conversation": 7, "messages": IDENTIFIED}, {"id": "x", "messages": HARMLESS}, {"messages": CHAT}]
    results = list(score_conversations(rows, scorer=scorer, ids=True))
    assert [result.conversation for result in results] == [7, "x", None]
    assert [result.report for result in results] == list(
        score_conversations([row["messages"] for row in rows], scorer=scorer)
    )
    first = results[0]
    assert first.error is None
    assert first.message_id(first.report.first_flag) == f"m{first.report.first_flag}"
    assert first.message_ids == tuple(message["message_id"] for message in IDENTIFIED)
    assert results[1].message_ids == () and results[1].message_id(0) is None
    assert results[1].message_id(results[1].report.first_flag) is None


def test_as_json_a_result_is_what_the_service_answers(scorer):
    row = {"conversation": 7, "messages": IDENTIFIED}
    (result,) = score_conversations([row], scorer=scorer, ids=True)
    report = score_conversation(IDENTIFIED, scorer=scorer)
    assert result.to_dict() == result_row(read_conversation(row), report)
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["message_ids"]


def test_errors_carry_them_too(scorer):
    rows = [
        {"conversation": 1, "messages": CHAT},
        {"conversation": 2, "messages": [("ana", 5)]},
        {"conversation": 1.5, "messages": CHAT},
        {"conversation": 3},
        "no mapping",
        None,
        {"conversation": 4, "messages": HARMLESS},
    ]
    results = list(score_conversations(rows, scorer=scorer, ids=True, errors="return"))
    assert [result.conversation for result in results] == [1, 2, None, 3, None, None, 4]
    assert [result.report is None for result in results] == [False, True, True, True, True, True, False]
    assert results[1].to_dict() == {
        "conversation": 2,
        "error": {
            "type": "InvalidConversationError",
            "message": "message 0: text is a int; pass a string",
            "index": 0,
        },
    }
    found = []
    with pytest.raises(InvalidConversationError, match="text is a int"):
        found.extend(score_conversations(rows, scorer=scorer, ids=True))
    results = score_conversations(rows, scorer=scorer, ids=True)
    assert next(results).conversation == 1  # what comes before an error is not lost


def test_names_of_ones_own(scorer):
    own = {"thread": 7, "posts": [{"who": m["speaker"], "what": m["text"], "no": m["message_id"]} for m in IDENTIFIED]}
    keys = {"conversation": "thread", "messages": "posts", "speaker": "who", "text": "what", "message_id": "no"}
    (result,) = score_conversations([own], scorer=scorer, keys=keys, ids=True)
    (usual,) = score_conversations([{"conversation": 7, "messages": IDENTIFIED}], scorer=scorer, ids=True)
    assert result == usual
    bad = {"thread": 8, "posts": []}
    (failed,) = score_conversations([bad], scorer=scorer, keys=keys, ids=True, errors="return")
    assert failed.conversation == 8


def test_messages_of_any_iterable_have_ids(scorer):
    numpy = pytest.importorskip("numpy")
    expected = tuple(message["message_id"] for message in IDENTIFIED)
    for messages in (iter(IDENTIFIED), tuple(IDENTIFIED), numpy.array(IDENTIFIED, dtype=object)):
        assert read_conversation({"messages": messages}).message_ids == expected
    for messages in (CANARY, {"speaker": CANARY}, 7, None):
        with pytest.raises(InvalidConversationError, match="must be a list of messages"):
            read_conversation({"messages": messages})


def test_a_mapping_without_ids_says_how_to_pass_it(scorer):
    with pytest.raises(InvalidConversationError, match="pass ids=True"):
        list(score_conversations([{"messages": CHAT}], scorer=scorer))
    with pytest.raises(InvalidOptionError, match="errors must be"):
        score_conversations([], scorer=scorer, errors="ignore", ids=True)


def test_a_row_that_fails_by_itself_is_named_by_its_type(scorer):
    class Failing(dict):
        def get(self, *_):
            raise RuntimeError(CANARY)

    rows = [Failing(conversation=CANARY, messages=CHAT), {"conversation": 2, "messages": CHAT}]
    failed, whole = score_conversations(rows, scorer=scorer, ids=True, errors="return")
    assert "raised RuntimeError" in str(failed.error) and failed.conversation is None
    assert CANARY not in repr(failed.error.__context__) + repr(failed.error.__cause__)
    assert whole.report is not None


def test_neither_text_nor_ids_are_shown(scorer):
    rows = [{"id": CANARY, "messages": [{"speaker": CANARY, "text": CANARY, "id": CANARY}]}, {"id": CANARY}]
    for result in score_conversations(rows, scorer=scorer, ids=True, errors="return"):
        assert isinstance(result, ScoredConversation)
        assert CANARY not in repr(result)
        assert CANARY not in str(result.error)
