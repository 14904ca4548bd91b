"""Keys of the command line come from files, are long enough, and give the same digest in every run."""

import json

import pytest

from grooming_risk.cli import main
from grooming_risk.commands.key_file import read_key
from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError

CHAT = [{"speaker": "a", "text": "see you at practice tomorrow"}, {"speaker": "b", "text": "yes, bring the ball"}] * 4
SECRET = bytes(range(200, 232))


def test_all_bytes_of_the_file_are_the_key(tmp_path):
    path = tmp_path / "key"
    path.write_bytes(SECRET + b"\n")
    assert read_key(path) == SECRET + b"\n"
    assert read_key(None) is None


def test_short_keys_and_missing_files_are_refused(tmp_path):
    path = tmp_path / "key"
    path.write_bytes(b"fifteen bytes..")
    with pytest.raises(InvalidOptionError, match="at least 16 bytes, got 15") as caught:
        read_key(path)
    assert "fifteen" not in str(caught.value)
    with pytest.raises(UnsupportedFormatError, match="gone cannot be opened"):
        read_key(tmp_path / "gone")


@pytest.fixture
def digest(tmp_path, capsys):
    """The input digest of the chat when it is scored with this key by a scorer of its own."""
    chat, key = tmp_path / "chat.json", tmp_path / "key"
    chat.write_text(json.dumps(CHAT))

    def score(content):
        arguments = []
        if content is not None:
            key.write_bytes(content)
            arguments = ["--digest-key-file", str(key)]
        assert main(["score", str(chat), "--format", "jsonl", *arguments]) == 0
        captured = capsys.readouterr()
        assert content is None or content.decode("latin-1") not in captured.out + captured.err
        return json.loads(captured.out)["provenance"]["input_digest"]

    return score


def test_one_key_gives_one_digest_in_every_run(digest):
    first = digest(SECRET)
    assert digest(SECRET) == first
    assert len({first, digest(SECRET[:-1]), digest(None), digest(None)}) == 4


def test_a_short_key_scores_nothing(tmp_path, capsys):
    chat, key = tmp_path / "chat.json", tmp_path / "key"
    chat.write_text(json.dumps(CHAT))
    key.write_bytes(b"short")
    assert main(["score", str(chat), "--digest-key-file", str(key)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "at least 16" in captured.err
