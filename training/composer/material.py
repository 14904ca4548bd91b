"""Material of the composer: lines, exchanges, dialogues and proxies of one split, language by language."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.corpus.lines import Corpus, Dialogue, Exchange, Line, has_tactic_slots
from training.sources.proxies import ProxyConversation

# Lines among which one that looks like another is chosen; with 12 or 24 the audit still found a shortcut in the length
# of words.
CANDIDATES = 60
SHORTEST_CARRIER = 6  # messages; a proxy with fewer is not used


@dataclass(frozen=True, slots=True)
class Material:
    """One language's part of a split.

    Attributes:
        language: Corpus code.
        tactics: Tactic lines by tactic.
        lookalikes: Look-alikes by the tactic that they resemble.
        cues: Cue lines by cue.
        replies: Neutral answers.
        exchanges: Exchanges by tactic.
        dialogues: Dialogues.
        slotted: Those dialogues that can become counterfactual pairs.
        proxies: Proxies by source.
    """

    language: str
    tactics: dict[str, list[Line]]
    lookalikes: dict[str, list[Line]]
    cues: dict[str, list[Line]]
    replies: list[Line]
    exchanges: dict[str, list[Exchange]]
    dialogues: list[Dialogue]
    slotted: list[Dialogue]
    proxies: dict[str, list[ProxyConversation]]


def gather(corpus: Corpus, proxies: Sequence[ProxyConversation]) -> list[Material]:
    """Index a split of the corpus and the proxies of the same split: one `Material` a language, English first."""
    languages = sorted({line.language for line in corpus.lines}, key=lambda name: (name != "en", name))
    return [_of_language(language, corpus, proxies) for language in languages]


def _of_language(language: str, corpus: Corpus, proxies: Sequence[ProxyConversation]) -> Material:
    by_kind: dict[str, dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in corpus.lines:
        if line.language == language:
            by_kind[line.kind][line.label].append(line)
    exchanges: dict[str, list[Exchange]] = defaultdict(list)
    for exchange in corpus.exchanges:
        if exchange.language == language:
            exchanges[exchange.tactic].append(exchange)
    sources: dict[str, list[ProxyConversation]] = defaultdict(list)
    for proxy in sorted(proxies, key=lambda proxy: (proxy.source, proxy.identifier)):
        if proxy.language == language and len(proxy.messages) >= SHORTEST_CARRIER:
            sources[proxy.source].append(proxy)
    dialogues = [dialogue for dialogue in corpus.dialogues if dialogue.language == language]
    return Material(
        language,
        dict(by_kind["tactics"]),
        dict(by_kind["lookalikes"]),
        dict(by_kind["cues"]),
        by_kind["replies"][""],
        dict(exchanges),
        dialogues,
        [dialogue for dialogue in dialogues if has_tactic_slots(dialogue)],
        dict(sources),
    )


def pick_proxy(proxies: dict[str, list[ProxyConversation]], random: np.random.Generator) -> ProxyConversation:
    """Draw a source, then a conversation of it, so that a large source does not outweigh the others."""
    sources = list(proxies)
    chosen = proxies[sources[int(random.integers(len(sources)))]]
    return chosen[int(random.integers(len(chosen)))]


def pick_line(lines: list[Line], setting: str, random: np.random.Generator) -> str:
    """Draw the text of a line that fits the setting, or of any line if none does."""
    fitting = _fitting(lines, setting)
    return fitting[int(random.integers(len(fitting)))].text


def pick_alike(lines: list[Line], setting: str, like: str, random: np.random.Generator) -> str:
    """Draw a few lines that fit the setting, and return the text of the one that looks most like another text.

    The halves of a pair then differ in their meaning, not in their lengths or in how they are written.

    Args:
        lines: Lines to choose from.
        setting: Setting that they should fit.
        like: Text whose length, beginning and end the line should share.
        random: Generator of the choices.

    Returns:
        Text of the chosen line.
    """
    fitting = _fitting(lines, setting)
    few = random.permutation(len(fitting))[:CANDIDATES]
    return min((fitting[row].text for row in few), key=lambda text: _unlike(text, like))


def _fitting(lines: list[Line], setting: str) -> list[Line]:
    return [line for line in lines if setting == "any" or line.setting in (setting, "any")] or lines


def _unlike(text: str, other: str) -> float:
    """Return how much two texts differ on the surface: log ratios of lengths, last mark, capital, comma."""
    same = [
        (text.endswith("?"), other.endswith("?")),
        (text.endswith((".", "!")), other.endswith((".", "!"))),
        (text[:1].isupper(), other[:1].isupper()),
        ("," in text, "," in other),
    ]
    length = abs(math.log(len(text) / len(other)))
    words = abs(math.log((text.count(" ") + 1) / (other.count(" ") + 1)))
    return 4 * length + 4 * words + 0.5 * sum(first != second for first, second in same)
