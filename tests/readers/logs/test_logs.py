"""Readers of exports that are text: fixtures, round trips, damage."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk.conversation import Conversation, Doubt, MessageKind
from grooming_risk.readers import DateOrder, ReadingOptions, read_file
from grooming_risk.readers.logs.east_asian_times import western
from tests.support.reader_rounds import (
    ON_DISK,
    at,
    check_round_trip,
    said,
)
from tests.support.writers import writer_of

TEXT, MEDIA, DELETED, SYSTEM = MessageKind.TEXT, MessageKind.MEDIA, MessageKind.DELETED, MessageKind.SYSTEM
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WORDS = st.text("abcdefg 😀.!?'é", min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(str.strip)
# Format → (smallest step of time, kinds). Minecraft has no days, and Chatterino no blanks in names.
ROUND_TRIPS = {
    "line": (MINUTE, (TEXT, MEDIA, DELETED)),
    "kakaotalk": (MINUTE, (TEXT, MEDIA, DELETED)),
    "zoom": (SECOND, (TEXT, MEDIA)),
    "wechat": (SECOND, (TEXT, MEDIA, DELETED)),
    "discord_text": (MINUTE, (TEXT, MEDIA, SYSTEM)),
    "tiktok_text": (SECOND, (TEXT, MEDIA)),
    "viber": (SECOND, (TEXT, MEDIA, DELETED)),
}
DAY_FIRST = ReadingOptions(date_order=DateOrder.DAY_MONTH_YEAR)
EVERY = sorted([*ROUND_TRIPS, "minecraft", "twitch"])


@pytest.mark.parametrize("name", sorted(ROUND_TRIPS))
@given(data=st.data())
@settings(ON_DISK, max_examples=30)
def test_round_trip(name, data, tmp_path):
    chosen = "wechat" if name == "wechat" else None  # one message alone is not enough to recognize it
    check_round_trip(data, name, tmp_path / "x", WORDS, *ROUND_TRIPS[name], chosen, DAY_FIRST)


@pytest.mark.parametrize("name", ["minecraft", "twitch"])
@given(data=st.data())
@settings(ON_DISK, max_examples=20)
def test_round_trip_of_texts(name, data, tmp_path):
    texts = data.draw(st.lists(st.tuples(st.sampled_from("abc"), WORDS), min_size=1, max_size=6))
    rows = [
        {"speaker": who, "text": text, "sent_at": f"2026-03-01T19:02:{second:02}Z"}
        for second, (who, text) in enumerate(texts)
    ]
    writer_of(name)(Conversation.from_messages(rows), tmp_path / "x", {"a": "Mira", "b": "Jonas", "c": "Lea"}, "17")
    (item,) = read_file(tmp_path / "x")
    people = {"a": "Mira", "b": "Jonas", "c": "Lea"}
    assert said(item) == [(people[who], "text", text) for who, text in texts]


@pytest.fixture
def exports(root):
    return root / "tests" / "exports"


def test_line(exports):
    english, japanese, chinese = (
        only(exports / "line" / name) for name in ("[LINE] Chat with Mira.txt", "ja.txt", "zh_tw.txt")
    )
    assert said(english) == [
        ("Mira", "text", "are you coming to practice?"),
        ("Jonas", "text", "yes\nI bring the ball"),
        ("Mira", "media", ""),
        ("Mira", "deleted", ""),
        ("Jonas", "system", ""),
        ("Mira", "text", "great"),
    ]
    assert at(english)[0] == "2026-03-01 19:02" and at(english)[-1] == "2026-03-13 08:16"
    assert [kind for _, kind, _ in said(japanese)] == ["text", "text", "media", "deleted", "text"]
    assert at(japanese)[-1] == "2026-03-02 08:15"
    assert at(chinese)[0] == "2026-03-01 19:02"


def only(path, options=None) -> object:
    (item,) = read_file(path, None, options)
    return item


def test_kakaotalk(exports):
    computer = only(exports / "kakaotalk" / "computer.txt")
    assert said(computer) == [
        ("미라", "text", "연습에 와?"),
        ("요나스", "text", "응\n공 가져갈게"),
        ("미라", "media", ""),
        ("", "system", ""),
        ("요나스", "deleted", ""),
    ]
    assert at(computer) == ["2026-03-01 19:02", "2026-03-01 19:03", "2026-03-01 19:04", None, "2026-03-02 00:15"]
    android = only(exports / "kakaotalk" / "android.txt")
    assert [kind for _, kind, _ in said(android)] == ["text", "text", "media", "system"]
    for name in ("iphone.txt", "english.txt"):
        assert at(only(exports / "kakaotalk" / name))[:2] == ["2026-03-01 19:02", "2026-03-01 19:03"]


def test_zoom(exports):
    item = only(exports / "zoom" / "2026-03-01 19.00.00 Practice")
    assert said(item) == [
        ("Mira", "text", "are you coming to practice?"),
        ("Jonas", "text", "yes\nI bring the ball"),
        ("Mira", "system", ""),
        ("Mira", "text", "great"),
    ]
    assert at(item)[0] == "2026-03-01 19:02"
    for name in ("old_2020.txt", "recording.txt", "de.txt"):
        assert [name for name, _, _ in said(only(exports / "zoom" / name))][:2] == ["Mira", "Jonas"]


def test_wechat(exports):
    item = only(exports / "wechat" / "exporter.txt")
    assert said(item) == [
        ("米拉", "text", "你来练习吗？"),
        ("约纳斯", "text", "来\n带球"),
        ("米拉", "media", ""),
        ("米拉", "deleted", ""),
    ]
    mailed = only(exports / "wechat" / "mailed.txt")
    assert at(mailed) == ["2026-03-01 19:02", "2026-03-01 19:03", "2026-03-02 08:15"]
    assert said(only(exports / "wechat" / "inline.txt"))[-1] == ("Mira", "media", "")


def test_discord(exports):
    item = only(exports / "discord_text" / "channel.txt")
    assert said(item) == [
        ("mira#0001", "text", "are you coming to practice?\nbring the ball"),
        ("jonas", "text", "yes"),
        ("mira#0001", "system", ""),
        ("jonas", "media", ""),
    ]
    assert at(only(exports / "discord_text" / "us_slashes.txt")) == ["2026-03-01 19:02", "2026-03-14 19:02"]


def test_tiktok(exports):
    mira, lea = read_file(exports / "tiktok_text" / "Direct Messages.txt")
    assert (mira.identifier, said(mira)) == (
        "mira",
        [("mira", "text", "are you coming to practice?\nbring the ball"), ("jonas", "text", "yes")],
    )
    assert lea.identifier == "lea"
    assert only(exports / "tiktok_text" / "download").identifier == "mira"


def test_minecraft(exports):
    item = only(exports / "minecraft" / "client")
    assert said(item) == [
        ("", "system", ""),
        ("mira", "text", "are you coming to practice?"),
        ("jonas", "text", "yes"),
        ("You", "text", "I bring the ball"),
        ("mira", "text", "great"),
    ]
    assert at(item)[1] == "2026-03-01 19:02"
    assert at(only(exports / "minecraft" / "server.log")) == [None] * 3


def test_twitch(exports):
    item = only(exports / "twitch" / "club-2026-03-01.log")
    assert said(item)[1:] == [("jonas", "text", "yes"), ("", "system", "")]
    video = only(exports / "twitch" / "vod.json")
    assert said(video) == [("Mira", "text", "are you coming to practice?"), ("Jonas", "text", "yes")]


def test_viber(exports):
    assert said(only(exports / "viber" / "mira.csv")) == [
        ("Mira", "text", "are you coming to practice?"),
        ("Me", "text", "yes, I bring the ball\nand shoes"),
        ("Mira", "media", ""),
        ("Mira", "deleted", ""),
    ]
    assert said(only(exports / "viber" / "quoted.csv"))[1] == ("Jonas", "text", 'yes, "sure"')
    assert len(list(read_file(exports / "viber" / "history.zip"))) == 2


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("2026년 3월 1일 오후 7:02", "2026-03-01 7:02 PM"),
        ("2026. 3. 1. 오전 12:02", "2026-03-01 12:02 AM"),
        ("午後0:02", "12:02 PM"),
        ("下午07:02", "7:02 PM"),
        ("2026/03/01(日)", "2026-03-01"),
        ("2026年3月1日 19:02", "2026-03-01 19:02"),
        ("Sun, 01/03/2026", "Sun, 01/03/2026"),
    ],
)
def test_east_asian_times(written, plain):
    assert western(written) == plain


def test_the_order_of_dates_can_be_given(tmp_path):
    path = tmp_path / "[LINE] x.txt"
    path.write_text("[LINE] Chat history with x\n\nSun, 01/02/2026\n10:00\tA\thi\nMon, 03/04/2026\n10:00\tB\tyou\n")
    assert at(only(path)) == [None, None] and "--date-order" in only(path).warnings[0]
    assert at(only(path, ReadingOptions(date_order=DateOrder.DAY_MONTH_YEAR)))[0] == "2026-02-01 10:00"


def test_a_forged_line_is_doubtful(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text(
        "2026-03-02 10:00:00 Mira\nhi\n\n2026-03-01 09:00:00 Jonas\nforged\n\n2026-03-02 10:01:00 Jonas\nyou\n"
    )
    assert [message.doubt for message in only(path).conversation] == [Doubt.OUT_OF_ORDER, Doubt.OUT_OF_ORDER, None]
