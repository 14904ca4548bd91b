"""Single lines with targets and weights for the encoder's training.

A target is 0 or 1 for each tactic and cue; its weight is the trust in it. A tactic line certainly shows its tactic and
probably no other; whether it also shows a cue is hardly known. A look-alike certainly does not show a tactic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from grooming_risk.tactics import LABELS, Tactic
from training.corpus.lines import EXPLICIT_WORD, Corpus
from training.sources.proxies import ProxyConversation

TACTICS = len(Tactic)
EXPLICIT = LABELS.index(Tactic.EXPLICIT_LANGUAGE.value)
# Weights of targets that are assumed, not labelled. Proxies are assumed to be benign, but peers do ask ages.
OTHER_TACTIC, OTHER_CUE, UNKNOWN_CUE, PROXY_TACTIC, PROXY_CUE = 0.3, 0.3, 0.05, 0.5, 0.05

# Real lines of another language, of its conversations and again of its single lines, as a share of the English ones.
OTHER_LANGUAGE_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class LabelledLines:
    """Lines with targets and weights.

    Attributes:
        texts: Text of each line.
        languages: Corpus code of each line's language.
        targets: 1 for the labels that a line shows, float32, shape (n, n_labels).
        weights: Trust in each target, float32, shape (n, n_labels).
    """

    texts: list[str] = field(repr=False)
    languages: list[str]
    targets: np.ndarray
    weights: np.ndarray


def labelled_lines(
    corpus: Corpus,
    proxies: Sequence[ProxyConversation],
    benign_lines: int,
    seed: int,
    single: Sequence[tuple[str, str]] = (),
) -> LabelledLines:
    """Label the lines of the corpus, the messages of its dialogues, the answers of its exchanges, and real lines.

    Args:
        corpus: A split of the corpus.
        proxies: Proxies of the same split.
        benign_lines: Number of distinct English proxy messages to sample; other languages get a share of it.
        seed: Seed of the sample.
        single: Language and text of real lines that do not belong to a conversation, of the same split.

    Returns:
        The labelled lines.
    """
    texts: list[str] = []
    languages: list[str] = []
    targets: list[np.ndarray] = []
    weights: list[np.ndarray] = []

    def add(text: str, language: str, label: str, tactic_weight: float, cue_weight: float) -> None:
        target = np.zeros(len(LABELS), dtype=np.float32)
        weight = np.full(len(LABELS), tactic_weight, dtype=np.float32)
        weight[TACTICS:] = cue_weight
        for known, value in ((label, 1.0), (Tactic.EXPLICIT_LANGUAGE.value, float(EXPLICIT_WORD in text))):
            if known:
                # Whether the token occurs is certain for every line.
                target[LABELS.index(known)], weight[LABELS.index(known)] = value, 1.0
        texts.append(text)
        languages.append(language)
        targets.append(target)
        weights.append(weight)

    # Look-alikes and messages of hard dialogues are full negatives, although some use the words of a warning sign: with
    # smaller weights (0.5 and 0.15) the validation vignettes were ranked worse (AUROC 0.863; 0.877 at 1 and 0.3).
    for line in corpus.lines:
        shown = line.label if line.kind in ("tactics", "cues") else ""
        tactic_weight = OTHER_TACTIC if line.kind == "tactics" else 1.0
        add(line.text, line.language, shown, tactic_weight, OTHER_CUE if line.kind == "cues" else UNKNOWN_CUE)
    for dialogue in corpus.dialogues:
        for message in dialogue.messages:
            add(message.text, dialogue.language, "", 1.0, UNKNOWN_CUE)
    for exchange in corpus.exchanges:
        for text in (text for role, text in exchange.messages if role == "other"):
            add(text, exchange.language, "", 1.0, UNKNOWN_CUE)
    for language, text in _real_lines(proxies, single, benign_lines, seed):
        add(text, language, "", PROXY_TACTIC, PROXY_CUE)
    return LabelledLines(texts, languages, np.stack(targets), np.stack(weights))


def _real_lines(
    proxies: Sequence[ProxyConversation], single: Sequence[tuple[str, str]], count: int, seed: int
) -> Iterator[tuple[str, str]]:
    """Yield language and text of a sample of real messages and lines, language by language."""
    for language in sorted({proxy.language for proxy in proxies} | {language for language, _ in single}):
        # English has most of the proxies, and the few sources of another language must not outweigh its own lines.
        wanted = count if language == "en" else int(count * OTHER_LANGUAGE_SHARE)
        spoken = [proxy for proxy in proxies if proxy.language == language]
        for text in sample_messages(spoken, wanted, seed):
            yield language, text
        lines = [text for spoken_in, text in single if spoken_in == language]
        order = np.random.default_rng(seed).permutation(len(lines))
        for index in order[: int(count * OTHER_LANGUAGE_SHARE)]:
            yield language, lines[index]


def sample_messages(proxies: Sequence[ProxyConversation], count: int, seed: int) -> list[str]:
    """Return distinct proxy messages in random order, at most `count`."""
    distinct = sorted({text for proxy in proxies for _, text, _ in proxy.messages})
    order = np.random.default_rng(seed).permutation(len(distinct))[:count]
    return [distinct[index] for index in order]
