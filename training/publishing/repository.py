"""The files of a repository: the artefact in a folder of its own, the card as README.md, licence and rules of use."""

from __future__ import annotations

import shutil
from pathlib import Path

from grooming_risk.model.artifact import Artifact
from grooming_risk.model.manifest import FILES
from training.errors import TrainingError
from training.paths import ROOT

MANIFEST, README, FIGURES = "manifest.json", "README.md", "figures"
ARTIFACT = "artifact"  # a folder of its own: the library refuses an artefact with files that do not belong to it
BESIDE = ("LICENSE", "NOTICE", "RESPONSIBLE_USE.md")


def write_repository(artifact: Path, card: Path, target: Path) -> list[Path]:
    """Write a repository into a folder; files that are there and do not belong to it stay.

    Args:
        artifact: Folder of the artefact, verified first.
        card: Its model card; figures beside it are copied too.
        target: Folder, made if it does not exist.

    Returns:
        The files, sorted.

    Raises:
        TrainingError: The card cannot be read, or belongs to another artefact.
        grooming_risk.errors.ArtifactIntegrityError: The artefact does not match its manifest.
    """
    digest = Artifact(artifact).digest
    if not card.is_file():
        raise TrainingError(f"--card: {card} is not a file; make one with `python -m training render --into FOLDER`")
    if digest[:12] not in card.read_text(encoding="utf-8"):
        raise TrainingError(
            f"--card: {card} does not name the artefact {digest[:12]}; render a card from the results of this artefact"
        )
    sources = {f"{ARTIFACT}/{name}": artifact / name for name in (*FILES, MANIFEST) if (artifact / name).is_file()}
    sources |= {name: ROOT / name for name in BESIDE if (ROOT / name).is_file()}
    sources[README] = card
    for figure in sorted((card.parent / FIGURES).glob("*.svg")):
        sources[f"{FIGURES}/{figure.name}"] = figure
    for name, source in sources.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target / name)
    return sorted(target / name for name in sources)
