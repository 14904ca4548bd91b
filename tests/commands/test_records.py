"""`grooming-risk records`: from a report on disk to a log, its check, and the figures of a year."""

import json
import os
import re

import pytest

from grooming_risk import cli
from grooming_risk.commands import records as command
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.records.files import append_record, open_log, read_records
from grooming_risk.records.verification import verify_chain, verify_record
from tests.support.review_records_fixture import KEY, NOON, chain, flagged, not_flagged, record

CANARY = "xylophonecanary"


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command line and return exit status, standard output and standard error."""
    if command not in cli.COMMANDS:
        monkeypatch.setattr(cli, "COMMANDS", (*cli.COMMANDS, command))

    def called(*arguments):
        status = cli.main(["records", *map(str, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return called


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "key"
    path.write_bytes(KEY)
    path.chmod(0o600)
    return path


@pytest.fixture
def reports(tmp_path):
    """Reports as `score --format json` writes them."""
    path = tmp_path / "reports.json"
    named = {"first": flagged(0), "second": flagged(1), "quiet": not_flagged(2)}
    path.write_text(
        json.dumps([{"conversation": name, **report.to_dict()} for name, report in named.items()], indent=2)
    )
    return path


def write(path, records):
    path.write_text("".join(json.dumps(item) + "\n" for item in records))
    return path


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_from_reports_to_a_log_to_figures(run, reports, key_file, tmp_path):
    log, sealed = tmp_path / "log.jsonl", ("--key-file", key_file)
    for name, decision in (("first", "confirmed"), ("second", "overturned"), ("first", "overturned")):
        asked = ("--conversation", name, "--decision", decision, "--viewed", "3-5, 7", "--language", "en")
        status, out, err = run("new", reports, *asked, "-o", log, *sealed)
        assert (status, err) == (0, "")
    made = lines(log)
    assert made[-1]["record_digest"] in out
    assert made[0]["viewed"] == [3, 4, 5, 7]
    assert made[0]["report_digest"] == record(flagged(0))["report_digest"]
    assert all(check.authenticated for check in verify_chain(made, KEY))

    status, out, err = run("verify", log, *sealed)
    assert (status, err) == (0, "")
    assert out.startswith("log.jsonl: 3 records, digests and HMACs match, in an unbroken chain; last digest ")
    assert out.strip().endswith(made[-1]["record_digest"])

    status, out, err = run("summary", log, "--format", "json", *sealed)
    figures = json.loads(out)
    assert (status, err, figures["refused"], figures["authenticated"]) == (0, "", 0, True)
    whole = figures["groups"][0]
    assert (whole["flags"], whole["overturned"], whole["changed"], figures["replaced"]) == (2, 2, 1, 1)
    status, out, _ = run("summary", log, *sealed)
    assert status == 0
    assert "operating point balanced" in out


def test_a_flag_that_stands_in_the_log_keeps_its_first_date(run, reports, tmp_path):
    log = write(tmp_path / "log.jsonl", [record(flagged(0), at=NOON.replace(year=2025))])
    status, _, _ = run(
        "new", reports, "--conversation", "first", "--decision", "overturned", "--viewed", "3", "-o", log
    )
    assert status == 0
    first, appeal = lines(log)
    assert appeal["created_at"] == first["created_at"]
    assert appeal["retain_until"] == first["retain_until"]
    assert appeal["decided_at"] > first["created_at"]
    assert appeal["previous"] == first["record_digest"]


def test_without_a_log_the_record_is_printed(run, reports):
    status, out, err = run("new", reports, "--conversation", "quiet")
    assert (status, err) == (0, "")
    made = json.loads(out)
    assert verify_record(made).valid
    assert (made["outcome"], made["decision"], made["previous"]) == ("no_review", None, None)


def test_a_decision_without_a_viewed_message_is_said(run, reports):
    status, _, err = run("new", reports, "--conversation", "first", "--decision", "confirmed")
    assert status == 0
    assert "--viewed" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "contains 3 matching reports; pick one with --conversation"),
        (("--conversation", "third"), "contains 0 matching reports"),
        (("--conversation", "quiet", "--decision", "confirmed"), "no flag to decide on"),
        (("--conversation", "first", "--viewed", "12"), "messages 0 to 11"),
        (("--conversation", "first", "--language", CANARY), "language"),
        (("--conversation", "first", "--retention-days", "0"), "retention_days"),
        (("--conversation", "first", "--key-file", "/nowhere/key"), "key cannot be opened"),
        (("--conversation", "first", "-o", "/nowhere/log.jsonl"), "log.jsonl cannot be written"),
    ],
)
def test_wrong_arguments_say_what_to_do(run, reports, arguments, says):
    status, out, err = run("new", reports, *arguments)
    # 2 for an option that does not fit, 1 for a file that cannot be used
    assert (status, out) == (1 if "cannot be" in says else 2, "")
    assert says in err
    assert CANARY not in err


@pytest.mark.parametrize("viewed", ["", "3,,4", "4-3", "a", "-1", "0-99999999"])
def test_indices_that_cannot_be_are_wrong_usage(run, reports, viewed, capsys):
    with pytest.raises(SystemExit) as caught:
        run("new", reports, f"--viewed={viewed}")
    assert caught.value.code == 2


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        CANARY,
        f'"{CANARY}"',
        f'[{{"conversation": "first", "text": "{CANARY}"}}]',
        json.dumps({**flagged().to_dict(), "outcome": CANARY}),
        json.dumps({**flagged().to_dict(), "messages": CANARY}),
    ],
)
def test_what_is_no_report_is_refused_without_its_text(run, tmp_path, content):
    path = tmp_path / "report.json"
    path.write_text(content)
    status, out, err = run("new", path)
    assert (status, out) == (2 if content in ("", "[]") else 1, "")  # no report fits, or the file is none
    assert "report.json" in err or "report" in err
    assert CANARY not in err


def test_a_record_is_not_appended_to_what_it_cannot_rest_on(run, reports, tmp_path):
    """The last record or one of the same flag was changed, a line is not JSON, or the file is not a log."""
    log = chain(3)
    path = tmp_path / "log.jsonl"
    for broken in (
        [*log[:2], {**log[2], "viewed": [3]}],
        [{**log[0], "created_at": "2026-03-01T11:00:00Z"}, *log[1:]],
        [log[0], "[" * 9, log[2]],
        [[1], log[2]],
    ):
        path.write_text("\n".join(item if isinstance(item, str) else json.dumps(item) for item in broken))
        before = path.read_bytes()
        status, _, err = run("new", reports, "--conversation", "first", "-o", path)
        assert (status, path.read_bytes()) == (1, before)
        assert "records verify" in err
    path.write_text(json.dumps(log[0], indent=2))
    assert run("new", reports, "--conversation", "first", "-o", path)[0] == 1


def test_wrong_options_leave_no_empty_log(run, reports, tmp_path):
    log = tmp_path / "log.jsonl"
    assert run("new", reports, "--conversation", "first", "--viewed", "12", "-o", log)[0] == 2
    assert not log.exists()


def test_a_record_is_written_after_the_end_of_the_last_line(tmp_path):
    path = tmp_path / "log.jsonl"
    first, second = chain(2)
    path.write_text(json.dumps(first))
    for item in (second, first):
        with open_log(path) as stream:
            append_record(path, stream, item)
    assert lines(path) == [first, second, first]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_new_log_is_its_owners_only(tmp_path):
    path = tmp_path / "log.jsonl"
    with open_log(path) as stream:
        append_record(path, stream, record())
    assert path.stat().st_mode & 0o077 == 0


def test_verify_names_file_line_and_fault(run, tmp_path, key_file):
    log = chain(4, KEY)
    log[1] = {**log[1], "decision": "confirmed"}
    path = write(tmp_path / "log.jsonl", [*log[:2], log[3]])
    status, out, err = run("verify", path, "--key-file", key_file)
    assert status == 1
    assert out == "log.jsonl: 3 records, 2 not valid\n"
    assert re.search(r"log\.jsonl line 2: decision and decided_at", err)
    assert re.search(r"log\.jsonl line 3: previous does not name the record before it", err)


def test_verify_says_what_it_did_not_check(run, tmp_path):
    path = write(tmp_path / "log.jsonl", [record(), record(flagged(1))])
    status, out, err = run("verify", path)
    assert (status, err) == (0, "")
    assert "HMACs not checked (no --key-file)" in out
    assert "not chained" in out


def test_a_key_asks_for_an_hmac_in_every_record(run, tmp_path, key_file):
    path = write(tmp_path / "log.jsonl", chain(2))
    assert run("verify", path)[0] == 0
    status, _, err = run("verify", path, "--key-file", key_file)
    assert status == 1
    assert err.count("record_hmac is missing") == 2
    assert run("summary", path, "--key-file", key_file)[0] == 1


def test_a_log_may_go_on_in_another_file(run, tmp_path):
    log = chain(4)
    old, new = write(tmp_path / "1.jsonl", log[:2]), write(tmp_path / "2.jsonl", log[2:])
    assert run("verify", old, new)[0] == 0
    assert run("verify", tmp_path)[0] == 0
    status, _, err = run("verify", new)
    assert status == 1
    assert "2.jsonl line 1: previous names a record, but this is the first one" in err


def test_every_form_of_a_file_is_read(tmp_path):
    log = chain(2)
    for text, places in (
        (json.dumps(log[0]), ["line 1"]),
        (json.dumps(log[0], indent=2), [""]),
        (json.dumps(log), ["record 1", "record 2"]),
        (json.dumps(log, indent=2), ["record 1", "record 2"]),
        ("\ufeff" + "\r\n".join(map(json.dumps, log)), ["line 1", "line 2"]),
        ("\n\n".join(map(json.dumps, log)), ["line 1", "line 3"]),
        ("", []),
    ):
        path = tmp_path / "records.json"
        path.write_text(text, encoding="utf-8")
        stored = read_records(path)
        assert [item.place for item in stored] == places
        assert [item.record for item in stored] == log[: len(stored)]
        assert not any(item.problem for item in stored)


def test_bad_lines_and_files_do_not_hide_the_others(run, tmp_path):
    good = [record(flagged(n), "confirmed", [3]) for n in range(3)]
    folder = tmp_path / "records"
    folder.mkdir()
    twice = json.dumps(good[1]).replace('"decision": "confirmed"', '"decision": "overturned", "decision": "confirmed"')
    bad = [
        f'{{"text": "{CANARY}',
        f'{{"{CANARY}": "{CANARY}"}}',
        "[" * 100_000,
        "NaN",
        twice,
        f'"{CANARY}"',
        json.dumps({**good[1], "decision": CANARY}),
        json.dumps({**good[1], "record_digest": [CANARY]}),
    ]
    (folder / "a.jsonl").write_text("\n".join([json.dumps(good[0]), *bad, json.dumps(good[1])]))
    (folder / "b.json").write_text(json.dumps(good[2], indent=2))
    (folder / "c.json").write_bytes(b"\xff\xff\x00")
    (folder / "d.json").write_text(CANARY)
    (folder / "notes.txt").write_text(CANARY)
    status, out, err = run("summary", folder, tmp_path / "nowhere.json", "--format", "json")
    figures = json.loads(out)
    assert (status, figures["groups"][0]["confirmed"], figures["refused"]) == (1, 3, len(bad) + 3)
    for number in range(2, 2 + len(bad)):
        assert f"a.jsonl line {number}: " in err
    for name in ("c.json", "d.json", "nowhere.json"):
        assert name in err
    assert "contains a field twice" in err
    assert CANARY not in out + err
    status, out, err = run("verify", folder)
    assert status == 1
    assert CANARY not in out + err


def deciding_log(key=None):
    """Return a log in which a flag was confirmed, and then overturned on appeal."""
    log = []
    for number, decision in ((0, "confirmed"), (1, "confirmed"), (0, "overturned"), (1, "overturned")):
        before = log[-1]["record_digest"] if log else None
        at = NOON.replace(day=1 + len(log))
        log.append(record(flagged(number), decision, [3], at=at, key=key, previous=before))
    return log


@pytest.mark.parametrize(
    "tampered",
    [
        pytest.param(lambda log: log[:2] + log[3:], id="a decision was deleted"),
        pytest.param(lambda log: [*log, log[0]], id="an old decision was appended again"),
        pytest.param(lambda log: [log[0], log[2], log[1], log[3]], id="decisions were swapped"),
        pytest.param(lambda log: log[1:], id="the beginning was cut off"),
    ],
)
@pytest.mark.parametrize("sealed", [False, True])
def test_figures_are_not_made_of_a_log_that_is_not_complete(run, tmp_path, key_file, tampered, sealed):
    log = deciding_log(KEY if sealed else None)
    arguments = ("--key-file", key_file) if sealed else ()
    whole = write(tmp_path / "whole.jsonl", log)
    status, out, _ = run("summary", whole, *arguments, "--format", "json")
    assert (status, json.loads(out)["groups"][0]["overturned"]) == (0, 2)
    path = write(tmp_path / "log.jsonl", tampered(log))
    assert run("verify", path, *arguments)[0] == 1
    for verb in (("summary", "--format", "json"), ("report", "--eu", "--year", "2026")):
        status, out, err = run(*verb, path, *arguments)
        assert status == 1
        assert "log.jsonl: none of its records are in the figures" in err
        assert json.loads(out)["groups"] == [] if verb[0] == "summary" else "No flag of this year is on record" in out
    # Another log beside it still counts.
    assert json.loads(run("summary", path, whole, *arguments, "--format", "json")[1])["records"] == 4


def test_a_log_in_two_files_is_added_up(run, tmp_path):
    log = deciding_log()
    parts = write(tmp_path / "1.jsonl", log[:2]), write(tmp_path / "2.jsonl", log[2:])
    status, out, _ = run("summary", *parts, "--format", "json")
    assert (status, json.loads(out)["groups"][0]["overturned"]) == (0, 2)


def test_a_sealed_log_is_not_continued_without_its_key(run, reports, key_file, tmp_path):
    path = write(tmp_path / "log.jsonl", deciding_log(KEY))
    before = path.read_bytes()
    decided = ("new", reports, "--conversation", "first", "--decision", "confirmed", "--viewed", "3", "-o", path)
    status, _, err = run(*decided)
    assert (status, path.read_bytes()) == (1, before)
    assert "log.jsonl is sealed with a key" in err and "--key-file" in err
    quiet = (
        "unflagged",
        reports,
        "--conversation",
        "quiet",
        "--decision",
        "missed",
        "--sampled",
        "reported",
        "-o",
        path,
    )
    assert run(*quiet)[0] == 1
    assert path.read_bytes() == before
    assert run(*decided, "--key-file", key_file)[0] == 0
    assert run("verify", path, "--key-file", key_file)[0] == 0


def test_an_empty_folder_or_log_is_no_success(run, tmp_path):
    status, _, err = run("verify", tmp_path)
    assert status == 1
    assert "no file that ends in .json or .jsonl" in err
    (tmp_path / "log.jsonl").write_text("")
    status, _, err = run("verify", tmp_path)
    assert status == 1
    assert "log.jsonl contains no records" in err


def test_summary_warns_of_unchecked_hmacs_and_of_retention(run, tmp_path):
    path = write(tmp_path / "log.jsonl", [record(at=NOON.replace(year=2024), retention_days=1)])
    status, out, err = run("summary", path)
    assert status == 0
    assert "Warning: 1 record past the retention date" in out
    assert "no --key-file" in err


def test_a_scored_conversation_gives_a_record_without_text(run, tmp_path, capsys):
    chat, scored = tmp_path / "chat.json", tmp_path / "scored.json"
    rows = [(f"speaker-{CANARY}", f"how old are you {CANARY}, don't tell your parents"), ("b", f"{CANARY} 12 why")] * 4
    chat.write_text(json.dumps([{"speaker": speaker, "text": text} for speaker, text in rows]))
    for form in ("json", "jsonl"):
        assert cli.main(["score", str(chat), "--format", form]) == 0
        scored.write_text(capsys.readouterr().out)
        status, out, _ = run("new", scored, "--viewed", "0,1")
        assert status == 0
        assert verify_record(json.loads(out)).valid
        assert CANARY not in out


def test_a_log_that_cannot_be_opened_is_said(tmp_path):
    with pytest.raises(UnsupportedFormatError, match="cannot be written"), open_log(tmp_path):
        pass
