"""Quality on single lines: unseen warning-sign lines against unseen look-alikes of the same tactic."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grooming_risk.scoring.message_encoding import TextModels
from grooming_risk.tactics import LABELS, Tactic
from training.corpus.lines import Line
from training.evaluation.estimates import Slice
from training.evaluation.metrics import Resampling
from training.evaluation.ranking import has_both_classes, ranking, select_metrics
from training.models import encode_lines

EVERY = "all"


def line_results(lines: Sequence[Line], models: TextModels, resampling: Resampling) -> dict[str, dict[str, Slice]]:
    """Compute the average precision of each tactic, over all languages and for each language.

    `explicit_language` is left out: it only says that the token is present, whoever wrote it. A language that lacks
    lines of either kind for a tactic has no figure for that tactic.

    Args:
        lines: Lines of the test split, of all kinds.
        models: The text models that read the lines.
        resampling: Number of resamples, and their seed; single lines are drawn.

    Returns:
        Language ("all" first) → tactic → its average precision.
    """
    chosen = [line for line in lines if line.kind in ("tactics", "lookalikes")]
    logits = encode_lines([line.text for line in chosen], models)
    labels = np.array([line.kind == "tactics" for line in chosen], dtype=int)
    tactics, languages = np.array([line.label for line in chosen]), np.array([line.language for line in chosen])
    metrics = select_metrics("average_precision")
    results: dict[str, dict[str, Slice]] = {}
    for language in (EVERY, *sorted(set(languages))):
        found: dict[str, Slice] = {}
        for tactic in Tactic:
            rows = np.flatnonzero((tactics == tactic.value) & ((languages == language) | (language == EVERY)))
            if tactic is not Tactic.EXPLICIT_LANGUAGE and has_both_classes(labels[rows]):
                scores = logits[rows, LABELS.index(tactic.value)]
                found[tactic.value] = {
                    "n": len(rows),
                    "positives": int(labels[rows].sum()),
                    **ranking(labels[rows], scores, rows, resampling, metrics),
                }
        if found:
            results[str(language)] = found
    return results
