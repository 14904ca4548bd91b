import json

import pytest

from grooming_risk.conversation import MessageKind
from grooming_risk.errors import GroomingRiskError, InputTooLargeError, InvalidConversationError, UnsupportedFormatError
from grooming_risk.readers import FORMATS, ReadingOptions, UnreadableConversation, read_file
from grooming_risk.readers.export import Export, ExportLimits

ROW = {"speaker": "a", "text": "hi", "sent_at": "2026-03-01T19:02:00Z"}


def discord(**change):
    message = {
        "id": "1", "type": "Default", "timestamp": "2026-03-01T19:02:00.123+01:00", "timestampEdited": None,
        "content": "hi", "author": {"id": "10", "name": "x", "isBot": False}, "attachments": [], "embeds": [],
    }  # fmt: skip
    return {
        "guild": {"id": "0", "name": "Direct Messages"}, "channel": {"id": "77", "type": "DirectTextChat"},
        "messages": [message, {**message, "author": {"id": "11"}, **change}], "messageCount": 2,
    }  # fmt: skip


def write(tmp_path, content, encoding="utf-8"):
    path = tmp_path / "chat.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding=encoding)
    return path


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
def test_json_shapes(tmp_path, content, sizes):
    assert [len(item.conversation) for item in read_file(write(tmp_path, content))] == sizes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path, encoding):
    path = write(tmp_path, json.dumps([{"speaker": "a", "text": "héllo 😀"}], ensure_ascii=False), encoding)
    reader = None if encoding != "utf-16" else "jsonl"
    (item,) = read_file(path, reader)
    assert item.conversation.messages[0].text == "héllo 😀"


def test_discord(tmp_path):
    (item,) = read_file(write(tmp_path, discord()))
    assert item.identifier == "77"
    first, second = item.conversation.messages
    assert (first.speaker, second.speaker) == ("a", "b")
    assert item.speakers == {"a": "x", "b": "11"}
    assert [message.speaker for message in item.with_names()] == ["x", "11"]
    assert "11" not in repr(item)
    assert first.sent_at.isoformat() == "2026-03-01T18:02:00.123000+00:00"
    assert item.warnings == ()


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        ({"type": "RecipientAdd", "content": "Added x to the group."}, MessageKind.SYSTEM, ""),
        ({"type": "46", "content": "something"}, MessageKind.SYSTEM, ""),
        ({"content": "", "attachments": [{"id": "1"}]}, MessageKind.MEDIA, ""),
        ({"type": "Reply"}, MessageKind.TEXT, "hi"),
        ({"content": "", "forwardedMessage": {"content": "fwd"}}, MessageKind.TEXT, "fwd"),
    ],
)
def test_discord_kinds(tmp_path, change, kind, text):
    (item,) = read_file(write(tmp_path, discord(**change)))
    assert (item.conversation.messages[1].kind, item.conversation.messages[1].text) == (kind, text)


def test_discord_count_mismatch_is_a_warning(tmp_path):
    (item,) = read_file(write(tmp_path, {**discord(), "messageCount": 9}))
    assert "9" in item.warnings[0]


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        ("CANARY not json", UnsupportedFormatError, "no known format"),
        ("", UnsupportedFormatError, "no known format"),
        ('{"CANARY": ', UnsupportedFormatError, "too early"),
        (json.dumps(discord())[:-80], UnsupportedFormatError, "too early"),
        ('[{"speaker": "a", "text": "CANARY"}', UnsupportedFormatError, "too early"),
        ("[" * 100_000 + "]", UnsupportedFormatError, "nested"),
        ('{"a": 1}\n7', UnsupportedFormatError, "line 2"),
        ('{\n"CANARY": 1\n}', UnsupportedFormatError, "messages"),
        (
            "\n".join(json.dumps({**ROW, "conversation": c}) for c in ("CANARY", "y", "CANARY")),
            UnsupportedFormatError,
            "from line 3.*sort",
        ),
        (json.dumps({**discord(), "messages": 1}), UnsupportedFormatError, "DiscordChatExporter"),
    ],
)
def test_bad_files_are_named_errors_without_text(tmp_path, content, error, says):
    with pytest.raises(error, match=says) as caught:
        list(read_file(write(tmp_path, content)))
    assert "CANARY" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[]", "empty"),
        ('[{"speaker": "a"}]', "message 0"),
        ('{"messages": 7}', "list"),
        (json.dumps(discord(content=None)), "message 1"),
    ],
)
def test_a_bad_conversation_is_a_result_of_its_own(tmp_path, content, says):
    (item,) = read_file(write(tmp_path, content))
    assert isinstance(item, UnreadableConversation)
    assert isinstance(item.error, InvalidConversationError) and says in str(item.error)


def test_a_bad_line_among_conversations(tmp_path):
    lines = [{"id": "x", "messages": [ROW]}, {"id": "y", "messages": [{}]}, {"id": "z", "messages": [ROW]}]
    found = list(read_file(write(tmp_path, "\n".join(map(json.dumps, lines)))))
    assert [(item.identifier, isinstance(item, UnreadableConversation)) for item in found] == [
        ("x", False), ("y", True), ("z", False)
    ]  # fmt: skip


def test_times_that_cannot_be_read_are_a_warning(tmp_path):
    (item,) = read_file(write(tmp_path, discord(timestamp="CANARY")))
    assert item.conversation.messages[1].sent_at is None
    assert item.warnings == ("1 times could not be read, first at message 1",)


def test_long_messages_are_split(tmp_path):
    rows = [ROW, {"speaker": "b", "text": "word " * 5_000}]
    (item,) = read_file(write(tmp_path, rows))
    assert "".join(message.text for message in item.conversation) == "hi" + "word " * 5_000
    assert max(len(message.text) for message in item.conversation) <= 8_000
    assert "split" in item.warnings[0]


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(UnsupportedFormatError, match="cannot be opened"):
        list(read_file(tmp_path / "none.json"))
    with pytest.raises(UnsupportedFormatError, match="no known format"):
        list(read_file(tmp_path))


def test_an_unknown_format(tmp_path):
    with pytest.raises(UnsupportedFormatError, match=", ".join(FORMATS)):
        read_file(tmp_path / "x", "fax")


@pytest.mark.parametrize("content", [[ROW], {"id": "x", "messages": [ROW]}, discord()])
def test_a_file_over_the_limit(tmp_path, content):
    with pytest.raises(InputTooLargeError, match="split"):
        list(read_file(write(tmp_path, content), options=ReadingOptions(export_limits=ExportLimits(member_bytes=10))))


@pytest.mark.parametrize(
    ("names", "root"),
    [
        (["a.json"], "."),
        (["x/a.json", "x/y/b.json", "__MACOSX/x/._a.json", ".DS_Store"], "x"),
        (["x/y/a.json", "x/y/b.json"], "x/y"),
        (["x/a.json", "y/b.json"], "."),
        ([".hidden"], "."),
    ],
)
def test_the_folder_that_holds_an_export(tmp_path, names, root):
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert str(Export(tmp_path).root()) == root


def test_not_utf8(tmp_path):
    path = tmp_path / "chat.json"
    path.write_bytes(b'[{"speaker": "a", "text": "\xff"}]')
    with pytest.raises(GroomingRiskError, match="UTF-8"):
        list(read_file(path))
