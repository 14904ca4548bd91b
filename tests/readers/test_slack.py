import json
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk.errors import InvalidConversationError, UnsupportedFormatError
from grooming_risk.readers import FORMATS, UnreadableConversation, read_file
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.slack.text import Directory, plain, written
from tests.support.examples import examples
from tests.support.export_damage import check_reading, damaged, files_below, on_disk
from tests.support.exported_conversations import conversations, times_by
from tests.support.writers import slack as writer

EXPORTS = Path(__file__).parents[1] / "exports" / "slack"
PEOPLE = Directory({"U01": "Mira"}, {"C01": "general"})
SETTINGS = settings(max_examples=examples(60))


def brief(item):
    return [(message.speaker, message.kind.value, message.text) for message in item.conversation]


def test_a_workspace():
    read = {item.identifier: item for item in read_file(EXPORTS / "workspace")}
    assert list(read) == ["D01", "C01", "G02", "G01"]
    assert read["C01"].speakers == {"a": "Mira K.", "b": "Jonas 🚲", "c": "USLACKBOT", "d": "Weather"}
    assert read["C01"].warnings == ("rows of unknown type: 1, first at message 11",)
    assert brief(read["C01"]) == [
        ("a", "system", ""),
        ("a", "text", "who is coming to the library & the lake? <3 @Jonas 🚲 @here"),
        ("b", "text", "no, the bus is at nine"),
        ("b", "text", "me! see the map (https://example.org/lake) or example.org in #general"),
        ("a", "text", "nine it is"),
        ("c", "deleted", ""),
        ("b", "edited", "typed this again"),
        ("a", "media", ""),
        ("b", "text", "here is the map"),
        ("d", "text", "Sunny & warm"),
        ("a", "text", "bring a towel"),
        ("a", "system", ""),
    ]
    assert read["C01"].conversation.messages[1].sent_at.isoformat() == "2026-03-01T08:01:00.000200+00:00"
    assert brief(read["D01"]) == [("a", "text", "did you feed the cat?"), ("b", "text", "yes 😀 twice")]
    assert read["G02"].speakers == {"a": "Lea", "b": "Mira K."}


def test_an_organization_below_a_folder():
    (item,) = read_file(EXPORTS / "grid")
    assert (item.identifier, item.speakers) == ("C77", {"a": "Ana", "b": "W02"})


@pytest.mark.parametrize("path", [EXPORTS / "2026-03-05.json", EXPORTS / "workspace" / "private-trip"])
def test_a_day_or_a_channel_alone(path):
    (item,) = read_file(path)
    assert (item.identifier, len(item.conversation)) == ("1", 2)


@pytest.mark.parametrize("inner", ["", "export/"])
def test_a_zip_reads_as_its_folder_does(tmp_path, inner):
    shutil.copytree(EXPORTS / "workspace", tmp_path / "in" / inner)
    packed = shutil.make_archive(str(tmp_path / "export"), "zip", tmp_path / "in")
    of_folder, of_zip = list(read_file(EXPORTS / "workspace")), list(read_file(Path(packed)))
    assert [(item.identifier, item.conversation) for item in of_zip] == [
        (item.identifier, item.conversation) for item in of_folder
    ]


def test_uploads_are_no_part_of_the_export(tmp_path):
    shutil.copytree(EXPORTS / "workspace", tmp_path / "export")
    for place in ("__uploads/F1/F2", "general/attachments"):
        (tmp_path / "export" / place).mkdir(parents=True)
        for name in ("users.json", "channels.json", "2026-03-01.json"):
            (tmp_path / "export" / place / name).write_text("no JSON at all")
    assert [item.identifier for item in read_file(tmp_path / "export")] == ["D01", "C01", "G02", "G01"]


def export(tmp_path, rows):
    (tmp_path / "export" / "talk").mkdir(parents=True)
    (tmp_path / "export" / "channels.json").write_text(json.dumps([{"id": "C1", "name": "talk"}]))
    (tmp_path / "export" / "talk" / "2026-03-01.json").write_text(json.dumps(rows))
    return tmp_path / "export"


