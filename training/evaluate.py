"""Evaluation of an artefact with the shipped `RiskScorer`: every figure with its interval, n and baselines.

`python -m training.evaluate --artifact FOLDER [--proxies FOLDER] [--conversations FILE] --results FILE`
recomputes a results file. `--conversations` takes labelled JSON lines of your own:
{"label": 0|1, "messages": [row, …], "tier"?: …, "family"?: …}.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from grooming_risk.artifact import BUNDLED
from grooming_risk.conversation import Conversation
from grooming_risk.report import RiskReport
from grooming_risk.scorer import RiskScorer
from grooming_risk.tactics import LABELS, Tactic
from training.baselines import fit_bag_of_words, fit_surface, keyword_rules
from training.calibration_stage import encode_lines
from training.compose import digest
from training.composed import Composed
from training.composed_set import composed_set, rows
from training.config import as_dict, load_config
from training.data import Data
from training.labelled_conversations import LabelledConversation, read_labelled
from training.metrics import (
    adaptive_calibration_error,
    auroc,
    average_precision,
    brier_skill,
    rate_with_interval,
    recall_at_false_flags,
    with_interval,
)
from training.proxies import load_lines
from training.robustness import evasion_results

TOGETHER = 64
RANKING = {
    "auroc": auroc,
    "average_precision": average_precision,
    "recall_at_5_percent_false_flags": recall_at_false_flags(0.05),
    "recall_at_1_percent_false_flags": recall_at_false_flags(0.01),
}
BASELINE_CONVERSATIONS = 3_000
OTHER_LANGUAGE_LINES = 20_000


def evaluate_artifact(
    artifact: Path, data: Data, command: str, own: Sequence[LabelledConversation] = ()
) -> dict[str, Any]:
    """All results of an artefact, JSON types."""
    scorer = RiskScorer(artifact)
    composed = _composed(data, "test", data.config.compose.test, data.config.seed + 2)
    reports = score_all(scorer, [item.conversation() for item in composed], "composed")
    benign = _benign_sets(data)
    results = {
        "artifact": scorer.artifact.digest,
        "model_version": scorer.artifact.model_version,
        "command": command,
        "commit": _commit(),
        "corpus": data.corpus_digest,
        "proxies": data.proxies_digest,
        "config": as_dict(data.config),
        "reference_prevalence": scorer.artifact.calibrator.reference_prevalence,
        "composed": _composed_results(scorer, data, composed, reports),
        "evasion": evasion_results(
            composed,
            lambda asked, name: np.array([logit_of(report) for report in score_all(scorer, asked, name)]),
            data.config.evaluation.bootstrap,
            data.config.seed,
        ),
        "false_flags": {
            name: _false_flags(scorer, score_all(scorer, conversations, name))
            for name, conversations in sorted(benign.items())
        },
        "lines": _line_results(scorer, data),
        "coverage": _coverage(scorer, data),
    }
    if own:
        results["own_conversations"] = own_results(scorer, own, data.config.evaluation.bootstrap, data.config.seed)
    return results


def _composed(data: Data, split: str, count: int, seed: int) -> list[Composed]:
    return list(rows(composed_set(data.material(split), count, seed, data.config.compose.english)))


def score_all(scorer: RiskScorer, conversations: Sequence[Conversation], label: str) -> list[RiskReport]:
    """Reports without evidence, a few conversations at a time, with progress."""
    reports: list[RiskReport] = []
    for start in tqdm(range(0, len(conversations), TOGETHER), desc=f"score {label}", disable=None):
        reports.extend(scorer.score_batch(conversations[start : start + TOGETHER], explain=False))
    return reports


def logit_of(report: RiskReport) -> float:
    """Highest window logit; an abstention ranks below every score, since nothing would be shown for review."""
    return max((window.logit for window in report.windows), default=-100.0)


def own_results(scorer: RiskScorer, own: Sequence[LabelledConversation], resamples: int, seed: int) -> dict[str, Any]:
    """Ranking, by tier, and false flags by family, on labelled conversations of somebody's own."""
    reports = score_all(scorer, [item.conversation for item in own], "own conversations")
    logits, labels = np.array([logit_of(report) for report in reports]), np.array([item.label for item in own])
    groups = np.arange(len(own))
    results: dict[str, Any] = {"n": len(own), "positives": int(labels.sum()), "all": {}, "tiers": {}}
    for name, metric in RANKING.items():
        results["all"][name] = with_interval(metric, labels, logits, groups, resamples, seed)
    for tier in sorted({item.tier for item in own if item.label and item.tier}):
        chosen = np.array([not item.label or item.tier == tier for item in own])
        results["tiers"][tier] = with_interval(auroc, labels[chosen], logits[chosen], groups[chosen], resamples, seed)
    results["operating_points"] = {
        name: {
            "recall": rate_with_interval(int((logits[labels == 1] >= point.threshold).sum()), int(labels.sum())),
            "false_flags": rate_with_interval(
                int((logits[labels == 0] >= point.threshold).sum()), int((labels == 0).sum())
            ),
        }
        for name, point in scorer.artifact.operating_points.items()
    }
    results["baselines"] = {"keyword_rules": with_interval(
        auroc, labels, keyword_rules([item.conversation for item in own]), groups, resamples, seed
    )}  # fmt: skip
    return results


