import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grooming_risk.conversation import Limits, MessageKind
from grooming_risk.errors import InputTooLargeError, InvalidConversationError, UnsupportedFormatError
from grooming_risk.readers import FORMATS, ReadingOptions, read_file
from grooming_risk.readers.base.export import Export
from tests.support.examples import examples
from tests.support.export_damage import CANARY, as_json, check_reading, damaged, files_below, on_disk
from tests.support.exported_conversations import CHARACTERS, conversations, times_by
from tests.support.writers import messenger

EXPORTS = Path(__file__).parents[1] / "exports" / "messenger"
START = datetime(2026, 3, 1, 19, 2, tzinfo=UTC)
MOMENT = 1_772_391_720_000
TEXT, SYSTEM, MEDIA, DELETED = MessageKind.TEXT, MessageKind.SYSTEM, MessageKind.MEDIA, MessageKind.DELETED


def thread(*rows, **change):
    return {
        "participants": [{"name": "Nora Quist"}, {"name": "Ben"}],
        "messages": list(rows),
        "title": "Nora",
        "is_still_participant": True,
        "thread_path": "inbox/nora_77",
        **change,
    }


def row(content="hi", time=MOMENT, **change):
    return {"sender_name": "Nora Quist", "timestamp_ms": time, "content": content, **change}


def write(tmp_path, data, name="message_1.json"):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return path


def read(path, **options):
    return list(read_file(path, options=ReadingOptions(**options)))


def said(item):
    return [(message.speaker, message.kind, message.text) for message in item.conversation]


def test_a_download():
    """Files of a thread are merged, sections other than the inbox are named, a thread without messages is left out."""
    archived, inbox, requested = read(EXPORTS / "download")
    assert [item.identifier for item in (archived, inbox, requested)] == [
        "archived_threads/5550001112",
        "10206072096154041",
        "message_requests/9012345678",
    ]
    assert inbox.speakers == {"a": "Zoë Müller", "b": "Ben"}
    assert said(inbox) == [
        ("a", TEXT, "Grüße vom See, schön hier"),
        ("b", TEXT, "Kommst du später zum Üben?"),
        ("a", MEDIA, ""),
        ("a", SYSTEM, ""),
        ("b", DELETED, ""),
        ("a", MEDIA, ""),  # her share; the shared text is not hers
        ("b", TEXT, "😂 bis morgen"),
    ]
    assert inbox.conversation.messages[0].sent_at == START + timedelta(minutes=5)
    assert inbox.warnings == ()
    assert said(archived) == [("a", TEXT, "board is set up, see you at five"), ("b", SYSTEM, "")]
    assert said(requested) == [("a", TEXT, "hey, is this the Ben from the chess club?")]


def test_a_zip_a_thread_and_a_file(tmp_path):
    whole = read(EXPORTS / "download")
    packed = shutil.make_archive(str(tmp_path / "download"), "zip", EXPORTS / "download")
    assert read(Path(packed)) == whole
    folder = EXPORTS / "download/your_facebook_activity/messages/inbox/zoemuller_10206072096154041"
    assert read(folder) == [whole[1]]
    (older,) = read(folder / "message_2.json")
    assert said(older) == said(whole[1])[:3]


def test_instagram_in_turkish():
    (item,) = read(EXPORTS / "instagram_turkish.json")
    assert item.speakers == {"a": "ben", "b": "Defne 🌸"}
    assert said(item) == [
        ("a", TEXT, "yarın okulda görüşürüz"),
        ("a", MEDIA, ""),
        ("b", TEXT, "çok güzel olmuş"),  # an answer to a story is the answerer's
        ("a", SYSTEM, ""),
        ("b", SYSTEM, ""),
    ]


def test_an_encrypted_thread():
    (item,) = read(EXPORTS / "encrypted_Rosa_15.json")
    assert item.identifier == "15"
    assert said(item) == [
        ("a", TEXT, "mañana no hay clase, ¿vamos al parque?"),
        ("b", MEDIA, ""),
        ("b", DELETED, ""),
        ("a", SYSTEM, ""),
        ("a", TEXT, "https://example.org/mapa"),
    ]


