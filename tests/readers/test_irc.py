import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk.conversation import Limits, MessageKind
from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers import ReadingOptions, UnreadableConversation, read_file
from grooming_risk.readers.irc.line import read_line
from tests.support.examples import examples
from tests.support.export_damage import CANARY, check_reading, damaged, files_below, on_disk
from tests.support.exported_conversations import CHARACTERS, conversations, times_by
from tests.support.writers import irc as writer

EXPORTS = Path(__file__).parents[1] / "exports" / "irc"
ALL = sorted(EXPORTS.iterdir())
T, S = MessageKind.TEXT, MessageKind.SYSTEM


def read(path):
    (item,) = read_file(path)
    return item


def said(item):
    return [(f"{m.sent_at:%d %H:%M:%S}", item.speakers[m.speaker], m.text) for m in item.conversation if m.kind is T]


def log(tmp_path, *lines, name="chat.log"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_irssi():
    item = read(EXPORTS / "irssi.log")
    assert item.identifier == "1" and item.warnings == ()
    assert said(item) == [
        ("28 23:58:00", "bo", "evening all"),
        ("28 23:59:00", "ana", "hi bo, how are the tomatoes?"),
        ("01 00:01:00", "bo", "still small"),
        ("01 00:01:00", "bo", "waters them"),
        ("01 00:03:00", "ana", "back in a bit"),
        ("01 00:05:00", "bo", "meeting moved to nine"),
    ]
    assert [m.kind for m in item.conversation].count(S) == 5
    assert item.speakers == {"a": "", "b": "bo", "c": "ana"}  # ana_away is ana


def test_weechat():
    assert said(read(EXPORTS / "weechat.weechatlog")) == [
        ("01 19:00:05", "dan", "which exercise are we on?"),
        ("01 19:00:20", "cleo", "number four, the triangle"),
        ("01 19:01:00", "dan", "draws it"),
        ("01 19:02:30", "cleo", "got it: 42"),
    ]


def test_hexchat_across_the_year():
    item = read(EXPORTS / "hexchat.log")
    assert said(item) == [
        ("31 23:50:10", "eve", "anyone awake?"),
        ("31 23:51:00", "finn", "yes, the night train is late"),
        ("31 23:52:00", "eve", "laughs"),
        ("01 00:00:05", "finn", "happy new year"),
        ("01 00:02:00", "finn", "night"),
    ]
    assert item.conversation.messages[-1].sent_at.year == 2026


def test_mirc_without_its_colours():
    assert said(read(EXPORTS / "mirc.log")) == [
        ("01 18:00:10", "hana", "bold move: rye bread"),
        ("01 18:00:40", "ivo", "how long in the oven?"),
        ("01 18:01:00", "hana", "checks the book"),
        ("01 18:01:10", "hana", "fifty minutes"),
    ]


def test_znc_days_of_a_channel_are_one_conversation(tmp_path):
    item = read(EXPORTS / "znc")
    assert item.identifier == "#garden"
    assert said(item) == [
        ("01 23:50:10", "kim", "is the shed open?"),
        ("01 23:50:30", "lou", "yes, key is under the pot"),
        ("01 23:51:00", "kim", "goes"),
        ("02 08:00:00", "lou", "did you lock it?"),
        ("02 08:01:10", "kim", "yes"),
    ]
    with zipfile.ZipFile(tmp_path / "logs.zip", "w") as zipped:
        for day in (EXPORTS / "znc" / "#garden").iterdir():
            zipped.write(day, f"#garden/{day.name}")
    assert read(tmp_path / "logs.zip") == item
    shutil.copy(EXPORTS / "znc" / "#garden" / "2026-03-02.log", tmp_path / "2026-03-02.log")
    assert said(read(tmp_path / "2026-03-02.log"))[0][0] == "02 08:00:00"


@pytest.mark.parametrize(
    ("line", "nick", "text"),
    [
        ("[12:00] <nick> a b", "nick", "a b"),
        ("[12:00:01] <@nick> a", "nick", "a"),
        ("12:00 < nick> a", "nick", "a"),
        ("12:00 <nick>  a ", "nick", " a "),
        ("12:00:59 <nick>", "nick", ""),
        ("[2026-03-01 12:00:00] <a|b> c", "a|b", "c"),
        ("[2026/03/01 12:00:00] <nick> a", "nick", "a"),
        ("2026-03-01T12:00:00+0100 <nick>\ta", "nick", "a"),
        ("2026-03-01 12:00:00.123456Z\t@q\ta", "q", "a"),
        ("2026-03-01 12:00:00\t *\tnick waves", "nick", "waves"),
        ("Mar 10 12:00:00 <nick>\ta", "nick", "a"),
        ("12:00  * nick has left #x", "nick", "has left #x"),
        ("[12:00] * nick waves hello", "nick", "waves hello"),
        ("[12:00] -nick(user@host)- a", "nick", "a"),
        ("[12:00] <nick> \x02a\x02 \x0304,12b\x03 c\x0f", "nick", "a b c"),
    ],
)
def test_lines_people_said(line, nick, text):
    found = read_line(line, marked=False)
    assert (found.nick, found.text, found.clock.hour) == (nick, text, 12)


@pytest.mark.parametrize(
    "line",
    [
        "[12:00] *** Joins: nick (u@h)",
        "12:00 -!- nick [u@h] has joined #x",
        "2026-03-01 12:00:00\t-->\tnick has joined",
        "Mar 10 12:00:00 *\tnick has joined",
        "[12:00] * nick (u@h) has joined #x",
        "[12:00] * nick sets mode: +o other",
        "[12:00] * nick is now known as other",
        "Mar 10 12:00:00 *\tNow talking on #x",
    ],
)
def test_notices(line):
    assert read_line(line, marked=False).text is None


@pytest.mark.parametrize(
    "line", ["hello", "<nick> a", "[12:00 <nick> a", "25:00 <nick> a", "12:00 hello", "2026-02-30 12:00 <n> a"]
)
def test_no_lines_of_a_log(line):
    assert read_line(line, marked=False) is None


def test_where_notices_are_marked_actions_cannot_imitate_them(tmp_path):
    path = log(tmp_path, "[12:00] *** Joins: ann (u@h)", "[12:01] * bob has left", "[12:02] <ann> ok")
    assert [text for _, _, text in said(read(path))] == ["has left", "ok"]


@pytest.mark.parametrize("character", ["a", " ", ":", "1", "<", "*", "-", "\t", "(", "has left "])
def test_patterns_are_linear(character):
    """100,000 characters of one kind behind what could begin a line; patterns that are not linear would not end."""
    for before in ("", "12:00 ", "[12:00] * ", "12:00 -", "12:00 -!- ", "--- Log opened ", "2026-03-01 12:00:00\t"):
        read_line(before + character * 100_000, marked=False)


def test_nicks_change_and_come_back(tmp_path):
    path = log(
        tmp_path,
        "[2026-03-01 12:00:00] <Ann> a",
        "[2026-03-01 12:00:01] <bob> b",
        "[2026-03-01 12:00:02] *** Ann is now known as Cat",
        "[2026-03-01 12:00:03] *** bob is now known as Ann",
        "[2026-03-01 12:00:04] <Ann> c",
        "[2026-03-01 12:00:05] <cat> d",
        "[2026-03-01 12:00:06] *** cat is now known as Dee",
        "[2026-03-01 12:00:07] <Dee> e",
    )
    assert [(name, text) for _, name, text in said(read(path))] == [
        ("Ann", "a"),
        ("bob", "b"),
        ("bob", "c"),
        ("Ann", "d"),
        ("Ann", "e"),
    ]


def test_without_dates_days_are_counted(tmp_path):
    item = read(log(tmp_path, "[23:50] <ann> a", "[00:10] <bob> b", "[00:05] <ann> c"))
    first, second, third = item.conversation.messages
    assert second.sent_at - first.sent_at == timedelta(minutes=20)
    assert third.sent_at - second.sent_at == -timedelta(minutes=5)
    assert any("contains no dates" in warning for warning in item.warnings)


def test_lines_in_no_form_are_counted(tmp_path):
    item = read(log(tmp_path, *["[12:00] <ann> a"] * 9, CANARY))
    assert any("lines in an unknown form, read as notices: 1" in warning for warning in item.warnings)
    assert item.conversation.messages[-1].kind is S and CANARY not in repr(item)


def test_too_many_messages(tmp_path):
    (item,) = read_file(log(tmp_path, *["[12:00] <ann> a"] * 16), options=ReadingOptions(limits=Limits(messages=3)))
    assert isinstance(item, UnreadableConversation) and isinstance(item.error, InputTooLargeError)


def test_a_folder_without_logs(tmp_path):
    (tmp_path / "a.csv").write_text("x")
    with pytest.raises(UnsupportedFormatError, match=r"\.log"):
        list(read_file(tmp_path, "irc"))


# A line cannot hold ends of lines or the client's own formatting codes.
CODES = str.maketrans(dict.fromkeys("\r\n\x02\x03\x04\x0f\x11\x12\x16\x1d\x1e\x1f"))
TEXTS = st.text(CHARACTERS, max_size=60).map(lambda text: text.translate(CODES))
NAMES = {"a": "Ann", "b": "bo[t]", "c": "ليلى"}


def notices_follow_words(conversation):
    """Notices of those who have not spoken yet are nobody's."""
    first = {message.speaker: message.kind for message in reversed(conversation.messages)}
    return set(first.values()) == {T}


CONVERSATIONS = conversations(
    TEXTS, times=times_by(timedelta(microseconds=1)), kinds=[T, T, T, S], in_order=True, speakers=len(NAMES)
).filter(notices_follow_words)


@given(CONVERSATIONS)
@settings(max_examples=examples(150))
def test_round_trip(tmp_path_factory, conversation):
    """Kinds other than text and notice are not IRC's."""
    path = tmp_path_factory.mktemp("irc") / "chat.weechatlog"
    writer.write(conversation, path, NAMES, "1")
    (item,) = read_file(path, "irc")
    assert item.conversation == conversation
    assert item.speakers == {speaker: NAMES[speaker] for speaker in item.speakers}


@given(st.data())
@settings(max_examples=examples(150))
def test_any_damage_is_a_named_error(data):
    good = data.draw(st.sampled_from(ALL))
    files = files_below(good, "tomatoes", "triangle", "train", "bread", "shed")
    with on_disk(data.draw(damaged(files)), good.name) as path:
        check_reading(path, "irc")
        check_reading(path)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_recognized(path):
    assert list(read_file(path)) == list(read_file(path, "irc"))
