import json
import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk.conversation import MessageKind
from grooming_risk.errors import InvalidConversationError, UnsupportedFormatError
from grooming_risk.readers import UnreadableConversation, read_file
from grooming_risk.readers.detection import is_export
from tests.support.examples import examples
from tests.support.export_damage import CANARY, check_reading, damaged, files_below, on_disk
from tests.support.exported_conversations import TEXTS, conversations, times_by
from tests.support.writers import signal as writer

EXPORTS = Path(__file__).parents[1] / "exports" / "signal"
MAIN = EXPORTS / "app" / "main.jsonl"
RIA = EXPORTS / "signal_export" / "Ria"
ALL = [*sorted(EXPORTS.iterdir()), MAIN, RIA / "data.json", RIA / "chat.md"]
T, S, M, D, E = MessageKind.TEXT, MessageKind.SYSTEM, MessageKind.MEDIA, MessageKind.DELETED, MessageKind.EDITED
FROM_RIA = [("Ria", T, "did the parcel come?"), ("Me", T, "yes\nthanks"), ("Ria", M, ""), ("Ria", D, ""), ("Me", S, "")]


def rows(item):
    return [(item.speakers[m.speaker], m.kind, m.text) for m in item.conversation]


def frames(tmp_path, *items, name="main.jsonl"):
    path = tmp_path / name
    start = [{"version": "1", "backupTimeMs": "1"}, {"recipient": {"id": "1", "self": {}}}]
    path.write_text("\n".join(json.dumps(row) for row in (*start, *items)), encoding="utf-8")
    return path


def item(**change):
    return {"chatItem": {"chatId": "7", "authorId": "1", "dateSent": "1772390000000", "incoming": {}, **change}}


def test_the_apps_export():
    pat, choir = read_file(EXPORTS / "app")
    assert (pat.identifier, choir.identifier) == ("7", "8")
    assert rows(pat) == [
        ("Pat", S, ""),
        ("Pat", T, "is the concert on Friday?"),
        ("Noa Field", E, "yes, at seven"),
        ("Pat", D, ""),
        ("Pat", M, ""),
        ("Noa Field", M, ""),
        ("Noa Field", S, ""),
    ]
    assert rows(choir) == [
        ("Quinn", T, "rehearsal at six"),
        ("Noa Field", T, "on my way"),
        ("Quinn", T, "Tea or juice?\ntea\njuice"),
        ("Quinn", S, ""),
        ("Quinn", S, ""),
    ]
    assert "messages of unknown type, read as notices: 1" in choir.warnings[0] and pat.warnings == ()
    assert pat.conversation.messages[0].sent_at == datetime.fromtimestamp(1772390000, tz=UTC)
    assert list(read_file(MAIN)) == [pat, choir]


@pytest.mark.parametrize(
    "path", [RIA.parent, RIA, RIA / "data.json", RIA / "chat.md", EXPORTS / "markdown", EXPORTS / "markdown_2"]
)
def test_signal_export(path):
    (found,) = read_file(path)
    assert rows(found) == FROM_RIA
    assert found.conversation.messages[0].sent_at == datetime(2026, 3, 1, 19, 2, tzinfo=UTC)


def test_edits_of_signal_export(tmp_path):
    row = json.loads((RIA / "data.json").read_text(encoding="utf-8").splitlines()[0])
    row["edits"] = [{"date": "2026-03-01T19:01:00", "body": "did it"}]
    (tmp_path / "data.json").write_text(json.dumps(row))
    (found,) = read_file(tmp_path / "data.json")
    assert rows(found) == [("Ria", E, "did the parcel come?")]


def test_calls_of_older_versions(tmp_path):
    row = json.loads((RIA / "data.json").read_text(encoding="utf-8").splitlines()[-1])
    del row["call"], row["missed"]
    (tmp_path / "data.json").write_text(json.dumps(row))
    (found,) = read_file(tmp_path / "data.json")
    assert rows(found) == [("Me", S, "")]


def test_an_account_of_signal_export(tmp_path):
    for name in ("Ria", "Choir"):
        shutil.copytree(RIA, tmp_path / name)
    (tmp_path / "Choir" / "data.json").unlink()
    assert [(found.identifier, rows(found)) for found in read_file(tmp_path)] == [
        ("Choir", FROM_RIA),
        ("Ria", FROM_RIA),
    ]


def test_a_folder_with_other_exports_is_none(tmp_path):
    shutil.copytree(RIA, tmp_path / "Ria")
    (tmp_path / "Ria" / "media").mkdir()
    (tmp_path / "Ria" / "media" / "notes.txt").write_text("a file somebody sent")
    assert is_export(tmp_path)
    (tmp_path / "WhatsApp Chat with Bo.txt").write_text("13/02/26, 10:00 - Bo: hi\n")
    assert not is_export(tmp_path)


def test_zip(tmp_path):
    path = tmp_path / "signal.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.write(MAIN, "signal-export/main.jsonl")
        zipped.writestr("signal-export/files/ab/abc.jpg", b"not a picture")
    assert list(read_file(path)) == list(read_file(MAIN))


