"""Figures of docs/design.md are rendered, or marked as historical with their day."""

import re
from itertools import pairwise

import pytest

BLOCK = re.compile(r"<!-- (\w+):begin -->\n.*?<!-- \1:end -->\n", re.DOTALL)
HISTORY = "## Historical measurements"


@pytest.fixture
def design(root):
    return (root / "docs" / "design.md").read_text(encoding="utf-8")


def test_a_table_of_figures_is_rendered_or_historical(design):
    parts = BLOCK.sub("", design).split(HISTORY)[0].split("\n\n")
    after = [later for part, later in pairwise(parts) if part.startswith("|") and re.search(r"\d\.\d", part)]
    assert after
    assert [later for later in after if not re.match(r"Historical, \d{4}-\d\d-\d\d\.", later)] == []


def test_every_historical_figure_has_a_day_and_a_model(design):
    rows = [line.split("|")[1:-1] for line in design.split(HISTORY)[1].split("\n## ")[0].splitlines() if "|" in line]
    for figure, day, model, how in rows[2:]:
        assert re.search(r"\d{4}-\d\d-\d\d|the card|the first model", day), figure
        assert model.strip()
        assert how.strip()
    assert len(rows) > 2
