"""A file of results: whole lines, continued where they end, and refused when something else wrote them."""

import errno
import json
import os
from pathlib import Path

import jsonschema
import pytest
from referencing import Registry, Resource

import grooming_risk
from grooming_risk.commands import results_file
from grooming_risk.commands.results_file import Done, Names, ResultsFile
from grooming_risk.commands.score import expected_provenance
from grooming_risk.commands.scoring.score_files import Found
from grooming_risk.errors import InvalidConversationError, InvalidOptionError, OutputError
from grooming_risk.testing import StandInScorer

FOLDER = Path(grooming_risk.__file__).parent / "schemas"
SCHEMA = json.loads((FOLDER / "score_line_schema.json").read_text())
REPORT_SCHEMA = json.loads((FOLDER / "report_schema.json").read_text())
SCORER = StandInScorer(digest_key=b"a key of the tests only")
REPORT = SCORER.score([("ab"[turn % 2], f"what about the old mill {turn}") for turn in range(8)])
EXPECTED = expected_provenance(SCORER, {"explain": True})
ERROR = InvalidConversationError("message 0 lacks a text; export it again", 0)


def opened(path, resume=False, expected=EXPECTED, explain=True):
    return ResultsFile(path, resume, expected, explain)


def written(path, *lines, resume=False):
    results = opened(path, resume)
    for line in lines:
        results.report(line, REPORT) if isinstance(line, str) else results.failure(line)
    results.close(whole=True)
    return path


def test_every_kind_of_line_fits_the_schema(tmp_path):
    path = written(tmp_path / "out", "a.json", Found("a.json", "a.json#2", error=ERROR), Found("b", None, error=ERROR))
    registry = Registry().with_resource("report_schema.json", Resource.from_contents(REPORT_SCHEMA))
    validator = jsonschema.Draft202012Validator(SCHEMA, registry=registry)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        validator.validate(line)
    assert [set(line) - {"error"} for line in lines[1:]] == [{"conversation"}, {"file"}]
    for broken in ({**lines[0], "text": "x"}, {**lines[0], "messages": "x"}, {"conversation": "a"}, {"error": {}}):
        assert not validator.is_valid(broken)
    assert path.stat().st_mode & 0o077 == 0


def test_the_schema_of_lines_has_every_field_of_a_report():
    result = SCHEMA["$defs"]["result"]
    assert set(result["properties"]) == {"conversation", "attribution", "message_ids", *REPORT_SCHEMA["properties"]}
    assert set(result["required"]) == {"conversation", *REPORT_SCHEMA["required"]}


@pytest.mark.parametrize("asked", [{}, {"prior": 0.2, "operating_point": "strict", "explain": False}])
def test_what_is_expected_of_reports_is_what_they_have(asked):
    provenance = SCORER.score([("a", "what about the old mill")], **asked).to_dict()["provenance"]
    assert provenance.pop("input_digest")
    assert expected_provenance(SCORER, asked) == provenance


def test_what_is_done_follows_from_the_lines():
    done = Done()
    for name in ("a", "b#1", "b#2"):
        done.add({"conversation": name})
    assert (done.files, done.last, done.names.count, done.failed) == ({"a"}, "b", 2, False)
    done.add({"file": "b", "error": {}})
    assert (done.files, done.last, done.failed) == ({"a", "b"}, None, True)
    done.add({"conversation": "c"})
    assert (done.files, done.last, done.names.count) == ({"a", "b"}, "c", 1)


def test_names_are_equal_when_all_are_in_order():
    first, second = Names(), Names()
    for name in ("a", None, "b"):
        first.add(name)
    for name in ("a", None):
        second.add(name)
    assert first != second
    second.add("b")
    assert first == second


def test_a_file_with_something_in_it_is_not_overwritten(tmp_path):
    path = written(tmp_path / "out", "a.json")
    before = path.read_bytes()
    with pytest.raises(InvalidOptionError, match="--resume"):
        opened(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("torn", [b"", b"{", b'{"conversation": "b.json", "sche', b'{"file": "b'])
def test_a_torn_line_is_cut_off(tmp_path, torn):
    path = written(tmp_path / "out", "a.json")
    before = path.read_bytes()
    path.write_bytes(before + torn)
    results = opened(path, resume=True)
    results.close(whole=False)
    assert path.read_bytes() == before
    assert (results.done.last, results.done.size) == ("a.json", len(before))


@pytest.mark.parametrize(
    "content",
    [
        b"notes of mine",
        b'{"conversation": 7}\n',
        b"[]\n",
        b"null\n",
        b"\n",
        b'{"speaker": "a", "text": "hi"}\n',
        b'{"conversation": "a"}\n',
        b'{"conversation": "a", "provenance": 7, "outcome": 1}\n',
        b"\0\0\0\n",
        b'"torn',
        b'{"conversation": "a", "provenance": {}}\n',
        b"[" * 100_000 + b"\n",
    ],
)
def test_lines_of_others_are_refused_and_stay(tmp_path, content):
    path = tmp_path / "out"
    path.write_bytes(content)
    with pytest.raises(InvalidOptionError, match="was not written by"):
        opened(path, resume=True)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"threshold": 0.9}, "a different threshold"),
        ({"artifact_digest": "1", "prior": 0.2}, "artifact_digest and prior"),
    ],
)
def test_lines_of_other_options_are_refused(tmp_path, change, says):
    path = written(tmp_path / "out", "a.json")
    with pytest.raises(InvalidOptionError, match=f"line 1 .*{says}"):
        opened(path, resume=True, expected={**EXPECTED, **change})
    with pytest.raises(InvalidOptionError, match="with evidence"):
        opened(path, resume=True, explain=False)
    opened(path, resume=True).close(whole=False)


@pytest.mark.skipif(os.name != "posix", reason="flock")
def test_two_runs_cannot_write_to_one_file(tmp_path):
    first = opened(tmp_path / "out")
    for resume in (False, True):
        with pytest.raises(InvalidOptionError, match="another run"):
            opened(tmp_path / "out", resume)
    first.close(whole=True)
    opened(tmp_path / "out").close(whole=True)


def test_a_missing_folder_is_a_named_error(tmp_path):
    with pytest.raises(InvalidOptionError, match="cannot be written"):
        opened(tmp_path / "none" / "out")


def test_a_full_disk_is_a_named_error_and_the_file_can_be_continued(tmp_path, monkeypatch):
    path = written(tmp_path / "whole", "a.json", "b.json")
    room, write = 7_000, os.write

    def full(descriptor, data):
        nonlocal room
        if room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        part = data[: min(room, 1_000)]
        room -= len(part)
        return write(descriptor, part)

    monkeypatch.setattr(results_file.os, "write", full)
    cut = opened(tmp_path / "cut")
    room = len(path.read_bytes()) - 300
    cut.report("a.json", REPORT)
    with pytest.raises(OutputError, match=r"free some space.*--resume"):
        cut.report("b.json", REPORT)
    cut.close(whole=False)
    room = 10**6
    written(tmp_path / "cut", "b.json", resume=True)
    assert (tmp_path / "cut").read_bytes() == path.read_bytes()


def test_a_device_can_take_lines():
    results = opened(Path(os.devnull))
    results.report("a.json", REPORT)
    results.close(whole=True)
