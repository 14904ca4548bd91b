"""Probability from which each tactic or cue is shown, fitted on calibration lines as the shipped encoder reads them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from sklearn.metrics import precision_recall_curve

from grooming_risk.scoring.message_encoding import TextModels
from training.data import Data
from training.encoder.labelled_lines import LabelledLines, labelled_lines
from training.models import encode_lines

BENIGN_LINES = 6_000


@dataclass(frozen=True, slots=True)
class ReadLines:
    """Calibration lines, what the encoder says of them, and the thresholds that follow.

    Attributes:
        lines: The lines with their targets.
        logits: Label logits, float32, shape (n, n_labels).
        thresholds: One probability for each label.
    """

    lines: LabelledLines = field(repr=False)
    logits: np.ndarray
    thresholds: list[float]


def read_calibration_lines(data: Data, models: TextModels) -> ReadLines:
    """Let the encoder read lines of the calibration split, and fit the thresholds of labels on them."""
    real, single = data.of_split("calibration"), data.benign_lines("calibration")
    lines = labelled_lines(data.corpus["calibration"], real, BENIGN_LINES, data.config.seed, single)
    logits = encode_lines(lines.texts, models)
    return ReadLines(lines, logits, fit_label_thresholds(logits, lines.targets, lines.weights))


def fit_label_thresholds(logits: np.ndarray, targets: np.ndarray, weights: np.ndarray) -> list[float]:
    """Find the probability of best F1 of each label on calibration lines.

    Args:
        logits: Label logits of the lines, shape (n, n_labels).
        targets: Labels of the lines, shape (n, n_labels), 0 or 1.
        weights: Shape (n, n_labels), 0 where a line says nothing of a label.

    Returns:
        One probability for each label, in [0.3, 0.9]; 0.5 for a label with fewer than three lines.
    """
    probabilities = 1 / (1 + np.exp(-logits))
    thresholds = []
    for label in range(targets.shape[1]):
        known = weights[:, label] > 0
        if targets[known, label].sum() < 3:
            thresholds.append(0.5)
            continue
        precision, recall, values = precision_recall_curve(targets[known, label], probabilities[known, label])
        score = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
        best = values[int(np.argmax(score[:-1]))]
        thresholds.append(round(float(np.clip(best, 0.3, 0.9)), 3))
    return thresholds
