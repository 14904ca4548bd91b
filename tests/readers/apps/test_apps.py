"""Readers of what apps let people download: fixtures, round trips, damage."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grooming_risk.conversation import MessageKind, speaker_name
from grooming_risk.readers import read_file
from grooming_risk.readers.base.html_text import text_of_html
from tests.support.exported_conversations import conversations, times_by
from tests.support.writers import writer_of

ON_DISK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)
LINES = (
    st.text("abcdefg 😀.,!?'\"-é<&>", min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(str.strip)
)
TEXT, EDITED, MEDIA, DELETED, SYSTEM = (
    MessageKind.TEXT,
    MessageKind.EDITED,
    MessageKind.MEDIA,
    MessageKind.DELETED,
    MessageKind.SYSTEM,
)
SECOND, PART = timedelta(seconds=1), timedelta(microseconds=1)
# Format → (texts, smallest step of time, kinds).
ROUND_TRIPS = {
    "snapchat": (TEXTS, SECOND, (TEXT, MEDIA, SYSTEM)),
    "tiktok": (TEXTS, SECOND, (TEXT, MEDIA)),
    "skype": (LINES, PART, (TEXT, EDITED, MEDIA, DELETED, SYSTEM)),
    "google_chat": (TEXTS, SECOND, (TEXT, EDITED, MEDIA, DELETED)),
    "hangouts": (TEXTS, PART, (TEXT, MEDIA, SYSTEM)),
    "twitter": (TEXTS, PART, (TEXT, EDITED, MEDIA, SYSTEM)),
    "teams": (LINES, PART, (TEXT, EDITED, MEDIA, DELETED, SYSTEM)),
}


def said(item):
    return [(item.speakers[message.speaker], message.kind.value, message.text) for message in item.conversation]


@pytest.mark.parametrize("name", sorted(ROUND_TRIPS))
@given(data=st.data())
@settings(ON_DISK, max_examples=30)
def test_round_trip(name, data, tmp_path):
    texts, step, kinds = ROUND_TRIPS[name]
    conversation = data.draw(
        conversations(texts, times=times_by(step), kinds=kinds, in_order=True, distinct=True, most=6)
    )
    names = {speaker_name(number): f"Person {number}" for number in range(8)}
    writer_of(name)(conversation, tmp_path / "x", names, "17")
    (item,) = read_file(tmp_path / "x")
    assert item.conversation == conversation
    assert item.speakers == {speaker: names[speaker] for speaker in item.speakers}


@pytest.fixture
def exports(root):
    return root / "tests" / "exports"


def test_snapchat(exports):
    (item,) = read_file(exports / "snapchat" / "chat_history.json")
    assert said(item) == [("mira", "text", "are you coming?"), ("", "text", "yes"), ("mira", "media", "")]
    assert f"{item.conversation.messages[0].sent_at:%H:%M}" == "19:02"
    (old,) = read_file(exports / "snapchat" / "saved_2021.json")
    assert said(old) == [("mira", "text", "it's on"), ("", "text", "ok")]
    (group,) = read_file(exports / "snapchat" / "mydata_2025")
    assert said(group) == [
        ("mira", "text", "are you coming?\nbring the ball"),
        ("mira", "system", ""),
        ("lea", "text", "practice is at five 🙂"),
        ("", "media", ""),
    ]


def test_tiktok(exports):
    first, second = read_file(exports / "tiktok" / "user_data.json")
    assert (first.identifier, said(first)) == ("mira", [("mira", "text", "hi"), ("jonas", "text", "you")])
    assert second.identifier == "lea"
    first, second = read_file(exports / "tiktok" / "sections_2025")
    assert (first.identifier, second.identifier, said(second)) == ("mira", "lea", [("lea", "text", "ok")])


def test_skype(exports):
    (item,) = read_file(exports / "skype" / "messages.json")
    assert said(item) == [("Mira", "text", "hi & welcome 🙂"), ("Jonas", "text", "me too"), ("Mira", "system", "")]
    (group,) = read_file(exports / "skype" / "group_2025")
    assert [(kind, text) for _, kind, text in said(group)] == [
        ("system", ""),
        ("deleted", ""),
        ("edited", "practice is at five"),
        ("media", ""),
    ]
    (teams,) = read_file(exports / "skype" / "teams_personal.json")
    assert said(teams) == [("Mira", "text", "are you coming to practice?"), ("Jonas", "text", "yes")]


def test_google_chat(exports):
    first, second = read_file(exports / "google_chat" / "takeout")
    assert (first.identifier, second.identifier) == ("DM abc", "Space xyz")
    assert said(first) == [("Mira", "text", "hi"), ("Jonas", "deleted", "")]
    assert f"{first.conversation.messages[0].sent_at:%Y-%m-%d %H:%M}" == "2026-03-01 19:02"
    (edited,) = read_file(exports / "google_chat" / "edited_2025.json")
    assert said(edited) == [("Mira", "edited", "practice is at five"), ("Jonas", "media", ""), ("Jonas", "deleted", "")]
    (german,) = read_file(exports / "google_chat" / "de.json")
    assert [f"{found.conversation.messages[0].sent_at:%Y-%m-%d %H:%M}" for found in (edited, german)] == [
        "2025-03-02 19:02",
        "2020-03-02 20:00",
    ]


def test_hangouts(exports):
    (item,) = read_file(exports / "hangouts" / "Hangouts.json")
    assert said(item) == [("Mira", "text", "two\nlines"), ("Jonas", "media", ""), ("Mira", "system", "")]
    (old,) = read_file(exports / "hangouts" / "state_2014.json")
    assert said(old) == [
        ("Mira", "text", "are you coming to practice? https://club.example.org"),
        ("Jonas", "text", "yes"),
    ]
    (group,) = read_file(exports / "hangouts" / "group_fr.json")
    assert said(group)[1:] == [("Léa", "text", "on joue à cinq heures\nça va ?"), ("2", "text", "oui")]


def test_twitter(exports):
    (item,) = read_file(exports / "twitter" / "archive")
    assert item.identifier == "1-2"
    assert said(item) == [("1", "text", "hi <3"), ("2", "media", "")]
    (group,) = read_file(exports / "twitter" / "direct-messages-group.js")
    assert said(group)[0] == ("7", "system", "")
    (old,) = read_file(exports / "twitter" / "direct-message.js")
    assert said(old) == [("1", "text", "practice is at five"), ("2", "text", "yes & on time")]


def test_teams(exports):
    (item,) = read_file(exports / "teams" / "messages.json")
    assert said(item) == [("Mira", "text", "hi\nthere"), ("Jonas", "deleted", ""), ("", "system", "")]
    (listed,) = read_file(exports / "teams" / "list.json")
    assert said(listed) == said(item)[:2]
    (channel,) = read_file(exports / "teams" / "channel.json")
    assert said(channel) == [
        ("Mira", "text", "kommst du zum Training?"),
        ("Jonas", "edited", "Mira\xa0ja, um fünf 🙂"),
        ("Mira", "media", ""),
    ]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain", "plain"),
        ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<blockquote>theirs</blockquote><p>mine</p>", "mine"),
        ('<quote author="x">theirs</quote>mine', "mine"),
        ('hi <img alt="🙂" src="x"/><br>you', "hi 🙂\nyou"),
        ("<script>bad()</script>ok", "ok"),
        ("a < b", "a < b"),
    ],
)
def test_text_of_html(markup, text):
    assert text_of_html(markup) == text
