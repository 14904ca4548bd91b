"""A hand-over shows text and names only in the files that are made to hold them."""

import ast
import json
import logging

import pytest

from grooming_risk import cli
from grooming_risk.errors import GroomingRiskError
from grooming_risk.handover import (
    CaseOptions,
    TextScope,
    make_case,
    package_files,
    parse_answers,
    read_case,
    verify_bag,
)
from grooming_risk.handover.case.answers import read_answers
from grooming_risk.readers import read_file
from tests.conftest import ROOT
from tests.support.canary import CHAT, EMOJI, OBFUSCATED, RIGHT_TO_LEFT, SPEAKER, TEXT, chain, leaks, told_by
from tests.support.handover_fixture import MINIMUM, record
from tests.support.review_page_fixture import report_on

NETWORK = {"socket", "ssl", "http", "urllib", "ftplib", "smtplib", "asyncio", "xmlrpc", "requests", "httpx"}
# Files of a package that are made to hold messages and names.
SHOW = {"data/summary.html", "data/summary.txt", "data/messages.csv", "data/case.json", "data/cybertip-draft.xml"}


@pytest.fixture
def scored(tmp_path, monkeypatch):
    """An export with canaries, named like one, with a report on it and answers."""
    monkeypatch.chdir(tmp_path)
    name = f"WhatsApp Chat with {SPEAKER}.json"
    rows = [{"speaker": speaker, "text": text, "sent_at": "2026-03-01T19:00:00Z"} for speaker, text in CHAT]
    (tmp_path / name).write_text(json.dumps(rows))
    (exported,) = read_file(tmp_path / name)
    about = report_on(exported.conversation, {0: 2.0}, tactics={0: ("secrecy",)}, spans=((0, 8),))
    (tmp_path / "results.jsonl").write_text(json.dumps({"conversation": "1", **about.to_dict()}))
    answers = {
        **MINIMUM,
        "participants": [
            {"speaker": "a", "role": "reported", "platform_id": "u-1", "screen_name": SPEAKER,
             "profile_urls": [f"https://chat.example/{TEXT}"]},
        ],
        "accounts_elsewhere": [{"speaker": "a", "service": "Other App", "identifier": SPEAKER}],
        "time_zone": "UTC",
        "reporter": {"email": "safety@chat.example"},
        "cybertip": {"incident_type": "Online Enticement of Children for Sexual Acts"},
    }  # fmt: skip
    (tmp_path / "answers.json").write_text(json.dumps(answers))
    return name, exported, about, answers


def run(*arguments):
    return cli.main(["handover", *map(str, arguments)])


def new(name, *more):
    decided = ("--decision", "confirmed", "--viewed", "0-11", "--log", "log.jsonl", "--answers", "answers.json")
    return run("new", name, "--report", "results.jsonl", *decided, *more)


