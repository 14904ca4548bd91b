"""What a source that thresholds have not seen may bring: each source of the calibration split left out in turn.

The bound of an operating point holds for conversations like those that it was fitted on. A new application brings
others. So each point is fitted again without one source, and its false flags are counted on that source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from grooming_risk.scoring.scorer import RiskScorer
from training.calibration.fit import fit_operating_points
from training.data import Data
from training.errors import TrainingError
from training.evaluation.estimates import NewSource
from training.evaluation.metrics import rate_of
from training.evaluation.scoring import highest_logits


def new_source_results(scorer: RiskScorer, data: Data) -> dict[str, NewSource]:
    """Score the real conversations of the calibration split, and leave each of their sources out in turn.

    Args:
        scorer: The shipped scorer.
        data: Data of the run, with the bounds that are asked for.

    Returns:
        As for `left_out`.
    """
    real = data.of_split("calibration")
    logits = highest_logits(scorer, [proxy.conversation() for proxy in real], "calibration")
    return left_out(logits, [proxy.source for proxy in real], data.config.calibration.targets)


def left_out(logits: np.ndarray, sources: Sequence[str], targets: Mapping[str, float]) -> dict[str, NewSource]:
    """Count the false flags of each source at thresholds that were fitted on the others.

    Args:
        logits: Highest window logit of each benign conversation, float64, shape (n,).
        sources: Source of each.
        targets: Operating point → largest upper bound of its false-flag rate.

    Returns:
        Source → size and rates; a point that the other sources cannot support is missing. Empty for a single source.
    """
    names, found = np.array(sources), {}
    for source in sorted(set(sources)):
        own, others = logits[names == source], logits[names != source]
        rates = {}
        for point, target in targets.items():
            try:
                (fitted,) = fit_operating_points(others, others, {point: target}).values()
            except TrainingError:
                continue
            rates[point] = rate_of(own >= fitted.threshold)
        if len(others):
            found[source] = NewSource(n=len(own), rates=rates)  # type: ignore[typeddict-item]
    return found
