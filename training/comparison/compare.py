"""Compare two models: two artefacts on the same conversations, or two results files side by side.

    python -m training compare my_artifact grooming_risk/artifact_v3 --conversations labelled.jsonl

Artefacts are compared by a paired bootstrap: what separates two models is smaller than their intervals suggest, because
both are measured on the same conversations. Without --conversations they are the composed test conversations of the
configuration. Results files hold no logits, so they are only shown beside each other.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from grooming_risk.conversation import Conversation
from grooming_risk.scoring.scorer import RiskScorer
from training.comparison.paired import Difference, paired_ranking, paired_rates
from training.comparison.tables import difference_table, results_table
from training.composer.composed_set import composed_set, rows
from training.config import load_config
from training.corpus.labelled_splits import people_groups
from training.data import Data
from training.errors import TrainingError
from training.evaluation.metrics import Resampling
from training.evaluation.ranking import has_both_classes
from training.evaluation.scoring import highest_logits
from training.execution.parallel import add_jobs, using_jobs
from training.options import DataOptions, UsageError, add_conversations, add_data
from training.sources.labelled_conversations import read_labelled

HELP = "compare two artefacts on the same conversations, or two results files"
RESAMPLES = 1_000


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """What to compare, on what.

    Attributes:
        first: Folder of an artefact, or results file.
        second: The same kind.
        data: Configuration, public conversations and work folder, for the composed test conversations.
        conversations: Labelled conversations to compare on instead, or None.
        json: File that the figures are written to, or None.
        resamples: Number of resamples of the bootstrap.
        jobs: Processes side by side, -1 for one for each core.
    """

    first: Path
    second: Path
    data: DataOptions
    conversations: Path | None = None
    json: Path | None = None
    resamples: int = RESAMPLES
    jobs: int = -1


@dataclass(frozen=True, slots=True)
class _Asked:
    """Conversations that both models score, with labels and groups, shape (n,) each."""

    conversations: list[Conversation]
    labels: np.ndarray
    groups: np.ndarray


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument("first", type=Path, help="folder of an artefact, or a results file")
    parser.add_argument("second", type=Path, help="the same kind, to be compared with the first")
    add_data(parser)
    add_conversations(parser)
    add_jobs(parser)
    parser.add_argument("--resamples", type=int, default=RESAMPLES, help="of the bootstrap (default: %(default)s)")
    parser.add_argument("--json", type=Path, help="file to write the figures to as well")


def run(arguments: argparse.Namespace) -> int:
    """Compare, print a table, and write the figures if a file was given; exit status 0."""
    options = CompareOptions(
        first=arguments.first,
        second=arguments.second,
        data=DataOptions(arguments.config, arguments.proxies, arguments.work),
        conversations=arguments.conversations,
        json=arguments.json,
        resamples=arguments.resamples,
        jobs=arguments.jobs,
    )
    if options.resamples < 1:
        raise UsageError(f"--resamples must be at least 1, got {options.resamples}")
    for path in (options.first, options.second):
        if not path.exists():
            raise UsageError(f"{path} does not exist; give the folder of an artefact or a results file")
    if options.first.is_dir() != options.second.is_dir():
        raise UsageError("give two artefact folders or two results files, not one of each")
    with using_jobs(options.jobs):
        print(compared(options))
    return 0


def compared(options: CompareOptions) -> str:
    """Compare, write the figures if a file was given, and return the table."""
    if options.first.is_dir():
        found = compare_artifacts(options)
        table = difference_table(found)
    else:
        first, second = _results(options.first), _results(options.second)
        found, table = {"first": first, "second": second}, results_table(first, second)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return table


def compare_artifacts(options: CompareOptions) -> dict[str, Any]:
    """Score the same conversations with two artefacts, and compare ranking and flags.

    Args:
        options: What to compare, on what.

    Returns:
        JSON types: "first" and "second" (digest, version), "set", "ranking", and "operating_points" that both have.
    """
    scorers = [RiskScorer(options.first), RiskScorer(options.second)]
    asked = _asked(options)
    if not has_both_classes(asked.labels):
        raise TrainingError("the conversations have one label only; a comparison needs positives and negatives")
    logits = [highest_logits(scorer, asked.conversations, f"model {n}") for n, scorer in enumerate(scorers, start=1)]
    resampling = Resampling(options.resamples, load_config(options.data.config).seed)
    points = [scorer.artifact.operating_points for scorer in scorers]
    rates: dict[str, dict[str, Difference]] = {}
    for name in points[0].keys() & points[1].keys():
        flags = [given >= own[name].threshold for given, own in zip(logits, points, strict=True)]
        rates[name] = paired_rates(asked.labels, (flags[0], flags[1]), asked.groups, resampling)
    identities = [{"artifact": s.artifact.digest, "model_version": s.artifact.model_version} for s in scorers]
    return {
        "first": identities[0],
        "second": identities[1],
        "set": {
            "n": len(asked.labels),
            "positives": int(asked.labels.sum()),
            "groups": len(np.unique(asked.groups)),
            "resamples": options.resamples,
        },
        "ranking": paired_ranking(asked.labels, (logits[0], logits[1]), asked.groups, resampling),
        "operating_points": rates,
    }


def _asked(options: CompareOptions) -> _Asked:
    if options.conversations:
        own = read_labelled(options.conversations)
        return _Asked([item.conversation for item in own], _labels([item.label for item in own]), people_groups(own))
    data = Data(load_config(options.data.config), options.data.proxies, options.data.work)
    settings = data.config.compose
    made = list(rows(composed_set(data.material("test"), settings.test, data.config.seed + 2, settings.english)))
    groups = np.array([item.group for item in made])
    return _Asked([item.conversation() for item in made], _labels([item.label for item in made]), groups)


def _labels(labels: Sequence[int]) -> np.ndarray:
    return np.array(labels, dtype=np.int64)


def _results(path: Path) -> dict[str, Any]:
    """Read a results file; what is not one is an error without a traceback."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict) or "model_version" not in found or "composed" not in found:
        raise TrainingError(f"{path} is not a results file of `python -m training run` or `evaluate`")
    return found
