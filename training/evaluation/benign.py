"""False flags on benign conversations never trained on, by set, by length and of a new source; share that is scored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from grooming_risk.conversation import Conversation
from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.scoring.scorer import RiskScorer
from training.calibration.fit import fit_operating_points
from training.data import Data
from training.errors import TrainingError
from training.evaluation.dilution import Logits
from training.evaluation.estimates import FalseFlags, LengthClass, NewSource, Rate
from training.evaluation.metrics import rate_of, rate_with_interval
from training.evaluation.scoring import ABSTAINED, highest_logits, logit_of, score_all
from training.sources.long_conversations import LENGTH_CLASSES, joined_conversations
from training.sources.proxies import ProxyConversation, benign_lines

ALL_REAL = "real: all"
# Its conversations in other languages are translations of the English ones. Among all real conversations they count
# once: the interval assumes that conversations are independent.
TRANSLATED = "xpersona"
UNSEEN = "unseen: all"
SPLITS = ("test", "unseen")  # that nothing is trained or calibrated on
# Joined conversations of a length class and split: enough for an interval of a percentage point.
MOST_JOINED = 600
_LINES_TOGETHER = 10  # shuffled single lines that are read as one conversation


@dataclass(frozen=True, slots=True)
class Benign:
    """One scored benign conversation.

    Attributes:
        sets: Names of the sets that count it.
        language: Language of all its lines.
        group: The unit that a bootstrap draws: the conversation it was cut from.
        hard: Whether it is an authored dialogue that uses the words of warning signs.
        logit: Highest window logit.
        abstained: Whether the model abstains from it.
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
    """Score real conversations of the test split and of unseen sources, and authored dialogues of the test split."""
    found = [*_real(data), *_authored(data)]
    reports = score_all(scorer, [item.conversation for item in found], "benign")
    return [
        Benign(item.sets, item.language, item.group, item.hard, logit_of(report), report.probability is None)
        for item, report in zip(found, reports, strict=True)
    ]


def _real(data: Data) -> Iterator[_Unscored]:
    for split in SPLITS:
        for proxy in data.of_split(split):
            sets = [f"{split}: {proxy.source}", f"language {proxy.language}: real"]
            if not (proxy.source == TRANSLATED and proxy.language != "en"):
                sets.append(ALL_REAL)
            if split == "unseen":
                sets.append(UNSEEN)
            yield _Unscored(proxy.conversation(), tuple(sets), proxy.language, proxy.identifier, hard=False)


def _authored(data: Data) -> Iterator[_Unscored]:
    for dialogue in data.corpus["test"].dialogues:
        kind, hard = f"authored, {dialogue.kind}", dialogue.kind == "hard"
        sets = [f"{kind}: {dialogue.context}", f"{kind}: all"]
        if hard:
            sets.append(f"language {dialogue.language}: {kind}")
        conversation = Conversation.from_messages([(m.speaker, m.text) for m in dialogue.messages])
        yield _Unscored(conversation, tuple(sets), dialogue.language, dialogue.identifier, hard)


def false_flag_results(benign: Sequence[Benign], points: Mapping[str, OperatingPoint]) -> dict[str, FalseFlags]:
    """Count, for each set, how many conversations are abstained from and what share is flagged at each point."""
    members: dict[str, list[Benign]] = defaultdict(list)
    for item in benign:
        for name in item.sets:
            members[name].append(item)
    return {name: _false_flags(found, points) for name, found in sorted(members.items())}


def _false_flags(found: Sequence[Benign], points: Mapping[str, OperatingPoint]) -> FalseFlags:
    flagged = {name: rate_of(np.array([point.flags(item.logit) for item in found])) for name, point in points.items()}
    return cast(FalseFlags, {"abstained": sum(item.abstained for item in found), **flagged})


def coverage_results(scorer: RiskScorer, data: Data, benign: Sequence[Benign]) -> dict[str, Rate]:
    """Compute the share of conversations that are scored: real ones in supported languages, and lines by language."""
    by_language: dict[str, list[str]] = defaultdict(list)
    for language, text in benign_lines(data.proxies_folder, "test", None):
        by_language[language].append(text)
    results: dict[str, Rate] = {}
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


def length_class_results(
    proxies: Sequence[ProxyConversation], logits: Logits, points: Mapping[str, OperatingPoint], seed: int
) -> dict[str, dict[str, LengthClass]]:
    """Measure false flags on joined real conversations that nothing was trained or calibrated on.

    Args:
        proxies: Real conversations of all splits; translations of others are left out.
        logits: Scores conversations.
        points: Operating points of the artefact.
        seed: Seed of the lengths.

    Returns:
        Largest number of messages of the class → split → false flags; without those that have no conversation.
    """
    found: dict[str, dict[str, LengthClass]] = {}
    for length in LENGTH_CLASSES:
        for split in SPLITS:
            chosen = untranslated(proxy for proxy in proxies if proxy.split == split)
            random = np.random.default_rng(seed)
            joined = joined_conversations(chosen, length, random)
            kept = sorted(random.permutation(len(joined))[:MOST_JOINED].tolist())
            if kept:
                conversations = [joined[place].conversation() for place in kept]
                scores = logits(conversations, f"{split}, up to {length} messages")
                found.setdefault(str(length), {})[split] = _of_class(conversations, scores, points)
    return found


def _of_class(
    conversations: Sequence[Conversation], logits: np.ndarray, points: Mapping[str, OperatingPoint]
) -> LengthClass:
    figures = {
        "n": len(conversations),
        "messages": float(np.median([len(conversation) for conversation in conversations])),
        "abstained": int((logits == ABSTAINED).sum()),
        **{name: rate_of(logits >= point.threshold) for name, point in points.items()},
    }
    return cast(LengthClass, figures)


def untranslated(proxies: Iterable[ProxyConversation]) -> list[ProxyConversation]:
    """Return conversations without those that are translations of others."""
    return [proxy for proxy in proxies if not (proxy.source == TRANSLATED and proxy.language != "en")]


def new_source_results(scorer: RiskScorer, data: Data) -> dict[str, NewSource]:
    """Score the real conversations of the calibration split, and leave each of their sources out in turn.

    The bound of an operating point holds for conversations like those that it was fitted on. A new application brings
    others. So each point is fitted again without one source, and its false flags are counted on that source.

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
