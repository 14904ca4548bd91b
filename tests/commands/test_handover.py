"""`grooming-risk handover` and `channels`: from a scored export and a decision to a package, checked and recorded."""

import json
import os
import shutil
import stat
import subprocess

import bagit
import pytest

from grooming_risk import cli
from grooming_risk.readers import read_file
from grooming_risk.records.verification import verify_chain
from tests.support.handover_fixture import FULL, MINIMUM, TEXTS, chat, report
from tests.support.review_records_fixture import KEY

AT = ("--at", "2026-06-01T10:00:00Z")


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """The command line in an empty folder; gives exit status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def called(*arguments):
        status = cli.main(list(map(str, arguments)))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return called


@pytest.fixture
def scored(tmp_path):
    """An export, a report on it as `score` writes it, and answers."""
    conversation = chat()
    rows = [{"speaker": m.speaker, "text": m.text, "sent_at": m.sent_at.isoformat()} for m in conversation]
    (tmp_path / "chat.json").write_text(json.dumps(rows))
    (exported,) = read_file(tmp_path / "chat.json")
    line = {"conversation": "chat.json", **report(exported.conversation).to_dict()}
    (tmp_path / "results.jsonl").write_text(json.dumps(line) + "\n")
    (tmp_path / "answers.json").write_text(json.dumps({**FULL, "time_zone": "UTC"}))
    (tmp_path / "key").write_bytes(KEY)
    (tmp_path / "key").chmod(0o600)
    return ("chat.json", "--report", "results.jsonl")


NEW = ("--answers", "answers.json", "-o", "package")
DECIDED = ("--decision", "confirmed", "--viewed", "0-11")


def test_one_command_from_an_export_and_a_decision_to_a_package(run, scored, tmp_path):
    status, out, err = run("handover", "new", *scored, *NEW, *DECIDED, "--zip", "--country", "ES", "--language", "es")
    assert (status, err) == (0, "")
    assert out.startswith("package: 11 files, digest ") and "package.zip" in out
    bagit.Bag(str(tmp_path / "package")).validate()
    if shutil.which("sha256sum"):
        command = ["sha256sum", "-c", "--quiet", "manifest-sha256.txt"]
        assert subprocess.run(command, cwd=tmp_path / "package").returncode == 0
    assert "Número de emergencia" in (tmp_path / "package/data/summary.txt").read_text(encoding="utf-8")
    for name in ("package", "package.zip"):
        status, out, err = run("handover", "verify", name)
        assert (status, err) == (0, "") and "11 files, unchanged; digest" in out


def test_the_questions_and_the_file_to_fill_in(run, scored, tmp_path):
    status, out, err = run("handover", "questions", *scored, "-o", "blank.json", "--page", "page.html")
    assert (status, err) == (0, "")
    assert out.startswith("If a child may be in danger now") and "- Which platform or app was it?" in out
    blank = json.loads((tmp_path / "blank.json").read_text())
    assert [item["speaker"] for item in blank["participants"]] == ["a", "b"]
    page = (tmp_path / "page.html").read_text()
    assert "Before you hand this over" in page and "Which platform or app was it?" in page
    for path in (tmp_path / "blank.json", tmp_path / "page.html"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    status, _, err = run("handover", "questions", *scored, "-o", "blank.json")
    assert status == 1 and "blank.json cannot be written (File exists)" in err
    assert run("handover", "questions", *scored, "--language", "de")[1].count("Maschine") == 1


def test_from_a_log_to_a_recorded_handover(run, scored, tmp_path):
    sealed = ("--log", "log.jsonl", "--key-file", "key")
    assert run("handover", "new", *scored, *NEW, *DECIDED, *sealed)[0] == 0
    status, out, _ = run("handover", "verify", "package", *sealed)
    assert status == 1 and "unchanged" in out  # not handed over yet
    asked = ("handover", "record", "package", *sealed, "--channel", "es-incibe", "--method", "portal")
    status, _, err = run(*asked, *AT)
    assert status == 2 and "is before the decision" in err
    later = json.loads((tmp_path / "log.jsonl").read_text())["decided_at"]
    assert run(*asked, "--at", later)[0] == 0
    assert run(*asked, "--at", later, "--acknowledged-at", later, "--reference", "R-17")[0] == 0
    status, out, err = run("handover", "verify", "package", *sealed)
    assert (status, err) == (0, "") and out.count("handed over to es-incibe") == 2 and "not acknowledged" in out
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert all(check.authenticated for check in verify_chain(log, KEY)) and len(log) == 3
    status, out, err = run("records", "summary", "log.jsonl", "--key-file", "key", "--format", "json")
    assert json.loads(out)["handovers"] == [
        {"year": int(later[:4]), "channel": "es-incibe", "handed_over": 1, "acknowledged": 1}
    ]
    # A second package from the same log holds the same decision.
    assert run("handover", "new", *scored, "--answers", "answers.json", "-o", "again", *sealed)[0] == 0
    assert (tmp_path / "again/data/case.json").read_bytes() == (tmp_path / "package/data/case.json").read_bytes()


def test_a_record_of_a_changed_package_matches_no_more(run, scored, tmp_path):
    sealed = ("--log", "log.jsonl")
    run("handover", "new", *scored, *NEW, *DECIDED, *sealed)
    now = json.loads((tmp_path / "log.jsonl").read_text())["decided_at"]
    record = ("handover", "record", "package", *sealed, "--channel", "own-desk", "--method", "email", "--at", now)
    status, _, err = run(*record)
    assert status == 0 and "own-desk is not in the table" in err
    with (tmp_path / "package/data/case.json").open("a") as stream:
        stream.write(" ")
    status, out, err = run("handover", "verify", "package", *sealed)
    assert (status, out) == (1, "") and "data/case.json was changed" in err
    status, _, err = run(*record)
    assert status == 1 and "package was changed" in err


def test_without_text(run, scored, tmp_path):
    assert run("handover", "new", *scored, *NEW, *DECIDED, "--no-text")[0] == 0
    whole = b"".join(path.read_bytes() for path in (tmp_path / "package").rglob("*") if path.is_file()).decode()
    assert not [text for text in TEXTS if len(text) > 6 and text in whole] and "chat.json" not in whole
    assert run("handover", "new", *scored, "--answers", "answers.json", "-o", "all", *DECIDED, "--whole")[0] == 0
    assert len(json.loads((tmp_path / "all/data/case.json").read_text())["messages"]) == 12


@pytest.mark.parametrize(
    ("arguments", "wanted", "match"),
    [
        ((), 1, "nobody has decided about this flag; pass the log with --log"),
        (("--viewed", "1", "--log", "log.jsonl"), 2, "--viewed needs --decision"),
        (("--decision", "overturned", "--viewed", "1"), 1, "the last decision is overturned"),
        ((*DECIDED, "--country", "Atlantis"), 1, "the table of channels does not have this country"),
        ((*DECIDED, "--context", "-1"), 2, "context must be between"),
        ((*DECIDED, "--conversation", "other"), 2, "results.jsonl contains 0 matching reports"),
        ((*DECIDED, "--key-file", "absent"), 1, "absent cannot be opened"),
        ((*DECIDED, "--answers", "absent.json"), 1, "absent.json cannot be opened"),
        ((*DECIDED, "-o", "no/such/folder"), 1, "make the folder first"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(run, scored, tmp_path, arguments, wanted, match):
    before = sorted(tmp_path.rglob("*"))
    status, out, err = run("handover", "new", *scored, *NEW, *arguments)
    assert (status, out) == (wanted, "") and match in err, err
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before and path.stat().st_size] == []
    assert "Traceback" not in err


def test_a_decision_is_not_logged_when_no_package_was_written(run, scored, tmp_path):
    (tmp_path / "package").mkdir()
    status, _, err = run("handover", "new", *scored, *NEW, *DECIDED, "--log", "log.jsonl")
    assert status == 1 and "package exists already" in err
    assert (tmp_path / "log.jsonl").read_text() == ""


def test_an_undecided_log_is_refused(run, scored, tmp_path):
    assert run("records", "new", "results.jsonl", "-o", "log.jsonl")[0] == 0
    status, _, err = run("handover", "new", *scored, *NEW, "--log", "log.jsonl")
    assert status == 1 and "nobody has decided about this flag" in err


def test_missing_answers_are_asked_for(run, scored, tmp_path):
    (tmp_path / "answers.json").write_text(json.dumps(MINIMUM))
    status, out, err = run("handover", "new", *scored, *NEW, *DECIDED)
    assert (status, err) == (0, "")
    assert "- required: Which incident type of the CyberTipline is it?" in out
    assert not (tmp_path / "package/data/cybertip-draft.xml").exists()
    (tmp_path / "answers.json").write_text("{}")
    status, _, err = run("handover", "new", *scored, *NEW[:3], "second", *DECIDED)
    assert status == 2 and "answers.json: explanation is missing; write it in your own words" in err


def test_a_record_takes_the_decision_of_a_case(run, scored, tmp_path):
    run("handover", "new", *scored, *NEW, *DECIDED)
    assert run("records", "new", "results.jsonl", "--case", "package", "-o", "log.jsonl")[0] == 0
    made = json.loads((tmp_path / "log.jsonl").read_text())
    assert (made["decision"], made["viewed"]) == ("confirmed", list(range(12)))
    status, _, err = run("records", "new", "results.jsonl", "--case", "package", "--decision", "overturned")
    assert status == 2 and "omit --decision and --viewed" in err
    other = {**json.loads((tmp_path / "results.jsonl").read_text()), "first_flag": 3}
    (tmp_path / "other.jsonl").write_text(json.dumps(other))
    status, _, err = run("records", "new", "other.jsonl", "--case", "package")
    assert status == 2 and "belongs to another report" in err


@pytest.mark.skipif(os.name == "nt", reason="times of Windows")
def test_times_need_a_zone(run, scored, capsys):
    for time in ("2026-06-01T10:00:00", "yesterday"):
        with pytest.raises(SystemExit):
            run("handover", "record", "package", "--log", "l", "--channel", "x", "--method", "email", "--at", time)
        assert "write a time with its zone" in capsys.readouterr().err


# Channels


def test_channels_of_a_country(run):
    status, out, err = run("channels", "DE")
    assert (status, err) == (0, "")
    assert out.startswith("If a child may be in danger now, call the emergency number first: 112.")
    assert out.index("Emergency number · 112") < out.index("jugendschutz.net") < out.index("INHOPE")
    assert "Not verified" in run("channels", "kenya")[1]
    assert "call the local emergency number first" in run("channels", "RU")[1]
    arabic = run("channels", "AE", "--language", "ar")[1]
    assert "رقم الطوارئ" in arabic and "999" in arabic


def test_channels_are_listed_and_come_as_json(run):
    assert "DE  Deutschland" in run("channels", "--language", "de")[1]
    rows = json.loads(run("channels", "US", "--format", "json")[1])
    assert [row["id"] for row in rows][:2] == ["us-emergency", "us-cybertipline"]
    assert len(json.loads(run("channels", "--format", "json")[1])) > 60
    status, out, err = run("channels", "Atlantis")
    assert (status, out) == (1, "") and "use a code such as DE" in err
