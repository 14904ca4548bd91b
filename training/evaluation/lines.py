"""Quality on single lines: warning-sign lines against look-alikes of the same tactic, and what real lines show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grooming_risk.scoring.message_encoding import TextModels
from grooming_risk.tactics import LABELS, Tactic
from training.corpus.lines import Line
from training.data import Data
from training.evaluation.estimates import SHOWN, LabelRates, Slice
from training.evaluation.metrics import Resampling, rate_of
from training.evaluation.ranking import has_both_classes, ranking, select_metrics
from training.models import encode_lines

EVERY = "all"
REAL_LINES = 2_000  # distinct lines of each real source and language


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


def strongest(logits: np.ndarray) -> np.ndarray:
    """Return the highest probability of any tactic, float32, shape (n,), from label logits, shape (n, n_labels)."""
    return np.asarray(1 / (1 + np.exp(-logits[:, : len(Tactic)].max(1))))


def real_line_results(data: Data, models: TextModels) -> dict[str, LabelRates]:
    """Count how often real lines that nothing was trained on show a tactic to the encoder.

    Nobody labelled these lines. Most show nothing, but people do ask each other's age: the rates are to fall, not to
    vanish.

    Args:
        data: Data of the run; the test split, unseen sources and single lines of the test split are read.
        models: The text models that read the lines.

    Returns:
        Source and language → rates; "all" first.
    """
    found: dict[str, list[str]] = {}
    for proxy in (*data.of_split("test"), *data.of_split("unseen")):
        texts = found.setdefault(f"{proxy.source} ({proxy.language})", [])
        texts.extend(text for _, text, _ in proxy.messages)
    for language, text in data.benign_lines("test"):
        found.setdefault(f"single lines ({language})", []).append(text)
    random = np.random.default_rng(data.config.seed)
    logits = {}
    for name, texts in sorted(found.items()):
        distinct = sorted(set(texts))
        chosen = random.permutation(len(distinct))[:REAL_LINES]
        logits[name] = encode_lines([distinct[place] for place in chosen], models)
    if not logits:
        return {}
    return {
        EVERY: _label_rates(np.concatenate(list(logits.values()))),
        **{n: _label_rates(x) for n, x in logits.items()},
    }


def _label_rates(logits: np.ndarray) -> LabelRates:
    shown = 1 / (1 + np.exp(-logits[:, : len(Tactic)])) >= SHOWN
    tactics = {tactic.value: float(shown[:, place].mean()) for place, tactic in enumerate(Tactic)}
    return {"n": len(shown), "any": rate_of(shown.any(1)), "tactics": tactics}
