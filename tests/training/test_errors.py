"""Usual mistakes end with one line that says what is wrong, where, and what to do; never with a traceback or a text."""

import errno
import json

import pytest

from training.__main__ import main
from training.errors import explained
from training.execution.destinations import Destinations
from training.options import UsageError
from training.paths import CONFIG
from training.run import RunOptions, _configuration


def run(capsys, *words):
    """Exit status and the last line of the standard error of `audit`, which reads configuration and proxies."""
    status = main(["audit", *map(str, words)])
    lines = capsys.readouterr().err.strip().splitlines()
    assert "Traceback" not in "\n".join(lines)
    return status, lines[-1]


@pytest.fixture
def english(tmp_path):
    from tests.support.configs import english_only

    return english_only(tmp_path)


def test_missing_proxies(capsys, tmp_path, english):
    status, line = run(capsys, "--config", english, "--proxies", tmp_path / "nowhere", "--work", tmp_path)
    assert status == 1 and "fetch-proxies --into FOLDER" in line


def test_an_unreadable_line_of_a_source(capsys, tmp_path, english):
    (tmp_path / "p" / "casino").mkdir(parents=True)
    (tmp_path / "p" / "casino" / "data.jsonl").write_text('{"id": "1", "messages": "CANARY"\n')
    status, line = run(capsys, "--config", english, "--proxies", tmp_path / "p", "--work", tmp_path)
    assert status == 1 and "line 1 must be a JSON object with id, lang, messages, meta" in line and "CANARY" not in line


def test_a_configuration_that_is_not_there_or_misspelt(capsys, tmp_path):
    status, line = run(capsys, "--config", tmp_path / "none.toml")
    assert status == 1 and "is not a configuration file; copy" in line
    path = tmp_path / "c.toml"
    path.write_text(CONFIG.read_text().replace("bootstrap", "bootstrp"))
    status, line = run(capsys, "--config", path)
    assert status == 1 and "unknown key bootstrp (did you mean bootstrap?)" in line


def test_a_wrong_path_of_conversations(capsys, tmp_path):
    assert main(["evaluate", "--only-conversations", "--conversations", str(tmp_path / "x.jsonl")]) == 1
    assert "does not exist; give the path of a file" in capsys.readouterr().err


def test_a_full_disk(capsys, tmp_path, monkeypatch):
    def full(arguments):
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "work"))

    monkeypatch.setattr("training.corpus.check.run", full)
    assert main(["check"]) == 1
    assert "the disk is full; free some space, or give --work" in capsys.readouterr().err
    assert "disk is full" in explained(RuntimeError("PytorchStreamWriter failed writing file data/0"))


def test_a_file_that_may_not_be_read(capsys, monkeypatch):
    def refuse(arguments):
        raise PermissionError(errno.EACCES, "Permission denied", "own.jsonl")

    monkeypatch.setattr("training.corpus.check.run", refuse)
    assert main(["check"]) == 1
    assert "own.jsonl: Permission denied; check the path" in capsys.readouterr().err


def test_an_error_of_the_program_keeps_its_traceback(monkeypatch):
    def fail(arguments):
        raise KeyError("a bug")

    monkeypatch.setattr("training.corpus.check.run", fail)
    with pytest.raises(KeyError):
        main(["check"])


def test_conversations_that_are_trained_on_are_not_evaluated_on(tmp_path):
    own = tmp_path / "own.jsonl"
    own.write_text(json.dumps({"label": 0, "messages": [["a", "hi"]]}))
    to = Destinations(tmp_path, tmp_path / "a", tmp_path / "r.json")
    options = RunOptions(CONFIG, None, tmp_path, to, own, str(own), True, None, "cpu", 1)
    with pytest.raises(UsageError, match="are trained on"):
        _configuration(options)
