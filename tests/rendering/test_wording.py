"""The output describes messages and never judges a person: every literal, shipped text and rendered view."""

import argparse
import ast
import re
import sys

import pytest

from grooming_risk import cli
from grooming_risk.commands.demo import SAMPLES
from grooming_risk.model.artifact import BUNDLED
from grooming_risk.readers import read_file
from grooming_risk.rendering.html.compact import compact_view
from grooming_risk.rendering.terminal.cells import Terminal
from grooming_risk.rendering.terminal.evidence import SourceText
from grooming_risk.rendering.terminal.report import ReportRow, render_table
from tests.conftest import ROOT

LIBRARY = ROOT / "grooming_risk"
FILES = sorted(LIBRARY.rglob("*.py"))
# The artefact's files are numbers and a tokenizer's vocabulary; of their words only the taxonomy's are printed.
SUFFIXES = (".css", ".js", ".json", ".html", ".svg", ".txt", ".md")
SHIPPED = sorted(path for path in LIBRARY.rglob("*") if path.suffix in SUFFIXES and BUNDLED not in path.parents)
STATIC = [*SHIPPED, BUNDLED / "taxonomy.json"]
FORBIDDEN = re.compile(
    r"\b(predator\w*|groomers?|groomed|victim\w*|perpetrat\w*|offender\w*|culprits?|criminal\w*|crimes?"
    r"|guilt|guilty|innocence|proof|proofs|proven|suspects?|suspected|suspicious|suspicion"
    r"|pa?edophil\w+|abusers?|abused|abusive|molesters?|harassers?|stalkers?|traffickers?|accused|accusations?"
    r"|convicted|convictions?|confess\w*|villains?|perverts?|creeps?|creepy|prey|preys)\b",
    re.I,
)
# Sentences that are allowed as a whole, and why.
ALLOWED = {
    "guilt, threats, blackmail": "the definition of a tactic: what a line makes somebody feel",
}


def judging(text):
    """Forbidden words in a text, except those in the sentences that are allowed."""
    for sentence in ALLOWED:
        text = text.replace(sentence, "")
    return FORBIDDEN.findall(text.replace("_", " "))


def literals(path):
    """(line, text) of every string in the code, including parts of f-strings and docstrings."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def names(path):
    """(line, words) of every name: fields become JSON keys, functions and options appear in help and tracebacks."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for field in ("name", "id", "attr", "arg"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
                yield getattr(node, "lineno", 0), re.sub(r"[_\W]+", " ", words)


@pytest.mark.parametrize(
    "text",
    [
        "The Predator",
        "a victim's",
        "is guilty",
        "no PROOF that",
        "paedophiles",
        "pedophile",
        "suspected of",
        "victim_id",
    ],
)
def test_the_words_are_found(text):
    assert judging(text)


@pytest.mark.parametrize("text", ["waterproof", "grooming-risk", "counter-evidence", "accuse", "respects", "prevent"])
def test_whole_words_only(text):
    assert not judging(text)


def test_exceptions_are_needed_and_hold_for_the_whole_sentence_only():
    every = [text for path in FILES for _, text in literals(path)]
    for sentence in ALLOWED:
        assert any(sentence in text for text in every), "not needed any more"
        assert not judging(f"before. {sentence}. after")
        assert judging(sentence[1:]) or judging(sentence[:-1])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_no_literal_and_no_name_judges_a_person(path):
    assert [(line, judging(text)) for line, text in literals(path) if judging(text)] == []
    assert [(line, judging(words)) for line, words in names(path) if judging(words)] == []


@pytest.mark.parametrize("path", STATIC, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_no_shipped_text_judges_a_person(path):
    assert judging(path.read_text(encoding="utf-8")) == []


def parsers(parser):
    """A parser and those of its verbs, to any depth."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for verb in action.choices.values():
                yield from parsers(verb)


def test_no_help_judges_a_person():
    every = list(parsers(cli._parser()))
    assert len(every) > 5
    for parser in every:
        assert judging(" ".join(parser.format_help().split())) == [], parser.prog


@pytest.fixture(scope="module")
def rows(scorer):
    """The bundled samples with their reports at the lowest threshold, so that as much as possible is shown."""
    found = []
    for path in sorted(SAMPLES.glob("*.json")):
        conversation = next(iter(read_file(path))).conversation
        report = scorer.score(conversation, operating_point="high_recall")
        found.append(ReportRow(path.stem, report, SourceText(conversation, scorer.artifact.vocabulary)))
    return found


def test_no_rendered_view_judges_a_person(rows):
    views = [render_table(rows, color=False, terminal=Terminal(columns), explain=True) for columns in (80, 200)]
    for row in rows:
        report, conversation = row.report, row.source.conversation
        views += [compact_view(report), report.to_json(), repr(report), report.to_html(conversation)]
    assert any("REVIEW" in view for view in views)
    for view in views:
        assert judging(view) == []


@pytest.mark.parametrize("verb", [["demo"], ["info"], ["verify"]])
def test_no_output_of_the_command_line_judges_a_person(verb, capsys):
    assert cli.main(verb) == 0
    captured = capsys.readouterr()
    assert len(captured.out) > 200
    assert judging(captured.out + captured.err) == []


def test_no_error_judges_a_person(tmp_path, capsys):
    empty, odd = tmp_path / "empty.json", tmp_path / "odd.json"
    empty.write_text("[]")
    odd.write_text('[{"speaker": 1}]')
    assert cli.main(["score", str(empty), str(odd), str(tmp_path / "missing.json")]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") >= 2
    assert judging(err) == []
    assert sys.modules["grooming_risk"].__doc__
    assert judging(sys.modules["grooming_risk"].__doc__) == []
