"""`grooming-risk info --responsible-use`: the document that every output points to can be read where the tool is."""

import pytest

from grooming_risk.cli import main
from grooming_risk.commands import responsible_use
from grooming_risk.commands.options import REMINDER
from grooming_risk.errors import GroomingRiskError
from tests.conftest import ROOT

TEXT = (ROOT / responsible_use.NAME).read_text(encoding="utf-8")


def test_the_command_that_outputs_point_to_prints_it(capsys):
    (line,) = [line for line in REMINDER.splitlines() if "grooming-risk " in line]
    arguments = line.split("grooming-risk ")[1].split()
    assert main(arguments) == 0
    assert capsys.readouterr().out.splitlines() == [line for line in TEXT.splitlines() if not line.startswith("<!--")]


@pytest.mark.parametrize("verb", [["demo"], ["info"], ["--help"], ["score", "--help"], ["monitor", "--help"]])
def test_outputs_point_to_it(verb, capsys):
    try:
        assert main(verb) == 0
    except SystemExit as ended:
        assert ended.code == 0
    assert "grooming-risk info --responsible-use" in " ".join(capsys.readouterr().out.split())


def test_a_wheel_has_it_beside_the_package(tmp_path, monkeypatch):
    places = (tmp_path / "package" / "RESPONSIBLE_USE.md", tmp_path / "RESPONSIBLE_USE.md")
    monkeypatch.setattr(responsible_use, "PLACES", places)
    with pytest.raises(GroomingRiskError, match=r"RESPONSIBLE_USE\.md is missing"):
        responsible_use.responsible_use()
    places[1].write_text("of the tree", encoding="utf-8")
    assert responsible_use.responsible_use() == "of the tree"
    places[0].parent.mkdir()
    places[0].write_text("of the wheel", encoding="utf-8")
    assert responsible_use.responsible_use() == "of the wheel"