def test_a_package_without_text_holds_none_and_no_name(scored, tmp_path, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    assert new(scored[0], "--no-text", "--zip", "-o", "package") == 0
    files = [path for path in tmp_path.rglob("package*") for path in (path, *path.rglob("*")) if path.is_file()]
    assert len(files) > 10
    assert not leaks(*(path.read_bytes() for path in files), *(str(path.relative_to(tmp_path)) for path in files))
    assert not leaks((tmp_path / "log.jsonl").read_bytes())
    printed = capfd.readouterr()
    assert not leaks(printed.out, printed.err, caplog.text)


def test_text_is_in_the_files_that_show_it_and_in_no_other(scored, tmp_path, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    assert new(scored[0], "-o", "package") == 0
    now = json.loads((tmp_path / "log.jsonl").read_text())["decided_at"]
    assert run("verify", "package", "--log", "log.jsonl") == 1
    asked = ("--channel", "gb-ceop", "--method", "portal", "--at", now)
    assert run("record", "package", "--log", "log.jsonl", *asked) == 0
    assert run("verify", "package", "--log", "log.jsonl") == 0
    shown = set()
    for path in (tmp_path / "package").rglob("*"):
        if path.is_file() and leaks(path.read_bytes()):
            shown.add(path.relative_to(tmp_path / "package").as_posix())
    assert shown == SHOW
    printed = capfd.readouterr()
    assert not leaks(printed.out, printed.err, caplog.text, (tmp_path / "log.jsonl").read_bytes())
    case = json.loads((tmp_path / "package/data/case.json").read_text())
    assert not leaks(json.dumps(case["internal"])) and leaks(json.dumps(case))


def test_questions_and_blank_answers_hold_no_text(scored, tmp_path, capfd):
    assert run("questions", scored[0], "--report", "results.jsonl", "-o", "blank.json") == 0
    printed = capfd.readouterr()
    assert not leaks(printed.out, printed.err, (tmp_path / "blank.json").read_bytes())


def test_values_do_not_show_text_in_their_repr(scored):
    _, exported, about, answers = scored
    made = make_case(about, exported, record(about), parse_answers(answers))
    assert leaks(json.dumps(made.to_dict()))
    assert not leaks(repr(made), repr(made.messages), repr(made.participants), repr(parse_answers(answers)))


def bad_answers(answers):
    yield {**answers, "explanation": [TEXT]}
    yield {**answers, TEXT: SPEAKER}
    yield {**answers, "participants": [{"speaker": TEXT, "role": SPEAKER}]}
    yield {**answers, "time_zone": TEXT}
    yield {**answers, "preserve_until": TEXT}
    yield {**answers, "message_ids": {TEXT: SPEAKER}}
    yield {**answers, "cybertip": {"incident_type": TEXT}}
    yield {**answers, "platform": TEXT}
    yield {**answers, "events": [{"speaker": "a", "kind": TEXT, "value": EMOJI}]}


def test_errors_hold_no_text(scored, tmp_path):
    _, exported, about, answers = scored
    raised = []
    for change in bad_answers(answers):
        with pytest.raises(GroomingRiskError) as caught:
            make_case(about, exported, record(about), parse_answers(change))
        raised.append(caught.value)
    for content in (json.dumps(answers)[:-9], json.dumps(TEXT), f"{{{TEXT}"):
        (tmp_path / "bad.json").write_text(content)
        for action in (read_answers, read_case):
            with pytest.raises(GroomingRiskError) as caught:
                action(tmp_path / "bad.json")
            raised.append(caught.value)
    for error in raised:
        assert not leaks(*told_by(error)), type(error)
        assert len(chain(error)) <= 2


def test_problems_of_a_package_do_not_repeat_names_that_somebody_chose(scored, tmp_path):
    assert new(scored[0], "-o", "package") == 0
    (tmp_path / "package" / "data" / f"{RIGHT_TO_LEFT}.txt").write_text(OBFUSCATED)
    (tmp_path / "package" / "manifest-sha256.txt").write_text(f"{'0' * 64}  data/{EMOJI}\n{TEXT}\n")
    check = verify_bag(tmp_path / "package")
    assert not check.valid and not leaks(*check.problems)


def test_masking_happens_before_anything_is_written(scored):
    from grooming_risk.text.masking import ExplicitVocabulary

    _, exported, about, answers = scored
    vocabulary = ExplicitVocabulary.from_terms([TEXT], b"salt of the tests")
    plain = {**answers, "participants": [], "accounts_elsewhere": []}
    options = CaseOptions(TextScope.WHOLE)
    made = make_case(about, exported, record(about), parse_answers(plain), options, vocabulary=vocabulary)
    for name, content in package_files(made).items():
        assert TEXT not in content.decode(), name


def test_nothing_here_can_send_anything():
    for folder in ("handover", "commands/handover", "records"):
        for path in sorted((ROOT / "grooming_risk" / folder).rglob("*.py")):
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            names += [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]
            assert not {name.split(".")[0] for name in names} & NETWORK, path.name
