"""A verb gets frozen options of its own, and the namespaces of `argparse` go no further."""

import argparse
import ast
import dataclasses
from pathlib import Path

import pytest

from grooming_risk import cli
from grooming_risk.commands.options import runs
from grooming_risk.decision.calibration import check_prior
from grooming_risk.errors import InvalidOptionError
from tests.conftest import ROOT

LIBRARY = ROOT / "grooming_risk"
ENDS_IN = LIBRARY / "commands" / "options.py"


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """Options of a verb of this test."""

    count: int
    output: Path | None


def test_a_verb_is_given_its_own_dataclass():
    parser, seen = argparse.ArgumentParser(), []
    parser.add_argument("--count", type=int, default=3)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--other")  # of another verb
    runs(parser, lambda options: seen.append(options) or 7, Given)
    parsed = parser.parse_args(["--output", "x"])
    assert parsed.run(parsed) == 7
    assert seen == [Given(3, Path("x"))]


def namespaces(path):
    """Lines of a file that name `Namespace`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name == "Namespace":
            yield node.lineno


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("*.py")), ids=lambda path: str(path.relative_to(LIBRARY)))
def test_no_other_module_takes_a_namespace(path):
    assert path == ENDS_IN or not list(namespaces(path))


def verbs(parser):
    """Parsers that run something, to any depth."""
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in inner:
        for verb in action.choices.values():
            yield from verbs(verb)
    if not inner:
        yield parser


def test_every_verb_has_help_that_fits_a_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    found = list(verbs(cli._parser()))
    assert len(found) > 8
    for parser in found:
        for action in parser._actions:
            assert action.help, (parser.prog, action.dest)
        with pytest.raises(SystemExit) as ended:
            cli.main([*parser.prog.split()[1:], "--help"])
        assert ended.value.code == 0
        out = capsys.readouterr().out
        assert "usage: " in out
        assert max(map(len, out.splitlines())) <= 80 or parser.prog.endswith("monitor"), parser.prog


@pytest.mark.parametrize("prior", [0, 1, 2, -0.5, float("nan"), float("inf")])
def test_a_prior_out_of_range_is_refused_with_its_value(prior):
    with pytest.raises(InvalidOptionError, match="must be strictly between 0 and 1, got "):
        check_prior(prior)
    check_prior(None)
    check_prior(0.5)
