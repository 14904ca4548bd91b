"""Quality by single line: unseen warning-sign lines against the unseen look-alikes of the same tactic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grooming_risk.scoring.message_encoding import TextModels
from grooming_risk.tactics import LABELS, Tactic
from training.corpus.lines import Line
from training.evaluation.metrics import Resampling
from training.evaluation.ranking import both, ranking, some
from training.models import encode_lines

EVERY = "all"


def line_results(lines: Sequence[Line], models: TextModels, resampling: Resampling) -> dict[str, Any]:
    """Average precision for each tactic, of all languages together and of each.

    Explicit language is left out: it is the presence of the token, whoever wrote it. A language without both kinds of
    line of a tactic has no figure for it.

    Args:
        lines: of the test split, all kinds.
        models: they read the lines.
        resampling: of the intervals; single lines are drawn.
    """
    chosen = [line for line in lines if line.kind in ("tactics", "lookalikes")]
    logits = encode_lines([line.text for line in chosen], models)
    labels = np.array([line.kind == "tactics" for line in chosen], dtype=int)
    tactics, languages = np.array([line.label for line in chosen]), np.array([line.language for line in chosen])
    results: dict[str, Any] = {}
    for language in (EVERY, *sorted(set(languages))):
        found: dict[str, Any] = {}
        for tactic in Tactic:
            rows = np.flatnonzero((tactics == tactic.value) & ((languages == language) | (language == EVERY)))
            if tactic is not Tactic.EXPLICIT_LANGUAGE and both(labels[rows]):
                scores = logits[rows, LABELS.index(tactic.value)]
                found[tactic.value] = {
                    "n": len(rows), "positives": int(labels[rows].sum()),
                    **ranking(labels[rows], scores, rows, resampling, some("average_precision")),
                }  # fmt: skip
        if found:
            results[str(language)] = found
    return results
