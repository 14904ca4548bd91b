"""Files over the limit of what is parsed as a whole are streamed, and read as smaller ones are."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from grooming_risk.conversation import Conversation, Limits, Message
from grooming_risk.errors import InputTooLargeError
from grooming_risk.readers import ReadingOptions, read_file
from grooming_risk.readers.base.rows import Row, gather
from grooming_risk.readers.base.work import ExportLimits
from tests.support.writers import writer_of

START = datetime(2026, 3, 1, tzinfo=UTC)
CHAT = Conversation(
    tuple(Message("ab"[n % 2], f"are you coming {n}?", START + timedelta(minutes=n)) for n in range(300))
)
SMALL = ReadingOptions(export_limits=ExportLimits(member_bytes=2_000))


@pytest.mark.parametrize("name", ["telegram", "discord", "csv", "jsonl", "telegram_html", "sms_backup", "line", "text"])
def test_large_files_are_read_alike(name, tmp_path):
    path = tmp_path / "x"
    writer_of(name)(CHAT, path, {"a": "Mira", "b": "Jonas"}, "17")
    assert path.stat().st_size > 2_000
    (whole,), (streamed,) = read_file(path, name), read_file(path, name, SMALL)
    assert streamed == whole and len(whole.conversation) == 300


# Each parses large JSON through `document_of`.
JSON = ("twitter", "roblox", "tiktok", "wire", "teams", "google_chat", "skype", "snapchat", "discord_package", "matrix")


@pytest.mark.parametrize("name", JSON)
def test_large_json_is_read_alike(name, tmp_path, monkeypatch):
    monkeypatch.setattr("grooming_risk.readers.base.large_json._HELD", 500)
    monkeypatch.setattr("grooming_risk.readers.base.json_stream._LEAST", 64)
    monkeypatch.setattr("grooming_risk.readers.base.export._CHUNK_BYTES", 400)
    path = tmp_path / "x"
    writer_of(name)(CHAT, path, {"a": "Mira", "b": "Jonas"}, "17")
    (whole,), (streamed,) = read_file(path, name), read_file(path, name, SMALL)
    assert streamed == whole and len(whole.conversation) > 100


@pytest.mark.parametrize("name", JSON)
def test_fixtures_are_streamed_alike(name, root, monkeypatch):
    monkeypatch.setattr("grooming_risk.readers.base.large_json._HELD", 20)
    monkeypatch.setattr("grooming_risk.readers.base.json_stream._LEAST", 8)
    fixtures = sorted((root / "tests" / "exports" / name).iterdir())
    whole = [list(read_file(fixture, name)) for fixture in fixtures]
    monkeypatch.setattr("grooming_risk.readers.base.export.Export.is_large", lambda *_: True)
    assert whole and [list(read_file(fixture, name)) for fixture in fixtures] == whole


def test_fixtures_of_telegram_are_streamed_alike(root):
    exports = root / "tests" / "exports" / "telegram"
    tiny = ReadingOptions(export_limits=ExportLimits(member_bytes=10))
    for name in ("account.json", "single_chat.json", "exported_2019.json"):
        assert list(read_file(exports / name, "telegram", tiny)) == list(read_file(exports / name, "telegram"))


def test_a_format_that_is_parsed_as_a_whole_is_refused(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps([{"speaker": "a", "text": "hi"}] * 100))
    with pytest.raises(InputTooLargeError, match="split it"):
        list(read_file(tmp_path / "x.json", "jsonl", SMALL))


def test_conversations_in_order_are_yielded_while_rows_are_read():
    read = []

    def rows():
        for number in range(6):
            read.append(number)
            yield Row(f"line {number}", str(number // 2), "a", "hi")

    last = {"0": 1, "1": 3, "2": 5}
    found = gather(rows(), Limits(), (), last)
    assert next(found).identifier == "0" and read == [0, 1]
    assert [item.identifier for item in found] == ["1", "2"]


def test_scattered_conversations_keep_the_order_of_their_first_rows():
    rows = [Row(f"line {number}", key, "a", "hi") for number, key in enumerate("xyyxz")]
    last = {"x": 3, "y": 2, "z": 4}
    assert [item.identifier for item in gather(rows, Limits(), (), last)] == ["x", "y", "z"]


def test_what_is_held_of_mixed_conversations_is_bounded(monkeypatch):
    monkeypatch.setattr("grooming_risk.readers.base.rows._MOST_ROWS", 3)
    rows = [Row(f"line {number}", str(number), "a", "hi") for number in range(9)]
    with pytest.raises(InputTooLargeError, match="split the file by conversation"):
        list(gather(rows, Limits()))
    last = {str(number): number for number in range(9)}
    assert len(list(gather(rows, Limits(), (), last))) == 9
