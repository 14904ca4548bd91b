"""`grooming-risk coop-signal`: the artefact as a signal of ROOST Coop, as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grooming_risk.commands.options import add_artifact, add_prior, runs
from grooming_risk.commands.terminal_output import show_json
from grooming_risk.decision.calibration import check_prior
from grooming_risk.model.artifact import Artifact
from grooming_risk.rendering.coop.signal import coop_signal


@dataclass(frozen=True, slots=True)
class CoopOptions:
    """Options of `coop-signal`.

    Attributes:
        docs_url: address at which the caller documents the signal.
        prior: prevalence that thresholds refer to; the artefact's reference when None.
        artifact: folder of the artefact.
    """

    docs_url: str | None
    prior: float | None
    artifact: Path


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser(
        "coop-signal",
        help="print the signal descriptor for ROOST Coop, as JSON",
        description="Print the manifest, model card and signal descriptor of a ROOST Coop plugin, computed from the "
        "artefact. The signal is for human review: it is not allowed in automated rules.",
    )
    parser.add_argument("--docs-url", metavar="URL", help="address at which you document the signal (default: none)")
    add_prior(parser)
    add_artifact(parser)
    runs(parser, _coop_signal, CoopOptions)


def _coop_signal(options: CoopOptions) -> int:
    check_prior(options.prior)
    content = coop_signal(Artifact(options.artifact), options.prior, options.docs_url)
    show_json(content, indent=2)
    return 0
