"""Numbers in prose: README block, model card, bill of materials and figures, rendered from the results alone.

`python -m training.documents.render` writes them; a test renders them again and compares. With `--results` and `--into`
it renders the card of a model of your own, and leaves the README alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grooming_risk.model.artifact import BUNDLED
from training.documents.bom import bill_of_materials
from training.documents.card_parts import card_parts, fill
from training.documents.figure_data import figure_data
from training.documents.figures import render_svg
from training.documents.pages import render_pages

ROOT = Path(__file__).parents[2]
CARDS = ROOT / "model_cards"
RESULTS, ABLATIONS = CARDS / "results" / "v1.json", CARDS / "results" / "ablations.json"
MANIFEST = BUNDLED / "manifest.json"
TEMPLATE = CARDS / "template.md"
CARD, BOM, FIGURES = "grooming-risk-v1.md", "grooming-risk-v1.cdx.json", "figures"


def render_all(
    results: Mapping[str, Any], ablations: Mapping[str, Any] | None, manifest: Mapping[str, Any]
) -> dict[Path, str]:
    """Path → what the file should say, for every rendered file of the repository."""
    cards = render_cards(results, ablations, manifest)
    pages = render_pages(ROOT, results, ablations, CARD)
    return {**pages, **{CARDS / name: text for name, text in cards.items()}}


def render_cards(
    results: Mapping[str, Any], ablations: Mapping[str, Any] | None, manifest: Mapping[str, Any]
) -> dict[str, str]:
    """Path below a folder of cards → content: the card, its bill of materials, its figures.

    Args:
        results: as `training.evaluation.evaluate` writes them.
        ablations: content of ablations.json, or None; then neither paragraph nor figure speaks of it.
        manifest: of the artefact that the results are of.

    Raises:
        KeyError: the results lack a part that the card needs.
        ValueError: results and manifest are of different artefacts, or template and parts do not fit.
    """
    template = TEMPLATE.read_text(encoding="utf-8")
    drawn = {f"{FIGURES}/{name}.svg": render_svg(name, data) for name, data in figure_data(results, ablations).items()}
    return {
        CARD: fill(template, card_parts(results, ablations)),
        BOM: bill_of_materials(results, manifest),
        **drawn,
    }


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def read_ablations(path: Path = ABLATIONS) -> dict[str, Any] | None:
    """The ablations, or None where none were run."""
    return read_json(path) if path.exists() else None


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.documents.render", description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--ablations", type=Path, default=ABLATIONS, help="left out where the file does not exist")
    parser.add_argument("--manifest", type=Path, default=MANIFEST, help="of the artefact that was evaluated")
    parser.add_argument("--into", type=Path, help="write card, bill of materials and figures here, and no README")
    options = parser.parse_args(arguments)
    sources = (read_json(options.results), read_ablations(options.ablations), read_json(options.manifest))
    if options.into:
        rendered = {options.into / name: text for name, text in render_cards(*sources).items()}
    else:
        rendered = render_all(*sources)
    for path, text in rendered.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
