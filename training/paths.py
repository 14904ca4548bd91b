"""Paths of the files that training reads and writes: configurations, results, floors, cards."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]

CONFIGS = Path(__file__).parent / "configs"
CONFIG = CONFIGS / "base.toml"
SMOKE_OVERLAY = CONFIGS / "smoke.toml"
ABLATIONS_OVERLAY = CONFIGS / "ablations.toml"

CARDS = ROOT / "model_cards"
RESULTS = CARDS / "results" / "v2.json"
ABLATIONS = CARDS / "results" / "ablations.json"
FLOORS = CARDS / "floors.json"
TEMPLATE = CARDS / "template.md"
README = ROOT / "README.md"

WORK = Path("work")  # folder of the stages, below the current directory