def message(text, ts="1772352000.000100", user="U01", **more):
    return {"type": "message", "user": user, "text": text, "ts": ts, **more}


def test_edit_logs(tmp_path):
    rows = [
        message("frist"),
        message("second", "1772352001.000100", "U02"),
        {"type": "message", "subtype": "message_changed", "ts": "1772352002.000100", "message": message("first")},
        {
            "type": "message",
            "subtype": "message_changed",
            "ts": "1772352003.000100",
            "message": message("third, of which the first text is gone", "1772352002.500000"),
        },
        {
            "type": "message",
            "subtype": "message_changed",
            "ts": "1772352004.000100",
            "message": message("not by its author", "1772352001.000100", "U01"),
        },
        {
            "type": "message",
            "subtype": "message_deleted",
            "ts": "1772352005.000100",
            "deleted_ts": "1772352001.000100",
            "previous_message": message("second", "1772352001.000100", "U02"),
        },
    ]
    (item,) = read_file(export(tmp_path, rows))
    assert brief(item) == [
        ("a", "edited", "first"),
        ("b", "text", "second"),
        ("a", "edited", "not by its author"),
        ("a", "edited", "third, of which the first text is gone"),
        ("b", "deleted", ""),
    ]


def test_two_messages_that_only_look_alike_are_two(tmp_path):
    rows = [message("ok"), message("ok"), message("ok", user="U02")]
    assert len(next(read_file(export(tmp_path, rows))).conversation) == 3


@pytest.mark.parametrize(
    ("row", "kind", "text"),
    [
        ({"subtype": "me_message", "text": "waves"}, "text", "waves"),
        ({"subtype": "channel_topic", "text": "<@U01> set the channel topic: x", "topic": "x"}, "system", ""),
        ({"subtype": "huddle_thread", "text": "", "room": {}}, "system", ""),
        ({"type": "other", "text": "x"}, "system", ""),
        ({"text": None}, "media", ""),
        ({"subtype": "file_share", "text": "look", "files": [{}]}, "text", "look"),
        ({"subtype": "file_share", "text": "<@U01> uploaded a file: <http://x|y>", "file": {}}, "media", ""),
        (
            {"subtype": "file_share", "text": "…", "file": {"initial_comment": {"comment": "words &amp; all"}}},
            "text",
            "words & all",
        ),
        (
            {
                "subtype": "file_comment",
                "text": "<@U01> commented on …: well",
                "comment": {"comment": "well", "user": "U01"},
                "file": {},
            },
            "text",
            "well",
        ),
        ({"text": "see <http://x.org>", "attachments": [{"text": "words of a page"}]}, "text", "see http://x.org"),
        ({"text": "look", "attachments": [{"text": "passed on", "is_share": True}]}, "text", "look\npassed on"),
        ({"text": "", "attachments": [{"fallback": "[no preview available]"}]}, "media", ""),
        (
            {
                "text": "This content can't be displayed.",
                "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Hi"}}],
            },
            "text",
            "Hi",
        ),
        (
            {"text": "News", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "see you *there*"}}]},
            "text",
            "News\nsee you *there*",
        ),
    ],
)
def test_kinds(tmp_path, row, kind, text):
    (item,) = read_file(export(tmp_path, [{**message("x"), **row}]))
    assert brief(item) == [("a", kind, text)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("&amp;lt;3 &amp;amp; &quot;", "&lt;3 &amp; &quot;"),
        ("<@U01> <@U09|bob> <@U09>", "@Mira @bob @U09"),
        ("<!channel> <!subteam^S1|@team> <!date^1^{date}|Monday>", "@channel @team Monday"),
        ("<#C01> <#C02|trip> <#C03>", "#general #trip #C03"),
        ("<mailto:a@b.org|a@b.org> <http://x.org/?a=1&amp;b=2>", "a@b.org http://x.org/?a=1&b=2"),
        ("<http://x.org|click &lt;here&gt;>", "click <here> (http://x.org)"),
        ("a < b, <unclosed", "a < b, <unclosed"),
    ],
)
def test_control_sequences(text, read):
    assert plain(text, PEOPLE) == read