@pytest.mark.parametrize("number", ["1772390000000", 1772390000000])
def test_numbers_as_strings_or_numbers(tmp_path, number):
    path = frames(tmp_path, item(chatId=7, authorId=1, dateSent=number, standardMessage={"text": {"body": "hi"}}))
    (found,) = read_file(path)
    assert found.identifier == "7" and found.conversation.messages[0].sent_at.year == 2026


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        ({"standardMessage": {"text": {"body": "a"}, "attachments": [{}]}}, T, "a"),
        ({"standardMessage": {"attachments": [{}]}}, M, ""),
        ({"standardMessage": {"quote": {"text": {"body": CANARY}}, "text": {"body": "a"}}}, T, "a"),
        ({"standardMessage": {"text": {"body": "b"}}, "revisions": [{"standardMessage": {}}]}, E, "b"),
        ({"stickerMessage": {"sticker": {"emoji": "👍"}}}, M, ""),
        ({"contactMessage": {"contact": {"name": {"givenName": CANARY}}}}, M, ""),
        ({"giftBadge": {}}, M, ""),
        ({"viewOnceMessage": {}}, M, ""),
        ({"remoteDeletedMessage": {}}, D, ""),
        ({"updateMessage": {"profileChange": {"newName": CANARY}}}, S, ""),
        ({"paymentNotification": {"note": "for the cake"}}, T, "for the cake"),
        ({"paymentNotification": {"amountMob": "1"}}, M, ""),
        ({"directStoryReplyMessage": {"textReply": {"text": {"body": "nice"}}}}, T, "nice"),
        ({"directStoryReplyMessage": {"emoji": "😀"}}, T, "😀"),
        ({}, S, ""),
    ],
)
def test_kinds(tmp_path, content, kind, text):
    (found,) = read_file(frames(tmp_path, item(**content)))
    assert [(m.kind, m.text) for m in found.conversation] == [(kind, text)]


@pytest.mark.parametrize(
    ("contact", "name"),
    [
        ({"nickname": {"given": "Pat", "family": "P"}, "systemGivenName": "x"}, "Pat P"),
        ({"systemGivenName": "Pat", "profileGivenName": "x"}, "Pat"),
        ({"profileGivenName": "Pat", "profileFamilyName": "P"}, "Pat P"),
        ({"username": "pat.01"}, "pat.01"),
        ({"e164": "447700900123"}, "447700900123"),
        ({}, "2"),
    ],
)
def test_names(tmp_path, contact, name):
    path = frames(tmp_path, {"recipient": {"id": "2", "contact": contact}}, item(authorId="2", stickerMessage={}))
    (found,) = read_file(path)
    assert found.speakers == {"a": name}


def test_long_texts_are_warned_about(tmp_path):
    (found,) = read_file(frames(tmp_path, item(standardMessage={"text": {"body": "a"}, "longText": {"size": 3000}})))
    assert "long messages that continue" in found.warnings[0]


def test_a_message_without_author_spoils_its_chat_only(tmp_path):
    bad, good = read_file(frames(tmp_path, item(authorId=None), item(chatId="8", stickerMessage={})))
    assert isinstance(bad, UnreadableConversation) and isinstance(bad.error, InvalidConversationError)
    assert rows(good) == [("1", M, "")]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([item(chatId=None)], "line 3 is a message without a chat"),
        ([item(chatId="x" * 40)], "line 3 is a message without a chat"),
        ([{"chatItem": [CANARY]}], "line 3 is a message without a chat"),
        ([[CANARY]], "line 3 is not a JSON object"),
    ],
)
def test_damage_to_the_whole(tmp_path, lines, says):
    with pytest.raises(UnsupportedFormatError, match=says) as caught:
        list(read_file(frames(tmp_path, *lines)))
    assert CANARY not in str(caught.value)


def test_nothing_of_signal(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"a": 1}\n')
    with pytest.raises(UnsupportedFormatError, match="no frames"):
        list(read_file(path, "signal"))
    with pytest.raises(UnsupportedFormatError, match=r"main\.jsonl"):
        list(read_file(tmp_path, "signal"))


def test_what_people_type_into_markdown_is_scored(tmp_path):
    path = tmp_path / "chat.md"
    texts = [
        "(- come to the gate -)",
        "(This message was deleted) no",
        "Missed voice call from me",
        "[see](https://a.b)",
    ]
    path.write_text("".join(f"[2026-03-01 19:02:00] Ria: {text}  \n\n" for text in texts))
    (found,) = read_file(path)
    assert [m.text for m in found.conversation] == texts


# JSON holds every text but lone halves of surrogate pairs.
NAMES = {"a": "Ann", "b": "Bo Berg", "c": "ليلى"}
CONVERSATIONS = conversations(TEXTS, times=times_by(timedelta(milliseconds=1)), in_order=True, speakers=len(NAMES))


@given(CONVERSATIONS, st.integers(1, 2**63))
@settings(max_examples=examples(150))
def test_round_trip(tmp_path_factory, conversation, identifier):
    path = tmp_path_factory.mktemp("signal") / "main.jsonl"
    names = {speaker: NAMES[speaker] for speaker in dict.fromkeys(message.speaker for message in conversation)}
    writer.write(conversation, path, names, str(identifier))
    (found,) = read_file(path)
    assert found.conversation == conversation
    assert (found.identifier, found.speakers) == (str(identifier), names)


@given(st.data())
@settings(max_examples=examples(150))
def test_any_damage_is_a_named_error(data):
    good = data.draw(st.sampled_from([MAIN, RIA / "data.json", RIA / "chat.md", RIA]))
    with on_disk(data.draw(damaged(files_below(good, "parcel", "thanks"))), good.name) as path:
        check_reading(path, "signal")
        check_reading(path)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_recognized(path):
    assert list(read_file(path)) == list(read_file(path, "signal"))
