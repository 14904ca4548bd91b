"""Stage: every number around the networks, fitted with the shipped int8 pipeline on the calibration split."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from grooming_risk.decision.abstention import AbstentionThresholds
from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.scoring.language import text_statistics
from grooming_risk.scoring.message_encoding import EncodedConversation
from grooming_risk.tactics import Tactic
from training.build_artifact import Numbers, save_numbers
from training.calibration.fit import fit_calibrator, fit_curve, fit_operating_points
from training.composer.composed_set import composed_set, rows
from training.data import Data
from training.encoder.label_thresholds import read_calibration_lines
from training.encoder.labelled_lines import LabelledLines
from training.models import (
    TrainedText,
    TrainedWindows,
    highest,
    load_text_models,
    read_all,
    trained_windows,
)
from training.sources.long_conversations import LENGTH_CLASSES, joined_conversations

# Fewer tokens than this are two or three greetings: too little to score, unless a single line is strong.
MINIMUM_TOKENS = 12
# Share of calibration lines without a tactic that may count as "strong" on their own.
STRONG_SHARE = 0.02
# The language of conversations with fewer tokens is not judged.
MINIMUM_LANGUAGE_TOKENS = 24
# Times that conversations are joined into long ones, each time with other cuts. Single rounds put the threshold of
# `balanced` anywhere from 0.48 to 3.01 with one window network, and halves of the eight at 2.06 and 2.65.
ROUNDS = 8
# Joined conversations of a round that a threshold may depend on. Of fewer, one alone is more than any target allows:
# their rates are reported, and nothing is promised for them.
FEWEST_LONG = 100
# Share of conversations in supported languages that may be abstained from because of their language.
REFUSED_SHARE = 0.002


def calibrate(data: Data, encoder: Path, screen: Path, language: Path, window_model: Path, folder: Path) -> None:
    """Fit the numbers and write them, with calibration_logits.npz (logits and labels, no text), into a folder."""
    config, settings = data.config, data.config.compose
    text = load_text_models(data, encoder, screen, language=language)
    windows = trained_windows(window_model / "window_model.onnx")
    # Undiluted: with long ones among them, probabilities of short conversations were off by 0.07 on average, not 0.03.
    made = composed_set(data.material("calibration"), settings.calibration, config.seed + 1, settings.english)
    composed = list(rows(made))
    readings = read_all([item.conversation() for item in composed], text, "calibrate on composed")
    composed_logits, labels = highest(readings, windows), np.array([item.label for item in composed])
    real = data.of_split("calibration")
    real_readings = read_all([proxy.conversation() for proxy in real], text, "calibrate on real")
    real_logits = highest(real_readings, windows)
    long, own = _long_logits(data, text, windows), _own(data, text, windows)
    text.save()
    logits = np.concatenate([composed_logits, real_logits, own.logits])
    targets = np.concatenate([labels, np.zeros(len(real_logits), dtype=labels.dtype), own.labels])
    read = read_calibration_lines(data, text)
    positives = np.concatenate([composed_logits[labels == 1], own.logits[own.labels == 1]])
    benign = np.concatenate([real_logits, own.logits[own.labels == 0]])
    supporting = [found.flat for found in long.values() if found.a_round >= FEWEST_LONG]
    points = fit_operating_points(benign, positives, config.calibration.targets, supporting)
    languages = [item.language for item in composed] + [proxy.language for proxy in real] + own.languages
    every = readings + real_readings + own.readings
    numbers = Numbers(
        tokenizer=(encoder / "tokenizer.json").read_text(encoding="utf-8"),
        max_tokens=config.base.max_tokens,
        languages=config.languages,
        vocabulary=data.vocabulary,
        label_thresholds=read.thresholds,
        calibrator=fit_calibrator(logits, targets, config.calibration.reference_prevalence),
        operating_points=list(points.values()),
        threshold_curve=fit_curve(benign, positives),
        abstention=_fit_abstention(zip(languages, every, strict=True), read.logits, read.lines),
    )
    joined = {f"real_{length}": found.flat for length, found in long.items()}
    np.savez(folder / "calibration_logits.npz", allow_pickle=False, logits=logits, labels=targets, **joined)
    save_numbers(numbers, folder)
    by_length = {"as they are": benign, **{str(length): found.flat for length, found in long.items()}}
    summary = _summary(len(logits), points, by_length)
    (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Own:
    """Labelled conversations of your own in the calibration split, those without text left out.

    Attributes:
        readings: Their message vectors.
        languages: Their languages.
        logits: Highest window logit of each, float64, shape (n,).
        labels: int, shape (n,), 0 or 1.
    """

    readings: list[EncodedConversation]
    languages: list[str]
    logits: np.ndarray
    labels: np.ndarray


def _own(data: Data, text: TrainedText, windows: TrainedWindows) -> _Own:
    items = data.own["calibration"]
    read = read_all([item.conversation for item in items], text, "calibrate on own")
    kept = [(item, reading) for item, reading in zip(items, read, strict=True) if len(reading.vectors)]
    readings = [reading for _, reading in kept]
    labels = np.array([item.label for item, _ in kept], dtype=np.int64)
    return _Own(readings, [item.language for item, _ in kept], highest(readings, windows), labels)


def _summary(count: int, points: dict[str, OperatingPoint], real: dict[str, np.ndarray]) -> dict[str, Any]:
    """Return the thresholds, and how many real conversations of each length they flag."""
    flags = {
        length: {"n": len(found), **{name: int((found >= point.threshold).sum()) for name, point in points.items()}}
        for length, found in real.items()
    }
    return {
        "conversations": count,
        "points": [dataclasses.asdict(point) for point in points.values()],
        "flags_by_length": flags,
    }


@dataclass(frozen=True, slots=True)
class _Long:
    """Real calibration conversations joined into long ones of one length class.

    Attributes:
        rounds: Highest logits of each round, float64, shape (n of the round,).
    """

    rounds: list[np.ndarray]

    @property
    def flat(self) -> np.ndarray:
        """The logits of all rounds, float64, shape (n,)."""
        return np.concatenate(self.rounds)

    @property
    def a_round(self) -> int:
        """Number of conversations in the smallest round, in which every message occurs at most once."""
        return min(map(len, self.rounds))


def _long_logits(data: Data, text: TrainedText, windows: TrainedWindows) -> dict[int, _Long]:
    """Return the highest logits of real calibration conversations joined into long ones, by largest length.

    They are joined several times with cuts at other places: where one cut falls decides whether the two or three lines
    that weigh most lie in one conversation, and moved thresholds by up to 2.
    """
    found: dict[int, _Long] = {}
    for length in LENGTH_CLASSES[1:]:
        rounds = []
        for number in range(ROUNDS):
            random = np.random.default_rng((data.config.seed, number))
            joined = joined_conversations(data.of_split("calibration"), length, random)
            label = f"calibrate on up to {length}, round {number + 1} of {ROUNDS}"
            rounds.append(highest(read_all([proxy.conversation() for proxy in joined], text, label), windows))
        if min(map(len, rounds)):
            found[length] = _Long(rounds)
    return found


def _fit_abstention(
    readings: Iterable[tuple[str, EncodedConversation]], line_logits: np.ndarray, lines: LabelledLines
) -> AbstentionThresholds:
    tactics = len(Tactic)
    without = lines.targets[:, :tactics].sum(1) == 0
    strongest = 1 / (1 + np.exp(-line_logits[without, :tactics].max(1)))
    long_enough = [
        (language, statistics.language / statistics.tokens)
        for language, reading in readings
        if (statistics := text_statistics(reading.vectors)).tokens >= MINIMUM_LANGUAGE_TOKENS
    ]
    return AbstentionThresholds(
        minimum_tokens=MINIMUM_TOKENS,
        strong_tactic=round(float(np.quantile(strongest, 1 - STRONG_SHARE)), 4),
        minimum_language_tokens=MINIMUM_LANGUAGE_TOKENS,
        language_score=round(lowest_language_score(long_enough), 4),
    )


def lowest_language_score(scores: Sequence[tuple[str, float]]) -> float:
    """Return the language score that only REFUSED_SHARE of supported conversations fall below.

    Each language weighs the same. If each conversation did, English would decide, and one in ten Indonesian
    conversations would be refused.

    Args:
        scores: Language and language score of each conversation.

    Returns:
        The lowest score that is accepted.
    """
    languages, values = np.array([language for language, _ in scores]), np.array([score for _, score in scores])
    names, place, counts = np.unique(languages, return_inverse=True, return_counts=True)
    order = np.argsort(values, kind="stable")
    weights = (1 / (len(names) * counts))[place][order]
    return float(values[order][np.searchsorted(np.cumsum(weights), REFUSED_SHARE)])
