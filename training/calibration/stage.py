"""Stage: every number around the networks, fitted with the shipped int8 pipeline on the calibration split."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from grooming_risk.decision.abstention import AbstentionThresholds
from grooming_risk.scoring.message_encoding import EncodedConversation
from grooming_risk.tactics import Tactic
from training.build_artifact import Numbers, save_numbers
from training.calibration.fit import fit_calibrator, fit_curve, fit_label_thresholds, fit_operating_points
from training.composer.composed_set import composed_set, rows
from training.data import Data
from training.encoder.labelled_lines import LabelledLines, labelled_lines
from training.models import encode_lines, highest, load_text_models, read_all, trained_windows

BENIGN_LINES = 3_000
# Fewer tokens than this are two or three greetings: too little to score, unless a single line is strong.
MINIMUM_TOKENS = 12
# Share of calibration lines without a tactic that may count as "strong" on their own.
STRONG_SHARE = 0.02
# The language of conversations with fewer tokens is not judged.
MINIMUM_LANGUAGE_TOKENS = 24
# Share of conversations in supported languages that may be abstained from because of their language.
REFUSED_SHARE = 0.002


def calibrate(data: Data, encoder: Path, window_model: Path, folder: Path) -> None:
    """Fit the numbers and write them, with calibration_logits.npz (logits and labels, no text), into a folder."""
    config = data.config
    text, windows = load_text_models(data, encoder), trained_windows(window_model / "window_model.onnx")
    settings = config.compose
    made = composed_set(data.material("calibration"), settings.calibration, config.seed + 1, settings.english)
    composed = list(rows(made))
    composed_readings = read_all([item.conversation() for item in composed], text, "calibrate on composed")
    benign_readings = read_all([p.conversation() for p in data.of_split("calibration")], text, "calibrate on benign")
    composed_logits, benign_logits = highest(composed_readings, windows), highest(benign_readings, windows)
    labels = np.array([item.label for item in composed])
    languages = [item.language for item in composed] + [p.language for p in data.of_split("calibration")]
    logits = np.concatenate([composed_logits, benign_logits])
    targets = np.concatenate([labels, np.zeros(len(benign_logits), dtype=labels.dtype)])
    lines = labelled_lines(data.corpus["calibration"], data.of_split("calibration"), BENIGN_LINES, config.seed)
    line_logits = encode_lines(lines.texts, text)
    positives = composed_logits[labels == 1]
    points = fit_operating_points(benign_logits, positives, config.calibration.targets)
    numbers = Numbers(
        tokenizer=(encoder / "tokenizer.json").read_text(encoding="utf-8"),
        max_tokens=config.base.max_tokens,
        languages=config.languages,
        vocabulary=data.vocabulary,
        label_thresholds=fit_label_thresholds(line_logits, lines.targets, lines.weights),
        calibrator=fit_calibrator(logits, targets, config.calibration.reference_prevalence),
        operating_points=list(points.values()),
        threshold_curve=fit_curve(benign_logits, positives),
        abstention=_fit_abstention(
            zip(languages, composed_readings + benign_readings, strict=True), line_logits, lines
        ),
        language_log_odds=np.load(encoder / "language_log_odds.npy"),
    )
    np.savez(folder / "calibration_logits.npz", logits=logits, labels=targets)
    save_numbers(numbers, folder)
    summary = {"conversations": len(logits), "points": [dataclasses.asdict(point) for point in points.values()]}
    (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")


def _fit_abstention(
    readings: Iterable[tuple[str, EncodedConversation]], line_logits: np.ndarray, lines: LabelledLines
) -> AbstentionThresholds:
    tactics = len(Tactic)
    without = lines.targets[:, :tactics].sum(1) == 0
    strongest = 1 / (1 + np.exp(-line_logits[without, :tactics].max(1)))
    long_enough = [
        (language, reading.statistics.language_score)
        for language, reading in readings
        if reading.statistics.tokens >= MINIMUM_LANGUAGE_TOKENS
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
