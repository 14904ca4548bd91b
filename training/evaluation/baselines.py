"""Baselines and shortcut models, reported beside every headline figure: what can be reached without the model."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from joblib import delayed
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from grooming_risk.conversation import Conversation
from training.execution.parallel import in_order

Score = Callable[[Sequence[Conversation]], np.ndarray]

# Phrases of child-safety leaflets, as a moderator would enter them into a word filter.
KEYWORDS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"\bhow old\b", r"\bwhat (?:age|grade|year)\b", r"\bwhere do (?:you|u) live\b", r"\bwhat school\b",
        r"\bmature for\b", r"\bspecial\b", r"\bhome alone\b", r"\balone\b",
        r"\bparents?\b.{0,20}\b(?:home|see|check)\b",
        r"\bsecret\b", r"\b(?:don'?t|do not) tell\b", r"\bdelete\b", r"\bbetween us\b", r"\bonly i\b|\bonly one who\b",
        r"\bsnap(?:chat)?\b|\bwhatsapp\b|\btelegram\b|\bprivate chat\b|\bother app\b", r"\bgift\b|\bmoney\b|\bcoins\b",
        r"\b(?:pic|photo|picture|selfie|cam|camera|webcam)\b", r"\bmeet (?:up|me|in)\b", r"\bmodel(?:l?ing)?\b",
        r"\bpassport\b|\bvisa\b|\bticket\b", r"\bif you (?:loved|liked|cared)\b",
        r"\beveryone will\b|\bi(?:'ll| will) tell\b",
    )
)  # fmt: skip


def fit_baselines(conversations: Sequence[Conversation], labels: np.ndarray) -> dict[str, Score]:
    """Fit every baseline that is independent of the trained model, and return them by name."""
    fits = {"bag_of_words": fit_bag_of_words, "length_only": fit_surface, "participants_only": fit_participants}
    tasks = (delayed(fit)(conversations, labels) for fit in fits.values())
    # On one thread each: sums in another order would change the last digits with the number of jobs. Threads of this
    # process, because copies of the conversations for others take longer than the fits.
    with threadpool_limits(1):
        found = list(in_order(tasks, "fit baselines", len(fits), threads=True))
    return {"keyword_rules": keyword_rules, **dict(zip(fits, found, strict=True))}


def keyword_rules(conversations: Sequence[Conversation]) -> np.ndarray:
    """Return how many distinct patterns the messages of one speaker match, for the speaker with most, shape (n,)."""
    return np.array([_most_patterns(conversation) for conversation in conversations], dtype=float)


def _most_patterns(conversation: Conversation) -> int:
    found: dict[str, set[int]] = {}
    for message in conversation:
        matched = {number for number, pattern in enumerate(KEYWORDS) if pattern.search(message.text)}
        found.setdefault(message.speaker, set()).update(matched)
    return max(len(patterns) for patterns in found.values())


def fit_bag_of_words(conversations: Sequence[Conversation], labels: np.ndarray) -> Score:
    """Fit a logistic regression on TF-IDF of words and word pairs, the usual first model of published work."""
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=3, sublinear_tf=True), LogisticRegression(C=10, max_iter=2_000)
    )
    model.fit([_text(conversation) for conversation in conversations], labels)
    return lambda asked: np.asarray(model.decision_function([_text(conversation) for conversation in asked]))


def fit_surface(conversations: Sequence[Conversation], labels: np.ndarray) -> Score:
    """Fit a model of lengths: messages, speakers, characters per message, share of the busiest speaker."""
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1_000))
    model.fit(_surface(conversations), labels)
    return lambda asked: np.asarray(model.decision_function(_surface(asked)))


def fit_participants(conversations: Sequence[Conversation], labels: np.ndarray) -> Score:
    """Fit a model of who writes how often, without any text: speakers, messages of each, shares, turns."""
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1_000))
    model.fit(_participants(conversations), labels)
    return lambda asked: np.asarray(model.decision_function(_participants(asked)))


def _text(conversation: Conversation) -> str:
    return "\n".join(message.text for message in conversation)


def _surface(conversations: Sequence[Conversation]) -> np.ndarray:
    rows = []
    for conversation in conversations:
        counts: dict[str, int] = {}
        for message in conversation:
            counts[message.speaker] = counts.get(message.speaker, 0) + 1
        lengths = [len(message.text) for message in conversation]
        rows.append([len(lengths), len(counts), np.mean(lengths), np.std(lengths), max(counts.values()) / len(lengths)])
    return np.array(rows)


def _participants(conversations: Sequence[Conversation]) -> np.ndarray:
    rows = []
    for conversation in conversations:
        names = [message.speaker for message in conversation]
        shares = [count / len(names) for _, count in Counter(names).most_common()]
        changes = sum(first != second for first, second in itertools.pairwise(names))
        longest = max(len(list(run)) for _, run in itertools.groupby(names))
        second = shares[min(1, len(shares) - 1)]
        turns = changes / max(1, len(names) - 1)
        rows.append([len(shares), len(names) / len(shares), shares[0], second, shares[-1], turns, longest])
    return np.array(rows, dtype=np.float64)
