"""How much each token speaks for a supported language, from word frequencies of the package `wordfreq`, and from the
project's own lines where wordfreq has no list: code-switched talk, and Hindi and Urdu in Latin letters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
import wordfreq

from grooming_risk.model.artifact import LANGUAGE_STEP
from grooming_risk.model.tokenization import Tokenizer
from grooming_risk.text.normalization import normalize
from training.corpus.lines import Corpus
from training.sources.proxies import ProxyConversation

WORDS = 10_000  # of a list
SMOOTHING = 1e-6  # share of a token that no listed word has; keeps single rare words from deciding
NATS = 6.0  # no token counts for more than this
# What an unknown token counts. It stands for two of five tokens of scripts that the vocabulary was cut down from, but
# also for recent emoji. Tried 0, -1, -2, -3 and -6 on stretches of ten proxy lines: at 0 a sixth of the Chinese and
# Thai ones pass as supported; at -2 one such emoji a line gets one Indonesian stretch in twenty refused.
UNKNOWN = -1.0
# Corpus codes that wordfreq writes otherwise; code-switched talk has no list of its own.
_WORDFREQ_CODES = {"tl": "fil", "mix": None}
_ALSO_IN_LATIN = ("hi", "ur")  # wordfreq lists them in their own scripts, chats and corpus write them in both


def wordfreq_code(language: str) -> str | None:
    """The code under which wordfreq lists a corpus language, None for one without a list."""
    return _WORDFREQ_CODES.get(language, language)


def texts_without_list(corpus: Corpus, proxies: Sequence[ProxyConversation]) -> dict[str, list[str]]:
    """Texts of the ways of writing that wordfreq has no list of; they stay in memory.

    Args:
        corpus: its training split.
        proxies: conversations of the training split.

    Returns:
        name → texts: a language's own code for one without a list, else the code with "-Latn".
    """
    written = [(line.language, line.text) for line in corpus.lines]
    written += [(talk.language, message.text) for talk in corpus.dialogues for message in talk.messages]
    written += [(talk.language, text) for talk in corpus.exchanges for _, text in talk.messages]
    written += [(talk.language, text) for talk in proxies for _, text, _ in talk.messages]
    found: dict[str, list[str]] = {}
    for language, text in written:
        if wordfreq_code(language) is None:
            found.setdefault(language, []).append(text)
        elif language in _ALSO_IN_LATIN and _mostly_latin(text):
            found.setdefault(f"{language}-Latn", []).append(text)
    return found


def language_log_odds(tokenizer: Tokenizer, supported: list[str], unlisted: dict[str, list[str]]) -> np.ndarray:
    """Log p(token | supported language) − log p(token | other language), each of the language that uses it most.

    The most, not the mean: a mean over many languages makes every word of one of them rare.

    Args:
        tokenizer: of the artefact.
        supported: codes of the corpus.
        unlisted: name → texts, as `texts_without_list` gives them; all of them count as supported.

    Returns:
        int8, shape (vocabulary,), in steps of LANGUAGE_STEP; 0 for the other special tokens.

    Raises:
        ValueError: a supported language has neither a list nor texts.
    """
    codes = {wordfreq_code(language) or language for language in supported}
    candidates = wordfreq.available_languages()
    missing = sorted(codes - set(candidates) - set(unlisted))
    if missing:
        raise ValueError(f"neither a wordfreq list nor texts: {', '.join(missing)}")
    ours = [_words_of_list(code) for code in sorted(codes & set(candidates))]
    ours += [_words_of_texts(texts) for texts in unlisted.values()]
    others = [_words_of_list(code) for code in sorted(set(candidates) - codes)]
    odds = _highest_log_share(tokenizer, ours) - _highest_log_share(tokenizer, others)
    odds[[Tokenizer.BEGIN, Tokenizer.PAD, Tokenizer.END, -1]] = 0.0  # the last is the explicit token
    odds[Tokenizer.UNKNOWN] = UNKNOWN
    return np.round(np.clip(odds, -NATS, NATS) / LANGUAGE_STEP).astype(np.int8)


def _highest_log_share(tokenizer: Tokenizer, languages: list[dict[str, float]]) -> np.ndarray:
    shares = [_share(tokenizer, frequencies) for frequencies in languages]
    return np.asarray(np.log(np.max(shares, axis=0) + SMOOTHING))


def _words_of_texts(texts: list[str]) -> dict[str, float]:
    """Counts of words, as wordfreq counts them: without punctuation, which its lists lack for every other language."""
    words = (word for text in texts for word in wordfreq.simple_tokenize(normalize(text).text))
    return {word: float(count) for word, count in Counter(words).most_common(WORDS)}


def _words_of_list(code: str) -> dict[str, float]:
    frequencies = wordfreq.get_frequency_dict(code)  # no tokenising: that of some languages needs further packages
    return {word: frequencies[word] for word in wordfreq.top_n_list(code, WORDS)}


def _share(tokenizer: Tokenizer, frequencies: dict[str, float]) -> np.ndarray:
    """Share of each token among the tokens of words, which are written small and capitalised; shape (vocabulary,)."""
    forms: tuple[Callable[[str], str], ...] = (str.lower, str.capitalize)
    rows = tokenizer.ids([form(word) for form in forms for word in frequencies])
    tokens = [[index for row in parts for index in row[1:-1]] for parts in rows]
    weights = np.repeat([*frequencies.values()] * len(forms), [len(ids) for ids in tokens])
    flat = np.fromiter(chain.from_iterable(tokens), dtype=np.int64)
    share = np.bincount(flat, weights=weights, minlength=tokenizer.vocabulary_size)
    return share / share.sum()


def _mostly_latin(text: str) -> bool:
    letters = [character for character in text.casefold() if character.isalpha()]
    return 2 * sum("a" <= letter <= "z" for letter in letters) > len(letters)
