"""More readers of what apps let people download, and of tables of forensic programs: fixtures, round trips, damage."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk.conversation import MessageKind
from grooming_risk.readers import read_file
from grooming_risk.readers.tables.columns import order_in
from tests.support.reader_rounds import (
    ANY_TEXTS,
    LINES,
    ON_DISK,
    at,
    check_round_trip,
    said,
)

TEXT, EDITED, MEDIA, DELETED, SYSTEM = (
    MessageKind.TEXT,
    MessageKind.EDITED,
    MessageKind.MEDIA,
    MessageKind.DELETED,
    MessageKind.SYSTEM,
)
SECOND, PART = timedelta(seconds=1), timedelta(milliseconds=1)
# Format → (texts, smallest step of time, kinds, most speakers).
ROUND_TRIPS = {
    "wire": (ANY_TEXTS, PART, (TEXT, EDITED, MEDIA, DELETED, SYSTEM), 8),
    "bluesky": (ANY_TEXTS, PART, (TEXT, MEDIA, DELETED), 8),
    "threema": (ANY_TEXTS, PART, (TEXT, MEDIA, SYSTEM), 8),
    "reddit": (ANY_TEXTS, SECOND, (TEXT, MEDIA, DELETED), 8),
    "roblox": (LINES, PART, (TEXT, MEDIA, SYSTEM), 2),
    "steam": (LINES, SECOND, (TEXT, MEDIA), 2),
    "axiom": (ANY_TEXTS, SECOND, (TEXT, MEDIA), 8),
    "oxygen": (ANY_TEXTS, SECOND, (TEXT, MEDIA), 8),
}
EVERY = sorted([*ROUND_TRIPS, "discord_package"])


@pytest.mark.parametrize("name", sorted(ROUND_TRIPS))
@given(data=st.data())
@settings(ON_DISK, max_examples=30)
def test_round_trip(name, data, tmp_path):
    texts, step, kinds, speakers = ROUND_TRIPS[name]
    check_round_trip(data, name, tmp_path / "x", texts, step, kinds, speakers=speakers)


@pytest.fixture
def exports(root):
    return root / "tests" / "exports"


def only(path):
    (item,) = read_file(path)
    return item


def test_discord_package(exports):
    first, second = read_file(exports / "discord_package" / "package")
    assert said(first) == [("Jonas", "text", "are you coming to practice?"), ("Jonas", "text", "I bring the ball")]
    assert said(second) == [("Jonas", "media", "")]
    assert "only the messages of its owner" in first.warnings[0]
    old = only(exports / "discord_package" / "old_2021")
    assert said(old) == [("", "text", "are you coming, or not?"), ("", "media", "")]


def test_wire(exports):
    item = only(exports / "wire" / "backup")
    assert said(item) == [
        ("Mira", "text", "are you coming to practice?"),
        ("Jonas", "edited", "yes"),
        ("Mira", "media", ""),
        ("Mira", "deleted", ""),
        ("Jonas", "system", ""),
    ]
    assert [text for _, _, text in said(only(exports / "wire" / "backup.desktop_wbu"))][:2] == [
        "are you coming to practice?",
        "yes",
    ]


def test_bluesky(exports):
    item = only(exports / "bluesky" / "convos.json")
    assert said(item) == [
        ("mira.example.org", "text", "are you coming to practice?"),
        ("jonas.example.org", "text", "yes"),
        ("mira.example.org", "deleted", ""),
    ]
    assert only(exports / "bluesky" / "export.jsonl").identifier == "k1"


def test_threema(exports):
    group, two = read_file(exports / "threema" / "backup")
    assert said(group) == [("Mira M.", "text", "hi all")]
    assert said(two) == [
        ("Mira M.", "text", "are you coming to practice?"),
        ("", "text", "yes\nI bring the ball"),
        ("Mira M.", "media", ""),
        ("Mira M.", "system", ""),
    ]


def test_reddit(exports):
    chat, mail = read_file(exports / "reddit" / "export")
    assert said(chat) == [
        ("mira", "text", "are you coming to practice?"),
        ("jonas", "text", "yes, sure"),
        ("mira", "deleted", ""),
    ]
    assert (mail.identifier, said(mail)) == ("t1", [("lea", "text", "hi there")])


def test_roblox(exports):
    assert said(only(exports / "roblox" / "messages.json")) == [
        ("Mira", "text", "are you coming to practice?"),
        ("Jonas", "text", "yes\nat five & sharp"),
    ]
    log = only(exports / "roblox" / "Log_2026-03-01_19-00-00.txt")
    assert at(log)[0] == "2026-03-01 19:02" and said(log)[1] == ("Jonas (@jonas)", "text", "yes")


def test_steam(exports):
    assert said(only(exports / "steam" / "messages.html"))[1] == ("Jonas", "text", "yes & sharp")
    assert at(only(exports / "steam" / "de.html")) == ["2026-03-01 19:02", "2026-03-01 19:03"]
    assert len(list(read_file(exports / "steam" / "iso.html"))) == 2


def test_axiom(exports):
    assert at(only(exports / "axiom" / "whatsapp.csv")) == ["2026-03-01 19:02", "2026-03-02 19:03"]
    assert at(only(exports / "axiom" / "us_order.csv")) == ["2026-03-01 19:02", "2026-03-02 19:03"]
    assert said(only(exports / "axiom" / "direction.csv"))[1] == ("", "text", "yes")


def test_oxygen(exports):
    assert said(only(exports / "oxygen" / "messages.csv"))[0] == ("Mira", "text", "are you coming to practice?")
    assert at(only(exports / "oxygen" / "semicolons.csv")) == ["2026-03-01 19:02", "2026-03-14 19:03"]


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("Sent Date/Time - UTC+00:00 (dd/MM/yyyy)", "dmy"),
        ("Sent Date/Time - UTC+00:00 (M/d/yyyy)", "mdy"),
        ("Date (DD)", None),
        ("Date", None),
        ("Sent (yyyy-MM-dd)", None),
    ],
)
def test_the_name_of_a_column_shows_the_order_of_dates(name, order):
    found = order_in(name)
    assert (found and found.value) == order
