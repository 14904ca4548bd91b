"""`grooming-risk coop-signal`: the artefact as a signal of ROOST Coop, as JSON."""

from __future__ import annotations

import argparse
import json
from typing import Any

from grooming_risk.commands.operating_points import checked_prior
from grooming_risk.commands.options import add_artifact, add_prior
from grooming_risk.model.artifact import Artifact
from grooming_risk.rendering.coop.signal import coop_signal


def add(verbs: Any) -> None:
    """Describe the verb."""
    parser = verbs.add_parser(
        "coop-signal",
        help="descriptor of the signal for ROOST Coop, as JSON",
        description="Print manifest, model card and signal descriptor for a ROOST Coop plugin, computed from the "
        "artefact. The signal is for human review: it is not allowed in automated rules.",
    )
    parser.add_argument("--docs-url", metavar="URL", help="where you document the signal (default: none)")
    add_prior(parser)
    add_artifact(parser)
    parser.set_defaults(run=_coop_signal)


def _coop_signal(options: argparse.Namespace) -> int:
    content = coop_signal(Artifact(options.artifact), checked_prior(options.prior), options.docs_url)
    print(json.dumps(content, indent=2))
    return 0
