"""Figures on long conversations, put together: harmless talk between messages, length classes, the screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grooming_risk.conversation import Conversation
from grooming_risk.scoring.scorer import RiskScorer
from training.composer.composed import Composed
from training.data import Data
from training.errors import TrainingError
from training.evaluation.benign import UNSEEN, Benign, length_class_results
from training.evaluation.dilution import (
    Logits,
    Subject,
    composed_subjects,
    dilution_results,
    harmless_talk,
    own_subjects,
)
from training.evaluation.estimates import Before, DilutionFigures, LongParts
from training.evaluation.metrics import Resampling
from training.evaluation.results import Results
from training.evaluation.scoring import highest_logits
from training.evaluation.screening import COMPARED, screening_results
from training.sources.labelled_conversations import LabelledConversation

COMPOSED, OWN = "composed", "own"


def long_parts(
    scorer: RiskScorer,
    data: Data,
    composed: Sequence[Composed],
    own: Sequence[LabelledConversation],
    benign: Sequence[Benign],
    resampling: Resampling,
) -> LongParts:
    """Compute all figures on long conversations.

    Args:
        scorer: The shipped scorer.
        data: Data of the run.
        composed: Composed test conversations.
        own: Labelled conversations, or none.
        benign: Scored benign conversations; those of unseen sources set a threshold.
        resampling: Number of resamples, and their seed.

    Returns:
        The figures that there is data for.
    """
    subjects = {COMPOSED: composed_subjects(composed), OWN: own_subjects(own)}
    compared = {**subjects, COMPOSED: composed_subjects(composed, COMPARED)}
    points, logits = scorer.artifact.operating_points, scoring(scorer)
    parts: LongParts = {
        "dilution": diluted(scorer, data, subjects, resampling, unseen_of(benign)),
        "length_classes": length_class_results(data.proxies, logits, points, resampling.seed),
        "screening": screening_results(scorer, data, data.corpus["test"].lines, compared, resampling.seed),
    }
    return parts


def diluted(
    scorer: RiskScorer,
    data: Data,
    subjects: dict[str, list[Subject]],
    resampling: Resampling,
    unseen: np.ndarray,
) -> dict[str, DilutionFigures]:
    """Measure each set of conversations with harmless messages between every two; a set that cannot be is left out.

    Args:
        scorer: The shipped scorer.
        data: Data of the run, whose test split has the harmless talk.
        subjects: Name of the set → conversations.
        resampling: Number of resamples, and their seed.
        unseen: Logits of real conversations of unseen sources, shape (n,).

    Returns:
        Name of the set → figures.
    """
    talk, points = harmless_talk(data.material("test"), resampling.seed), scorer.artifact.operating_points
    measured = {
        name: dilution_results(items, talk, scoring(scorer, f"{name}, "), points, resampling, unseen)
        for name, items in subjects.items()
    }
    return {name: figures for name, figures in measured.items() if figures}


def scoring(scorer: RiskScorer, prefix: str = "") -> Logits:
    """Return a function that computes the logits of conversations, with a progress bar."""

    def logits(asked: Sequence[Conversation], name: str) -> np.ndarray:
        return highest_logits(scorer, asked, prefix + name)

    return logits


def unseen_of(benign: Sequence[Benign]) -> np.ndarray:
    """Return the logits of the real conversations of unseen sources, float64, shape (n,)."""
    return np.array([item.logit for item in benign if UNSEEN in item.sets])


def score_unseen(scorer: RiskScorer, data: Data) -> np.ndarray:
    """Score the real conversations of unseen sources alone; logits, float64, shape (n,)."""
    return scoring(scorer)([proxy.conversation() for proxy in data.of_split("unseen")], UNSEEN)


def before_of(results: Results) -> Before:
    """Return the figures of an earlier version that are shown beside new ones.

    Args:
        results: Results of the earlier version.

    Returns:
        Its version and its figures.

    Raises:
        TrainingError: The results have no figures of diluted conversations.
    """
    if "dilution" not in results:
        raise TrainingError("the earlier results have no figures of diluted conversations; evaluate that version again")
    before: Before = {"model_version": results["model_version"], "dilution": results["dilution"]}
    if "evasion" in results:
        before["evasion"] = results["evasion"]
    return before
