"""Warning signs amid harmless talk: how ranking and recall change with the messages between every two.

Real talk of other people, of the test split, is put between every two messages, written by the conversation's own
speakers in turn, in both classes alike and at the same places for every number of messages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import numpy as np

from grooming_risk.conversation import Conversation, Message
from grooming_risk.decision.operating_points import OperatingPoint
from training.composer.composed import Composed
from training.composer.material import Material
from training.composer.talk import Filler, Talk, talk_of
from training.evaluation.estimates import AtUnseen, DilutedFigures, DilutionFigures
from training.evaluation.metrics import Resampling, rate_of, recall_and_false_flags
from training.evaluation.ranking import has_both_classes, ranking, select_metrics
from training.sources.labelled_conversations import LabelledConversation

BETWEEN = (0, 1, 3, 7, 15, 50)  # harmless messages between every two
CONVERSATIONS = 300  # composed ones, the same for every number; few, because they get long
FILLERS = 1_500  # messages of each language that are put in, so that few distinct ones are encoded
UNSEEN_SHARE = 0.01  # of real conversations of unseen sources that the threshold of `at_unseen` may flag
_SHOWN = select_metrics("auroc", "recall_at_5_percent_false_flags")

# Conversations, and their description for a progress bar → their logits.
Logits = Callable[[Sequence[Conversation], str], np.ndarray]


@dataclass(frozen=True, slots=True)
class Subject:
    """A conversation that harmless talk is put into.

    Attributes:
        conversation: The conversation as it was written.
        label: 1 with warning signs, else 0.
        group: The unit that a bootstrap draws.
        language: Corpus code of its language.
    """

    conversation: Conversation = field(repr=False)
    label: int
    group: str
    language: str


def composed_subjects(composed: Sequence[Composed], count: int = CONVERSATIONS) -> list[Subject]:
    """Return the first `count` composed conversations that contain no evasion and are not long already."""
    plain = [item for item in composed if not item.evasion and not item.fillers][:count]
    return [Subject(item.conversation(), item.label, item.group, item.language) for item in plain]


def own_subjects(own: Sequence[LabelledConversation]) -> list[Subject]:
    """Return labelled conversations; each is drawn by itself."""
    return [Subject(item.conversation, item.label, str(n), item.language) for n, item in enumerate(own)]


def harmless_talk(materials: Sequence[Material], seed: int) -> dict[str, Talk]:
    """Return a little harmless talk of each language, from all of its sources; languages without any are left out."""
    found: dict[str, Talk] = {}
    for material in materials:
        random = np.random.default_rng(seed)
        talks = talk_of(material)
        fillers: list[Filler] = []
        for talk in talks:
            count = min(FILLERS // len(talks), len(talk.fillers))
            fillers += talk.stretch(int(random.choice(talk.starts)), count)
        if fillers:
            starts = [place for place, filler in enumerate(fillers) if filler.opens]
            found[material.language] = Talk("all", tuple(fillers), np.array(starts))
    return found


def dilution_results(
    subjects: Sequence[Subject],
    talk: Mapping[str, Talk],
    logits: Logits,
    points: Mapping[str, OperatingPoint],
    resampling: Resampling,
    unseen: np.ndarray | None = None,
) -> DilutionFigures | None:
    """Measure ranking, recall and false flags by number of harmless messages between every two.

    Args:
        subjects: Conversations; those in a language without talk are left out.
        talk: Harmless talk by language.
        logits: Scores conversations.
        points: Operating points of the artefact.
        resampling: Number of resamples, and their seed; the seed also draws where the talk begins.
        unseen: Logits of real conversations of unseen sources, which set the threshold of a further recall; or None.

    Returns:
        The figures; None where there is no talk, or not both classes.
    """
    chosen = [item for item in subjects if item.language in talk]
    labels = np.array([item.label for item in chosen])
    if not chosen or not has_both_classes(labels):
        return None
    groups = np.array([item.group for item in chosen])
    starts = [
        int(np.random.default_rng((resampling.seed, n)).choice(talk[i.language].starts)) for n, i in enumerate(chosen)
    ]
    found: dict[str, DilutedFigures] = {}
    for between in BETWEEN:
        conversations = [
            spaced(item.conversation, between, talk[item.language], start)
            for item, start in zip(chosen, starts, strict=True)
        ]
        scores = logits(conversations, f"{between} between")
        ranked = ranking(labels, scores, groups, resampling, _SHOWN)
        figures: DilutedFigures = {
            "messages": float(np.median([len(conversation) for conversation in conversations])),
            "auroc": ranked["auroc"],
            "recall_at_5_percent_false_flags": ranked["recall_at_5_percent_false_flags"],
            "operating_points": recall_and_false_flags(labels, scores, points),
        }
        if unseen is not None and len(unseen):
            figures["recall_at_unseen"] = at_unseen(scores[labels == 1], unseen)["recall"]
        found[str(between)] = figures
    return {"n": len(chosen), "positives": int(labels.sum()), "between": found}


def at_unseen(positives: np.ndarray, unseen: np.ndarray, share: float = UNSEEN_SHARE) -> AtUnseen:
    """Measure recall at the strictest threshold that flags at most a share of real conversations of unseen sources.

    Args:
        positives: Logits of conversations with warning signs, shape (n,), n > 0.
        unseen: Logits of real conversations of unseen sources, shape (m,), m > 0.
        share: Largest share of these that may be flagged.

    Returns:
        The recall with its interval, and the logit that a flagged conversation exceeds. The interval covers the
        positives; the threshold is a given.
    """
    threshold = float(np.sort(unseen)[::-1][int(np.floor(share * len(unseen)))])
    return {"share": share, "n": len(unseen), "threshold": threshold, "recall": rate_of(positives > threshold)}


def spaced(conversation: Conversation, between: int, talk: Talk, start: int) -> Conversation:
    """Return a conversation with harmless messages between every two of its own.

    Args:
        conversation: The conversation.
        between: Number of messages between every two.
        talk: What is put in.
        start: Index of its first message that is used.

    Returns:
        The conversation, in which the times of what is put in are evenly spaced where both neighbours have one.
    """
    speakers = list(dict.fromkeys(message.speaker for message in conversation))
    own = conversation.messages
    fillers = talk.stretch(start, between * (len(own) - 1))
    messages: list[Message] = []
    for place, (message, following) in enumerate(pairwise(own)):
        messages.append(message)
        for step, filler in enumerate(fillers[place * between : (place + 1) * between], start=1):
            at = _between(message.sent_at, following.sent_at, step / (between + 1))
            messages.append(Message(speakers[filler.turn % len(speakers)], filler.text, at))
    return Conversation((*messages, own[-1]))


def _between(first: datetime | None, second: datetime | None, share: float) -> datetime | None:
    return first + (second - first) * share if first and second else first
