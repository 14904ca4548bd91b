"""Evaluate an artefact with the shipped `RiskScorer`: every figure with its 95 % interval, n and baselines.

Writes a results file, from which `python -m training render` makes the model card. `--conversations` takes your own
labelled conversations as JSON Lines, {"label": 0|1, "messages": [row, …], "tier"?: …, "family"?: …, "lang"?: …};
`--pan12` takes the folder of the training or test part of PAN12. Only figures are written, never text.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import numpy as np

from grooming_risk.model.artifact import BUNDLED
from grooming_risk.scoring.scorer import RiskScorer
from training.composer.composed import Composed
from training.composer.composed_set import composed_set, rows
from training.config import as_dict, load_config
from training.data import Data
from training.evaluation.baselines import Score, fit_baselines
from training.evaluation.benign import (
    ALL_REAL,
    Benign,
    coverage_results,
    false_flag_results,
    new_source_results,
    score_benign,
)
from training.evaluation.composed import ScoredSet, composed_results, early_composed, hard_negative_results
from training.evaluation.curves import prevalence_table
from training.evaluation.dilution import own_subjects
from training.evaluation.estimates import PointName
from training.evaluation.faithfulness import faithfulness_results
from training.evaluation.languages import served_results, unserved_results
from training.evaluation.lines import line_results, real_line_results
from training.evaluation.long_parts import (
    OWN,
    before_of,
    diluted,
    long_parts,
    score_unseen,
    scoring,
    unseen_of,
)
from training.evaluation.metrics import Resampling
from training.evaluation.own import own_results
from training.evaluation.pan12 import pan12_results
from training.evaluation.results import ComposedParts, GivenParts, Identity, Results
from training.evaluation.robustness import evasion_results, real_conversations
from training.evaluation.scoring import assess_all, usual_point
from training.execution.parallel import add_jobs, using_jobs
from training.options import DataOptions, UsageError, add_artifact, add_conversations, add_data
from training.provenance import commit
from training.sources.labelled_conversations import LabelledConversation, read_labelled

HELP = "evaluate an artefact and write its results"

BASELINE_CONVERSATIONS = 3_000  # composed conversations that the baselines are fitted on


@dataclass(frozen=True, slots=True)
class EvaluateOptions:
    """What to evaluate, on what.

    Attributes:
        data: Configuration, public conversations and work folder.
        artifact: Folder of the artefact.
        results: File that the results are written to.
        conversations: JSON Lines file of your own labelled conversations.
        pan12: Folder of PAN12.
        only_conversations: Print the figures on `conversations` and `pan12` instead of writing results.
        before: Results of an earlier version, some of which are kept beside the new ones.
        jobs: Processes side by side, -1 for one for each core.
    """

    data: DataOptions
    artifact: Path = BUNDLED
    results: Path = Path("results.json")
    conversations: Path | None = None
    pan12: Path | None = None
    only_conversations: bool = False
    before: Path | None = None
    jobs: int = -1


def evaluate_artifact(
    artifact: Path, data: Data, command: str, own: Sequence[LabelledConversation] = (), pan12: Path | None = None
) -> Results:
    """Compute all results of an artefact.

    Args:
        artifact: Folder of the artefact.
        data: Configuration, corpus and public conversations; the parts that nothing was trained on are used.
        command: Command that computes these results, recorded in them.
        own: Labelled conversations to evaluate on as well; the test part of the configuration's when empty.
        pan12: Folder of PAN12 to evaluate on as well.

    Returns:
        Content of the results file.
    """
    scorer, resampling = RiskScorer(artifact), _resampling(data)
    baselines = _fitted_baselines(data)
    items = _composed(data, "test", data.config.compose.test, data.config.seed + 2)
    benign = score_benign(scorer, data)
    given = own or data.own["test"]
    return {
        **_identity(scorer, data, command),
        **_composed_parts(scorer, data, items, benign, baselines, resampling),
        "lines": line_results(data.corpus["test"].lines, scorer.artifact, resampling),
        "real_lines": real_line_results(data, scorer.artifact),
        "served": served_results(benign),
        "unserved": unserved_results(scorer, data),
        "new_sources": new_source_results(scorer, data),
        **long_parts(scorer, data, items, given, benign, resampling),
        **given_parts(scorer, given, pan12, resampling, baselines, unseen_of(benign)),
    }


def given_parts(
    scorer: RiskScorer,
    own: Sequence[LabelledConversation],
    pan12: Path | None,
    resampling: Resampling,
    baselines: Mapping[str, Score] | None = None,
    unseen: np.ndarray | None = None,
) -> GivenParts:
    """Compute the figures on conversations that somebody brings; needs neither corpus nor public conversations.

    Args:
        scorer: The shipped scorer.
        own: Labelled conversations.
        pan12: Folder of PAN12, or None.
        resampling: Number of resamples, and their seed.
        baselines: Fitted baselines; None for the keyword rules alone, which need no fitting.
        unseen: Logits of real conversations of unseen sources, which set the threshold of a further recall; or None.

    Returns:
        The figures on each set that was given.
    """
    results: GivenParts = {}
    if own:
        results["own_conversations"] = own_results(scorer, own, resampling, baselines, unseen)
    if pan12:
        results["pan12"] = pan12_results(scorer, pan12, resampling, baselines)
    return results


def write_results(results: Results, path: Path) -> None:
    """Write a results file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _identity(scorer: RiskScorer, data: Data, command: str) -> Identity:
    """Return what was evaluated, on what, by what and when, and how long the training took if it is recorded."""
    artifact = scorer.artifact
    training = artifact.manifest.get("provenance", {}).get("training")
    thresholds = {name: dataclasses.asdict(point) for name, point in artifact.operating_points.items()}
    for threshold in thresholds.values():
        del threshold["name"]
    identity = {
        "date": datetime.now(UTC).date().isoformat(),
        "artifact": artifact.digest,
        "model_version": artifact.model_version,
        "command": command,
        "commit": commit(),
        "corpus": data.corpus_digest,
        "proxies": data.proxies_digest,
        "config": as_dict(data.config),
        "reference_prevalence": artifact.calibrator.reference_prevalence,
        "thresholds": thresholds,
        **({"training": training} if training else {}),
    }
    return cast(Identity, identity)


