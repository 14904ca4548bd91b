"""Shapes that the sections of a results file share: estimates with intervals, rates, rankings, curves."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

SHOWN = 0.2  # probability from which a line is said to show a tactic
PointName = Literal["high_recall", "balanced", "high_precision"]
RankingName = Literal[
    "auroc",
    "average_precision",
    "recall_at_5_percent_false_flags",
    "recall_at_1_percent_false_flags",
    "recall_at_0.1_percent_false_flags",
]


class Estimate(TypedDict):
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


class Rate(Estimate):
    """A share: `count` of `n`."""

    count: int
    n: int


class LanguageTried(TypedDict):
    """Conversations in a language that is not scored: how many of them the model abstains from."""

    code: str
    name: str
    source: str
    lines: int
    abstained: Rate


class PointRates(TypedDict, total=False):
    """A rate at each operating point that the artefact has."""

    high_recall: Rate
    balanced: Rate
    high_precision: Rate


class FalseFlags(PointRates):
    """Benign conversations of one set: how many the model abstains from, and the share flagged at each point."""

    abstained: int


class RecallAndFalseFlags(TypedDict, total=False):
    """Share flagged of positives and of negatives; without the one that has no conversations."""

    recall: Rate
    false_flags: Rate


# The functional form, because one key is not an identifier.
Ranking = TypedDict(
    "Ranking",
    {
        "auroc": Estimate,
        "average_precision": Estimate,
        "recall_at_5_percent_false_flags": Estimate,
        "recall_at_1_percent_false_flags": Estimate,
        "recall_at_0.1_percent_false_flags": Estimate,
    },
    total=False,
)
"""Ranking metrics, all or a selection; empty where one of the two classes is missing."""


class Slice(Ranking):
    """Ranking of a part of a set, with its size."""

    n: int
    positives: int


class LanguageSlice(Slice):
    """Ranking, recall and false flags of one language."""

    operating_points: dict[str, RecallAndFalseFlags]


class ReliabilityBin(TypedDict):
    """Conversations of neighbouring probabilities, `low` to `high`, and how many of them are positive."""

    low: float
    high: float
    mean_probability: float
    n: int
    observed: float
    observed_low: float
    observed_high: float


class Reliability(TypedDict):
    """Bins of equal size, in ascending order of probability."""

    bins: list[ReliabilityBin]


class Curve(TypedDict):
    """Columns of equal length: thresholds from strict to lax, and what each gives."""

    thresholds: list[float]
    recall: list[float]
    false_flag_rate: list[float]
    precision: list[float]


class Spread(TypedDict):
    """Median and quartiles of n values; None where n is 0."""

    median: float | None
    quartiles: list[float] | None
    n: int


class AtUnseen(TypedDict):
    """Recall at the strictest threshold that flags at most `share` of `n` real conversations of unseen sources."""

    share: float
    n: int
    threshold: float
    recall: Rate


class DilutedFigures(TypedDict):
    """Conversations with a number of harmless messages between every two; `messages` is their median length."""

    messages: float
    auroc: Estimate
    recall_at_5_percent_false_flags: Estimate
    operating_points: dict[str, RecallAndFalseFlags]
    recall_at_unseen: NotRequired[Rate]


class DilutionFigures(TypedDict):
    """The same conversations by number of harmless messages between every two, "0" as they were written."""

    n: int
    positives: int
    between: dict[str, DilutedFigures]


class LengthClass(FalseFlags):
    """False flags on `n` joined real conversations of one length class; `messages` is their median length."""

    n: int
    messages: float


class NewSource(TypedDict):
    """False flags of one source of `n` conversations, at thresholds that were fitted on the other sources."""

    n: int
    rates: PointRates


class Robustness(PointRates):
    """AUROC and recall of conversations as written or changed.

    Attributes:
        auroc: AUROC of composed conversations.
        recall_drop: Recall lost by the change; only where they were changed.
        false_flags: Share of composed negatives flagged at the same point.
        real_false_flags: Share of real benign conversations flagged at it, written the same way.
    """

    auroc: Estimate
    recall_drop: NotRequired[Estimate]
    false_flags: NotRequired[Rate]
    real_false_flags: NotRequired[Rate]


class EvasionKind(Robustness):
    """One kind of evasion, and whether it occurs in training."""

    trained: bool


class Evasion(TypedDict):
    """Conversations as written, and with each kind of evasion."""

    n: int
    as_written: Robustness
    kinds: dict[str, EvasionKind]


class Before(TypedDict):
    """Figures of an earlier version; those of `evasion` may be of other composed conversations."""

    model_version: str
    dilution: dict[str, DilutionFigures]
    evasion: NotRequired[Evasion]


class ScreeningLoss(TypedDict):
    """The shipped model beside the same model whose encoder reads every message.

    Attributes:
        n: Number of conversations.
        positives: Number of positive ones.
        auroc_screened: AUROC of the shipped model.
        auroc_everything: AUROC without a screen.
        lost: Share of positives that only the model without a screen flags.
        gained: Share of positives that only the shipped model flags.
    """

    n: int
    positives: int
    auroc_screened: float
    auroc_everything: float
    lost: Rate
    gained: Rate


class ScreeningFigures(TypedDict):
    """What the screen passes on: of real messages by set, of warning-sign lines by language; and what it loses."""

    real: dict[str, Rate]
    lines: dict[str, Rate]
    conversations: dict[str, ScreeningLoss]


class LabelRates(TypedDict):
    """Share of `n` real lines that show any tactic, and each tactic, to the encoder."""

    n: int
    any: Rate
    tactics: dict[str, float]


class LongParts(TypedDict, total=False):
    """Figures on long conversations.

    Attributes:
        dilution: "composed" or "own" → conversations with harmless messages between every two.
        length_classes: Largest number of messages → split → false flags on joined real conversations.
        screening: What the screen passes on and loses; only if the artefact has a screen.
        before: Figures of an earlier version, if they were given.
    """

    dilution: dict[str, DilutionFigures]
    length_classes: dict[str, dict[str, LengthClass]]
    screening: ScreeningFigures
    before: Before
