"""Shapes of the results files `model_cards/results/v2.json` and `ablations.json`, as typed dictionaries.

Evaluation and ablations write them; floors, model card, figures and bill of materials read them. All values are JSON
types. A part that a run may lack is not required or, where its type allows it, an empty dictionary.
`training.evaluation.estimates` has the shapes that the sections share.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from training.evaluation.estimates import (
    AtUnseen,
    Curve,
    Estimate,
    Evasion,
    FalseFlags,
    LabelRates,
    LanguageSlice,
    LanguageTried,
    LongParts,
    NewSource,
    PointRates,
    Ranking,
    Rate,
    RecallAndFalseFlags,
    Reliability,
    Robustness,
    Slice,
    Spread,
)


class ComposedFigures(Slice):
    """Figures on composed test conversations."""

    prevalence: float
    digest: str
    abstained: int
    adaptive_calibration_error: Estimate
    brier_skill: Estimate
    kinds: dict[str, float]
    operating_points: PointRates
    baselines: dict[str, Ranking]
    languages: dict[str, LanguageSlice]
    sources: dict[str, PointRates]
    contexts: dict[str, PointRates]
    reliability: Reliability
    curve: Curve


class Padding(TypedDict, total=False):
    """Conversations as written, and by number of benign messages after each message, as versions up to 1.3 have it."""

    n: int
    as_written: Robustness
    between: dict[str, Robustness]


class EarlyPoint(TypedDict):
    """Early detection at one operating point."""

    f1: Estimate
    speed: Estimate
    f_latency: Estimate
    erde_5: Estimate
    erde_50: Estimate
    first_flag_message: Spread
    delay_since_first_sign: Spread
    delay_since_second_sign: Spread


class Histogram(TypedDict):
    """Counts between neighbouring edges; an edge of None is an open end."""

    edges: list[float | None]
    counts: list[int]


class EarlyDetection(TypedDict):
    """How early conversations are flagged; `p` is the latency penalty per message."""

    p: float
    prevalence: float
    n: int
    points: dict[str, EarlyPoint]
    histogram: dict[str, Histogram]


class Faithfulness(TypedDict, total=False):
    """Whether evidence carries the score; empty when nothing was flagged."""

    point: str
    conversations: int
    draws: int
    top_three: Rate
    random_three: Rate
    normalised_aopc: Estimate
    normalised_aopc_random: Estimate


class PrevalenceRow(TypedDict):
    """What a flag is worth at one prevalence; None where no conversation is flagged."""

    prevalence: float
    ppv: float
    ppv_low: float
    innocent_per_true: float | None
    innocent_per_true_high: float | None


class Labelled(TypedDict):
    """Figures on labelled conversations that are not composed."""

    n: int
    positives: int
    all: Ranking
    tiers: dict[str, Estimate]
    families: dict[str, PointRates]
    baselines: dict[str, Estimate]
    operating_points: dict[str, RecallAndFalseFlags]
    curve: NotRequired[Curve]
    at_unseen: NotRequired[AtUnseen]


AuthorRates = TypedDict("AuthorRates", {"f0.5": Estimate, "recall": Rate, "precision": Rate}, total=False)
"""The author task of PAN12 at one operating point."""


class Authors(Slice):
    """The author task of PAN12."""

    operating_points: dict[str, AuthorRates]


class Pan12(Labelled):
    """Figures on PAN12."""

    abstained: int
    authors: Authors
    early_detection: NotRequired[EarlyDetection]


class Threshold(TypedDict):
    """An operating point of the artefact, as it was fitted."""

    threshold: float
    target: float
    conversations: int
    false_flags: int
    upper_bound: float
    recall: float


class Training(TypedDict):
    """How long each stage of the training took, and on what."""

    seconds: dict[str, float]
    processor: str
    cores: int
    autocast: str
    device: NotRequired[str]


class BaseConfig(TypedDict):
    """What the documents read of the base encoder's configuration."""

    source: NotRequired[str]
    layers: list[int]
    vocabulary: int


class ComposeConfig(TypedDict):
    """Number of composed conversations by split."""

    train: int
    calibration: int
    test: int


class EncoderConfig(TypedDict):
    """What the documents read of the encoder's training."""

    epochs: int


class WindowModelConfig(TypedDict):
    """What the documents read of the window model's configuration."""

    layers: int
    members: int


class CalibrationConfig(TypedDict):
    """Operating point → bound on its false-flag rate that was asked for."""

    targets: dict[str, float]


class Configuration(TypedDict):
    """What the documents read of the configuration; the file holds all of `training.config.Config`."""

    languages: list[str]
    base: BaseConfig
    compose: ComposeConfig
    encoder: EncoderConfig
    window_model: WindowModelConfig
    calibration: CalibrationConfig


class Identity(TypedDict):
    """What was evaluated, on what, by what and when; `date` is a day in UTC, as YYYY-MM-DD."""

    date: NotRequired[str]
    artifact: str
    model_version: str
    command: str
    commit: str
    corpus: str
    proxies: str
    config: Configuration
    reference_prevalence: float
    thresholds: dict[str, Threshold]
    training: NotRequired[Training]


class ComposedParts(TypedDict):
    """Figures on composed and benign test conversations."""

    composed: ComposedFigures
    hard_negatives: dict[str, Slice]
    early_detection: EarlyDetection
    faithfulness: Faithfulness
    evasion: Evasion
    padding: NotRequired[Padding]
    false_flags: dict[str, FalseFlags]
    ppv: dict[str, list[PrevalenceRow]]
    coverage: dict[str, Rate]


class GivenParts(TypedDict, total=False):
    """Figures on conversations that somebody brings."""

    own_conversations: Labelled
    pan12: Pan12


class Results(Identity, ComposedParts, LongParts, GivenParts):
    """One evaluation: content of `model_cards/results/v2.json`.

    Attributes:
        lines: Language → tactic → quality on single lines.
        real_lines: Source and language → what real lines show to the encoder.
        served: Language → share of benign conversations, real and authored, that the model abstains from.
        unserved: Code and source → what was tried in languages that are not scored.
        new_sources: Source of the calibration split → its false flags at thresholds fitted without it.
    """

    lines: dict[str, dict[str, Slice]]
    real_lines: NotRequired[dict[str, LabelRates]]
    served: NotRequired[dict[str, Rate]]
    unserved: NotRequired[dict[str, LanguageTried]]
    new_sources: NotRequired[dict[str, NewSource]]


class ArmResults(TypedDict):
    """One arm of the ablations; `vignettes` are the labelled conversations, where some were given."""

    name: str
    changed: str
    layers: int
    precision: str
    stage: str
    epochs: int
    languages: list[str]
    messages_per_second: int
    megabytes: float
    composed: NotRequired[Ranking]
    vignettes: NotRequired[Ranking]


class Ablations(TypedDict):
    """All arms of the ablations, in the order in which they were run."""

    arms: list[ArmResults]
    corpus: str
    note: str
    command: NotRequired[str]
    commit: NotRequired[str]
    threads: NotRequired[int]
