"""What each part of the model is worth: the same small training with one thing changed, one arm after another.

`python -m training.ablations.ablations --proxies FOLDER --work FOLDER [--conversations FILE] [--arms NAME …]`
writes model_cards/results/ablations.json after every arm and goes on where an interrupted run stopped. Arms have the
budget of configs/ablations.toml, all but one of them on English only, and are measured on English; they are to be
compared with each other. The shipped model, with all its training, is measured beside them.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from grooming_risk.conversation import Conversation
from grooming_risk.model.artifact import BUNDLED, Artifact
from training.ablations.arms import ARMS, Arm, Trained, arm_data, read_scores, train_arm
from training.ablations.whole_window_arm import highest_whole, trained_reader
from training.composer.composed import Composed
from training.composer.composed_set import composed_set, rows
from training.config import load_config
from training.data import Data
from training.evaluation.metrics import auroc, average_precision, recall_at_false_flags, with_interval
from training.models import THREADS, TrainedText, TrainedWindows
from training.paths import RESULTS
from training.provenance import commit
from training.sources.labelled_conversations import LabelledConversation, read_labelled

ABLATIONS = RESULTS.with_name("ablations.json")
OVERLAY = Path(__file__).parents[1] / "configs" / "ablations.toml"
RANKING = {
    "auroc": auroc,
    "average_precision": average_precision,
    "recall_at_5_percent_false_flags": recall_at_false_flags(0.05),
    "recall_at_1_percent_false_flags": recall_at_false_flags(0.01),
}
SHIPPED = Arm("shipped", "the shipped model, all its training and languages", (), languages=())
# Benign windows that the second stage reads again: DESIGN §8 gives "a per cent or two".
READ_AGAIN = 0.02
BENIGN = 500  # real conversations that this share is counted on
RANKED_BELOW = 1_000.0  # what the first stage let pass ranks below all that was read again


@dataclass(frozen=True, slots=True)
class TestSets:
    """What every arm is measured on; the own conversations may be none."""

    composed: list[Composed]
    own: Sequence[LabelledConversation]
    benign: list[Conversation]


def run_arms(data: Data, names: Sequence[str], own: Sequence[LabelledConversation], results: Path) -> dict[str, Any]:
    """Train and measure the arms that the results file does not have yet; written after each."""
    found = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
    if found.get("corpus") != data.corpus_digest:
        found = {"arms": [], "corpus": data.corpus_digest, "note": str(__doc__).split("\n")[0],
                 "command": "python -m training.ablations.ablations"}  # fmt: skip
    found["commit"], found["threads"] = commit(), THREADS
    made = composed_set(data.material("test"), data.config.compose.test, data.config.seed + 2, 1.0)
    proxies = data.of_split("calibration")
    some = np.random.default_rng(data.config.seed).permutation(len(proxies))[:BENIGN]
    benign = [proxies[index].conversation() for index in some]
    sets = TestSets(list(rows(made)), own, benign)
    for arm in (SHIPPED, *ARMS):
        if arm.name in names and arm.name not in {row["name"] for row in found["arms"]}:
            found["arms"].append(_row(arm, data, sets))
            results.parent.mkdir(parents=True, exist_ok=True)
            results.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return found


def _row(arm: Arm, data: Data, sets: TestSets) -> dict[str, Any]:
    trained = _shipped() if arm is SHIPPED else train_arm(arm, data)
    composed = [item.conversation() for item in sets.composed]
    ranked, speed = _ranked(arm, data, trained, composed, sets.benign)
    row = {
        "name": arm.name, "changed": arm.changed, "layers": len(arm.layers), "precision": arm.precision,
        "stage": arm.score, "epochs": data.config.encoder.epochs,
        "languages": list(arm.languages) or data.config.languages,
        "messages_per_second": round(speed), "megabytes": round(trained.megabytes, 1),
        "composed": _figures(
            np.array([item.label for item in sets.composed]), ranked, np.array([item.group for item in sets.composed]),
            data,
        ),
    }  # fmt: skip
    if sets.own:
        ranked, _ = _ranked(arm, data, trained, [item.conversation for item in sets.own], sets.benign)
        row["vignettes"] = _figures(np.array([item.label for item in sets.own]), ranked, np.arange(len(sets.own)), data)
    return row


def _ranked(
    arm: Arm, data: Data, trained: Trained, conversations: list[Conversation], benign: list[Conversation]
) -> tuple[np.ndarray, float]:
    """What the arm ranks conversations by, float64, shape (n,), and messages it reads a second."""
    scores = read_scores(arm, trained, conversations)
    if arm.score == "window_model":
        return scores.logits, scores.messages_per_second
    if arm.score == "max_of_tactics":
        return scores.strongest, scores.messages_per_second
    own, folder, student = arm_data(arm, data)
    reader = trained_reader(own, student, folder)
    started = time.perf_counter()
    whole = highest_whole(reader, own, student, conversations)
    messages = sum(len(item.messages) for item in conversations)
    seconds = time.perf_counter() - started
    if arm.score == "whole_window":
        return whole, messages / seconds
    threshold = np.quantile(read_scores(arm, trained, benign).logits, 1 - READ_AGAIN)
    ranked = np.where(scores.logits >= threshold, whole, scores.logits - RANKED_BELOW)
    # On benign traffic the second stage reads a share of READ_AGAIN.
    return ranked, messages / (messages / scores.messages_per_second + READ_AGAIN * seconds)


def _figures(labels: np.ndarray, scores: np.ndarray, groups: np.ndarray, data: Data) -> dict[str, dict[str, float]]:
    resamples, seed = data.config.evaluation.bootstrap, data.config.seed
    return {name: with_interval(metric, labels, scores, groups, resamples, seed) for name, metric in RANKING.items()}


def _shipped() -> Trained:
    artifact = Artifact(BUNDLED, THREADS)
    megabytes = sum((BUNDLED / name).stat().st_size for name in ("encoder.onnx", "window_model.onnx")) / 1e6
    text = TrainedText(artifact.vocabulary, artifact.tokenizer, artifact.encoder)
    return Trained(text, TrainedWindows(artifact.window_model, artifact.window_spec), megabytes)


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.ablations.ablations", description=__doc__)
    parser.add_argument("--config", type=Path, default=Path(__file__).parents[1] / "configs" / "base.toml")
    parser.add_argument("--proxies", type=Path, help="folder of proxies (default: the PyPI package chitchat-dataset)")
    parser.add_argument("--work", type=Path, default=Path("work") / "ablations")
    parser.add_argument("--conversations", type=Path, help="labelled JSON lines to measure on as well")
    parser.add_argument("--results", type=Path, default=ABLATIONS)
    parser.add_argument("--arms", nargs="+", choices=[SHIPPED.name, *(arm.name for arm in ARMS)], help="default: all")
    parser.add_argument("--smoke", action="store_true", help="the same on tiny data; needs --results")
    options = parser.parse_args(arguments)
    if options.smoke and options.results == ABLATIONS:
        parser.error("--smoke needs --results: what it measures must not replace the shipped results")
    data = Data(load_config(options.config, options.smoke, OVERLAY), options.proxies, options.work, only=("en",))
    data.work.mkdir(parents=True, exist_ok=True)
    names = options.arms or [SHIPPED.name, *(arm.name for arm in ARMS)]
    own = read_labelled(options.conversations) if options.conversations else []
    run_arms(data, names, own, options.results)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
