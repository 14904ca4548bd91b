from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grooming_risk.conversation import MessageKind, speaker_name
from grooming_risk.errors import UnknownFormatError
from grooming_risk.readers import DateOrder, ReadingOptions, read_file
from tests.support.export_damage import CANARY, check_reading, damaged, files_below, on_disk
from tests.support.exported_conversations import conversations, times_by
from tests.support.writers.text import write

ON_DISK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
MINUTES = times_by(timedelta(minutes=1), most=10**6)
WORDS = st.text("abcdefg 😀.,!?'\"-é", min_size=1, max_size=30).map(lambda text: " ".join(text.split()))


@pytest.fixture
def exports(root):
    return root / "tests" / "exports" / "text"


@pytest.fixture
def chat(tmp_path):
    def written(text, encoding="utf-8"):
        path = tmp_path / "chat.txt"
        path.write_bytes(text.encode(encoding))
        return path

    return written


def said(path, options=None):
    (item,) = read_file(path, None, options)
    return [(item.speakers[message.speaker], message.text) for message in item.conversation]


def times(path, options=None):
    (item,) = read_file(path, None, options)
    return [message.sent_at and f"{message.sent_at:%Y-%m-%d %H:%M}" for message in item.conversation], item.warnings


@given(conversations(WORDS, times=MINUTES, kinds=(MessageKind.TEXT,), in_order=True, most=6, speakers=3))
@settings(ON_DISK, max_examples=60)
def test_round_trip(tmp_path, conversation):
    names = {speaker_name(number): f"Person {number}" for number in range(8)}
    write(conversation, tmp_path / "x.txt", names, "1")
    (item,) = read_file(tmp_path / "x.txt", "text")
    assert item.conversation == conversation
    assert item.speakers == {speaker: names[speaker] for speaker in item.speakers}


@given(st.data())
@settings(ON_DISK, max_examples=80, deadline=None)
def test_any_damage_is_a_named_error(root, data):
    path = data.draw(st.sampled_from(sorted((root / "tests" / "exports" / "text").iterdir())))
    files = files_below(path, "practice", "Mira", "Jonas", "ball", "Training")
    with on_disk(data.draw(damaged(files)), "chat.txt") as damaged_path:
        check_reading(damaged_path)
        check_reading(damaged_path, "text")


def test_fixtures(exports):
    assert said(exports / "typed.txt") == [
        ("Mira", "hi, are you coming to practice?"),
        ("Jonas", "yes\nI bring the ball"),
        ("Mira", "great, see you at five"),
    ]
    assert said(exports / "times_de.txt")[1] == ("Jonas", "ja\nich bringe den Ball mit")
    assert times(exports / "times_de.txt") == (
        ["2026-03-01 19:02", "2026-03-01 19:03", "2026-03-02 08:15", "2026-03-13 08:15"],
        (),
    )
    assert said(exports / "discord_pasted.txt") == [
        ("Mira", "are you coming to practice?\nsee you there"),
        ("Jonas", "yes"),
        ("Mira", "great"),
    ]
    assert times(exports / "discord_pasted.txt")[0] == ["2026-03-01 19:02", "2026-03-01 19:03", "2026-03-14 08:15"]
    assert said(exports / "subtitles.srt") == [
        ("Mira", "are you coming to practice?"),
        ("Jonas", "yes, I bring the ball"),
        ("Mira", "great"),
    ]


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        ("(19:02) Mira: hi|(19:03) Jonas: you", None),
        ("19:02 Mira: hi|19:03 Jonas: you", None),
        ("[1 March 2026, 7:02 PM] Mira: hi|[2 March 2026, 7:02 PM] Jonas: you", "2026-03-01 19:02"),
        ("2026-03-01T19:02:00Z | Mira | hi|2026-03-01T19:03:00Z | Jonas | you", "2026-03-01 19:02"),
        ("2026-03-01 19:02\tMira\thi\n2026-03-01 19:03\tJonas\tyou", "2026-03-01 19:02"),
        ("Mira, 01.03.2026 19:02: hi|Jonas, 01.03.2026 19:03: you", "2026-03-01 19:02"),
        ("[1/3/2026 19:02] Mira|hi|[13/3/2026 19:02] Jonas|you", "2026-03-01 19:02"),
        ("Mira  7:02 PM|hi|Jonas  7:03 PM|you", None),
        ("Mira — Today at 7:02 PM|hi|Jonas — Yesterday at 7:03 PM|you", None),
    ],
)
def test_shapes(chat, lines, at):
    bars = lines if " | " in lines or "\t" in lines else lines.replace("|", "\n")
    path = chat(bars.replace("hi|", "hi\n") + "\n")
    assert said(path) == [("Mira", "hi"), ("Jonas", "you")]
    assert times(path)[0][0] == at


def test_day_and_month_are_asked_for(chat):
    path = chat("01/02/2026 10:00 - A: hi\n03/04/2026 10:00 - B: you\n05/06/2026 10:00 - A: ok\n")
    (found, warnings) = times(path, ReadingOptions(date_order=DateOrder.MONTH_DAY_YEAR))
    assert found[0] == "2026-01-02 10:00" and warnings == ()


def test_old_encodings_are_read_with_a_warning(chat):
    path = chat("Mira: schönes Wetter\nJonas: ja, für uns\nMira: bis später\n", "cp1252")
    assert said(path)[0] == ("Mira", "schönes Wetter")
    assert "Windows-1252" in times(path)[1][0]
    utf16 = chat("Mira: schönes Wetter\nJonas: ja\nMira: ok\n", "utf-16-le")
    assert said(utf16)[0] == ("Mira", "schönes Wetter")


@pytest.mark.parametrize(
    "text",
    [
        f"buy milk\n{CANARY}: bread\n",
        "Title: a\nAuthor: b\nDate: c\nNote: d\n",
        "http://example.org\nhttps://example.org\n",
        "a\nb\nc\n",
    ],
)
def test_other_texts_are_not_read(chat, text):
    with pytest.raises(UnknownFormatError, match="Name: text"):
        read_file(chat(text))
