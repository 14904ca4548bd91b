"""The arms of the ablations: what each changes, how it is trained, and how it scores conversations."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from joblib import delayed

from grooming_risk.conversation import Conversation
from grooming_risk.model.memory import WindowSpec
from grooming_risk.scoring.message_encoding import TextModels
from training.composer.composed import Composed
from training.composer.composed_set import composed_set, rows
from training.config import as_dict
from training.data import Data
from training.encoder.labelled_lines import LabelledLines
from training.encoder.stage import train_and_export_encoder, training_lines
from training.encoder.student_stage import make_student
from training.evaluation.scoring import strongest_tactic
from training.execution.parallel import in_order
from training.models import (
    FLOAT,
    INT8,
    TrainedWindows,
    highest,
    load_text_models,
    read_all,
    trained_windows,
)
from training.stages import Stage, run_stage
from training.window.examples import examples, read_composed
from training.window.stage import export_window_model, train_ensemble

TWELVE, TEN, SIX, FOUR = list(range(12)), list(range(10)), [1, 3, 5, 7, 9, 11], [2, 5, 8, 11]
PREVIOUS_WORDS = 12  # of the message before, when it is read with each message
BETWEEN = " » "  # separates the previous message from the message
PREVIOUS_SHARE = 0.8  # share of training lines that get a previous message


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm.

    Attributes:
        name: Name of its folder and of its row in the results.
        changed: What it changes, for the model card.
        layers: Layers kept of the base's twelve; a smaller number is distilled from them first.
        previous: Whether each message is read together with the one before it.
        lookalikes: Whether look-alike lines are trained on.
        pairs: Whether negatives composed like positives, with look-alikes instead of warning signs, are trained on.
        of: Arm whose networks it uses; empty if it trains its own.
        precision: "int8" or "float32", of the encoder's weights.
        score: What it ranks by: window_model | max_of_tactics | whole_window | two_stages.
        languages: Languages trained on; all of the configuration when empty.
    """

    name: str
    changed: str
    layers: tuple[int, ...]
    previous: bool = False
    lookalikes: bool = True
    pairs: bool = True
    of: str = ""
    precision: str = "int8"
    score: str = "window_model"
    languages: tuple[str, ...] = ("en",)


ARMS = (
    Arm("twelve_layers", "all twelve layers of the base", tuple(TWELVE)),
    Arm("six_layers", "six layers, distilled", tuple(SIX)),
    Arm("four_layers", "four layers, distilled", tuple(FOUR)),
    Arm("float32", "six layers, weights in float32", tuple(SIX), of="six_layers", precision="float32"),
    Arm(
        "max_of_tactics",
        "six layers, strongest tactic of any message instead of the window model",
        tuple(SIX),
        of="six_layers",
        score="max_of_tactics",
    ),
    Arm("whole_window", "six layers, every window read as a whole", tuple(SIX), of="six_layers", score="whole_window"),
    Arm(
        "two_stages",
        "six layers, windows above a low threshold read again as a whole",
        tuple(SIX),
        of="six_layers",
        score="two_stages",
    ),
    Arm("previous_message", "six layers, each message read with the one before it", tuple(SIX), previous=True),
    Arm(
        "without_lookalikes", "six layers, no look-alike lines in the encoder's training", tuple(SIX), lookalikes=False
    ),
    Arm("without_pairs", "six layers, no counterfactual pairs in the window model's training", tuple(SIX), pairs=False),
    Arm("ten_layers", "the lower ten layers, as they are", tuple(TEN)),
    Arm("all_languages", "six layers, trained on every language", tuple(SIX), languages=()),
)


@dataclass(frozen=True, slots=True)
class Trained:
    """Networks of an arm, and the size of their files in megabytes."""

    text: TextModels
    windows: TrainedWindows
    megabytes: float


@dataclass(frozen=True, slots=True)
class Scores:
    """What an arm gives for n conversations, and how fast.

    Attributes:
        logits: Highest window logit of each conversation, float64, shape (n,).
        strongest: Highest tactic probability of any message of each conversation, float64, shape (n,).
        messages_per_second: Speed of reading and scoring on this machine.
    """

    logits: np.ndarray
    strongest: np.ndarray
    messages_per_second: float


def train_arms(arms: Sequence[Arm], data: Data) -> None:
    """Train arms side by side, each on one thread, so that their weights do not depend on the number of jobs.

    Students that several arms share are made first, and the first of them alone: it fetches the base weights.

    Args:
        arms: Arms to train; those that use the networks of another arm come with its networks.
        data: Configuration, corpus and public conversations.
    """
    students = {arm_data(arm, data)[2]: arm for arm in arms}
    folders = {arm.of or arm.name: arm for arm in arms}
    plans = [(_make_student, list(students.values())[:1]), (_make_student, list(students.values())[1:])]
    for work, share in [*plans, (_make_arm, list(folders.values()))]:
        for _ in in_order((delayed(work)(arm, data) for arm in share), work.__name__.strip("_"), len(share)):
            pass


def _make_student(arm: Arm, data: Data) -> None:
    with _one_thread():
        run_stage(_student(arm, data), data.work)


