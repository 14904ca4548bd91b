"""Readers of what apps let people download: fixtures, round trips, damage."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grooming_risk.conversation import MessageKind, speaker_name
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers import read_file
from grooming_risk.readers.base.html_text import text_of_html
from tests.support.export_damage import check_error, check_reading, damaged, files_below, on_disk
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


@pytest.mark.parametrize("name", sorted(ROUND_TRIPS))
@given(data=st.data())
@settings(ON_DISK, max_examples=50)
def test_any_damage_is_a_named_error(name, data, root):
    path = data.draw(st.sampled_from(sorted((root / "tests" / "exports" / name).iterdir())))
    files = files_below(path, "practice", "ball", "Mira", "coming")
    with on_disk(data.draw(damaged(files)), path.name) as damaged_path:
        check_reading(damaged_path)
        check_reading(damaged_path, name)


@pytest.mark.parametrize("name", sorted(ROUND_TRIPS))
def test_json_of_another_program_is_refused(name, tmp_path):
    (tmp_path / "x.json").write_text("[7]" if name != "teams" else "7")
    with pytest.raises(UnsupportedFormatError) as caught:
        list(read_file(tmp_path / "x.json", name))
    check_error(caught.value)


@pytest.fixture
def exports(root):
    return root / "tests" / "exports"


def test_snapchat(exports):
    (item,) = read_file(exports / "snapchat" / "chat_history.json")
    assert said(item) == [("mira", "text", "are you coming?"), ("", "text", "yes"), ("mira", "media", "")]
    assert f"{item.conversation.messages[0].sent_at:%H:%M}" == "19:02"
    (old,) = read_file(exports / "snapchat" / "saved_2021.json")
    assert said(old) == [("mira", "text", "it's on"), ("", "text", "ok")]


def test_tiktok(exports):
    first, second = read_file(exports / "tiktok" / "user_data.json")
    assert (first.identifier, said(first)) == ("mira", [("mira", "text", "hi"), ("jonas", "text", "you")])
    assert second.identifier == "lea"


def test_skype(exports):
    (item,) = read_file(exports / "skype" / "messages.json")
    assert said(item) == [("Mira", "text", "hi & welcome 🙂"), ("Jonas", "text", "me too"), ("Mira", "system", "")]


def test_google_chat(exports):
    first, second = read_file(exports / "google_chat" / "takeout")
    assert (first.identifier, second.identifier) == ("DM abc", "Space xyz")
    assert said(first) == [("Mira", "text", "hi"), ("Jonas", "deleted", "")]
    assert f"{first.conversation.messages[0].sent_at:%Y-%m-%d %H:%M}" == "2026-03-01 19:02"


def test_hangouts(exports):
    (item,) = read_file(exports / "hangouts" / "Hangouts.json")
    assert said(item) == [("Mira", "text", "two\nlines"), ("Jonas", "media", ""), ("Mira", "system", "")]


def test_twitter(exports):
    (item,) = read_file(exports / "twitter" / "archive")
    assert item.identifier == "1-2"
    assert said(item) == [("1", "text", "hi <3"), ("2", "media", "")]
    (group,) = read_file(exports / "twitter" / "direct-messages-group.js")
    assert said(group)[0] == ("7", "system", "")


def test_teams(exports):
    (item,) = read_file(exports / "teams" / "messages.json")
    assert said(item) == [("Mira", "text", "hi\nthere"), ("Jonas", "deleted", ""), ("", "system", "")]
    assert read_file(exports / "teams" / "list.json")


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


@pytest.mark.parametrize("name", sorted(ROUND_TRIPS))
def test_an_empty_folder_is_a_named_error(name, tmp_path):
    check_reading(tmp_path, name)
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    check_reading(tmp_path, name)
