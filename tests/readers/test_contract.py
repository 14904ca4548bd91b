"""What all readers share: which one is chosen, limits, long messages."""

import json

import pytest

from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers import FORMATS, ReadingOptions, read_file
from grooming_risk.readers.base.work import ExportLimits
from tests.support.export_damage import CANARY, check_error

ROW = {"speaker": "a", "text": "hi"}


def write(tmp_path, content):
    path = tmp_path / "chat.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.mark.parametrize("content", ["", f"{CANARY} is no format"])
def test_what_nobody_recognizes(tmp_path, content):
    with pytest.raises(UnsupportedFormatError, match="no known format") as caught:
        read_file(write(tmp_path, content))
    check_error(caught.value)


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(UnsupportedFormatError, match="cannot be opened"):
        read_file(tmp_path / "none.json")
    with pytest.raises(UnsupportedFormatError, match="no known format"):
        read_file(tmp_path)


def test_an_unknown_format(tmp_path):
    with pytest.raises(UnsupportedFormatError, match=", ".join(FORMATS)):
        read_file(tmp_path / "x", "fax")


def test_long_messages_are_split(tmp_path):
    rows = [ROW, {"speaker": "b", "text": "word " * 5_000}]
    (item,) = read_file(write(tmp_path, rows))
    assert "".join(message.text for message in item.conversation) == "hi" + "word " * 5_000
    assert max(len(message.text) for message in item.conversation) <= 8_000
    assert "split" in item.warnings[0]


@pytest.mark.parametrize("content", [[ROW], {"id": "x", "messages": [ROW]}])
def test_a_file_over_the_limit(tmp_path, content):
    with pytest.raises(InputTooLargeError, match="split"):
        limits = ExportLimits(member_bytes=10, streamed_bytes=10)
        list(read_file(write(tmp_path, content), options=ReadingOptions(export_limits=limits)))
