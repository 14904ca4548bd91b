import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grooming_risk.conversation import Conversation, Message, MessageKind
from grooming_risk.errors import InvalidConversationError, UnsupportedFormatError
from grooming_risk.readers import FORMATS, ReadingOptions, UnreadableConversation, read_file
from grooming_risk.readers.base.export import Export
from tests.support.examples import examples
from tests.support.export_damage import CANARY, as_json, check_reading, damaged, on_disk
from tests.support.exported_conversations import TEXTS, conversations, times_by
from tests.support.writers import telegram

EXPORTS = Path(__file__).parents[1] / "exports" / "telegram"
START = datetime(2026, 3, 1, 19, 2, tzinfo=UTC)
TEXT, EDITED, SYSTEM, MEDIA = MessageKind.TEXT, MessageKind.EDITED, MessageKind.SYSTEM, MessageKind.MEDIA


def export(*rows, **change):
    return {"name": "Chat", "type": "personal_chat", "id": 7, "messages": list(rows), **change}


def row(**change):
    return {
        "id": 1,
        "type": "message",
        "date": "2026-03-01T20:02:00",
        "date_unixtime": "1772391720",
        "from": "Nora",
        "from_id": "user1",
        "text": "hi",
        **change,
    }


def write(tmp_path, data, name="result.json"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return path


def read(path, **options):
    return list(read_file(path, options=ReadingOptions(**options)))


def test_a_chat_of_today():
    (item,) = read(EXPORTS / "single_chat.json")
    assert item.identifier == "4815162342"
    assert item.warnings == ()
    assert item.speakers == {"a": "Nora 🎨", "b": "Ben", "c": "", "d": "user300"}
    assert [(message.speaker, message.kind, message.text) for message in item.conversation] == [
        ("a", SYSTEM, ""),
        ("a", TEXT, "hi! did you get the bus times for saturday?"),
        ("b", TEXT, "yes, look: https://example.org/bus, the one at 9:40"),
        ("b", MEDIA, ""),
        ("a", EDITED, "great, I will bring the sandwiches"),
        ("a", TEXT, "the ticket office wrote this"),
        ("b", TEXT, "Which film?\nThe robot one\nThe whale one"),
        ("b", SYSTEM, ""),
        ("c", MEDIA, ""),
        ("d", TEXT, "see you there"),
        ("b", TEXT, 'line one\x08\nline \\x41 two "quoted"\u2028end'),
    ]
    assert item.conversation.messages[0].sent_at == START  # by date_unixtime; date is an hour ahead


def test_an_account():
    """The empty chat is left out; left chats come last."""
    items = read(EXPORTS / "account.json")
    assert [item.identifier for item in items] == ["100", "200", "1400", "1500"]
    kinds = [(message.kind, message.text) for message in items[2].conversation]
    assert kinds == [
        (SYSTEM, ""),
        (TEXT, "кто уже прочитал вторую главу?"),
        (TEXT, "встреча в среду в шесть"),
        (SYSTEM, ""),
        (TEXT, "с днём рождения, Ваня"),
        (TEXT, "к среде\nчай\nпеченье"),
    ]
    assert items[2].speakers == {"a": "Книжный клуб", "b": "Оля"}


def test_a_chat_of_2019():
    """Numbers for people, local times, and the first of January 1970 in messages that were never edited."""
    (item,) = read(EXPORTS / "exported_2019.json")
    assert [message.kind for message in item.conversation] == [SYSTEM, TEXT, EDITED]
    assert item.speakers == {"a": "Ida", "b": "Jon"}
    assert item.conversation.messages[1].sent_at == datetime(2019, 5, 1, 18, 1, tzinfo=UTC)


def test_folder_zip_and_bare_file_are_one(tmp_path):
    folder = EXPORTS / "folder" / "ChatExport_2026-03-01"
    packed = shutil.make_archive(str(tmp_path / "chat"), "zip", EXPORTS / "folder")
    alone = read(EXPORTS / "single_chat.json")
    assert read(folder) == read(folder.parent) == read(Path(packed)) == alone
    single = shutil.make_archive(str(tmp_path / "single"), "zip", folder, "result.json")
    assert read(Path(single)) == alone


def test_several_exports_in_a_folder_are_not_one(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, export(row()))
    assert not FORMATS["telegram"].recognizes(Export(tmp_path))
    with pytest.raises(UnsupportedFormatError, match="give one of them"):
        list(read_file(tmp_path, "telegram"))


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        ({"text": ""}, MEDIA, ""),
        ({"text": []}, MEDIA, ""),
        ({"text": ["wo", {"type": "bold", "text": "rd"}, "s"]}, TEXT, "words"),
        ({"text": "caption", "photo": "photos/1.jpg"}, TEXT, "caption"),
        ({"text": "", "media_type": "voice_message", "file": "(File not included.)"}, MEDIA, ""),
        ({"text": "", "contact_information": {"phone_number": "+34600"}}, MEDIA, ""),
        ({"text": "", "contact_information": {"first_name": "Ida", "last_name": "B"}}, TEXT, "Ida B"),
        ({"text": "", "contact_information": {"first_name": 7, "last_name": ["B"]}}, MEDIA, ""),
        ({"text": "", "place_name": "the old mill", "address": "Lane 3"}, TEXT, "the old mill\nLane 3"),
        ({"text": "", "location_information": {"latitude": 1.5, "longitude": 2.5}}, MEDIA, ""),
        ({"text": "", "invoice_information": {"title": "a gift", "description": "for you"}}, TEXT, "a gift\nfor you"),
        ({"text": "look", "poll": {"question": "when?", "answers": [{"text": "now"}]}}, TEXT, "look\nwhen?\nnow"),
        ({"type": "service", "action": "pin_message", "text": "", "actor": "Nora", "actor_id": "user1"}, SYSTEM, ""),
        ({"type": "service", "information_text": "Nora joined", "text": ""}, SYSTEM, ""),
        ({"edited": "2026-03-01T20:05:00"}, EDITED, "hi"),
        ({"edited": "1970-01-01T14:00:00"}, TEXT, "hi"),
        ({"edited": "1969-12-31T16:00:00"}, TEXT, "hi"),
        ({"forwarded_from": None}, TEXT, "hi"),
    ],
)
def test_kinds(tmp_path, change, kind, text):
    (item,) = read(write(tmp_path, export(row(), row(**change))))
    second = item.conversation.messages[1]
    assert (second.speaker, second.kind, second.text) == ("a", kind, text)


