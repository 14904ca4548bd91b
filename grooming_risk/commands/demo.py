"""`grooming-risk demo`: the bundled sample conversations, scored."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grooming_risk.commands.options import REMINDER, add_scoring, use_color
from grooming_risk.commands.saved_point import chosen_point
from grooming_risk.readers import ExportedConversation, read_file
from grooming_risk.rendering.terminal.report import ReportRow, render_table
from grooming_risk.report import RiskReport
from grooming_risk.scoring.scorer import RiskScorer

SAMPLES = Path(__file__).parents[1] / "samples"


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser("demo", help="score the bundled sample conversations")
    add_scoring(parser)
    parser.set_defaults(run=_demo)


def _demo(options: argparse.Namespace) -> int:
    scorer = RiskScorer(options.artifact)
    rows = [ReportRow(name, report) for name, report in _demo_reports(scorer, options)]
    print(render_table(rows, use_color(options.color)))
    print(f"\n{REMINDER}")
    return 0


def _demo_reports(scorer: RiskScorer, options: argparse.Namespace) -> Iterator[tuple[str, RiskReport]]:
    asked = {"operating_point": chosen_point(options.operating_point, scorer), "prior": options.prior}
    for path in sorted(SAMPLES.glob("*.json")):
        for exported in read_file(path):
            assert isinstance(exported, ExportedConversation)  # bundled with the package
            yield path.stem.split("_", 1)[1].replace("_", " "), scorer.score(exported.conversation, **asked)
