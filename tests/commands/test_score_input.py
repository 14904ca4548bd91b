"""Standard input with ids, chosen results, several processes, and files for every format."""

import contextlib
import io
import json
import sys

import pytest

from grooming_risk.cli import main
from grooming_risk.commands.scoring.score_files import Found
from grooming_risk.commands.scoring.selection import Selection
from grooming_risk.commands.scoring.standard_input import LONGEST_LINE, read_standard_input
from grooming_risk.errors import InputTooLargeError
from grooming_risk.testing import CONVERSATIONS, StandInScorer

CANARY = "zebra-canary-text"
CHAT = [
    {"message_id": f"m{n}", "sender_id": "ana" if n % 2 else "ben", "message": f"are you coming to game {n} tonight?"}
    for n in range(6)
]


def lines(*rows):
    return "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows).encode()


@pytest.fixture
def given(monkeypatch):
    def give(*rows):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines(*rows))))

    return give


@pytest.mark.parametrize("path", ["-", "/dev/stdin"])
def test_standard_input_carries_ids(path, given, capsys, tiny_artifact):
    given({"conversation": 7, "messages": CHAT}, "", {"messages": CHAT[:2]}, f'["{CANARY}"', {"conversation": "x"})
    status = main(["score", path, "--format", "jsonl", "--artifact", str(tiny_artifact)])
    printed = capsys.readouterr()
    rows = [json.loads(line) for line in printed.out.splitlines()]
    assert [row["conversation"] for row in rows] == ["7", "-#3"]
    for row in rows:
        cited = {item["message"] for item in row["evidence"]}
        assert {str(index) for index in cited} <= row.get("message_ids", {}).keys()
    assert status == 1
    assert "-#4: standard input takes one JSON object a line" in printed.err
    assert '-#5: the conversation has no "messages"' in printed.err
    assert CANARY not in printed.err + printed.out


def test_names_of_ones_own(given, capsys, tiny_artifact):
    own = [{"who": row["sender_id"], "what": row["message"], "no": row["message_id"]} for row in CHAT]
    asked = ["score", "-", "--format", "jsonl", "--no-explain", "--artifact", str(tiny_artifact)]
    printed = []
    for row, more in (
        ({"conversation": 7, "messages": CHAT}, []),
        (
            {"thread": 7, "posts": own},
            ["--keys", "conversation=thread,messages=posts,speaker=who,text=what,message_id=no"],
        ),
    ):
        given(row)
        assert main([*asked, *more]) == 0
        printed.append(json.loads(capsys.readouterr().out))
        printed[-1]["provenance"]["input_digest"] = ""
    assert printed[0] == printed[1]


@pytest.mark.parametrize(
    "options",
    [
        ["-", "--keys", "colour=a"],
        ["-", "--keys", "speaker"],
        ["-", "--keys", "speaker=a,speaker=b"],
        ["-", "--columns", "speaker=a"],
        ["chat.json", "--keys", "speaker=a"],
    ],
)
def test_names_that_cannot_be_used_are_wrong_usage(options, capsys):
    with contextlib.suppress(SystemExit):
        assert main(["score", *options]) == 2
    assert "--keys" in capsys.readouterr().err


def test_lines_of_standard_input_are_bounded(monkeypatch):
    monkeypatch.setattr("grooming_risk.commands.scoring.standard_input.LONGEST_LINE", 100)
    found = list(read_standard_input(io.BytesIO(b"x" * 1_000 + b"\n" + lines({"messages": CHAT[:1]}))))
    assert isinstance(found[0].error, InputTooLargeError)
    assert LONGEST_LINE > 1_000_000
    assert [item.name for item in found] == ["-#1", "-#2"]


class Kept:
    def __init__(self):
        self.names, self.failures, self.finished = [], 0, False

    def report(self, item, report):
        self.names.append(item.name)

    def failure(self, found):
        self.failures += 1

    def finish(self):
        self.finished = True


@pytest.fixture(scope="module")
def reports():
    scorer = StandInScorer()
    return {outcome.value: scorer.score(messages) for outcome, messages in CONVERSATIONS.items()}


@pytest.mark.parametrize(
    "options, expected",
    [
        ({}, ["abstained", "no_review", "review"]),
        ({"only_flagged": True}, ["review"]),
        ({"by_risk": True}, ["review", "no_review", "abstained"]),
        ({"top": 2}, ["review", "no_review"]),
        ({"top": 5, "only_flagged": True}, ["review"]),
    ],
)
def test_selection(options, expected, reports):
    kept = Kept()
    selection = Selection(kept, **{"only_flagged": False, "by_risk": False, "top": None, **options})
    for name in ("abstained", "no_review", "review"):
        selection.report(Found("x", name), reports[name])
    selection.failure(Found("x", None))
    selection.finish()
    assert (kept.names, kept.failures, kept.finished) == (expected, 1, True)


@pytest.fixture
def folder(tmp_path):
    for number in range(5):
        (tmp_path / "chats").mkdir(exist_ok=True)
        rows = [{"speaker": row["sender_id"], "text": f"{row['message']} {number}"} for row in CHAT]
        (tmp_path / "chats" / f"{number}.json").write_text(json.dumps(rows), encoding="utf-8")
    (tmp_path / "chats" / "bad.json").write_text('[{"speaker": 1}]', encoding="utf-8")
    return tmp_path / "chats"


@pytest.mark.slow
def test_processes_give_the_same_results(folder, capsys, tiny_artifact, tmp_path):
    key = tmp_path / "key"
    key.write_bytes(bytes(range(32)))
    key.chmod(0o600)
    asked = ["score", str(folder), "--format", "jsonl", "--artifact", str(tiny_artifact), "--digest-key-file", str(key)]
    alone = main(asked), capsys.readouterr().out
    assert (main([*asked, "--jobs", "2"]), capsys.readouterr().out) == alone
    assert alone[1].count("\n") == 5


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "html"])
def test_every_format_goes_to_a_file(form, folder, capsys, tiny_artifact, tmp_path):
    out = tmp_path / "out"
    main(["score", str(folder / "0.json"), "--format", form, "-o", str(out), "--artifact", str(tiny_artifact)])
    assert capsys.readouterr().out == ""
    assert "0.json" in out.read_text(encoding="utf-8")
    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "options", [["--jobs", "0"], ["--top", "0"], ["--resume", "--top", "3", "--format", "jsonl", "-o", "x"]]
)
def test_options_that_contradict_are_wrong_usage(options, folder, capsys):
    assert main(["score", str(folder), *options]) == 2
    assert "grooming-risk: --" in capsys.readouterr().err
