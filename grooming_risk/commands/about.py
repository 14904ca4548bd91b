"""`grooming-risk info`, `verify` and `bench`: what is installed here, whether it is whole, and how fast it is."""

from __future__ import annotations

import argparse
from typing import Any

from grooming_risk.commands.bench import print_bench
from grooming_risk.commands.options import add_artifact
from grooming_risk.model.artifact import Artifact
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.version import __version__


def add(verbs: Any) -> None:
    """Describe the three verbs."""
    info = verbs.add_parser("info", help="model, languages, operating points with their measured rates, limits")
    add_artifact(info)
    info.set_defaults(run=_info)
    verify = verbs.add_parser("verify", help="check every byte of the artefact against its manifest")
    add_artifact(verify)
    verify.set_defaults(run=_verify)
    bench = verbs.add_parser("bench", help="measure speed, latency, start-up and memory on this machine")
    bench.add_argument("--messages", type=int, default=3_000, help="messages to score (default: %(default)s)")
    bench.set_defaults(run=lambda options: print_bench(options.messages))


def _info(options: argparse.Namespace) -> int:
    artifact = Artifact(options.artifact)
    calibrator = artifact.calibrator
    print(f"grooming-risk {__version__}, model {artifact.model_version}, artefact {artifact.digest}")
    print(f"languages scored: {', '.join(artifact.languages)} (others abstain)")
    spec = artifact.window_spec
    print(
        f"windows of {spec.size} messages, stride {spec.stride}; "
        f"reference prevalence {calibrator.reference_prevalence:g}"
    )
    for point in artifact.operating_points.values():
        print(
            f"operating point {point.name}: probability {calibrator.probability(point.threshold):.4f}, flagged "
            f"{point.false_flags} of {point.conversations} real benign conversations "
            f"(upper 95 % bound {point.upper_bound:.2%}), recall {point.recall:.1%} on composed positives"
        )
    limits = RiskScorer(options.artifact).limits
    print(
        f"limits: {limits.messages:,} messages, {limits.characters:,} characters a message, "
        f"{limits.speakers:,} speakers"
    )
    return 0


def _verify(options: argparse.Namespace) -> int:
    artifact = Artifact(options.artifact)
    _ = artifact.encoder, artifact.window_model
    for name, entry in sorted(artifact.manifest["files"].items()):
        print(f"ok {entry['sha256']} {entry['bytes']:>12,} {name}")
    print(f"artefact {artifact.digest}: every file is the one its manifest names")
    return 0
