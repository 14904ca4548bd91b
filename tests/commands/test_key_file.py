"""Keys of the command line come from private files, are hard to guess, and give the same digest in every run."""

import json
import os
from pathlib import Path

import pytest

from grooming_risk.cli import main
from grooming_risk.commands.key_file import read_key
from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.keys import check_key

CHAT = [{"speaker": "a", "text": "see you at practice tomorrow"}, {"speaker": "b", "text": "yes, bring the ball"}] * 4
SECRET = bytes(range(200, 232))


def write(path, content, mode=0o600):
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_all_bytes_of_the_file_are_the_key(tmp_path):
    path = write(tmp_path / "key", SECRET + b"\n")
    assert read_key(path) == SECRET + b"\n"
    assert read_key(None) is None


def test_short_keys_and_missing_files_are_refused(tmp_path):
    path = write(tmp_path / "key", b"fifteen bytes..")
    with pytest.raises(InvalidOptionError, match="at least 16 bytes, got 15") as caught:
        read_key(path)
    assert "fifteen" not in str(caught.value)
    with pytest.raises(UnsupportedFormatError, match="gone cannot be opened"):
        read_key(tmp_path / "gone")


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601])
def test_a_file_that_others_can_use_is_not_a_key(tmp_path, mode):
    with pytest.raises(InvalidOptionError, match=f"key is open to other users .mode {mode:o}.; run chmod 600"):
        read_key(write(tmp_path / "key", SECRET, mode))


@pytest.mark.parametrize(
    "weak", [b"0" * 32, bytes(32), b"abcabc" * 8, b"passwords" * 4, bytes(range(16)) * 2, b"0123012301230123456"]
)
def test_a_key_that_repeats_itself_is_refused(tmp_path, weak):
    with pytest.raises(InvalidOptionError, match="easy to guess") as caught:
        read_key(write(tmp_path / "key", weak))
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_random_keys_are_not_weak(tmp_path):
    for _ in range(2_000):
        check_key(os.urandom(16))


@pytest.mark.skipif(os.name != "posix", reason="devices and pipes of POSIX")
def test_a_key_has_an_end(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    for endless in (Path("/dev/zero"), pipe, tmp_path):  # nobody writes to the pipe
        with pytest.raises(UnsupportedFormatError, match="is not a regular file"):
            read_key(endless)
    with pytest.raises(InvalidOptionError, match="key has over 4,096 bytes"):
        read_key(write(tmp_path / "key", os.urandom(100_000)))


@pytest.fixture
def digest(tmp_path, capsys):
    """The input digest of the chat when it is scored with this key by a scorer of its own."""
    chat, key = tmp_path / "chat.json", tmp_path / "key"
    chat.write_text(json.dumps(CHAT))

    def score(content):
        arguments = []
        if content is not None:
            write(key, content)
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
    write(key, b"short")
    assert main(["score", str(chat), "--digest-key-file", str(key)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "at least 16" in captured.err
