"""What the screen passes on, and what it loses: line by line, and of whole conversations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grooming_risk.model.artifact import Artifact
from grooming_risk.model.encoder import Encoder
from grooming_risk.model.language import LanguageModel
from grooming_risk.model.screen import Screen
from grooming_risk.model.tokenization import Tokenizer
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.text.masking import ExplicitVocabulary
from training.corpus.lines import Line
from training.data import Data
from training.evaluation.benign import ALL_REAL, SPLITS, untranslated
from training.evaluation.dilution import Subject
from training.evaluation.estimates import SHOWN, Rate, ScreeningFigures, ScreeningLoss
from training.evaluation.lines import strongest
from training.evaluation.metrics import auroc, rate_of
from training.evaluation.scoring import highest_logit, usual_point
from training.models import PassingScreen, encode_lines, read_all, read_lines

SCREENED = 400  # real conversations of each split on which the screen is measured
COMPARED = 1_500  # composed conversations that are read twice, with the screen and without


@dataclass(frozen=True, slots=True)
class Unscreened:
    """The text models of an artefact with every text passed on to the encoder."""

    vocabulary: ExplicitVocabulary
    tokenizer: Tokenizer
    encoder: Encoder
    screen: Screen
    language: LanguageModel

    @classmethod
    def of(cls, artifact: Artifact) -> Unscreened:
        """Take the models of an artefact."""
        return cls(artifact.vocabulary, artifact.tokenizer, artifact.encoder, PassingScreen(), artifact.language)


def screening_results(
    scorer: RiskScorer, data: Data, lines: Sequence[Line], sets: dict[str, list[Subject]], seed: int
) -> ScreeningFigures:
    """Measure what the screen passes on and what it loses.

    Args:
        scorer: The shipped scorer.
        data: Data of the run; some real conversations of the test split and of unseen sources are read.
        lines: Lines of the test split.
        sets: Labelled conversations by set.
        seed: Seed of the choice of real conversations.

    Returns:
        The figures; intervals take messages, lines and conversations as independent.
    """
    return {
        "real": real_messages_passed(scorer, data, seed),
        "lines": lines_passed(scorer.artifact, lines),
        "conversations": {name: _lost(scorer, subjects) for name, subjects in sets.items() if subjects},
    }


def real_messages_passed(scorer: RiskScorer, data: Data, seed: int) -> dict[str, Rate]:
    """Return the share of real messages that the screen passes on, by set."""
    flags: dict[str, list[np.ndarray]] = defaultdict(list)
    for split in SPLITS:
        proxies = untranslated(data.of_split(split))
        chosen = np.random.default_rng(seed).permutation(len(proxies))[:SCREENED]
        picked = [proxies[int(place)] for place in chosen]
        readings = read_all([proxy.conversation() for proxy in picked], scorer.artifact, f"screen {split}")
        for proxy, reading in zip(picked, readings, strict=True):
            if len(reading.vectors):
                for name in (f"{split}: {proxy.source}", ALL_REAL):
                    flags[name].append(reading.vectors.noteworthy)
    return {name: rate_of(np.concatenate(found)) for name, found in sorted(flags.items())}


def lines_passed(artifact: Artifact, lines: Sequence[Line]) -> dict[str, Rate]:
    """Return the share of warning-sign lines that the screen passes on, by language and together.

    Args:
        artifact: The shipped artefact.
        lines: Lines of the test split.

    Returns:
        "all", "seen by the encoder" (those in which the encoder sees a tactic) and corpus codes → share.
    """
    signs = [line for line in lines if line.kind == "tactics"]
    if not signs:
        return {}
    texts = [line.text for line in signs]
    passed = artifact.screen.screen(artifact.tokenizer.tokenize(read_lines(texts, artifact))).noteworthy
    seen = strongest(encode_lines(texts, artifact)) >= SHOWN
    found = {"all": rate_of(passed)}
    if seen.any():
        found["seen by the encoder"] = rate_of(passed[seen])
    for language in sorted({line.language for line in signs}):
        found[language] = rate_of(passed[[line.language == language for line in signs]])
    return found


def _lost(scorer: RiskScorer, subjects: Sequence[Subject]) -> ScreeningLoss:
    """Compare the shipped model with the same model whose encoder reads every message."""
    point, labels = usual_point(scorer.artifact), np.array([subject.label for subject in subjects])
    conversations = [subject.conversation for subject in subjects]
    logits = {}
    for name, models in (("screened", scorer.artifact), ("everything", Unscreened.of(scorer.artifact))):
        readings = read_all(conversations, models, f"{name} read")
        logits[name] = np.array([highest_logit(reading, scorer.artifact) for reading in readings])
    flagged = {name: found >= point.threshold for name, found in logits.items()}
    positives = labels == 1
    return {
        "n": len(labels),
        "positives": int(positives.sum()),
        "auroc_screened": auroc(labels, logits["screened"]),
        "auroc_everything": auroc(labels, logits["everything"]),
        "lost": rate_of((flagged["everything"] & ~flagged["screened"])[positives]),
        "gained": rate_of((flagged["screened"] & ~flagged["everything"])[positives]),
    }
