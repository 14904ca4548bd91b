"""Measurements of engines: a small one that really runs, and plans from figures."""

import importlib.util
import json
import re

import pytest

from grooming_risk.cli import main
from grooming_risk.commands.bench.engines.measuring import EngineFigure
from grooming_risk.commands.bench.engines.planning import Assumptions, figures_table, plan_table, plans
from grooming_risk.commands.bench.engines.printing import lines, to_dict
from tests.support.documents import ROOT
from tests.support.engines.running import run_child

FIGURES = [
    EngineFigure("library", 1, 1_000, 2.0, 2.0, 300.0, 0.0, 1.0),
    EngineFigure("spark", 1, 1_000, 4.0, 2.5, 900.0, 0.0, 1.0),
    EngineFigure("spark", 2, 1_000, 2.0, 2.0, 1_400.0, 0.0, 1.0),
    EngineFigure("kafka", 1, 1_000, 5.0, 5.0, 400.0, 10_000.0, 1.0),
]


def test_plans_follow_from_figures():
    rows = to_dict(FIGURES)["figures"]
    spark, kafka = plans(rows, Assumptions(messages_per_day=86_400_000, peak=2, busy=0.5, price=0.1))
    # A thousand messages a second, 400 of them in a second of processor time: 2.5 cores, ten with peak and reserve.
    assert (spark.cores, spark.core_hours, spark.dollars) == (10, 60, pytest.approx(24))
    assert spark.gigabytes == pytest.approx(10 * 900 / 1_024)
    assert (kafka.cores, kafka.state_terabytes) == (20, pytest.approx(0.864))


def test_tables_name_everything():
    content = to_dict(FIGURES)
    assert figures_table(content).count("\n| spark | ") == 2
    assert "| 80% |" in figures_table(content)
    assert "$0.04 for a core and an hour" in plan_table(content)
    assert len(lines(FIGURES)) == 1 + len(FIGURES)


def test_the_pages_show_the_results_file():
    content = json.loads((ROOT / "docs" / "results" / "engines.json").read_text(encoding="utf-8"))
    measured = {(row["engine"], row["workers"]) for row in content["figures"]}
    assert {("library", 1), ("library-live", 1)} <= measured
    assert len({engine for engine, _ in measured} - {"library", "library-live"}) >= 2
    text = (ROOT / "docs" / "guides" / "planning.md").read_text(encoding="utf-8")
    assert "<!-- engines: figures -->" in text and "<!-- engines: plan -->" in text
    assert not re.search(r"\d\d", text.split("```")[0]), "figures are rendered, not typed"


def test_kafka_needs_a_broker(capsys):
    assert main(["bench", "--engine", "kafka"]) == 2
    assert "--broker" in capsys.readouterr().err


@pytest.mark.engine
def test_a_small_measurement_runs(tmp_path):
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed (extra spark)")
    content, _ = run_child("bench_child", tmp_path)
    rows = {(row["engine"], row["workers"]): row for row in content["figures"]}
    assert rows.keys() == {("library", 1), ("spark", 1), ("spark", 2)}
    for row in rows.values():
        assert row["messages"] == 300
        assert row["per_worker"] > 0 and row["per_processor_second"] > 0 and row["megabytes"] > 50
