import json
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk.errors import InvalidConversationError, UnsupportedFormatError
from grooming_risk.readers import FORMATS, read_file
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.matrix.text import written
from tests.support.examples import examples
from tests.support.export_damage import check_reading, damaged, files_below, on_disk
from tests.support.exported_conversations import conversations, times_by
from tests.support.writers import matrix as writer

EXPORTS = Path(__file__).parents[1] / "exports" / "matrix"
SETTINGS = settings(max_examples=examples(60))
REPLY = {"m.relates_to": {"m.in_reply_to": {"event_id": "$1"}}}


def brief(item):
    return [(message.speaker, message.kind.value, message.text) for message in item.conversation]


def event(number, body="hi", sender="a", type_="m.room.message", **more):
    return {
        "type": type_,
        "sender": f"@{sender}:example.org",
        "event_id": f"${number}",
        "room_id": "!r:example.org",
        "origin_server_ts": 1772352000000 + 1000 * number,
        "content": {"msgtype": "m.text", "body": body},
        **more,
    }


def edit(number, target, body, sender="a", **more):
    content = {
        "msgtype": "m.text",
        "body": f"* {body}",
        "m.new_content": {"msgtype": "m.text", "body": body},
        "m.relates_to": {"rel_type": "m.replace", "event_id": f"${target}"},
    }
    return event(number, sender=sender, content=content, **more)


def read(tmp_path, data):
    path = tmp_path / "events.json"
    path.write_text(json.dumps(data))
    return list(read_file(path, "matrix"))


def test_an_export_of_element():
    (item,) = read_file(EXPORTS / "element.json")
    assert (item.identifier, item.speakers) == ("!lake:example.org", {"a": "Mira", "b": "Jonas 🚲"})
    assert item.warnings == ("messages that could not be decrypted: 1, first at message 10",)
    assert brief(item) == [
        ("a", "system", ""),
        ("a", "system", ""),
        ("b", "system", ""),
        ("a", "text", "who is coming to the lake?"),
        ("b", "text", "me!"),
        ("b", "text", "packs a towel"),
        ("a", "media", ""),
        ("a", "text", "the bus at nine"),
        ("b", "deleted", ""),
        ("b", "edited", "nine it is"),
        ("a", "media", ""),
        ("a", "media", ""),
        ("b", "text", "in the thread"),
    ]
    assert item.conversation.messages[1].sent_at.isoformat() == "2026-03-01T08:00:00.001000+00:00"


def test_a_dump_of_the_api_is_newest_first():
    (item,) = read_file(EXPORTS / "messages_api.json")
    assert brief(item) == [
        ("a", "edited", "shall we paint the fence?"),
        ("b", "text", "reminder: paint"),
        ("b", "edited", "no"),
        ("b", "media", ""),
        ("a", "text", "which colour?\ngreen\nblue"),
        ("a", "system", ""),
    ]
    assert [warning.partition(",")[0] for warning in item.warnings] == [
        "edits of messages that are not in the file or by somebody else: 1",
        "messages that could not be decrypted: 1",
        "events of unknown type: 1",
    ]


def test_a_list_of_events_of_two_rooms():
    assert [(item.identifier, len(item.conversation)) for item in read_file(EXPORTS / "events.json")] == [
        ("!lake:example.org", 2),
        ("!b:example.org", 1),
    ]


def test_an_export_with_attachments(tmp_path):
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as packed:
        packed.write(EXPORTS / "element.json", "Element - Lake - Chat Export/export.json")
        packed.writestr("Element - Lake - Chat Export/images/lake.json", '{"room_name": ')
    (item,) = read_file(tmp_path / "export.zip")
    assert len(item.conversation) == 13


def test_an_export_among_other_chats_is_not_taken_for_the_whole_folder(tmp_path):
    (tmp_path / "export.json").write_bytes((EXPORTS / "element.json").read_bytes())
    (tmp_path / "other.json").write_text("[]")
    assert not FORMATS["matrix"].recognizes(Export(tmp_path))


def test_names_beside_a_dump(tmp_path):
    member = event(0, type_="m.room.member", content={"displayname": "Mira"}, state_key="@a:example.org")
    (item,) = read(tmp_path, {"chunk": [event(1)], "state": [member]})
    assert item.speakers == {"a": "Mira"}


