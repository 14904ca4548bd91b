"""Train and measure the ablations: the same small training with one thing changed, one arm after another.

Results are written after every arm; an interrupted run continues where it stopped. Arms have the budget of
training/configs/ablations.toml and are measured on English; all but one are also trained on English alone. Compare arms
with each other: the shipped model, which is measured beside them, has had much more training.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grooming_risk.conversation import Conversation
from grooming_risk.model.artifact import BUNDLED, Artifact
from training.ablations.arms import ARMS, Arm, Trained, arm_data, read_scores, train_arm, train_arms
from training.ablations.whole_window_arm import highest_whole, trained_reader
from training.composer.composed import Composed
from training.composer.composed_set import composed_set, rows
from training.config import load_config
from training.data import Data
from training.evaluation.estimates import Ranking
from training.evaluation.metrics import Resampling
from training.evaluation.ranking import ranking, select_metrics
from training.evaluation.results import Ablations, ArmResults
from training.execution.parallel import add_jobs, using_jobs
from training.models import THREADS, TrainedWindows
from training.options import DataOptions, UsageError, add_conversations, add_data
from training.paths import ABLATIONS, ABLATIONS_OVERLAY, WORK
from training.provenance import commit
from training.sources.labelled_conversations import LabelledConversation, read_labelled

HELP = "train and measure the model with one thing changed, arm after arm"
NOTE = "What each part of the model is worth: the same small training with one thing changed, one arm after another."
COMMAND = "python -m training ablations"
METRICS = select_metrics(
    "auroc", "average_precision", "recall_at_5_percent_false_flags", "recall_at_1_percent_false_flags"
)
SHIPPED = Arm("shipped", "the shipped model, all its training and languages", (), languages=())
READ_AGAIN = 0.02  # share of benign conversations that the second stage reads again
BENIGN = 500  # real conversations from which the threshold of that share is taken
RANKED_BELOW = 1_000.0  # subtracted where the second stage reads nothing, so that all it reads ranks higher


@dataclass(frozen=True, slots=True)
class AblationsOptions:
    """Which arms to run, on what.

    Attributes:
        data: Configuration, public conversations and work folder.
        results: File that the results are written to.
        conversations: JSON Lines file of labelled conversations to measure on as well.
        arms: Names of the arms; all when empty.
        smoke: Run on tiny data.
        jobs: Processes side by side, -1 for one for each core; the results do not depend on it.
    """

    data: DataOptions
    results: Path = ABLATIONS
    conversations: Path | None = None
    arms: tuple[str, ...] = ()
    smoke: bool = False
    jobs: int = -1


@dataclass(frozen=True, slots=True)
class TestSets:
    """Conversations that every arm is measured on.

    Attributes:
        composed: Composed test conversations.
        own: Labelled conversations; may be empty.
        benign: Real conversations, for the threshold of the second stage.
    """

    composed: list[Composed]
    own: Sequence[LabelledConversation]
    benign: list[Conversation]


def run_arms(data: Data, names: Sequence[str], own: Sequence[LabelledConversation], results: Path) -> Ablations:
    """Train and measure the arms that the results file does not have yet, writing the file after each.

    Args:
        data: Configuration, corpus and public conversations.
        names: Names of the arms to run.
        own: Labelled conversations to measure on as well.
        results: File of the results; started anew if it belongs to another corpus.

    Returns:
        Content of the file.
    """
    found = _started(results, data.corpus_digest)
    found["commit"], found["threads"] = commit(), THREADS
    sets, done = _test_sets(data, own), {row["name"] for row in found["arms"]}
    wanted = [arm for arm in (SHIPPED, *ARMS) if arm.name in names and arm.name not in done]
    train_arms([arm for arm in wanted if arm is not SHIPPED], data)
    for arm in wanted:  # one after the other: their speed is measured
        found["arms"].append(_row(arm, data, sets))
        results.parent.mkdir(parents=True, exist_ok=True)
        results.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return found


def _started(results: Path, corpus: str) -> Ablations:
    """Return the content of the results file, without arms if there is none for this corpus."""
    if results.exists():
        found: Ablations = json.loads(results.read_text(encoding="utf-8"))
        if found.get("corpus") == corpus:
            return found
    return {"arms": [], "corpus": corpus, "note": NOTE, "command": COMMAND}


def _test_sets(data: Data, own: Sequence[LabelledConversation]) -> TestSets:
    made = composed_set(data.material("test"), data.config.compose.test, data.config.seed + 2, 1.0)
    proxies = data.of_split("calibration")
    chosen = np.random.default_rng(data.config.seed).permutation(len(proxies))[:BENIGN]
    return TestSets(list(rows(made)), own, [proxies[index].conversation() for index in chosen])


def _row(arm: Arm, data: Data, sets: TestSets) -> ArmResults:
    trained = _shipped() if arm is SHIPPED else train_arm(arm, data)
    composed = [item.conversation() for item in sets.composed]
    ranked, speed = _ranked(arm, data, trained, composed, sets.benign)
    labels, groups = np.array([item.label for item in sets.composed]), np.array([item.group for item in sets.composed])
    row: ArmResults = {
        "name": arm.name,
        "changed": arm.changed,
        "layers": len(arm.layers),
        "precision": arm.precision,
        "stage": arm.score,
        "epochs": data.config.encoder.epochs,
        "languages": list(arm.languages) or data.config.languages,
        "messages_per_second": round(speed),
        "megabytes": round(trained.megabytes, 1),
        "composed": _figures(labels, ranked, groups, data),
    }
    if sets.own:
        ranked, _ = _ranked(arm, data, trained, [item.conversation for item in sets.own], sets.benign)
        row["vignettes"] = _figures(np.array([item.label for item in sets.own]), ranked, np.arange(len(sets.own)), data)
    return row


def _ranked(
    arm: Arm, data: Data, trained: Trained, conversations: list[Conversation], benign: list[Conversation]
) -> tuple[np.ndarray, float]:
    """Return what the arm ranks conversations by, float64, shape (n,), and the messages it reads per second."""
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
    # On benign traffic the second stage reads READ_AGAIN of all conversations.
    return ranked, messages / (messages / scores.messages_per_second + READ_AGAIN * seconds)


def _figures(labels: np.ndarray, scores: np.ndarray, groups: np.ndarray, data: Data) -> Ranking:
    return ranking(labels, scores, groups, Resampling(data.config.evaluation.bootstrap, data.config.seed), METRICS)


def _shipped() -> Trained:
    artifact = Artifact(BUNDLED, THREADS)
    megabytes = (
        sum((BUNDLED / name).stat().st_size for name in ("encoder.onnx", "screen.npz", "window_model.onnx")) / 1e6
    )
    return Trained(artifact, TrainedWindows(artifact.window_model, artifact.window_spec), megabytes)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `python -m training ablations`."""
    add_data(parser, WORK / "ablations")
    add_conversations(parser)
    parser.add_argument("--results", type=Path, default=ABLATIONS, help="results file (default: the shipped one)")
    parser.add_argument("--arms", nargs="+", choices=_names(), help="arms to run (default: all)")
    add_jobs(parser)
    parser.add_argument("--smoke", action="store_true", help="run on tiny data; needs --results")


