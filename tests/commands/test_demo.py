"""`grooming-risk demo`: the first thing that people see, so calm, within 80 columns, and with what was flagged."""

import json
import re

import pytest

from grooming_risk.cli import main
from grooming_risk.commands.demo import SAMPLES
from grooming_risk.rendering.wording import label_name
from grooming_risk.tactics import Tactic
from tests.support.review_page_fixture import Page

FLAGGED = ("stranger in a game", "offer from abroad")
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def demo(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments):
        assert main(["demo", *map(str, arguments)]) == 0
        return capsys.readouterr()

    return run


def sample(name):
    (path,) = SAMPLES.glob(f"*_{name.replace(' ', '_')}.json")
    return [row["text"] for row in json.loads(path.read_text(encoding="utf-8"))]


def test_every_sample_has_its_outcome_and_flagged_ones_their_messages_with_tactics(demo):
    out = demo().out
    intro, overview, *blocks = out.split("\n\n")
    assert intro.startswith(f"{len(list(SAMPLES.glob('*.json')))} sample conversations")
    assert [line.split("  ")[0] for line in overview.splitlines()] == [
        path.stem.split("_", 1)[1].replace("_", " ") for path in sorted(SAMPLES.glob("*.json"))
    ]
    for wanted in ("no review", "REVIEW", "abstained", "unsupported language", "flagged at message"):
        assert wanted in overview
    for name, block in zip(FLAGGED, blocks, strict=False):
        heading, header, *lines = block.splitlines()
        assert heading.startswith(f"{name}: ") and header.split() == ["message", "shows", "text"]
        said = " ".join(" ".join(line[33:].split()) for line in lines)
        numbers = [int(found[1]) for line in lines if (found := re.match(r" +(\d+) a ", line))]
        assert len(numbers) >= 3 and numbers == sorted(numbers)
        assert said == " ".join(sample(name)[number] for number in numbers)
        assert any(label_name(tactic.value) in block for tactic in Tactic)


def test_it_fits_eighty_columns_and_has_no_colour_in_a_pipe(demo):
    for arguments in ([], ["--explain"]):
        out = demo(*arguments).out
        assert max(map(len, out.splitlines())) <= 80
        assert "\x1b" not in out
        assert not any(line.endswith(" ") for line in out.splitlines())


def test_colour_changes_nothing_else(demo):
    colored = demo("--color", "always").out
    assert "\x1b[1;35mREVIEW" in colored
    plain = "\n".join(line.rstrip() for line in ESCAPES.sub("", colored).split("\n"))
    assert plain == demo().out


def test_texts_of_conversations_that_were_not_flagged_are_not_shown(demo):
    for arguments in ([], ["--explain"]):
        out = demo(*arguments).out
        assert not any(text in out for text in sample("weekend plans") if len(text) > 12)


def test_explain_adds_evidence_context_and_probabilities(demo):
    out = demo("--explain").out
    for wanted in ("raised the score", "probability", "text, by speaker: a is player_one", sample(FLAGGED[0])[-1]):
        assert wanted in out
        assert wanted != "probability" or wanted not in demo().out


def test_the_page_holds_every_sample_and_nothing_is_printed(demo, tmp_path):
    path = tmp_path / "demo.html"
    captured = demo("--format", "html", "-o", path)
    assert captured.out == ""
    assert captured.err == "grooming-risk: wrote demo.html; open it in a browser\n"
    page = Page(path.read_text(encoding="ascii"))
    assert len(page.data) == len(list(SAMPLES.glob("*.json")))
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "arguments", [["--format", "html"], ["-o", "demo.html"], ["--format", "html", "-o", "no/d.html"]]
)
def test_a_page_needs_a_file_that_can_be_written(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["demo", *arguments]) == 2
    err = capsys.readouterr().err
    assert "-o FILE" in err and "Traceback" not in err
    assert not list(tmp_path.iterdir())


def test_a_stricter_point_flags_fewer(demo):
    assert demo("--operating-point", "high_recall").out.count("REVIEW") >= demo().out.count("REVIEW") > 0