def test_rich_text_blocks():
    rich = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "hi <b> "},
                    {"type": "user", "user_id": "U01"},
                    {"type": "emoji", "name": "wave", "unicode": "1f44b-1f3fd"},
                    {"type": "emoji", "name": "custom"},
                ],
            },
            {
                "type": "rich_text_list",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "link", "url": "http://x.org", "text": "one"}]},
                    {"type": "rich_text_section", "elements": [{"type": "channel", "channel_id": "C01"}]},
                    {"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "here"}]},
                ],
            },
        ],
    }
    section = {"type": "section", "fields": [{"type": "mrkdwn", "text": "a &lt; b"}]}
    assert written({"text": "", "blocks": [rich, section]}, PEOPLE) == (
        "hi <b> @Mira👋🏽:custom:\none (http://x.org)\n#general\n@here\na < b"
    )


@pytest.mark.parametrize("text", ["<" * 100_000, "<a" * 50_000, ":a" * 50_000, "&amp;" * 20_000, "<@" + "a" * 100_000])
def test_long_hostile_texts(text):
    emoji = [{"type": "emoji", "name": f"n{number}", "unicode": "1f600"} for number in range(10_000)]
    assert written({"text": text, "blocks": emoji}, PEOPLE)


def test_blocks_nested_deeply():
    block = {"type": "text", "text": "at the bottom"}
    for _ in range(100_000):
        block = {"type": "rich_text_quote", "elements": [block]}
    assert written({"text": "", "blocks": [block]}, PEOPLE) == "at the bottom"


@pytest.mark.parametrize(
    ("rows", "error", "says"),
    [
        ([message("x"), 7], InvalidConversationError, "message 1"),
        ([message(["CANARY"])], InvalidConversationError, "message 0"),
        ({"CANARY": 1}, UnsupportedFormatError, "not a list of messages"),
    ],
)
def test_a_bad_channel_stands_beside_good_ones(tmp_path, rows, error, says):
    folder = export(tmp_path, rows)
    (folder / "zoo").mkdir()
    (folder / "zoo" / "2026-03-01.json").write_text(json.dumps([message("hello")]))
    bad, good = read_file(folder)
    assert isinstance(bad, UnreadableConversation) and isinstance(bad.error, error)
    assert says in str(bad.error) and "CANARY" not in str(bad.error)
    assert len(good.conversation) == 1


def test_messages_without_author_or_time_are_warnings(tmp_path):
    rows = [{"type": "message", "text": "whose?", "ts": "1772352000.000100"}, message("when?", "CANARY")]
    (item,) = read_file(export(tmp_path, rows))
    assert item.warnings == (
        "messages without an author: 1, first at message 0",
        "times that could not be read: 1, first at message 1",
    )


@SETTINGS
@given(conversations(times=times_by(timedelta(microseconds=1)) | st.none(), in_order=True, distinct=True))
def test_round_trip(conversation):
    """Slack holds every text; its times are the messages' ids and order, so each is later than the one before."""
    with tempfile.TemporaryDirectory() as folder:
        writer.write(conversation, Path(folder) / "export", {"a": "Mira ⭐"}, "C123")
        (item,) = read_file(Path(folder) / "export")
    assert item.conversation == conversation
    assert (item.identifier, item.warnings) == ("C123", ())
    assert item.speakers["a"] == "Mira ⭐"


WORKSPACE = files_below(EXPORTS / "workspace")


@SETTINGS
@given(damaged(WORKSPACE))
def test_any_damage_is_a_named_error(files):
    with on_disk(files, "export") as path:
        check_reading(path, "slack")
        check_reading(path)


@pytest.mark.parametrize("fixture", ["workspace", "grid", "2026-03-05.json"])
def test_recognized_by_this_reader_first(fixture):
    export = Export(EXPORTS / fixture)
    assert next(name for name, reader in FORMATS.items() if reader.recognizes(export)) == "slack"


def test_a_folder_of_exports_is_not_one():
    assert not any(reader.recognizes(Export(EXPORTS)) for reader in FORMATS.values())
