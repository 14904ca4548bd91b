"""Readers of exports that are web pages: fixtures, round trips, damage."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk.conversation import MessageKind
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers import FORMATS, read_file
from grooming_risk.readers.base.html_records import html_records
from tests.support.export_damage import check_error, check_reading
from tests.support.reader_rounds import (
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
SECOND, MINUTE, PART = timedelta(seconds=1), timedelta(minutes=1), timedelta(milliseconds=1)
# Format → (texts, smallest step of time, kinds).
ROUND_TRIPS = {
    "telegram_html": (LINES, SECOND, (TEXT, MEDIA)),
    "messenger_html": (LINES, MINUTE, (TEXT, MEDIA)),
    "discord_html": (LINES, PART, (TEXT, EDITED, MEDIA, SYSTEM)),
    "imessage_html": (LINES, SECOND, (TEXT, EDITED, MEDIA, DELETED)),
    "teams_html": (LINES, SECOND, (TEXT, MEDIA)),
}


@pytest.mark.parametrize("name", sorted(ROUND_TRIPS))
@given(data=st.data())
@settings(ON_DISK, max_examples=30)
def test_round_trip(name, data, tmp_path):
    check_round_trip(data, name, tmp_path / "x", *ROUND_TRIPS[name])


@pytest.fixture
def exports(root):
    return root / "tests" / "exports"


def test_telegram(exports):
    (item,) = read_file(exports / "telegram_html" / "ChatExport_2026-03-01")
    assert said(item) == [
        ("Mira", "text", "are you coming to practice?"),
        ("Mira", "text", "bring the ball & shoes\nplease"),
        ("Jonas", "text", "yes"),
        ("", "system", ""),
        ("Mira", "media", ""),
        ("Jonas", "text", "practice is at five"),
    ]
    assert at(item)[:2] == ["2026-03-01 18:02", "2026-03-01 18:02"]
    assert "Machine-readable JSON" in item.warnings[0]
    (poll,) = read_file(exports / "telegram_html" / "poll.html")
    assert said(poll)[0] == ("Mira", "text", "When is practice?\n- at five\n- at six")


def test_messenger(exports):
    lea, mira = read_file(exports / "messenger_html" / "download")
    assert (lea.identifier, said(lea)) == ("2020608", [("Lea", "text", "hi")])
    assert said(mira) == [
        ("Mira Müller", "text", "are you coming to practice?\nbring the ball"),
        ("Jonas Becker", "text", "yes"),
        ("Jonas Becker", "media", ""),
        ("Jonas Becker", "text", "great & see you"),
    ]
    (german,) = read_file(exports / "messenger_html" / "instagram_de.html")
    assert at(german) == ["2026-03-01 19:02", "2026-03-14 19:03"]
    (old,) = read_file(exports / "messenger_html" / "facebook_2020.html")
    assert at(old) == ["2020-03-01 19:02", "2020-03-13 19:03"]


def test_discord(exports):
    (item,) = read_file(exports / "discord_html" / "channel.html")
    assert said(item) == [
        ("Mira", "text", "are you coming to practice?\nbring the ball"),
        ("Mira", "edited", "please"),
        ("Jonas", "text", "yes 😀"),
        ("Jonas", "system", ""),
    ]
    assert at(item)[0] == "2026-03-01 19:02"  # of the id, not of the exporter's own zone
    (parts,) = read_file(exports / "discord_html" / "parts")
    assert said(parts) == said(item)[:3]
    (old,) = read_file(exports / "discord_html" / "page_2019.html")
    assert at(old) == ["2019-03-01 18:02", "2019-03-01 19:02"]


def test_imessage(exports):
    (item,) = read_file(exports / "imessage_html" / "mira.html")
    assert said(item) == [
        ("Mira", "text", "are you coming to practice?\nbring the ball"),
        ("Me", "text", "yes"),
        ("Me", "system", ""),
        ("Mira", "media", ""),
    ]
    (edited,) = read_file(exports / "imessage_html" / "edited.html")
    assert said(edited) == [("Me", "edited", "at five & sharp"), ("+15550100", "deleted", "")]


def test_teams(exports):
    (item,) = read_file(exports / "teams_html" / "one_chat.html")
    assert said(item) == [
        ("Mira", "text", "are you coming to practice?\nbring the ball"),
        ("Jonas", "text", "yes & on time"),
        ("Mira", "media", ""),
    ]
    assert at(item) == ["2026-03-13 19:02", "2026-03-13 19:03", "2026-03-14 08:15"] and item.warnings == ()
    (german,) = read_file(exports / "teams_html" / "de.html")
    assert said(german)[1] == ("Jonas", "text", "ja") and "time zone" in german.warnings[0]
    first, second = read_file(exports / "teams_html" / "export")
    assert (first.identifier, said(second)) == ("NativeFiles/a.html", [("Lea", "text", "practice is at five")])


def records(markup, size=7):
    parts = [markup[at : at + size].encode() for at in range(0, len(markup), size)]
    return list(html_records(parts, "x", lambda tag, attributes: attributes.get("class") == "r"))


@pytest.mark.parametrize(
    ("markup", "texts"),
    [
        ('<p class="r">a<br>b</p><p class="r">c &amp; d</p>', ["a\nb", "c & d"]),
        ('<div class="r"><div>a</div><div>b</div></div>', ["a\n\nb"]),
        ('<div class="r">a<div class="r">b</div></div>', ["a\nb"]),
        ('<div class="r">never closed <b>at all', ["never closed at all"]),
        ('</div><div class="r">a</span></div></p>', ["a"]),
        ('<div class="r"><script>x()</script>a  \n b<img alt="🙂"></div>', ["a b🙂"]),
        ("<p>no record</p>", []),
        ('<div class="r"/>', [""]),
    ],
)
def test_records(markup, texts):
    assert [node.text() for node in records(markup)] == texts
    assert [node.text() for node in records(markup, 1_000)] == texts


@given(
    st.lists(st.sampled_from(["<div class='r'>", "</div>", "<p>", "</p>", "<br/>", "a", "&lt;", "<!--", "-->", "<![x"]))
)
@settings(deadline=None)
def test_any_markup_is_read_or_refused(parts):
    try:
        for node in records("".join(parts)):
            node.text()
    except UnsupportedFormatError as error:
        check_error(error)


@pytest.mark.parametrize(
    "markup",
    [
        '<div class="r">' + "<b>" * 300,
        '<div class="r">' + "<b></b>" * 60_000,
        '<div class="r">' + "x" * 2_100_000,
        "<!--" + " x" * 1_100_000,
    ],
)
def test_records_are_bounded(markup):
    with pytest.raises(UnsupportedFormatError, match=r"export it again|split it"):
        records(markup, 1 << 20)


def test_bytes_that_are_not_text(tmp_path):
    name = "telegram_html"
    (tmp_path / "x.html").write_bytes(b'<title>Exported Data</title><div class="page_wrap">\xff\xfe\xfd' + b"x" * 5_000)
    check_reading(tmp_path / "x.html", name)
    with pytest.raises(UnsupportedFormatError, match="UTF-8"):
        list(FORMATS[name] and read_file(tmp_path / "x.html", name))