def test_a_folder_of_encrypted_threads(tmp_path):
    content = (EXPORTS / "encrypted_Rosa_15.json").read_bytes()
    write(tmp_path, content, "messages/Rosa_15.json")
    write(tmp_path, content.replace(b"_15", b"_3"), "messages/Rosa_3.json")
    write(tmp_path, {"settings": []}, "messages/messaging_settings.json")
    write(tmp_path, b"\xff", "messages/media/1.jpeg")
    assert [item.identifier for item in read(tmp_path)] == ["15", "3"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("Liked a message", SYSTEM),
        ("Reacted ❤️ to your message ", SYSTEM),
        ("Nora Quist reacted 👍🏽 to your message", SYSTEM),
        ("Nora sent an attachment.", MEDIA),
        ("You sent a photo.", MEDIA),
        ("nora quist shared a story.", MEDIA),
        ("Ben missed your call.", SYSTEM),
        ("You missed a call from Nora.", SYSTEM),
        ("Ben added Nora to the group.", SYSTEM),
        ("You and Ben waved at each other!", SYSTEM),
        ("Nora set the quick reaction to 🌻.", SYSTEM),
        ("Nora unsent a message", DELETED),
        ("Du hast einen Anhang gesendet.", MEDIA),
        ("Ben wysłał załącznik.", MEDIA),
        ("Le gustó un mensaje", SYSTEM),
        ("Você enviou um anexo.", MEDIA),
        ("Nora a envoyé une photo", MEDIA),
        # What is not all theirs is somebody's own.
        ("Nora sent an attachment. did you see it?", TEXT),
        ("Reacted badly to your message", TEXT),
        ("Somebody sent an attachment.", TEXT),
        ("Ben added everybody I know to the group.", TEXT),
        ("I liked a message", TEXT),
        ("you called", TEXT),
        ("Nora left the group" + "x" * 300, TEXT),
    ],
)
def test_sentences_of_the_platform(tmp_path, content, kind):
    data = thread(row(messenger._latin(content), MOMENT + 1), row("hi"))
    message = read(write(tmp_path, data))[0].conversation.messages[1]
    assert (message.kind, message.text) == (kind, content if kind is TEXT else "")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"content": "Ben hívott téged.", "call_duration": 0}, SYSTEM),
        ({"content": "x", "type": "Call"}, SYSTEM),
        ({"content": "x", "type": "Subscribe"}, SYSTEM),
        ({"content": "x", "is_unsent": True}, DELETED),
        ({"content": "x", "is_unsent": False}, TEXT),
        ({"content": "Nora Quist mellékletet küldött.", "share": {"link": "x"}}, MEDIA),
        ({"content": "look at this https://x.example", "share": {"link": "https://x.example"}}, TEXT),
        ({"content": "Nora Quist is my name", "sender_name": ""}, TEXT),
        ({"content": None, "sticker": {"uri": "x"}}, MEDIA),
        ({"content": None, "share": {"share_text": "somebody else's words"}}, MEDIA),
        ({"content": "caption", "photos": [{"uri": "x"}]}, TEXT),
    ],
)
def test_kinds(tmp_path, change, kind):
    (item,) = read(write(tmp_path, thread(row(**change))))
    assert item.conversation.messages[0].kind is kind


def test_rows_of_unknown_type_are_counted(tmp_path):
    (item,) = read(write(tmp_path, thread(row(type="Hologram"), row(type=[]))))
    assert [message.kind for message in item.conversation] == [SYSTEM, SYSTEM]
    assert item.warnings == ("rows of unknown type: 2, first at message 0",)


def test_the_file_decides_about_its_encoding(tmp_path):
    """Right text stays, though one string of it decodes by chance; a damaged one stays in a file that does not."""
    right = thread(*(row(text, sender_name="Zoë") for text in ("naïve 😂", "Ã©tude", "café")))
    (item,) = read(write(tmp_path, right))
    assert sorted(message.text for message in item.conversation) == ["café", "naïve 😂", "Ã©tude"]
    broken = "broken \u00f0\u009f"
    wrong = thread(*(row(text, sender_name="Zo\u00c3\u00ab") for text in ("caf\u00c3\u00a9", broken)))
    (item,) = read(write(tmp_path, wrong))
    assert sorted(message.text for message in item.conversation) == [broken, "café"]
    assert item.speakers == {"a": "Zoë"}


def test_order_of_time(tmp_path):
    """Newest first, one moment twice, one row without a time, one out of order."""
    rows = [row("6", MOMENT + 5), row("5", MOMENT + 2), row("4", None), row("3", MOMENT + 1), row("2", MOMENT + 1)]
    (item,) = read(write(tmp_path, thread(*rows, row("7", MOMENT + 9), row("1", MOMENT))))
    assert [message.text for message in item.conversation] == list("1234567")
    oldest_first = thread(row("1", MOMENT), row("2", MOMENT + 1), row("3", MOMENT + 1))
    assert [message.text for message in read(write(tmp_path, oldest_first))[0].conversation] == list("123")


def test_files_of_a_thread_are_ordered_by_number(tmp_path):
    for number in range(1, 12):
        write(tmp_path, thread(row(f"{number}", MOMENT)), f"inbox/nora_77/message_{number}.json")
    (item,) = read(tmp_path)
    assert [message.text for message in item.conversation] == [str(number) for number in range(11, 0, -1)]


def test_threads_of_one_name_stay_apart(tmp_path):
    for person in ("ana_smith", "ben_smith"):
        write(tmp_path, thread(row(), thread_path=None), f"inbox/{person}/message_1.json")
    assert [item.identifier for item in read(tmp_path)] == ["smith", "smith"]