def run(arguments: argparse.Namespace) -> int:
    """Train and measure arms.

    Args:
        arguments: Parsed options.

    Returns:
        Exit status 0.

    Raises:
        UsageError: `--smoke` would replace the shipped results.
    """
    options = AblationsOptions(
        data=DataOptions(arguments.config, arguments.proxies, arguments.work),
        results=arguments.results,
        conversations=arguments.conversations,
        arms=tuple(arguments.arms or ()),
        smoke=arguments.smoke,
        jobs=arguments.jobs,
    )
    if options.smoke and options.results == ABLATIONS:
        raise UsageError("--smoke needs --results: figures on tiny data must not replace the shipped ones")
    ablate(options)
    return 0


def ablate(options: AblationsOptions) -> Ablations:
    """Train and measure the arms of the options, and return the content of their results file."""
    config = load_config(options.data.config, options.smoke, ABLATIONS_OVERLAY)
    data = Data(config, options.data.proxies, options.data.work, only=("en",))
    data.work.mkdir(parents=True, exist_ok=True)
    own = read_labelled(options.conversations) if options.conversations else []
    with using_jobs(options.jobs):
        return run_arms(data, options.arms or _names(), own, options.results)


def _names() -> list[str]:
    return [SHIPPED.name, *(arm.name for arm in ARMS)]
