"""What every engine's worker does with rows, without an engine."""

import json
import pickle
import random

import pytest

from grooming_risk import ConversationMonitor, RiskScorer, score_conversation
from grooming_risk.engines import EngineOptions, frames, score_conversation_rows, score_message_rows
from grooming_risk.engines.follower import IDS, Follower, worker_follower
from grooming_risk.engines.kafka import _message
from grooming_risk.engines.tables import conversation_column, in_order
from grooming_risk.engines.worker import worker_options
from grooming_risk.errors import InvalidConversationError, InvalidOptionError
from grooming_risk.outcome import Outcome
from grooming_risk.rows import COLUMNS, LIVE_COLUMNS
from grooming_risk.testing import CONVERSATIONS, StandInScorer

CANARY = "zebra-canary-text"
CHAT = [
    {"message_id": f"m{n}", "speaker": speaker, "text": text}
    for n, (speaker, text) in enumerate(CONVERSATIONS[Outcome.REVIEW])
]


@pytest.fixture
def options():
    return EngineOptions(scorer=StandInScorer(threads=1, digest_key=b"a key of the tests only"))


def table(*names, seed=3):
    rows = [{"conversation": name, "sequence": n, **row} for name in names for n, row in enumerate(CHAT)]
    random.Random(seed).shuffle(rows)
    return sorted(rows, key=lambda row: row["conversation"])


def test_rows_are_reports_with_ids_or_errors(options):
    bad = [{"messages": []}, {"conversation": 1.5, "messages": CHAT}, {"conversation": "x"}, {"id": "y", "messages": 3}]
    rows = list(score_conversation_rows([{"conversation": 7, "messages": CHAT}, *bad], options))
    assert [tuple(row) for row in rows] == [tuple(column.name for column in COLUMNS)] * 5
    report = json.loads(rows[0]["report"])
    assert report.pop("message_ids") and report.pop("conversation") == 7
    assert report == json.loads(json.dumps(score_conversation(CHAT, scorer=options.scorer).to_dict()))
    assert [row["error"] for row in rows[1:]] == ["InvalidConversationError"] * 4
    assert [row["conversation"] for row in rows] == ["7", None, None, "x", "y"]


def test_messages_become_conversations_in_order(options):
    rows = list(score_message_rows([*table("a", "b"), {"conversation": None, "speaker": "a", "text": CANARY}], options))
    assert [row["conversation"] for row in rows] == ["a", "b", None]
    alone = next(score_conversation_rows([{"conversation": "a", "messages": CHAT}], options))
    assert json.loads(rows[0]["report"]) == json.loads(alone["report"])
    assert rows[2]["error"] == "InvalidConversationError"
    assert CANARY not in json.dumps(rows)


def test_order_by_time_and_without_one():
    times = ["2026-03-01T10:00:00Z", "2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z"]
    rows = [{"ts": time, "id": name} for time, name in zip(times, "cab", strict=True)]
    assert [row["id"] for row in in_order(rows)] == ["a", "b", "c"]
    assert in_order([{"id": "a"}]) == [{"id": "a"}]
    with pytest.raises(InvalidConversationError, match="no order of their own"):
        in_order([{"id": "a"}, {"id": "b"}])
    with pytest.raises(InvalidConversationError, match="message 1: time must be"):
        in_order([{"sent_at": times[0]}, {"sent_at": CANARY}])


