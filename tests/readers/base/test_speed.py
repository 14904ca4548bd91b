"""The measurement of the readers' speed: a small one that really runs, and the table of all formats."""

import json

import pytest

from grooming_risk.readers import FORMATS
from tests.support.reader_speed import RESULTS, main


@pytest.mark.parametrize("name", ["whatsapp", "threema"])  # a file, and a folder
def test_a_small_measurement_runs(name, tmp_path, capsys):
    results = tmp_path / "readers.json"
    assert main([name, "--megabytes", "0.2", "--results", str(results)]) == 0
    (row,) = json.loads(results.read_text())["readings"]
    assert row["format"] == name
    assert row["messages"] >= 2_000 and row["seconds"] > 0 and row["peak_megabytes"] > 10
    assert name in capsys.readouterr().out


def test_a_second_measurement_keeps_the_first(tmp_path):
    results = tmp_path / "readers.json"
    for name in ("telegram", "jsonl", "telegram"):
        assert main([name, "--megabytes", "0.1", "--results", str(results)]) == 0
    assert [row["format"] for row in json.loads(results.read_text())["readings"]] == ["jsonl", "telegram"]


def test_the_page_has_every_format():
    assert {row["format"] for row in json.loads(RESULTS.read_text())["readings"]} == set(FORMATS)
