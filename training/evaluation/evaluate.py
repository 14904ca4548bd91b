"""Evaluation of an artefact with the shipped `RiskScorer`: every figure with its interval, n and baselines.

`python -m training.evaluation.evaluate --artifact FOLDER [--proxies FOLDER] [--conversations FILE] [--pan12 DIR] --results FILE`
recomputes a results file. `--conversations` takes labelled JSON lines of your own:
{"label": 0|1, "messages": [row, …], "tier"?: …, "family"?: …}; `--pan12` a training or test folder of PAN-2012.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from grooming_risk.conversation import Conversation
from grooming_risk.model.artifact import BUNDLED
from grooming_risk.scoring.scorer import RiskScorer
from training.composer.composed import Composed
from training.composer.composed_set import composed_set, rows
from training.config import as_dict, load_config
from training.data import Data
from training.evaluation.baselines import Score, fit_baselines
from training.evaluation.benign import ALL_REAL, coverage_results, false_flag_results, score_benign
from training.evaluation.composed import ScoredSet, composed_results, early_composed, hard_negative_results
from training.evaluation.faithfulness import faithfulness_results
from training.evaluation.lines import line_results
from training.evaluation.metrics import Resampling
from training.evaluation.own import own_results
from training.evaluation.pan12 import pan12_results
from training.evaluation.prevalence import prevalence_table
from training.evaluation.robustness import evasion_results, padding_results
from training.evaluation.scoring import assess_all, logits_of, score_all, usual_point
from training.provenance import commit
from training.sources.labelled_conversations import LabelledConversation, read_labelled

BASELINE_CONVERSATIONS = 3_000  # that the baselines are fitted on
FILLERS = 200  # benign messages of a language that conversations are padded with


def evaluate_artifact(
    artifact: Path, data: Data, command: str, own: Sequence[LabelledConversation] = (), pan12: Path | None = None
) -> dict[str, Any]:
    """All results of an artefact, JSON types.

    Args:
        artifact: its folder.
        data: configuration, corpus and public conversations; what nothing was trained on is used.
        command: that makes these results.
        own: labelled conversations to evaluate on as well.
        pan12: folder of PAN-2012 to evaluate on as well.
    """
    scorer, resampling = RiskScorer(artifact), _resampling(data)
    baselines = _fitted_baselines(data)
    results = {**_identity(scorer, data, command), **_composed_parts(scorer, data, baselines, resampling)}
    results["lines"] = line_results(data.corpus["test"].lines, scorer.artifact, resampling)
    return {**results, **_given_parts(scorer, own, pan12, resampling, baselines)}


def _identity(scorer: RiskScorer, data: Data, command: str) -> dict[str, Any]:
    """What was evaluated, on what, by what; how long the training took where the artefact says so."""
    artifact = scorer.artifact
    training = artifact.manifest.get("provenance", {}).get("training")
    return {
        "artifact": artifact.digest,
        "model_version": artifact.model_version,
        "command": command,
        "commit": commit(),
        "corpus": data.corpus_digest,
        "proxies": data.proxies_digest,
        "config": as_dict(data.config),
        "reference_prevalence": artifact.calibrator.reference_prevalence,
        "thresholds": {
            name: {key: value for key, value in dataclasses.asdict(point).items() if key != "name"}
            for name, point in artifact.operating_points.items()
        },
        **({"training": training} if training else {}),
    }


def _composed_parts(
    scorer: RiskScorer, data: Data, baselines: dict[str, Score], resampling: Resampling
) -> dict[str, Any]:
    """Everything that needs composed or benign test conversations; each is scored once, but for its evasions."""
    items = _composed(data, "test", data.config.compose.test, data.config.seed + 2)
    conversations = [item.conversation() for item in items]
    scored = ScoredSet(items, list(assess_all(scorer, conversations, "composed", len(items))))
    benign = score_benign(scorer, data)
    artifact, point, points = scorer.artifact, usual_point(scorer.artifact), scorer.artifact.operating_points
    real_sources = frozenset(proxy.source for proxy in data.proxies)
    composed = composed_results(scored, artifact, baselines, real_sources, resampling)
    false_flags = false_flag_results(benign, points)

    def logits(asked: Sequence[Conversation], name: str) -> np.ndarray:
        return logits_of(score_all(scorer, asked, name))

    flagged = [number for number, item in enumerate(scored.assessed) if point.name in item.first_flags]
    return {
        "composed": composed,
        "hard_negatives": hard_negative_results(scored, benign, resampling),
        "early_detection": early_composed(scored, points, resampling),
        "faithfulness": faithfulness_results(
            scorer, [conversations[number] for number in flagged], [items[number].group for number in flagged],
            resampling,
        ),
        "evasion": evasion_results(items, logits, point, resampling),
        "padding": padding_results(items, _fillers(data), logits, point, resampling),
        "false_flags": false_flags,
        "ppv": {
            name: prevalence_table(composed["operating_points"][name], false_flags[ALL_REAL][name])
            for name in points
            if ALL_REAL in false_flags
        },
        "coverage": coverage_results(scorer, data, benign),
    }  # fmt: skip


def _given_parts(
    scorer: RiskScorer, own: Sequence[LabelledConversation], pan12: Path | None, resampling: Resampling,
    baselines: dict[str, Score] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Figures on what somebody brings; without fitted baselines they need neither corpus nor public conversations."""
    results = {}
    if own:
        results["own_conversations"] = own_results(scorer, own, resampling, baselines)
    if pan12:
        results["pan12"] = pan12_results(scorer, pan12, resampling, baselines)
    return results