def _make_arm(arm: Arm, data: Data) -> None:
    with _one_thread():
        train_arm(arm, data)


@contextmanager
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _student(arm: Arm, data: Data) -> Stage:
    own, _, folder = arm_data(arm, data)
    inputs = [as_dict(own.config.base), as_dict(own.config.distill), data.proxies_digest]
    return Stage(folder.name, 2, inputs, lambda target: make_student(own, target))


def train_arm(arm: Arm, data: Data) -> Trained:
    """Train what the arm changes, in folders of its own; finished stages are not run again."""
    own, folder, student_folder = arm_data(arm, data)
    config, student = own.config, _student(arm, data)
    encoder = Stage(
        "encoder",
        3,
        [as_dict(config.encoder), data.corpus_digest, student.key, arm.previous, arm.lookalikes],
        lambda target: train_and_export_encoder(own, student_folder, target, _lines(arm, own)),
    )
    window_model = Stage(
        "window_model",
        1,
        [as_dict(config.window_model), as_dict(config.compose), encoder.key, arm.pairs],
        lambda target: _train_windows(arm, own, folder / "encoder", target),
    )
    run_stage(student, data.work)
    for stage in (encoder, window_model):
        run_stage(stage, folder)
    weights = FLOAT if arm.precision == "float32" else INT8
    files = [folder / "encoder" / weights, folder / "window_model" / "window_model.onnx"]
    text = load_text_models(own, folder / "encoder", weights=weights)
    return Trained(text, trained_windows(files[1]), sum(path.stat().st_size for path in files) / 1e6)


def arm_data(arm: Arm, data: Data) -> tuple[Data, Path, Path]:
    """Return the data with the arm's layers, the folder of its networks, and the folder of its student."""
    layers = list(arm.layers) if data.config.base.source != "tiny" else data.config.base.layers
    base, distill = replace(data.config.base, layers=layers), data.config.distill
    if layers == list(range(len(layers))):  # the lowest layers without a gap need no distillation
        distill = replace(distill, epochs=0)
    config = replace(data.config, base=base, distill=distill)
    return (
        replace(data, config=config, only=arm.languages),
        data.work / (arm.of or arm.name),
        data.work / f"student_{len(arm.layers)}",
    )


def read_scores(arm: Arm, trained: Trained, conversations: Sequence[Conversation]) -> Scores:
    """Read and score conversations as the arm does."""
    asked = [with_previous(item) for item in conversations] if arm.previous else list(conversations)
    started = time.perf_counter()
    readings = read_all(asked, trained.text, arm.name)
    logits = highest(readings, trained.windows)
    seconds = time.perf_counter() - started
    strongest = np.array([strongest_tactic(reading) for reading in readings])
    return Scores(logits, strongest, sum(len(item.messages) for item in asked) / seconds)


def with_previous(conversation: Conversation) -> Conversation:
    """Return the conversation with each message preceded by the last words of the one before it."""
    messages, before = [], ""
    for message in conversation:
        messages.append(replace(message, text=_after_previous(message.text, before)))
        before = message.text
    return Conversation(tuple(messages))


def _lines(arm: Arm, data: Data) -> LabelledLines:
    """Return the training lines as the arm sees them."""
    corpus = data.corpus["train"]
    if not arm.lookalikes:
        corpus = replace(corpus, lines=tuple(line for line in corpus.lines if line.kind != "lookalikes"))
    lines = training_lines(data, corpus)
    if not arm.previous:
        return lines
    random = np.random.default_rng(data.config.seed)
    nothing = [text for text, shown in zip(lines.texts, lines.targets.max(1), strict=True) if not shown]
    before = [nothing[place] for place in random.integers(len(nothing), size=len(lines.texts))]
    led = random.random(len(lines.texts)) < PREVIOUS_SHARE
    texts = [
        _after_previous(text, first if has else "") for text, first, has in zip(lines.texts, before, led, strict=True)
    ]
    return replace(lines, texts=texts)


def _after_previous(text: str, before: str) -> str:
    return f"{' '.join(before.split()[-PREVIOUS_WORDS:])}{BETWEEN}{text}" if before else text


def _train_windows(arm: Arm, data: Data, encoder: Path, folder: Path) -> None:
    config = data.config
    models = load_text_models(data, encoder)
    made = composed_set(data.material("train"), config.compose.train, config.seed, config.compose.english)
    composed = [item for item in rows(made) if arm.pairs or item.label or item.kind in ("dialogue", "proxy")]
    items = list(read_composed([_as_read(arm, item) for item in composed], models, len(composed)))
    vectors = [item_vectors for _, item_vectors in items]
    found = examples(items, WindowSpec(), np.random.default_rng(config.seed))
    network = train_ensemble(vectors, found, data, models, folder)
    export_window_model(
        network, vectors[0].embeddings.shape[1], vectors[0].logits.shape[1], folder / "window_model.onnx"
    )


def _as_read(arm: Arm, item: Composed) -> Composed:
    return replace(item, messages=with_previous(item.conversation()).messages) if arm.previous else item