def _composed_parts(
    scorer: RiskScorer,
    data: Data,
    items: list[Composed],
    benign: Sequence[Benign],
    baselines: Mapping[str, Score],
    resampling: Resampling,
) -> ComposedParts:
    """Compute the figures on composed and benign test conversations; each is scored once, evasions aside."""
    conversations = [item.conversation() for item in items]
    scored = ScoredSet(items, list(assess_all(scorer, conversations, "composed", len(items))))
    artifact, point, points = scorer.artifact, usual_point(scorer.artifact), scorer.artifact.operating_points
    real_sources = frozenset(proxy.source for proxy in data.proxies)
    composed = composed_results(scored, artifact, baselines, real_sources, resampling)
    false_flags = false_flag_results(benign, points)
    flagged = [number for number, item in enumerate(scored.assessed) if point.name in item.first_flags]
    groups = [items[number].group for number in flagged]
    return {
        "composed": composed,
        "hard_negatives": hard_negative_results(scored, benign, resampling),
        "early_detection": early_composed(scored, points, resampling),
        "faithfulness": faithfulness_results(scorer, [conversations[number] for number in flagged], groups, resampling),
        "evasion": evasion_results(items, scoring(scorer), point, resampling, real_conversations(data)),
        "false_flags": false_flags,
        "ppv": {
            name: prevalence_table(composed["operating_points"][name], false_flags[ALL_REAL][name])
            for name in cast(Sequence[PointName], points)
            if ALL_REAL in false_flags
        },
        "coverage": coverage_results(scorer, data, benign),
    }


def _composed(data: Data, split: str, count: int, seed: int) -> list[Composed]:
    return list(rows(composed_set(data.material(split), count, seed, data.config.compose.english)))


def _fitted_baselines(data: Data) -> dict[str, Score]:
    training = _composed(data, "train", min(BASELINE_CONVERSATIONS, data.config.compose.train), data.config.seed)
    return fit_baselines([item.conversation() for item in training], np.array([item.label for item in training]))


def _resampling(data: Data) -> Resampling:
    return Resampling(data.config.evaluation.bootstrap, data.config.seed)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `python -m training evaluate`."""
    add_data(parser)
    add_artifact(parser)
    add_conversations(parser)
    add_jobs(parser)
    parser.add_argument("--pan12", type=Path, help="folder of the training or test part of PAN12")
    parser.add_argument(
        "--only-conversations",
        action="store_true",
        help="print the figures on --conversations and --pan12, and evaluate nothing else",
    )
    parser.add_argument("--results", type=Path, default=Path("results.json"), help="file (default: %(default)s)")
    parser.add_argument("--before", type=Path, help="results of an earlier version, to be shown beside the new ones")


def run(arguments: argparse.Namespace) -> int:
    """Evaluate, and write or print the results.

    Args:
        arguments: Parsed options.

    Returns:
        Exit status 0.

    Raises:
        UsageError: `--only-conversations` is given without any conversations.
    """
    options = EvaluateOptions(
        data=DataOptions(arguments.config, arguments.proxies, arguments.work),
        artifact=arguments.artifact,
        results=arguments.results,
        conversations=arguments.conversations,
        pan12=arguments.pan12,
        only_conversations=arguments.only_conversations,
        before=arguments.before,
        jobs=arguments.jobs,
    )
    if options.only_conversations and not (options.conversations or options.pan12):
        raise UsageError("--only-conversations needs --conversations or --pan12")
    with using_jobs(options.jobs):
        evaluate(options)
    return 0


def evaluate(options: EvaluateOptions) -> None:
    """Evaluate, and write the results or print those on the given conversations."""
    data = Data(load_config(options.data.config), options.data.proxies, options.data.work)
    own = read_labelled(options.conversations) if options.conversations else []
    if options.only_conversations:
        print(json.dumps(_only_given(RiskScorer(options.artifact), data, own, options.pan12), indent=1))
        return
    before = before_of(json.loads(options.before.read_text(encoding="utf-8"))) if options.before else None
    command = f"python -m training evaluate --config {options.data.config.name}"
    results = evaluate_artifact(options.artifact, data, command, own, options.pan12)
    if before:
        results["before"] = before
    write_results(results, options.results)


def _only_given(
    scorer: RiskScorer, data: Data, own: Sequence[LabelledConversation], pan12: Path | None
) -> dict[str, object]:
    """Compute the figures on given conversations; with a folder of public conversations, those beside them too."""
    resampling = _resampling(data)
    unseen = score_unseen(scorer, data) if data.proxies_folder else None
    found: dict[str, object] = {**given_parts(scorer, own, pan12, resampling, None, unseen)}
    if own and unseen is not None:
        found["dilution"] = diluted(scorer, data, {OWN: own_subjects(own)}, resampling, unseen)
    return found