def _composed_results(
    scorer: RiskScorer, data: Data, composed: list[Composed], reports: list[RiskReport]
) -> dict[str, Any]:
    settings, seed = data.config.evaluation, data.config.seed
    labels = np.array([item.label for item in composed])
    groups = np.array([item.group for item in composed])
    logits = np.array([logit_of(report) for report in reports])
    prevalence = float(labels.mean())
    probabilities = np.array([scorer.artifact.calibrator.probability(logit, prevalence) for logit in logits])
    results: dict[str, Any] = {
        "n": len(labels), "positives": int(labels.sum()), "prevalence": prevalence, "digest": digest(composed),
        "abstained": sum(report.probability is None for report in reports),
    }  # fmt: skip
    for name, metric in RANKING.items():
        results[name] = with_interval(metric, labels, logits, groups, settings.bootstrap, seed)
    for name, metric in (("adaptive_calibration_error", adaptive_calibration_error), ("brier_skill", brier_skill)):
        results[name] = with_interval(metric, labels, probabilities, groups, settings.bootstrap, seed)
    results["kinds"] = {
        kind: auroc(labels[chosen], logits[chosen])
        for kind in ("counterfactual", "carrier")
        for chosen in [(np.array([item.kind for item in composed]) == kind) | (labels == 0)]
    }
    results["operating_points"] = {
        name: rate_with_interval(int((logits[labels == 1] >= point.threshold).sum()), int(labels.sum()))
        for name, point in scorer.artifact.operating_points.items()
    }
    conversations = [item.conversation() for item in composed]
    results["baselines"] = {
        baseline: {
            name: with_interval(metric, labels, scores, groups, settings.bootstrap, seed)
            for name, metric in RANKING.items()
        }
        for baseline, scores in _baseline_scores(data, conversations).items()
    }
    return results


def _baseline_scores(data: Data, conversations: list[Conversation]) -> dict[str, np.ndarray]:
    count = min(BASELINE_CONVERSATIONS, data.config.compose.train)
    training = _composed(data, "train", count, data.config.seed)
    texts, labels = [item.conversation() for item in training], np.array([item.label for item in training])
    return {
        "keyword_rules": keyword_rules(conversations),
        "bag_of_words": fit_bag_of_words(texts, labels)(conversations),
        "length_only": fit_surface(texts, labels)(conversations),
    }


