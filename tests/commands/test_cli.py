import json
import os
import subprocess
import sys

import pytest

from grooming_risk.cli import main

CHAT = [{"speaker": "a", "text": "see you at practice tomorrow"}, {"speaker": "b", "text": "yes, bring the ball"}] * 4


@pytest.fixture
def chat(tmp_path):
    path = tmp_path / "chat.json"
    path.write_text(json.dumps(CHAT))
    return path


def test_score_formats(chat, capsys):
    assert main(["score", str(chat)]) == 0
    assert "no review" in capsys.readouterr().out
    assert main(["score", str(chat), str(chat), "--format", "json"]) == 0
    assert [row["outcome"] for row in json.loads(capsys.readouterr().out)] == ["no_review"] * 2
    assert main(["score", str(chat), "--format", "jsonl", "--no-explain"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["conversation"], row["evidence"]) == ("chat.json", [])


def test_text_is_printed_only_when_asked_for_and_beside_the_evidence(root, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    (path,) = (root / "grooming_risk" / "samples").glob("*_stranger_in_a_game.json")
    texts = [row["text"] for row in json.loads(path.read_text())]
    assert main(["score", str(path)]) == 0
    table = capsys.readouterr().out
    assert main(["score", str(path), "--explain"]) == 0
    explained = capsys.readouterr().out
    assert main(["score", str(path), "--show-text"]) == 0
    shown = capsys.readouterr().out
    assert len(table) < len(explained) < len(shown)
    assert "raised the score" in explained
    assert "raised the score" not in table
    for out, wanted in ((table, False), (explained, False), (shown, True)):
        assert any(text in out for text in texts if len(text) > 8) == wanted
        assert ("player_one" in out) == wanted
        assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("others", [["--no-explain"], ["--format", "json"], ["--format", "jsonl"]])
def test_text_without_evidence_or_table_is_refused(chat, capsys, others):
    assert main(["score", str(chat), "--show-text", *others]) == 2
    captured = capsys.readouterr()
    assert "--show-text" in captured.err
    assert captured.out == ""


def test_an_output_without_blocks_gets_ascii(chat):
    done = subprocess.run(
        [sys.executable, "-m", "grooming_risk", "score", str(chat), "--explain"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert "no review" in done.stdout.decode("ascii")


def test_a_bad_file_is_reported_and_the_others_are_scored(chat, tmp_path, capsys):
    bad, cut = tmp_path / "bad.json", tmp_path / "cut.json"
    bad.write_text("no json at all")
    cut.write_text(chat.read_text()[:-30])
    assert main(["score", str(bad), str(cut), str(chat), "--format", "jsonl"]) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["conversation"] == "chat.json"
    assert captured.err.count("grooming-risk: ") == 2
    assert "bad.json" in captured.err
    assert "cut.json" in captured.err


def test_a_bad_message_names_file_and_index(tmp_path, capsys):
    path = tmp_path / "chat.json"
    path.write_text(json.dumps([CHAT[0], {"speaker": "a"}]))
    assert main(["score", str(path)]) == 1
    err = capsys.readouterr().err
    assert "chat.json" in err
    assert "message 1" in err


@pytest.mark.parametrize(
    ("arguments", "says", "status"),
    [
        (["--operating-point", "fast"], "use one of", 2),
        (["--prior", "7"], "between 0 and 1", 2),
        (["--artifact", "/nowhere"], "artefact", 3),
    ],
)
def test_wrong_options_say_what_to_do(chat, capsys, arguments, says, status):
    assert main(["score", str(chat), *arguments]) == status
    assert says in capsys.readouterr().err


def test_a_changed_artefact_is_refused(chat, artifact_copy, capsys):
    path = artifact_copy / "calibration.json"
    path.write_bytes(path.read_bytes().replace(b"slope", b"slopf"))
    for arguments in (["score", str(chat)], ["demo"], ["info"], ["verify"]):
        assert main([*arguments, "--artifact", str(artifact_copy)]) == 3
        assert "calibration.json" in capsys.readouterr().err


def test_verify_and_info(capsys, artifact):
    assert main(["verify"]) == 0
    assert artifact.digest in capsys.readouterr().out
    assert main(["info"]) == 0
    out = capsys.readouterr().out
    assert "of the calibration split" in " ".join(out.split())
    for wanted in (
        "balanced",
        "95 % bound",
        "prevalence  ",
        "languages  ",
        "en, ",
        artifact.digest,
        "--responsible-use",
    ):
        assert wanted in out


@pytest.mark.slow
def test_bench_measures_the_shipped_model(capsys):
    assert main(["bench", "--messages", "60", "--live-messages", "20"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "core" in lines[0]
    for length in ("10", "20"):
        assert sum(f"live update after {length} messages" in line for line in lines) == 2
    assert lines[-1].startswith("passed on by the screen")


def test_python_m_works_and_wrong_usage_is_2():
    run = [sys.executable, "-m", "grooming_risk"]
    assert subprocess.run([*run, "--version"], capture_output=True).returncode == 0
    assert subprocess.run([*run, "score"], capture_output=True).returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="shell pipes")
def test_a_closed_pipe_is_no_traceback():
    done = subprocess.run(
        f"{sys.executable} -m grooming_risk demo | head -1", shell=True, capture_output=True, text=True
    )
    assert "Traceback" not in done.stderr


def test_conversations_around_a_bad_one_are_not_lost(tmp_path, capsys):
    path = tmp_path / "many.jsonl"
    good = [json.dumps({"id": f"c{n}", "messages": CHAT}) for n in range(3)]
    path.write_text("\n".join([*good, json.dumps({"id": "bad", "messages": []}), *good]))
    assert main(["score", str(path), "--format", "jsonl"]) == 1
    captured = capsys.readouterr()
    assert [json.loads(line)["conversation"] for line in captured.out.splitlines()] == [
        f"many.jsonl#c{n}" for n in range(3)
    ] * 2
    assert "many.jsonl#bad" in captured.err and "empty" in captured.err


def test_conversations_before_a_damaged_line_are_not_lost(tmp_path, capsys):
    path = tmp_path / "many.jsonl"
    path.write_text(f'{json.dumps({"id": "good", "messages": CHAT})}\n{{"id": "cut of}}')
    assert main(["score", str(path), "--format", "jsonl"]) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["conversation"] == "many.jsonl#good"
    assert "line 2" in captured.err


def test_score_writes_a_review_page_or_a_queue(tmp_path, root, capsys):
    samples = sorted((root / "grooming_risk" / "samples").glob("*.json"))
    page = tmp_path / "review.html"
    assert main(["score", str(samples[3]), "--format", "html", "-o", str(page)]) == 0
    assert page.read_text(encoding="ascii").count("<article") == 1
    assert page.stat().st_mode & 0o077 == 0
    assert main(["score", *map(str, samples), "--format", "html", "-o", str(page)]) == 0
    assert page.read_text(encoding="ascii").count("<article") == len(samples)
    assert capsys.readouterr().out == ""


def test_a_page_needs_a_file_to_go_to(root, capsys):
    sample = root / "grooming_risk" / "samples" / "1_weekend_plans.json"
    assert main(["score", str(sample), "--format", "html"]) == 2
    err = capsys.readouterr().err
    assert "-o FILE" in err and "--format html" in err


def test_a_page_that_cannot_be_written_is_an_error(root, tmp_path, capsys):
    sample = root / "grooming_risk" / "samples" / "1_weekend_plans.json"
    assert main(["score", str(sample), "--format", "html", "-o", str(tmp_path)]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_the_order_of_dates_is_asked_for(tmp_path, capsys):
    path = tmp_path / "_chat.txt"
    path.write_text("01/02/26, 10:00 - Ann: hello there\n03/04/26, 10:00 - Ben: good morning\n")
    assert main(["score", str(path)]) == 1
    assert "--date-order dmy" in capsys.readouterr().err
    assert main(["score", str(path), "--date-order", "dmy", "--clock-hours", "24", "--no-explain"]) == 0
    with pytest.raises(SystemExit):
        main(["score", str(path), "--date-order", "dym"])
    assert "dmy,mdy,ymd" in capsys.readouterr().err


@pytest.mark.parametrize("format_name", ["whatsapp", "irc", "signal"])
def test_exports_are_opened_with_no_option(root, format_name, capsys):
    exports = sorted((root / "tests" / "exports" / format_name).iterdir())
    assert main(["score", *map(str, exports), "--format", "jsonl", "--no-explain"]) == 0
    names = [json.loads(line)["conversation"] for line in capsys.readouterr().out.splitlines()]
    assert {name.partition("#")[0] for name in names} == {path.name for path in exports}
