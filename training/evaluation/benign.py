"""False flags on benign conversations that nothing was trained on, and how many conversations are scored at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grooming_risk.conversation import Conversation
from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.scoring.scorer import RiskScorer
from training.data import Data
from training.evaluation.metrics import rate_of, rate_with_interval
from training.evaluation.scoring import logit_of, score_all
from training.sources.proxies import load_lines

ALL_REAL = "real: all"
# Its conversations in other languages are translations of the English ones: counted once among all real ones, or the
# interval would take them for independent.
TRANSLATED = "xpersona"
OTHER_LANGUAGE_LINES = 20_000
_LINES_TOGETHER = 10  # shuffled single lines that make a conversation


@dataclass(frozen=True, slots=True)
class Benign:
    """One benign conversation.

    Attributes:
        sets: names of the sets that count it.
        language: of all its lines.
        group: what a bootstrap draws: the conversation it was taken from.
        hard: whether it is an authored dialogue in the words of warning signs.
        logit: highest window logit.
        abstained: whether the model abstains from it.
    """

    sets: tuple[str, ...]
    language: str
    group: str
    hard: bool
    logit: float
    abstained: bool


@dataclass(frozen=True, slots=True)
class _Unscored:
    conversation: Conversation = field(repr=False)
    sets: tuple[str, ...]
    language: str
    group: str
    hard: bool


def score_benign(scorer: RiskScorer, data: Data) -> list[Benign]:
    """Real conversations of the test split and of unseen sources, and the test split's dialogues, each scored once."""
    found = [*_real(data), *_authored(data)]
    reports = score_all(scorer, [item.conversation for item in found], "benign")
    return [
        Benign(item.sets, item.language, item.group, item.hard, logit_of(report), report.probability is None)
        for item, report in zip(found, reports, strict=True)
    ]


def _real(data: Data) -> Iterator[_Unscored]:
    for split in ("test", "unseen"):
        for proxy in data.of_split(split):
            sets = [f"{split}: {proxy.source}", f"language {proxy.language}: real"]
            if not (proxy.source == TRANSLATED and proxy.language != "en"):
                sets.append(ALL_REAL)
            if split == "unseen":
                sets.append("unseen: all")
            yield _Unscored(proxy.conversation(), tuple(sets), proxy.language, proxy.identifier, hard=False)


def _authored(data: Data) -> Iterator[_Unscored]:
    for dialogue in data.corpus["test"].dialogues:
        kind, hard = f"authored, {dialogue.kind}", dialogue.kind == "hard"
        sets = [f"{kind}: {dialogue.context}", f"{kind}: all"]
        if hard:
            sets.append(f"language {dialogue.language}: {kind}")
        conversation = Conversation.from_messages([(m.speaker, m.text) for m in dialogue.messages])
        yield _Unscored(conversation, tuple(sets), dialogue.language, dialogue.identifier, hard)


def false_flag_results(benign: Sequence[Benign], points: Mapping[str, OperatingPoint]) -> dict[str, Any]:
    """For each set how many are abstained from, and the share flagged at each operating point."""
    members: dict[str, list[Benign]] = defaultdict(list)
    for item in benign:
        for name in item.sets:
            members[name].append(item)
    return {
        name: {
            "abstained": sum(item.abstained for item in found),
            **{point.name: rate_of(np.array([point.flags(item.logit) for item in found])) for point in points.values()},
        }
        for name, found in sorted(members.items())
    }


def coverage_results(scorer: RiskScorer, data: Data, benign: Sequence[Benign]) -> dict[str, Any]:
    """Share of conversations that are scored, not abstained from: supported real ones, and single lines by language."""
    by_language: dict[str, list[str]] = defaultdict(list)
    for language, text in load_lines(data.proxies_folder, OTHER_LANGUAGE_LINES):
        by_language[language].append(text)
    results: dict[str, Any] = {}
    for language, texts in sorted(by_language.items()):
        conversations = [
            Conversation.from_messages(
                [("ab"[index % 2], text) for index, text in enumerate(texts[start : start + _LINES_TOGETHER])]
            )
            for start in range(0, len(texts) - _LINES_TOGETHER + 1, _LINES_TOGETHER)
        ]
        if conversations:
            reports = score_all(scorer, conversations, f"coverage {language}")
            results[language] = rate_of(np.array([report.probability is not None for report in reports]))
    real = [item for item in benign if ALL_REAL in item.sets]
    if real:
        results["supported, real"] = rate_with_interval(sum(not item.abstained for item in real), len(real))
    return results