def test_a_conversation_that_is_too_long_is_an_error_row():
    limits = RiskScorer(threads=1).limits.__class__(messages=len(CHAT) // 5 - 1)
    asked = EngineOptions(scorer=StandInScorer(threads=1, limits=limits))
    rows = list(score_message_rows(table("a"), asked))
    assert [(row["conversation"], row["error"]) for row in rows] == [("a", "InputTooLargeError")]


def test_names_of_ones_own(options):
    own = [{"who": row["speaker"], "what": row["text"]} for row in CHAT]
    asked = EngineOptions(scorer=options.scorer, keys={"speaker": "who", "text": "what"})
    row = next(score_conversation_rows([{"messages": own}], asked))
    assert row["outcome"] == "review"
    with pytest.raises(InvalidOptionError, match="not a field"):
        EngineOptions(keys={"colour": "x"})


OWN = {"speaker": "who", "text": "what", "message_id": "no", "conversation": "thread", "sequence": "turn"}


def own_rows(rows):
    return [{OWN.get(name, name): value for name, value in row.items()} for row in rows]


def test_names_of_ones_own_in_tables_and_streams(options):
    asked = EngineOptions(scorer=options.scorer, keys=OWN, steps=True)
    assert list(score_message_rows(own_rows(table("a", "b")), asked)) == list(
        score_message_rows(table("a", "b"), options)
    )
    usual = EngineOptions(scorer=options.scorer, steps=True)
    assert follow(Follower(asked), own_rows(CHAT))[1] == follow(Follower(usual), CHAT)[1]
    own = own_rows([{"conversation": "7f3", **CHAT[0]}])[0]
    assert _message(json.dumps(own).encode(), "7f3", OWN) == ("7f3", own)
    with pytest.raises(InvalidConversationError, match="is not the key"):
        _message(json.dumps(own).encode(), "8", OWN)


def test_the_column_of_conversations():
    assert conversation_column(["text", "conversation_id"], None) == "conversation_id"
    assert conversation_column(["conversation_id", "conversation"], {}) == "conversation"
    assert conversation_column(["conversation"], {"conversation": "thread"}) == "thread"
    assert conversation_column(None, None) == conversation_column([], {"text": "x"}) == "conversation"


def test_an_id_that_no_table_could_hold_is_an_error_row(options):
    (row,) = score_conversation_rows([{"conversation": "\ud83d", "messages": CHAT}], options)
    assert (row["conversation"], row["error"]) == (None, "InvalidConversationError")
    (row,) = score_message_rows([{"conversation": "\ud83d", **CHAT[0]}], options)
    assert (row["conversation"], row["error"]) == (None, "InvalidConversationError")


def test_a_worker_loads_the_model_once(options):
    again = pickle.loads(pickle.dumps(options))
    assert worker_options(options) is worker_options(again)
    assert worker_follower(options) is worker_follower(again)
    with pytest.raises(InvalidOptionError, match="one thread"):
        EngineOptions(scorer=RiskScorer(threads=2))


def follow(follower, rows, state=None, name="7f3"):
    found = []
    for row in rows:
        state, given = follower.read(name, state, [row])
        found += given
    return state, found


def test_live_steps_are_those_of_a_monitor_also_from_a_state(options):
    asked = EngineOptions(scorer=options.scorer, steps=True)
    monitor = ConversationMonitor(options.scorer)
    expected = [monitor.update(row) for row in CHAT]
    first = Follower(asked)
    state, rows = follow(first, CHAT[:3])
    state, more = follow(Follower(asked), CHAT[3:], state)  # another worker
    assert [tuple(row) for row in rows + more] == [tuple(column.name for column in LIVE_COLUMNS)] * len(CHAT)
    assert [(row["message"], row["probability"]) for row in rows + more] == [
        (step.message, step.probability) for step in expected
    ]
    assert [row["message_id"] for row in rows + more] == [row["message_id"] for row in CHAT]
    flags = [row for row in rows + more if row["flag"] is not None]
    assert len(flags) == 1 and json.loads(flags[0]["flag"])["conversation"] == "7f3"
    assert all(row["text"].encode() not in state for row in CHAT)


def test_messages_that_come_again_are_left_out(options):
    follower = Follower(options)
    state, rows = follow(follower, CHAT)
    again, more = follow(follower, CHAT, state)
    assert again is state and more == []
    assert len(json.loads(state.partition(b"\n")[2])["ids"]) <= IDS
    assert sum(row["flag"] is not None for row in rows) == 1


def test_a_state_that_was_rolled_back_is_not_what_is_in_memory(options):
    follower = Follower(EngineOptions(scorer=options.scorer, steps=True))
    state, _ = follow(follower, CHAT[:3])
    follow(follower, CHAT[3:5], state)  # the engine loses what this returned
    _, rows = follow(follower, CHAT[3:4], state)
    assert [row["message"] for row in rows] == [3]


@pytest.mark.parametrize(
    "damage", [b"", b"x\nnot json", b"x\n{}", b'x\n{"format": 9, "ids": [], "state": {}}', b"\xff"]
)
def test_a_damaged_state_is_an_error_row(options, damage):
    state, rows = Follower(options).read("7f3", damage, [CHAT[0]])
    assert state is damage
    assert [row["error"] for row in rows] == ["UnsupportedFormatError"]


def test_bad_messages_are_error_rows_and_change_nothing(options):
    follower = Follower(options)
    state, _ = follow(follower, CHAT[:2])
    after, rows = follow(follower, [{"text": CANARY}, {"speaker": "a", "text": CANARY, "sent_at": "soon"}], state)
    assert after is state
    assert [row["error"] for row in rows] == ["InvalidConversationError"] * 2
    assert CANARY not in json.dumps(rows)


@pytest.mark.parametrize("value", [b"{", b"[]", "{", b'{"conversation": "other"}', 7])
def test_kafka_messages_that_cannot_be_used(value):
    with pytest.raises((InvalidConversationError, AttributeError)):
        _message(value, "7f3")


def test_kafka_messages():
    assert _message(b'{"text": "x"}', b"7f3") == ("7f3", {"text": "x"})
    assert _message({"text": "x", "conversation": None}, "7f3")[0] == "7f3"
    assert _message(b'{"conversation": 7}', "7") == (7, {"conversation": 7})
    assert _message(b"", "7f3") == ("7f3", None)
    with pytest.raises(InvalidConversationError, match="has no key"):
        _message(b'{"text": "x"}', None)


def test_columns(options):
    given = {"conversation": ["a", "b"], "messages": [CHAT, None]}
    columns = frames.score_columns(given, options)
    assert list(columns) == [column.name for column in COLUMNS]
    assert columns["outcome"] == ["review", None]


def test_data_frames(options):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    rows = [*table("b", "a"), {"conversation": float("nan"), "speaker": "a", "text": CANARY}]
    scored = frames.score_messages(pandas.DataFrame(rows).sample(frac=1, random_state=1), options)
    assert list(scored.columns) == [column.name for column in COLUMNS]
    assert sorted(scored["outcome"].dropna()) == ["review", "review"]
    named = pandas.DataFrame(rows).rename(columns={"conversation": "conversation_id"}).sort_values("sequence")
    assert frames.score_messages(named, options)["messages"].dropna().tolist() == [len(CHAT)] * 2
    own = frames.score_messages(pandas.DataFrame(own_rows(rows)), EngineOptions(scorer=options.scorer, keys=OWN))
    assert sorted(own["outcome"].dropna()) == ["review", "review"]
    frame = pandas.DataFrame({"conversation": ["a"], "messages": [CHAT], "team": ["north"]}, index=[41])
    whole = frames.score_conversations(frame, options)
    assert whole["outcome"].tolist() == ["review"]
    joined = frame[["team"]].join(whole)
    assert joined.loc[41, ["team", "conversation", "outcome"]].tolist() == ["north", "a", "review"]