def _benign_sets(data: Data) -> dict[str, list[Conversation]]:
    """Benign conversations that nothing was trained on, by source, and authored dialogues by context family."""
    found: dict[str, list[Conversation]] = defaultdict(list)
    for split in ("test", "unseen"):
        for proxy in data.of_split(split):
            found[f"{split}: {proxy.source}"].append(proxy.conversation())
    for dialogue in data.corpus["test"].dialogues:
        conversation = Conversation.from_messages([(m.speaker, m.text) for m in dialogue.messages])
        found[f"authored, {dialogue.kind}: {dialogue.context}"].append(conversation)
        found[f"authored, {dialogue.kind}: all"].append(conversation)
    return dict(found)


def _false_flags(scorer: RiskScorer, reports: list[RiskReport]) -> dict[str, Any]:
    logits = np.array([logit_of(report) for report in reports])
    return {
        "abstained": sum(report.probability is None for report in reports),
        **{
            name: rate_with_interval(int((logits >= point.threshold).sum()), len(logits))
            for name, point in scorer.artifact.operating_points.items()
        },
    }


def _line_results(scorer: RiskScorer, data: Data) -> dict[str, Any]:
    """Average precision per tactic: unseen warning-sign lines against the unseen look-alikes of the same tactic.

    Explicit language is left out: it is the presence of the token, whoever wrote it.
    """
    lines = data.corpus["test"].lines
    logits = encode_lines([line.text for line in lines], scorer.artifact)
    results: dict[str, Any] = {}
    for tactic in Tactic:
        chosen = [n for n, line in enumerate(lines) if line.label == tactic and line.kind in ("tactics", "lookalikes")]
        labels = np.array([lines[number].kind == "tactics" for number in chosen], dtype=int)
        if tactic is Tactic.EXPLICIT_LANGUAGE or not 0 < labels.sum() < len(labels):
            continue
        scores = logits[chosen, LABELS.index(tactic.value)]
        results[tactic.value] = {
            "n": len(chosen), "positives": int(labels.sum()),
            "average_precision": with_interval(
                average_precision, labels, scores, np.arange(len(chosen)), data.config.evaluation.bootstrap,
                data.config.seed,
            ),
        }  # fmt: skip
    return results


def _coverage(scorer: RiskScorer, data: Data) -> dict[str, Any]:
    """Share of conversations that are scored, not abstained from: supported real ones, and other languages' lines."""
    results: dict[str, Any] = {}
    by_language: dict[str, list[str]] = defaultdict(list)
    for language, text in load_lines(data.proxies_folder, OTHER_LANGUAGE_LINES):
        by_language[language].append(text)
    sets = {
        language: [
            Conversation.from_messages([("ab"[i % 2], text) for i, text in enumerate(texts[start : start + 10])])
            for start in range(0, len(texts) - 9, 10)
        ]
        for language, texts in by_language.items()
    }
    sets["supported, real"] = [proxy.conversation() for split in ("test", "unseen") for proxy in data.of_split(split)]
    for name, conversations in sorted(sets.items()):
        if conversations:
            reports = score_all(scorer, conversations, f"coverage {name}")
            scored = sum(report.probability is not None for report in reports)
            results[name] = rate_with_interval(scored, len(reports))
    return results


def _commit() -> str:
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def write_results(results: dict[str, Any], path: Path) -> None:
    """Write a results file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("--config", type=Path, default=Path(__file__).parent / "configs" / "base.toml")
    parser.add_argument("--artifact", type=Path, default=BUNDLED)
    parser.add_argument("--proxies", type=Path)
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--conversations", type=Path, help="labelled JSON lines of your own")
    parser.add_argument(
        "--only-conversations", action="store_true", help="print the figures on your own lines, nothing else"
    )
    parser.add_argument("--results", type=Path, default=Path("results.json"))
    options = parser.parse_args(arguments)
    data = Data(load_config(options.config), options.proxies, options.work)
    own = read_labelled(options.conversations) if options.conversations else []
    if options.only_conversations:
        found = own_results(RiskScorer(options.artifact), own, data.config.evaluation.bootstrap, data.config.seed)
        print(json.dumps(found, indent=1))
        return 0
    command = f"python -m training.evaluate --config {options.config.name}"
    write_results(evaluate_artifact(options.artifact, data, command, own), options.results)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
