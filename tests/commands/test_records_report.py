"""`grooming-risk records unflagged` and `report`: misses, the yearly figures, the impact assessment."""

import json

import pytest

from grooming_risk import cli
from grooming_risk.records.files import read_records
from grooming_risk.records.verification import verify_chain
from tests.conftest import ROOT
from tests.support.review_records_fixture import KEY, chain, flagged, not_flagged, record


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def called(*arguments):
        status = cli.main(["records", *map(str, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return called


@pytest.fixture
def quiet(tmp_path):
    """Reports that flagged nothing."""
    lines = [{"conversation": f"c{n}", **not_flagged(n).to_dict()} for n in range(4)]
    (tmp_path / "quiet.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (tmp_path / "flagged.json").write_text(json.dumps([{"conversation": "f", **flagged(9).to_dict()}]))
    (tmp_path / "key").write_bytes(KEY)
    (tmp_path / "key").chmod(0o600)
    return "quiet.jsonl"


RANDOM = ("--sampled", "random", "--sample", "2026-q1", "--drawn", "4", "--population", "4000")


def test_a_sample_of_unflagged_conversations_estimates_misses(run, quiet, tmp_path):
    for number, decision in enumerate(("nothing_found", "missed", "nothing_found")):
        asked = ("--conversation", f"c{number}", "--decision", decision, "--viewed", "0-3", *RANDOM)
        status, out, err = run("unflagged", quiet, *asked, "-o", "log.jsonl", "--key-file", "key")
        assert (status, err) == (0, "") and "appended record" in out
    log = [item.record for item in read_records(tmp_path / "log.jsonl")]
    assert all(check.authenticated for check in verify_chain(log, KEY))
    assert run("verify", "log.jsonl", "--key-file", "key")[0] == 0
    figures = json.loads(run("summary", "log.jsonl", "--key-file", "key", "--format", "json")[1])
    (sample,) = figures["misses"]
    assert (sample["drawn"], sample["decided"], sample["missed"]) == (4, 3, 1)
    low, value, high = (sample["misses"][name] for name in ("low", "value", "high"))
    assert 0 < low < value < high < 4000 and value == pytest.approx(4000 / 3)
    table = run("summary", "log.jsonl", "--key-file", "key")[1]
    assert "Conversations that were not flagged" in table and "2026-q1" in table


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (("--decision", "missed", "--sampled", "random"), "sample, drawn or population is missing in sampling"),
        (("--decision", "missed", *RANDOM[:-1], "3"), "sampling: drawn is larger than population"),
        (("--decision", "missed", "--viewed", "99", *RANDOM), "viewed contains 99"),
        (("--decision", "missed", "--language", "English", *RANDOM), "language does not match the pattern"),
    ],
)
def test_bad_samples_are_refused_before_there_is_a_log(run, quiet, tmp_path, arguments, match):
    status, out, err = run("unflagged", quiet, "--conversation", "c0", *arguments, "-o", "log.jsonl")
    assert (status, out) == (2, "") and match in err
    assert not (tmp_path / "log.jsonl").exists()


def test_a_flag_is_not_an_unflagged_conversation(run, quiet):
    status, _, err = run("unflagged", "flagged.json", "--decision", "missed", "--sampled", "reported")
    assert status == 2 and "the report flagged something" in err


def test_the_yearly_figures(run, quiet, tmp_path):
    log = chain(2)
    log.append(record(flagged(5), "confirmed", [3], language="es", previous=log[-1]["record_digest"]))
    log.append(record(flagged(6), "overturned", [3], language="es", previous=log[-1]["record_digest"]))
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(item) + "\n" for item in log))
    status, out, err = run("report", "--eu", "log.jsonl", "--year", "2026")
    assert (status, err) == (0, "")
    assert out.startswith("# Automated flags and their errors, 2026")
    assert "| balanced | es | 2 | 0 | 2 | 1 (50.0%, 1.3% to 98.7%) | 1 (50.0%" in out
    assert "2 flags not decided" in out and "2 flags without a language" in out
    assert "nothing is known about misses" in out and "Recall on real grooming" in out
    assert "No flag of this year is on record" in run("report", "--eu", "log.jsonl", "--year", "2020")[1]
    (tmp_path / "log.jsonl").write_text(json.dumps({**log[0], "messages": 13}) + "\n")
    status, out, err = run("report", "--eu", "log.jsonl", "--year", "2026")
    assert status == 1 and "record_digest does not match the content" in err and "1 records or files" in out


def test_a_report_needs_records(run):
    status, _, err = run("report", "--eu")
    assert status == 2 and "--eu needs records" in err


def test_the_impact_assessment_holds_the_facts_of_the_artefact(run, artifact):
    status, out, err = run("report", "--dpia")
    assert (status, err) == (0, "")
    assert artifact.digest in out and ", ".join(artifact.languages) in out and "{" not in out
    for point in artifact.operating_points.values():
        assert f"| {point.name} |" in out and f"{point.false_flags:,} of {point.conversations:,}" in out
    kept = (ROOT / "docs" / "templates" / "dpia.md").read_text(encoding="utf-8")
    assert kept == out, "render it: grooming-risk records report --dpia > docs/templates/dpia.md"
