"""Render the documents whose numbers come from the results: model card, bill of materials, figures, blocks of pages.

A test renders them again and compares. With `--results` and `--into`, the documents of a model of your own are written
into a folder, and README and `docs/` are left alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from grooming_risk.model.artifact import BUNDLED
from training.documents.bom import bill_of_materials
from training.documents.card_parts import card_parts, fill
from training.documents.figure_data import figure_data
from training.documents.figures import render_svg
from training.documents.pages import render_pages
from training.evaluation.results import Ablations, Results
from training.paths import ABLATIONS, CARDS, RESULTS, ROOT, TEMPLATE

HELP = "render model card, bill of materials, figures, and blocks of README and docs"

MANIFEST = BUNDLED / "manifest.json"
CARD, BOM, FIGURES = "grooming-risk-v2.md", "grooming-risk-v2.cdx.json", "figures"


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """What to render from, and where to.

    Attributes:
        results: File of the results.
        ablations: File of the ablations, which may not exist.
        manifest: Manifest of the artefact that was evaluated.
        into: Folder for card, bill of materials and figures; None to render the repository's own documents.
    """

    results: Path = RESULTS
    ablations: Path = ABLATIONS
    manifest: Path = MANIFEST
    into: Path | None = None


def render(options: RenderOptions) -> dict[Path, str]:
    """Render the documents.

    Args:
        options: What to render from, and where to.

    Returns:
        Path of each file, and the content it should have.
    """
    results, manifest = read_results(options.results), read_manifest(options.manifest)
    ablations = read_ablations(options.ablations)
    if options.into is None:
        return render_all(results, ablations, manifest)
    return {options.into / name: text for name, text in render_cards(results, ablations, manifest).items()}


def render_all(results: Results, ablations: Ablations | None, manifest: Mapping[str, Any]) -> dict[Path, str]:
    """Render every rendered file of the repository.

    Args:
        results: Results of the evaluation.
        ablations: Content of ablations.json, or None.
        manifest: Manifest of the artefact that was evaluated.

    Returns:
        Path of each file, and the content it should have.
    """
    cards = render_cards(results, ablations, manifest)
    pages = render_pages(ROOT, results, ablations, CARD)
    return {**pages, **{CARDS / name: text for name, text in cards.items()}}


def render_cards(results: Results, ablations: Ablations | None, manifest: Mapping[str, Any]) -> dict[str, str]:
    """Render the model card, its bill of materials and its figures.

    Args:
        results: Results of the evaluation.
        ablations: Content of ablations.json; None leaves out their paragraph and figure.
        manifest: Manifest of the artefact that was evaluated.

    Returns:
        Path below the folder of cards, and content, of each file.

    Raises:
        KeyError: The results lack a part that the card needs.
        ValueError: Results and manifest belong to different artefacts, or template and parts do not agree.
    """
    template = TEMPLATE.read_text(encoding="utf-8")
    data = cast(Mapping[str, Mapping[str, object]], figure_data(results, ablations))
    return {
        CARD: fill(template, card_parts(results, ablations)),
        BOM: bill_of_materials(results, manifest),
        **{f"{FIGURES}/{name}.svg": render_svg(name, spec) for name, spec in data.items()},
    }


def read_results(path: Path = RESULTS) -> Results:
    """Read a results file."""
    return cast(Results, json.loads(path.read_text(encoding="utf-8")))


def read_ablations(path: Path = ABLATIONS) -> Ablations | None:
    """Read the file of the ablations; return None if it does not exist."""
    return cast(Ablations, json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def read_manifest(path: Path = MANIFEST) -> dict[str, Any]:
    """Read the manifest of an artefact."""
    return cast(dict[str, Any], json.loads(path.read_text(encoding="utf-8")))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `python -m training render`."""
    parser.add_argument("--results", type=Path, default=RESULTS, help="results file (default: the shipped one)")
    parser.add_argument(
        "--ablations", type=Path, default=ABLATIONS, help="file of the ablations, left out if it does not exist"
    )
    parser.add_argument("--manifest", type=Path, default=MANIFEST, help="manifest of the artefact that was evaluated")
    parser.add_argument(
        "--into", type=Path, help="folder for card, bill of materials and figures; README and docs are left alone then"
    )


def run(arguments: argparse.Namespace) -> int:
    """Render the documents and write them.

    Args:
        arguments: Parsed options.

    Returns:
        Exit status 0.
    """
    options = RenderOptions(arguments.results, arguments.ablations, arguments.manifest, arguments.into)
    for path, text in render(options).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0
