"""Readers of phones, backup apps and forensic programs: fixtures, round trips, damage."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grooming_risk.conversation import MessageKind, speaker_name
from grooming_risk.readers import read_file
from grooming_risk.readers.phones.typed_stream import text_of
from tests.support.export_damage import CANARY, check_reading
from tests.support.exported_conversations import START, conversations, times_by
from tests.support.writers import writer_of
from tests.support.writers.phones.imessage import archived

ON_DISK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
XML_TEXTS = st.text("abcdefg 😀.,!?'\"-é<&\n\t~", min_size=1, max_size=30).filter(str.strip)
ANY_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)
LINES = st.text("abcdefg 😀!?'\"é", min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(str.strip)
TEXT, MEDIA, DELETED = MessageKind.TEXT, MessageKind.MEDIA, MessageKind.DELETED
EVERY = tuple(MessageKind)
# Format → (texts, smallest step of time, kinds).
ROUND_TRIPS = {
    "sms_backup": (XML_TEXTS, timedelta(milliseconds=1), (TEXT, MEDIA)),
    "imessage": (ANY_TEXTS.filter(lambda text: "\ufffc" not in text), timedelta(seconds=1), EVERY),
    "android_sms": (ANY_TEXTS, timedelta(seconds=1), (TEXT, MEDIA)),
    "whatsapp_database": (ANY_TEXTS, timedelta(milliseconds=1), EVERY),
    "imessage_exporter": (LINES, timedelta(seconds=1), (TEXT, MEDIA, DELETED)),
    "cellebrite": (XML_TEXTS, timedelta(microseconds=1), (TEXT, MEDIA)),
}


def said(item):
    return [(item.speakers[message.speaker], message.kind.value, message.text) for message in item.conversation]


@pytest.mark.parametrize("name", sorted(ROUND_TRIPS))
@given(data=st.data())
@settings(ON_DISK, max_examples=30)
def test_round_trip(name, data, tmp_path):
    texts, step, kinds = ROUND_TRIPS[name]
    conversation = data.draw(conversations(texts, times=times_by(step, most=10**6), kinds=kinds, in_order=True, most=6))
    path = tmp_path / "export"
    path.unlink(missing_ok=True)
    names = {speaker_name(number): f"Person {number}" for number in range(8)}
    writer_of(name)(conversation, path, names, "17")
    (item,) = read_file(path)
    assert item.conversation == conversation
    assert item.speakers == {speaker: names[speaker] for speaker in item.speakers}


@pytest.fixture
def exports(root):
    return root / "tests" / "exports"


def test_sms_backup(exports):
    two, group = read_file(exports / "sms_backup" / "sms-20260301.xml")
    assert said(two) == [("Mira", "text", "are you coming to practice? 😀"), ("", "text", "yes")]
    assert said(group) == [("+15550101", "text", "hi both"), ("", "media", "")]
    (turned,) = read_file(exports / "sms_backup" / "newest_first.xml")
    assert [text for _, _, text in said(turned)] == ["first", "later"] and turned.warnings == ()


def test_imessage(exports):
    for name in ("chat.db", "backup.zip"):
        (item,) = read_file(exports / "imessage" / name)
        assert said(item) == [
            ("", "text", "ok me"),
            ("+15550100", "text", "are you coming to practice?"),
            ("+15550101", "text", "yes"),
            ("+15550100", "media", ""),
            ("+15550101", "edited", "I bring the ball"),
            ("+15550100", "deleted", ""),
            ("+15550101", "system", ""),
        ]
    (old,) = read_file(exports / "imessage" / "old_seconds.db")
    assert said(old) == [("mira@example.org", "text", "hi"), ("", "text", "you")]
    assert old.conversation.messages[0].sent_at.year == 2013


def test_a_write_ahead_log_is_warned_about(exports, tmp_path):
    path = tmp_path / "chat.db"
    path.write_bytes((exports / "imessage" / "chat.db").read_bytes())
    (tmp_path / "chat.db-wal").write_bytes(b"x")
    (item,) = read_file(path)
    assert "write-ahead log" in item.warnings[0]


@pytest.mark.parametrize("text", ["hi", "x" * 127, "y" * 128, "ü" * 300, ""])
def test_the_archive_of_a_text(text):
    assert text_of(archived(text)) == text


@given(st.binary(max_size=80))
def test_any_archive_is_read(data):
    assert isinstance(text_of(b"streamtyped NSString\x01\x94\x84\x01+" + data), str)


def test_android(exports):
    found = {item.identifier: said(item) for item in read_file(exports / "android_sms" / "mmssms.db")}
    assert found == {
        "9": [("+15550102", "text", "hi"), ("", "text", "you")],
        "7": [
            ("+15550100", "text", "are you coming to practice?"),
            ("+15550101", "text", "yes"),
            ("+15550100", "media", ""),
        ],
    }


def test_whatsapp_database(exports):
    (item,) = read_file(exports / "whatsapp_database" / "msgstore.db")
    assert item.identifier == "120@g.us"
    assert said(item)[0] == ("+15550100@s.whatsapp.net", "text", "are you coming to practice?")
    assert said(item)[3] == ("+15550101@s.whatsapp.net", "edited", "I bring the ball")
    assert said(item)[-1] == ("", "text", "me too")
    (old,) = read_file(exports / "whatsapp_database" / "old_2019.db")
    assert [(kind, text) for _, kind, text in said(old)] == [
        ("text", "hi"),
        ("text", "you"),
        ("media", ""),
        ("system", ""),
    ]


def test_imessage_exporter(exports):
    (item,) = read_file(exports / "imessage_exporter" / "mira.txt")
    assert said(item) == [
        ("+15550100", "text", "are you coming to practice?\nbring the ball"),
        ("Me", "text", "yes"),
        ("Me", "system", ""),
        ("Me", "media", ""),
    ]
    (replies,) = read_file(exports / "imessage_exporter" / "replies.txt")
    assert said(replies) == [("Mira", "text", "hello"), ("Me", "text", "hello too")]
    assert item.conversation.messages[0].sent_at == START.replace(year=2026, month=3, day=1, hour=19, minute=2)


def test_cellebrite(exports):
    for name in ("report.xml", "phone.ufdr"):
        chat, sms = read_file(exports / "cellebrite" / name)
        assert said(chat) == [("Mira", "text", "are you coming?"), ("15550199", "text", "yes")]
        assert chat.conversation.messages[0].sent_at.hour == 18
        assert "deleted and recovered: 1" in chat.warnings[0]
        assert (sms.identifier, said(sms)) == ("+15550101", [("+15550101", "text", "hi"), ("", "text", "you")])


def test_text_shows_in_no_error(tmp_path):
    (tmp_path / "x.xml").write_text(f'<smses><sms address="1" date="{CANARY}" body="{CANARY}"/>{CANARY}</wrong>')
    check_reading(tmp_path / "x.xml", "sms_backup")


@pytest.mark.parametrize("name", sorted(ROUND_TRIPS))
def test_an_empty_folder_is_a_named_error(name, tmp_path):
    check_reading(tmp_path, name)
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    check_reading(tmp_path, name)