def test_rows_of_unknown_type_are_counted(tmp_path):
    (item,) = read(write(tmp_path, export(row(), row(type="hologram"), row(type="hologram"))))
    assert [message.kind for message in item.conversation] == [TEXT, SYSTEM, SYSTEM]
    assert item.warnings == ("rows of unknown type: 2, first at message 1",)


@pytest.mark.parametrize(
    "change", [{"text": 7}, {"text": ["a", 7]}, {"from_id": ["x"]}, {"type": None}, {"text": None}]
)
def test_a_bad_row_spoils_its_own_chat(tmp_path, change):
    good = export(row(), id=8)
    account = {"about": "x", "chats": {"about": "x", "list": [export(row(), row(**change)), good, 7]}}
    bad, fine, shapeless = read(write(tmp_path, account))
    assert isinstance(bad, UnreadableConversation) and isinstance(bad.error, InvalidConversationError)
    assert (bad.identifier, bad.error.index) == ("7", 1)
    assert fine.identifier == "8"
    assert isinstance(shapeless, UnreadableConversation) and shapeless.identifier == "3"


@pytest.mark.parametrize("data", [[], {"about": "x"}, {"chats": []}, {"chats": {"list": 7}}])
def test_what_is_no_export_is_refused(tmp_path, data):
    with pytest.raises(UnsupportedFormatError, match="not a Telegram export"):
        list(read_file(write(tmp_path, data), "telegram"))


def test_only_escapes_that_are_no_json_are_repaired(tmp_path):
    content = json.dumps(export(row(text="@@"))).replace("@@", r"\x0Aone \\x0A two \\\x1f\"\u00e9")
    (item,) = read(write(tmp_path, content.encode()))
    assert item.conversation.messages[0].text == '\none \\x0A two \\\x1f"é'


@pytest.mark.parametrize(
    "content",
    [
        '{"type": "personal_chat", "id": 1, "messages": 7}',
        '{"messages": [{"type": "personal_chat"}], "id": 1}',
        json.dumps(
            {"id": "x", "messages": [{"speaker": "a", "text": '{"type": "personal_chat", "id": 1, "messages": ['}]}
        ),
    ],
)
def test_other_json_is_not_recognized(tmp_path, content):
    assert not FORMATS["telegram"].recognizes(Export(write(tmp_path, content.encode())))


OTHERS = [path for path in EXPORTS.parent.rglob("*") if EXPORTS not in path.parents and path != EXPORTS]


@pytest.mark.parametrize("path", [EXPORTS.parent, *OTHERS], ids=str)
def test_other_exports_are_not_recognized(path):
    assert not FORMATS["telegram"].recognizes(Export(path))


PEOPLE = {"a": "Nora", "b": "Ida \u202eجون", "c": 'Jo "J" \\'}
# Not held: lone surrogates, which are no UTF-8; parts of a second; deleted messages.
CONVERSATIONS = conversations(
    TEXTS, times=times_by(timedelta(seconds=1)), kinds=[TEXT, EDITED, SYSTEM, MEDIA], speakers=len(PEOPLE)
)


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CONVERSATIONS)
def test_what_is_written_is_read(tmp_path, conversation):
    telegram.write(conversation, tmp_path / "result.json", PEOPLE, "4815")
    (item,) = read(tmp_path / "result.json")
    assert (item.identifier, item.conversation) == ("4815", conversation)
    assert item.speakers == {speaker: PEOPLE[speaker] for speaker in item.speakers}


@pytest.mark.parametrize(
    "text",
    [
        "\\x41",
        "\\",
        '\\"',
        "[12:00] Ida: hi",
        "line\r\nline",
        "\x00\x1f\x7f",
        "נורה 👩‍👩‍👧 مرحبا",
        "</script>",
        '"messages": [',
    ],
)
def test_texts_that_look_like_something_else(tmp_path, text):
    telegram.write(Conversation((Message("a", text, START),)), tmp_path / "result.json", PEOPLE, "1")
    (item,) = read(tmp_path / "result.json")
    assert item.conversation.messages[0].text == text


SECRET = export(
    row(text=CANARY, edited="2026-03-01T20:05:00"),
    row(text=[CANARY, {"type": "bold", "text": CANARY}], poll={"question": CANARY, "answers": [{"text": CANARY}]}),
    row(type="service", action="send_star_gift", gift_text=CANARY, date=CANARY, date_unixtime=None),
)


ACCOUNT = {"about": CANARY, "chats": {"about": CANARY, "list": [SECRET, SECRET]}}


@settings(max_examples=examples(150))
@given(st.sampled_from([SECRET, ACCOUNT]).flatmap(lambda data: damaged({"": as_json(data)})))
def test_any_damage_is_a_named_error(files):
    with on_disk(files, "result.json") as path:
        check_reading(path, "telegram")
        check_reading(path)