def test_the_latest_edit_by_the_sender_counts(tmp_path):
    events = [
        event(1, "teh first"),
        edit(2, 1, "the second"),
        edit(4, 1, "the fourth"),
        edit(3, 1, "the third"),
        edit(5, 1, "by another", sender="b"),
        edit(6, 2, "an edit of an edit"),
        edit(7, 99, "of nothing here"),
        event(8, unsigned={"m.relations": {"m.replace": edit(9, 8, "bundled")}}),
        event(9, unsigned={"m.relations": {"m.replace": edit(10, 9, "bundled by another", sender="b")}}),
    ]
    (item,) = read(tmp_path, events)
    assert brief(item) == [
        ("a", "edited", "the fourth"),
        ("b", "edited", "by another"),
        ("a", "edited", "an edit of an edit"),
        ("a", "edited", "of nothing here"),
        ("a", "edited", "bundled"),
        ("a", "text", "hi"),
    ]
    assert item.warnings[0].startswith("edits of messages that are not in the file or by somebody else: 3")


def test_events_that_stand_there_twice(tmp_path):
    (item,) = read(tmp_path, [event(1), event(2), event(2), event(3)])
    assert len(item.conversation) == 3
    assert item.warnings == ("duplicate events, read once: 1, first at message 0",)


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        ({"content": {}}, "deleted", ""),
        ({"type": "m.room.encrypted", "content": {}}, "deleted", ""),
        ({"type": "m.room.encrypted", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}, "media", ""),
        ({"content": {"msgtype": "m.notice", "body": "x"}}, "text", "x"),
        ({"content": {"msgtype": "org.example.new", "body": "x"}}, "text", "x"),
        ({"content": {"msgtype": "m.audio", "body": "voice.ogg"}}, "media", ""),
        ({"content": {"msgtype": "m.file", "body": "f.pdf", "filename": "f.pdf"}}, "media", ""),
        ({"content": {"msgtype": "m.location", "body": "Location geo:1,2", "filename": "x"}}, "media", ""),
        (
            {"content": {"msgtype": "m.location", "body": "Location geo:1.5,2.5;u=2 at 2026-03-01T19:02Z"}},
            "media",
            "",
        ),
        ({"content": {"msgtype": "m.location", "body": "the old mill"}}, "text", "the old mill"),
        ({"content": {"msgtype": "m.location", "body": "meet here geo:1,2 alone"}}, "text", "meet here geo:1,2 alone"),
        (
            {"content": {"msgtype": "m.location", "body": "geo:1,2", "m.location": {"description": "my place"}}},
            "text",
            "my place",
        ),
        ({"content": {"msgtype": "m.location", "body": 5, "m.location": [1]}}, "media", ""),
        ({"content": {"msgtype": "m.key.verification.request", "body": "A asks"}}, "system", ""),
        ({"content": {"msgtype": "m.text", "body": 5}}, "system", ""),
        ({"content": {"msgtype": "m.text"}}, "system", ""),
        ({"type": "m.room.topic", "state_key": "", "content": {"topic": "x"}}, "system", ""),
        ({"type": "m.call.invite", "content": {"offer": {}}}, "system", ""),
        (
            {
                "type": "m.poll.start",
                "content": {
                    "m.poll": {
                        "question": {"m.text": [{"body": "when?"}]},
                        "answers": [{"m.id": "1", "m.text": [{"body": "now"}]}],
                    }
                },
            },
            "text",
            "when?\nnow",
        ),
        ({"type": "m.poll.start", "content": {"m.poll": 1}}, "system", ""),
    ],
)
def test_kinds(tmp_path, change, kind, text):
    (item,) = read(tmp_path, [{**event(1), **change}])
    assert brief(item) == [("a", kind, text)]


@pytest.mark.parametrize("type_", ["m.reaction", "m.room.redaction", "m.poll.response", "org.matrix.msc3381.poll.end"])
def test_signs_are_no_messages(tmp_path, type_):
    (item,) = read(tmp_path, [event(1), event(2, type_=type_)])
    assert len(item.conversation) == 1


