"""Share of conversations that each operating point flags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np

from grooming_risk.decision.operating_points import OperatingPoint
from training.evaluation.estimates import PointRates, RecallAndFalseFlags
from training.evaluation.metrics import rate_of


def rates(logits: np.ndarray, points: Mapping[str, OperatingPoint]) -> PointRates:
    """Return the share of conversations that each operating point flags; empty if there are no conversations.

    Args:
        logits: float64, shape (n,), highest window logit of each conversation.
        points: Operating points by name.

    Returns:
        The rate at each operating point.
    """
    if not len(logits):
        return {}
    return cast(PointRates, {name: rate_of(logits >= point.threshold) for name, point in points.items()})


def recall_and_false_flags(
    labels: np.ndarray, logits: np.ndarray, points: Mapping[str, OperatingPoint]
) -> dict[str, RecallAndFalseFlags]:
    """Return the share of positives and of negatives that each operating point flags.

    Args:
        labels: int, shape (n,), 0 or 1.
        logits: float64, shape (n,), highest window logit of each conversation.
        points: Operating points by name.

    Returns:
        Recall and false flags by operating point, without the one that has no conversations.
    """
    flagged = {name: logits >= point.threshold for name, point in points.items()}
    sides = {name: labels == label for name, label in (("recall", 1), ("false_flags", 0))}
    known = {name: chosen for name, chosen in sides.items() if chosen.any()}
    return {
        point: cast(RecallAndFalseFlags, {name: rate_of(flags[chosen]) for name, chosen in known.items()})
        for point, flags in flagged.items()
    }
