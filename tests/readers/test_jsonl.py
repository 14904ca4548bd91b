import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grooming_risk.cli import main
from grooming_risk.errors import InvalidConversationError, UnsupportedFormatError
from grooming_risk.readers import Columns, ReadingOptions, UnreadableConversation, read_file
from tests.support.examples import examples
from tests.support.export_damage import CANARY, as_json, check_error, check_reading, damaged, on_disk
from tests.support.exported_conversations import conversations
from tests.support.writers.jsonl import write

ON_DISK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def exports(root):
    return root / "tests" / "exports" / "jsonl"


@given(conversations(), st.text(min_size=1, max_size=20))
@settings(ON_DISK, max_examples=examples(60))
def test_round_trip(tmp_path, conversation, identifier):
    """JSON holds every string."""
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
WHOLE = {"id": CANARY, "messages": ROWS}
LINES = [{"conversation_id": CANARY, **row} for row in ROWS[:2]]
SHAPES = [{"": as_json(*documents)} for documents in ([WHOLE], [ROWS], [WHOLE, WHOLE], LINES, [WHOLE, *LINES])]


@given(st.sampled_from(SHAPES).flatmap(damaged))
@settings(max_examples=examples(150))
def test_any_damage_is_a_named_error(files):
    with on_disk(files, "chat.json") as path:
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


ROW = {"speaker": "a", "text": "hi", "sent_at": "2026-03-01T19:02:00Z"}


@pytest.mark.parametrize(
    ("content", "sizes"),
    [
        (json.dumps([ROW, ROW]), [2]),
        (json.dumps([["a", "hi"], ["b", "yo"]]), [2]),
        (json.dumps({"id": "x", "messages": [ROW]}), [1]),
        (json.dumps({"id": "x", "messages": [ROW, ROW]}, indent=2), [2]),
        ("\n".join([json.dumps(ROW)] * 3) + "\n\n", [3]),
        ("\n".join(json.dumps({**ROW, "conversation_id": c}) for c in "xxy"), [2, 1]),
        ("\n".join(json.dumps({"id": c, "messages": [ROW] * n}) for n, c in enumerate("xy", 1)), [1, 2]),
    ],
)
def test_shapes(tmp_path, content, sizes):
    path = tmp_path / "x.json"
    path.write_text(content)
    assert [len(item.conversation) for item in read_file(path)] == sizes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path, encoding):
    path = tmp_path / "x.json"
    path.write_text(json.dumps([["a", "grüße 😀"]], ensure_ascii=False), encoding=encoding)
    (item,) = read_file(path)
    assert item.conversation.messages[0].text == "grüße 😀"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (f'{{"{CANARY}": ', "too early"),
        (f'[{{"speaker": "a", "text": "{CANARY}"}}', "too early"),
        ("[" * 100_000 + "]", "nested"),
        ('{"a": 1}\n7', "line 2"),
        (f'{{\n"{CANARY}": 1\n}}', "messages"),
        ("\n".join(json.dumps({**ROW, "conversation": c}) for c in (CANARY, "y", CANARY)), "from line 3.*sort"),
    ],
)
def test_bad_files_are_named_errors_without_text(tmp_path, content, says):
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(UnsupportedFormatError, match=says) as caught:
        list(read_file(path))
    check_error(caught.value)


@pytest.mark.parametrize(
    ("content", "says"), [("[]", "empty"), ('[{"speaker": "a"}]', "message 0"), ('{"messages": 7}', "list")]
)
def test_a_bad_conversation_is_a_result_of_its_own(tmp_path, content, says):
    path = tmp_path / "x.json"
    path.write_text(content)
    (item,) = read_file(path)
    assert isinstance(item, UnreadableConversation)
    assert isinstance(item.error, InvalidConversationError) and says in str(item.error)


def test_a_bad_line_among_conversations(tmp_path):
    path = tmp_path / "x.jsonl"
    lines = [{"id": "x", "messages": [ROW]}, {"id": "y", "messages": [{}]}, {"id": "z", "messages": [ROW]}]
    path.write_bytes(as_json(*lines))
    assert [(item.identifier, isinstance(item, UnreadableConversation)) for item in read_file(path)] == [
        ("x", False),
        ("y", True),
        ("z", False),
    ]


def test_a_time_that_cannot_be_read_is_a_warning_without_it(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"messages": [["a", "hi", CANARY], ["b", "ho", "2026-03-01"]]}))
    (item,) = check_reading(path)
    assert item.warnings == ("times that could not be read: 1, first at message 0",)
    assert [message.sent_at is None for message in item.conversation] == [True, False]


def test_a_file_beside_chats_is_told_from_one_of_them(tmp_path):
    path = tmp_path / "users.json"
    path.write_text(json.dumps([{"id": "U1", "name": "casey"}]))
    (item,) = check_reading(path)
    assert "give the whole export" in str(item.error)


def test_every_fixture_is_scored(exports, capsys):
    assert main(["score", "--no-explain", *map(str, sorted(exports.iterdir()))]) == 0
    captured = capsys.readouterr()
    assert captured.out.count("no review") == 6
    assert captured.err == ""


def test_the_openai_format(tmp_path):
    rows = [
        {"role": "system", "content": "be kind"},
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": [{"type": "text", "text": "hello"}, {"type": "image_url"}]},
        {"role": "user", "content": None, "name": "mira"},
    ]
    (tmp_path / "x.json").write_text(json.dumps({"messages": rows}))
    (item,) = read_file(tmp_path / "x.json")
    assert list(item.speakers.values()) == ["system", "user", "assistant", "mira"]
    assert [(message.kind.value, message.text) for message in item.conversation] == [
        ("system", ""),
        ("text", "hi"),
        ("text", "hello"),
        ("media", ""),
    ]


@pytest.mark.parametrize("form", ["lines", "list", "object"])
def test_other_keys_are_given_as_columns(form, tmp_path):
    rows = [
        {"author": {"nick": "mira"}, "words": "hi", "when": "2026-03-01T10:00:00Z", "room": 7},
        {"author": {"nick": "jonas"}, "words": "you", "when": "2026-03-01T10:01:00Z", "room": 8},
        {"author": {"nick": "mira"}, "words": "ok", "when": "2026-03-01T10:02:00Z", "room": 7},
    ]
    text = {"lines": "\n".join(map(json.dumps, rows)), "list": json.dumps(rows), "object": json.dumps({"log": rows})}
    (tmp_path / "x.json").write_text(text[form])
    columns = Columns(speaker="author.nick", text="words", sent_at="when", conversation="room")
    first, second = read_file(tmp_path / "x.json", None, ReadingOptions(columns=columns))
    assert (first.identifier, second.identifier) == ("7", "8")
    assert [message.text for message in first.conversation] == ["hi", "ok"]
    assert first.conversation.messages[0].sent_at.hour == 10
    with pytest.raises(UnsupportedFormatError, match="lacks the key given for text"):
        list(read_file(tmp_path / "x.json", None, ReadingOptions(columns=Columns(speaker="author.nick", text="x"))))