def _composed(data: Data, split: str, count: int, seed: int) -> list[Composed]:
    return list(rows(composed_set(data.material(split), count, seed, data.config.compose.english)))


def _fillers(data: Data) -> dict[str, list[str]]:
    """Texts of harmless dialogues of the test split, by language."""
    found: dict[str, list[str]] = {}
    for material in data.material("test"):
        plain = (dialogue for dialogue in material.dialogues if dialogue.kind == "plain")
        found[material.language] = [message.text for dialogue in plain for message in dialogue.messages][:FILLERS]
    return found


def _fitted_baselines(data: Data) -> dict[str, Score]:
    training = _composed(data, "train", min(BASELINE_CONVERSATIONS, data.config.compose.train), data.config.seed)
    return fit_baselines([item.conversation() for item in training], np.array([item.label for item in training]))


def _resampling(data: Data) -> Resampling:
    return Resampling(data.config.evaluation.bootstrap, data.config.seed)


def write_results(results: dict[str, Any], path: Path) -> None:
    """Write a results file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluation.evaluate", description=__doc__)
    parser.add_argument("--config", type=Path, default=Path(__file__).parents[1] / "configs" / "base.toml")
    parser.add_argument("--artifact", type=Path, default=BUNDLED)
    parser.add_argument("--proxies", type=Path)
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--conversations", type=Path, help="labelled JSON lines of your own")
    parser.add_argument("--pan12", type=Path, help="training or test folder of PAN-2012; only figures are written")
    parser.add_argument(
        "--only-conversations",
        action="store_true",
        help="print the figures of --conversations and --pan12, nothing else",
    )
    parser.add_argument("--results", type=Path, default=Path("results.json"))
    options = parser.parse_args(arguments)
    if options.only_conversations and not (options.conversations or options.pan12):
        parser.error("--only-conversations needs --conversations or --pan12")
    data = Data(load_config(options.config), options.proxies, options.work)
    own = read_labelled(options.conversations) if options.conversations else []
    if options.only_conversations:
        print(json.dumps(_given_parts(RiskScorer(options.artifact), own, options.pan12, _resampling(data)), indent=1))
        return 0
    command = f"python -m training.evaluation.evaluate --config {options.config.name}"
    write_results(evaluate_artifact(options.artifact, data, command, own, options.pan12), options.results)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
