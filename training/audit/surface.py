"""Features of a conversation that can be seen without reading it: the only input of shortcut models."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from training.composer.composed import Composed

Features = Callable[[Composed], list[float]]  # a fixed number of features of a conversation

_ELONGATED = re.compile(r"(\w)\1{2,}")
_SHORTENED = re.compile(r"(?<!\w)(?:\w\d|\d\w|[a-z])(?!\w)")  # "u", "2", "b4": words of a letter or with a digit
_HOUR, _DAY = 3_600.0, 86_400.0  # seconds
_UNTIMED = -1.0  # every feature of times where a conversation has none


def lengths(composed: Composed) -> list[float]:
    """Return statistics of the messages' characters and words, over all messages and over the busiest speaker's."""
    characters = np.array([len(message.text) for message in composed.messages])
    words = np.array([len(message.text.split()) for message in composed.messages])
    busiest = Counter(message.speaker for message in composed.messages).most_common(1)[0][0]
    of_busiest = [len(message.text) for message in composed.messages if message.speaker == busiest]
    return [
        *(float(function(characters)) for function in (np.mean, np.std, np.median, np.max, np.min)),
        *(float(function(words)) for function in (np.mean, np.std, np.max)),
        float(np.mean(of_busiest)),
    ]


def counts(composed: Composed) -> list[float]:
    """Return the number of messages, the number of characters, and how often the speaker changes."""
    speakers = [message.speaker for message in composed.messages]
    changes = sum(first != second for first, second in itertools.pairwise(speakers))
    return [len(speakers), sum(len(m.text) for m in composed.messages), changes / max(1, len(speakers) - 1)]


def speakers(composed: Composed) -> list[float]:
    """Return the number of speakers, the shares of the two busiest, and the longest run of one."""
    names = [message.speaker for message in composed.messages]
    shares = sorted(Counter(names).values(), reverse=True)
    longest = max(len(list(run)) for _, run in itertools.groupby(names))
    return [len(shares), shares[0] / len(names), shares[min(1, len(shares) - 1)] / len(names), longest]


def punctuation(composed: Composed) -> list[float]:
    """Return for each mark its number in a hundred characters, and the share of messages that end with it."""
    texts = [message.text for message in composed.messages]
    whole = sum(map(len, texts)) or 1
    marks = ("?", "!", ".", ",", "'", "…", "-", '"', ":", "\n")
    found: list[float] = []
    for mark in marks:
        found.append(100 * sum(text.count(mark) for text in texts) / whole)
        found.append(sum(text.endswith(mark) for text in texts) / len(texts))
    return found


def casing(composed: Composed) -> list[float]:
    """Return the shares of capital letters, of messages that begin with one, and of messages without any."""
    texts = [message.text for message in composed.messages]
    letters = sum(character.isalpha() for text in texts for character in text) or 1
    return [
        sum(character.isupper() for text in texts for character in text) / letters,
        sum(text[:1].isupper() for text in texts) / len(texts),
        sum(text == text.lower() for text in texts) / len(texts),
    ]


def noise(composed: Composed) -> list[float]:
    """Return traces of noise and evasion: stretched or shortened words, emoji, digits, other scripts, marks."""
    texts = [message.text for message in composed.messages]
    whole = sum(map(len, texts)) or 1
    categories = Counter(unicodedata.category(character) for text in texts for character in text)
    return [
        sum(bool(_ELONGATED.search(text)) for text in texts) / len(texts),
        sum(len(_SHORTENED.findall(text)) for text in texts) / len(texts),
        *(categories[name] / whole for name in ("So", "Nd", "Cf", "Sk", "Mn", "Lo", "Po")),
        sum(not character.isascii() for text in texts for character in text) / whole,
    ]


def times(composed: Composed) -> list[float]:
    """Return whether there are times, the gaps in log seconds, the share of pauses, and the hour of the first one."""
    stamps = [message.sent_at for message in composed.messages if message.sent_at]
    if len(stamps) < 2:
        return [_UNTIMED] * 8
    gaps = np.array([(second - first).total_seconds() for first, second in itertools.pairwise(stamps)])
    logs = np.log1p(gaps)
    pauses = [float((gaps > seconds).mean()) for seconds in (_HOUR, _DAY)]
    tail = float(np.quantile(logs, 0.9))
    return [1.0, float(np.median(logs)), tail, float(logs.max()), float(logs.sum()), *pauses, float(stamps[0].hour)]


def distances(composed: Composed) -> list[float]:
    """Return how many messages lie between two of the same speaker, two questions, and two long messages."""
    busiest = Counter(message.speaker for message in composed.messages).most_common(1)[0][0]
    typical = float(np.median([len(message.text) for message in composed.messages]))
    kinds = (
        [message.speaker == busiest for message in composed.messages],
        [message.text.endswith("?") for message in composed.messages],
        [len(message.text) > 2 * typical for message in composed.messages],
    )
    found: list[float] = []
    for chosen in kinds:
        between = np.diff(np.flatnonzero(chosen))
        found += [float(between.mean()), float(np.median(between)), float(between.max())] if len(between) else [0.0] * 3
    return found


def one_hot(name: str, values: Sequence[str]) -> Features:
    """Return features that indicate which of some values an attribute has; another value gives zeros only."""
    return lambda composed: [float(getattr(composed, name) == value) for value in values]


# Input of each shortcut model; the audit adds source and language, whose values it knows.
FAMILIES: dict[str, Features] = {
    "lengths": lengths,
    "counts": counts,
    "speakers": speakers,
    "punctuation": punctuation,
    "casing": casing,
    "noise": noise,
    "times": times,
    "distances": distances,
}