@pytest.mark.parametrize(
    ("body", "more", "text"),
    [
        ("> <@b:example.org> one\n> two\n\nreply\n> mine", REPLY, "reply\n> mine"),
        ("> * <@b:example.org> waves\n\nhello", REPLY, "hello"),
        ("> <@b:example.org> one\n\nreply", {}, "> <@b:example.org> one\n\nreply"),
        ("> a quotation of my own\nreply", REPLY, "> a quotation of my own\nreply"),
        ("> <@b:example.org> all of it", REPLY, "> <@b:example.org> all of it"),
        ("*hi* [map](http://x.org)", {"formatted_body": "<em>hi</em> <a href='http://x.org'>map</a>"}, None),
        ("a &amp; b", {"formatted_body": "a &amp;amp; b"}, None),
        ("hello", {"formatted_body": "<b>something</b> else &amp; more"}, "hello\nsomething else & more"),
        ("x", {**REPLY, "formatted_body": "<mx-reply><blockquote>quoted</blockquote></mx-reply>x"}, None),
        ("hello", {"formatted_body": 5}, None),
    ],
)
def test_what_was_written(body, more, text):
    content = {"msgtype": "m.text", "body": body, **more}
    assert written(content, reply="m.relates_to" in more) == (body if text is None else text)


@pytest.mark.parametrize(
    "text", ["<" * 100_000, "<a" * 50_000, "> <" * 30_000, "> <a\n" * 20_000, "<mx-reply>" * 10_000]
)
def test_long_hostile_texts(text):
    assert written({"msgtype": "m.text", "body": text, "formatted_body": text}, reply=True)


@pytest.mark.parametrize("row", [7, None, {"type": "m.room.message"}, {"type": [], "sender": "CANARY"}])
def test_a_row_that_is_no_event(tmp_path, row):
    (item,) = read(tmp_path, {"chunk": [event(1), row]})
    assert isinstance(item.error, InvalidConversationError)
    assert "type or sender" in str(item.error) and "CANARY" not in str(item.error)


@pytest.mark.parametrize("data", [{"room_name": "CANARY"}, {"messages": {}}, {"chunk": None}, 7])
def test_no_events(tmp_path, data):
    with pytest.raises(UnsupportedFormatError, match="no list of Matrix events"):
        read(tmp_path, data)


TIMES = times_by(timedelta(milliseconds=1)) | st.none()


@SETTINGS
@given(conversations(times=TIMES))
def test_round_trip_of_element(conversation):
    """Element holds every text and order, and times to the millisecond."""
    with tempfile.TemporaryDirectory() as folder:
        writer.write(conversation, Path(folder) / "export.json", {}, "!r:example.org")
        (item,) = read_file(Path(folder) / "export.json")
    assert item.conversation == conversation
    assert (item.identifier, item.speakers["a"]) == ("!r:example.org", "@a:example.org")


@SETTINGS
@given(conversations(times=TIMES, in_order=True, distinct=True), st.booleans(), st.booleans())
def test_round_trip_of_events(conversation, backward, dump):
    """A dump whose times rise is put in order whichever way round it is; one message has no way round."""
    events = writer.events(conversation, "!r:example.org")
    rising = sum(message.sent_at is not None for message in conversation) > 1
    events = events[::-1] if backward and rising else events
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.json"
        path.write_text(json.dumps({"chunk": events} if dump else events))
        (item,) = read_file(path)
    assert item.conversation == conversation


FILES = {name: files_below(EXPORTS / name) for name in ("element.json", "messages_api.json", "events.json")}


@SETTINGS
@given(st.sampled_from(sorted(FILES)).flatmap(lambda name: damaged(FILES[name])))
def test_any_damage_is_a_named_error(files):
    with on_disk(files, "export.json") as path:
        check_reading(path, "matrix")
        check_reading(path)


@pytest.mark.parametrize("fixture", sorted(FILES))
def test_recognized_by_this_reader_first(fixture):
    export = Export(EXPORTS / fixture)
    assert next(name for name, reader in FORMATS.items() if reader.recognizes(export)) == "matrix"


def test_a_folder_of_exports_is_not_one():
    assert not any(reader.recognizes(Export(EXPORTS)) for reader in FORMATS.values())