def test_a_bad_thread_is_a_result_of_its_own(tmp_path):
    write(tmp_path, thread(row()), "messages/inbox/nora_77/message_1.json")
    write(tmp_path, b'{"participants": [], "CANARY', "messages/message_requests/sam_5/message_1.json")
    write(tmp_path, thread(row(content=7), row()), "messages/inbox/sam_6/message_1.json")
    good, bad_row, cut = read(tmp_path)
    assert good.identifier == "77"
    assert isinstance(bad_row.error, InvalidConversationError)
    assert cut.identifier == "message_requests/5" and isinstance(cut.error, UnsupportedFormatError)
    assert "CANARY" not in str(cut.error)


def test_too_many_messages_in_a_thread(tmp_path):
    for number in (1, 2, 3):
        write(tmp_path, thread(row(), row(), row()), f"inbox/nora_77/message_{number}.json")
    (tmp_path / "inbox/nora_77/message_3.json").write_text("not reached")
    with pytest.raises(InputTooLargeError, match="split"):
        read(tmp_path, limits=Limits(messages=1))


@pytest.mark.parametrize("data", [[], {"participants": []}, {"messages": {}}, 7])
def test_what_is_no_thread_is_refused(tmp_path, data):
    with pytest.raises(UnsupportedFormatError, match="not a thread"):
        list(read_file(write(tmp_path, data), "messenger"))


def test_a_folder_without_threads_is_refused(tmp_path):
    for name in "ab":
        write(tmp_path, {}, f"{name}.json")
    with pytest.raises(UnsupportedFormatError, match="message_N"):
        list(read_file(tmp_path, "messenger"))


def test_recognized_by_content(tmp_path):
    def recognized(data):
        return FORMATS["messenger"].recognizes(Export(write(tmp_path, data)))

    crowd = [{"name": f"person {number}"} for number in range(500)]
    assert recognized(thread(row(), participants=crowd))
    assert recognized(b"\xef\xbb\xbf" + json.dumps(thread(row())).encode())
    assert not recognized({"id": "x", "messages": [{"speaker": "a", "text": '"participants" "sender_name"'}]})
    assert not recognized([{"participants": "", "sender_name": ""}])
    assert not recognized({"participants": [{"name": "a"}], "messages": [{"speaker": "a", "text": "x" * 300}]})


OTHERS = [path for path in EXPORTS.parent.rglob("*") if EXPORTS not in path.parents and path != EXPORTS]


@pytest.mark.parametrize("path", [EXPORTS.parent, *OTHERS], ids=str)
def test_other_exports_are_not_recognized(path):
    assert not FORMATS["messenger"].recognizes(Export(path))


PEOPLE = {"a": "Nora", "b": "Ida \u202eجون", "c": 'Jo "J" \\'}
# Not held: lone surrogates, which are no UTF-8; parts of a millisecond; edits; times that go back; a text that is a
# sentence of the platform word by word.
CONVERSATIONS = conversations(
    st.text(CHARACTERS, max_size=60),
    times=times_by(timedelta(milliseconds=1)),
    kinds=[TEXT, TEXT, SYSTEM, MEDIA, DELETED],
    in_order=True,
    speakers=len(PEOPLE),
)


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CONVERSATIONS, st.sampled_from([messenger.write, messenger.write_encrypted]))
def test_what_is_written_is_read(tmp_path, conversation, write_thread):
    write_thread(conversation, tmp_path / "message_1.json", PEOPLE, "4815")
    (item,) = read(tmp_path / "message_1.json")
    assert (item.identifier, item.conversation) == ("4815", conversation)
    assert item.speakers == {speaker: PEOPLE[speaker] for speaker in item.speakers}


SECRET = {
    "participants": [{"name": CANARY}, {"name": "Ben"}],
    "messages": [
        row(CANARY, sender_name=CANARY + "\u00c3\u00a9"),
        row(f"{CANARY} sent an attachment.", share={"share_text": CANARY}),
        row(CANARY, type="Generic", is_unsent=False),
    ],
    "thread_path": f"inbox/{CANARY.lower()}_77",
}
ENCRYPTED = {
    "participants": [CANARY, "Ben"],
    "threadName": "x_1",
    "messages": [{"senderName": CANARY, "text": CANARY, "timestamp": MOMENT, "type": "text", "isUnsent": False}],
}


EXAMPLES = [{"": as_json(SECRET)}, {"": as_json(ENCRYPTED)}, files_below(EXPORTS / "download")]


@settings(max_examples=examples(150))
@given(st.sampled_from(EXAMPLES).flatmap(damaged))
def test_any_damage_is_a_named_error(files):
    with on_disk(files, "export.json") as path:
        check_reading(path, "messenger")
        check_reading(path)
