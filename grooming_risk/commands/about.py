"""`grooming-risk info` and `verify`: what is installed, and whether it is intact."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.commands.options import REMINDER, add_artifact, runs
from grooming_risk.commands.responsible_use import responsible_use
from grooming_risk.commands.terminal_output import show
from grooming_risk.model.artifact import Artifact
from grooming_risk.rendering.numbers import per_cent
from grooming_risk.rendering.terminal.columns import definitions
from grooming_risk.rendering.terminal.operating_points import point_lines
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.version import __version__


@dataclass(frozen=True, slots=True)
class InfoOptions:
    """Options of `info`.

    Attributes:
        artifact: folder of the artefact.
        responsible_use: whether to print RESPONSIBLE_USE.md instead.
    """

    artifact: Path
    responsible_use: bool


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """Options of `verify`.

    Attributes:
        artifact: folder of the artefact.
    """

    artifact: Path


def add(verbs: Any) -> None:
    """Describe the two verbs."""
    info = verbs.add_parser(
        "info",
        help="show model, languages, thresholds, limits, and the rules for responsible use",
        description="Print what is installed: model and artefact, languages, operating points with their measured "
        "rates, and the limits of input.",
    )
    add_artifact(info)
    info.add_argument(
        "--responsible-use",
        action="store_true",
        help="print RESPONSIBLE_USE.md instead: what the tool is for, what it must not be used for, and what is not "
        "known about it",
    )
    runs(info, _info, InfoOptions)
    verify = verbs.add_parser(
        "verify",
        help="check every byte of the model artefact",
        description="Check every file of the artefact against the SHA-256 in its manifest, and load the networks.",
    )
    add_artifact(verify)
    runs(verify, _verify, VerifyOptions)


def _info(options: InfoOptions) -> int:
    if options.responsible_use:
        show(responsible_use().removesuffix("\n"))
        return 0
    artifact, limits = Artifact(options.artifact), RiskScorer(options.artifact).limits
    columns, spec = shutil.get_terminal_size().columns, artifact.window_spec
    facts = {
        "version": f"grooming-risk {__version__}, model {artifact.model_version}",
        "artefact": artifact.digest,
        "languages": f"{', '.join(artifact.languages)}; the model is meant to abstain from others",
        "windows": f"{spec.size} messages, a new one every {spec.stride}",
        "prevalence": f"{per_cent(artifact.calibrator.reference_prevalence)}; probabilities refer to it unless you "
        "give --prior",
        "figures": _figures(artifact),
        "limits": f"{limits.messages:,} messages, {limits.characters:,} characters a message, {limits.speakers:,} "
        "speakers",
    }
    show("\n".join(definitions([(name, [fact]) for name, fact in facts.items()], columns)))
    show("\n".join(["", *point_lines(artifact, None, columns), ""]))
    show(f"`grooming-risk operating-points` explains these columns.\n\n{REMINDER}")
    return 0


def _figures(artifact: Artifact) -> str:
    """Name the sets that the figures of the operating points are of; all of them were fitted on the same."""
    fitted = max((point.conversations for point in artifact.operating_points.values()), default=0)
    return (
        f"false flags on {fitted:,} real benign conversations of the calibration split, none of them used in training; "
        "recall on composed positives of that split. The model card has figures on test sets"
    )


def _verify(options: VerifyOptions) -> int:
    artifact = Artifact(options.artifact)
    _ = artifact.encoder, artifact.window_model
    for name, entry in sorted(artifact.manifest["files"].items()):
        show(f"ok {entry['sha256']} {entry['bytes']:>12,} {name}")
    show(f"artefact {artifact.digest}: every file matches its manifest")
    return 0
