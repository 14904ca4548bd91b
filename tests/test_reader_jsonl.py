import json

import pytest
from damaged_exports import CANARY, check_reading, damaged_bytes, damaged_json
from exported_conversations import conversations
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from writers.jsonl import write

from grooming_risk.cli import main
from grooming_risk.readers import UnreadableConversation, read_file

ON_DISK = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def exports(root):
    return root / "tests" / "exports" / "jsonl"


TEXTS = st.text(st.characters(), max_size=50)  # JSON holds every string


@given(conversations(TEXTS), st.text(min_size=1, max_size=20))
@settings(ON_DISK, max_examples=60)
def test_round_trip(tmp_path, conversation, identifier):
    write(conversation, tmp_path / "x.jsonl", {}, identifier)
    (item,) = read_file(tmp_path / "x.jsonl")
    assert item.conversation == conversation
    assert item.identifier == identifier
    assert item.speakers == {speaker: speaker for speaker in item.speakers}


ROWS = [
    {"speaker": CANARY, "text": CANARY, "sent_at": "2026-03-01T19:02:00Z", "kind": "edited"},
    {"author": {"id": CANARY, "name": CANARY}, "body": CANARY, "ts": 1772391999.5},
    [CANARY, CANARY, None],
]


@given(st.data())
@settings(ON_DISK, max_examples=200)
def test_any_damage_is_a_named_error(tmp_path, data):
    whole = {"id": "x", "messages": ROWS}
    lines = [{"conversation_id": "x", **row} for row in ROWS[:2]]
    path = tmp_path / "chat.json"
    shape = data.draw(st.integers(0, 3))
    if shape == 0:
        path.write_text(json.dumps(data.draw(damaged_json(whole)), indent=data.draw(st.none() | st.just(1))))
    elif shape == 1:
        path.write_text("\n".join(map(json.dumps, data.draw(damaged_json([whole, whole])) or [])))
    elif shape == 2:
        path.write_text("\n".join(map(json.dumps, data.draw(damaged_json(lines)) or [])))
    else:
        path.write_bytes(data.draw(damaged_bytes("\n".join(map(json.dumps, [whole, *lines])).encode())))
    check_reading(path, "jsonl")
    check_reading(path)


def test_fixtures(exports):
    read = {path.name: list(read_file(path)) for path in exports.iterdir()}
    assert {name: [(item.identifier, len(item.conversation)) for item in items] for name, items in read.items()} == {
        "conversations.jsonl": [("monday", 8), ("tuesday", 6)],
        "messages.jsonl": [("monday", 8), ("tuesday", 8)],
        "list.json": [("1", 8)],
        "object.json": [("kinds", 10)],
    }
    (item,) = read["object.json"]
    kinds = [message.kind.value for message in item.conversation]
    assert kinds[1:6] == ["edited", "text", "deleted", "text", "media"]


@pytest.mark.parametrize("identifier", [[CANARY], {"a": CANARY}, None])
def test_an_id_that_is_none_gives_way_to_the_line(tmp_path, identifier):
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"id": identifier, "messages": [["a", "hi"]]}))
    assert [item.identifier for item in read_file(path)] == ["1"]


def test_utf_16_is_recognized(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps([["a", "grüße 😀"]], ensure_ascii=False), encoding="utf-16")
    (item,) = read_file(path)
    assert item.conversation.messages[0].text == "grüße 😀"


def test_the_error_of_a_time_holds_no_text(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"messages": [["a", "hi", CANARY]]}))
    (item,) = check_reading(path)
    assert isinstance(item, UnreadableConversation)


def test_every_fixture_is_scored(exports, capsys):
    assert main(["score", "--no-explain", *map(str, sorted(exports.iterdir()))]) == 0
    captured = capsys.readouterr()
    assert captured.out.count("no review") == 6
    assert captured.err == ""
