"""Where a run writes its artefact and results: into the work folder, unless it is told to replace the packaged ones."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from grooming_risk.model.artifact import BUNDLED
from training.options import UsageError
from training.paths import CARDS, RESULTS, WORK

ARTIFACT_NAME, RESULTS_NAME, SMOKE_NAME = "artifact", "results.json", "smoke"


@dataclass(frozen=True, slots=True)
class Destinations:
    """Where a run writes.

    Attributes:
        work: Folder of the stages.
        artifact: Folder of the artefact, replaced.
        results: File of the results, replaced.
    """

    work: Path
    artifact: Path
    results: Path


def add_destinations(parser: argparse.ArgumentParser) -> None:
    """Add `--artifact`, `--results` and `--replace-packaged`; `--work` and `--smoke` belong to the verb."""
    parser.add_argument("--artifact", type=Path, help="folder of the new artefact (default: artifact below --work)")
    parser.add_argument("--results", type=Path, help="file of the results (default: results.json below --work)")
    parser.add_argument(
        "--replace-packaged", action="store_true", help="replace the packaged model and its results by the new ones"
    )


def destinations(
    work: Path | None, artifact: Path | None, results: Path | None, replace_packaged: bool, smoke: bool
) -> Destinations:
    """Decide where a run writes.

    Args:
        work: Folder of the stages, or None for the usual one.
        artifact: Folder of the artefact, or None.
        results: File of the results, or None.
        replace_packaged: Whether the packaged artefact and results are replaced where nothing else is given.
        smoke: Whether the run is on tiny data.

    Returns:
        The three places.

    Raises:
        UsageError: The packaged model or its results would be replaced without `replace_packaged`, or by tiny data.
    """
    if smoke and replace_packaged:
        raise UsageError("--smoke trains on tiny data and does not go with --replace-packaged; leave one of them out")
    folder = work or (WORK / SMOKE_NAME if smoke else WORK)
    if replace_packaged:
        return Destinations(folder, artifact or BUNDLED, results or RESULTS)
    found = Destinations(folder, artifact or folder / ARTIFACT_NAME, results or folder / RESULTS_NAME)
    if _packaged(found.artifact):
        raise UsageError(f"--artifact {found.artifact} is the packaged model; give another, or --replace-packaged")
    if found.results.resolve().is_relative_to(CARDS.resolve()):
        raise UsageError(f"--results {found.results} is a packaged file; give another, or --replace-packaged")
    return found


def _packaged(folder: Path) -> bool:
    """Check whether a folder is an artefact of the package, or inside one."""
    package = BUNDLED.parent.resolve()
    resolved = folder.resolve()
    if not resolved.is_relative_to(package):
        return False
    first = resolved.relative_to(package).parts[:1]
    return not first or first[0].startswith("artifact_")
