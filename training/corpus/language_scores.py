"""How much each token speaks for a supported language, from word frequencies of the package `wordfreq`.

Where wordfreq has no list, words of the project's own lines are counted: code-switched talk, and Hindi and Urdu in
Latin letters.
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
from training.errors import TrainingError
from training.sources.proxies import ProxyConversation

WORDS = 10_000  # of each list
SMOOTHING = 1e-6  # share of a token that no listed word has; keeps single rare words from deciding
NATS = 6.0  # largest log odds of a token, either way
# Log odds of an unknown token. Two of five tokens in scripts that the trimmed vocabulary lacks are unknown, but recent
# emoji are too. Tried 0, -1, -2, -3 and -6 on stretches of ten proxy lines: at 0 a sixth of the Chinese and Thai ones
# pass as supported; at -2 one such emoji in each line gets one Indonesian stretch in twenty refused.
UNKNOWN = -1.0
# wordfreq's codes of corpus languages that it names differently; code-switched talk does not have a list.
_WORDFREQ_CODES = {"tl": "fil", "mix": None}
_ALSO_IN_LATIN = ("hi", "ur")  # wordfreq lists them in their own scripts, but chats and the corpus use both


def wordfreq_code(language: str) -> str | None:
    """Return wordfreq's code of a corpus language, or None for a language without a list."""
    return _WORDFREQ_CODES.get(language, language)


def texts_without_list(corpus: Corpus, proxies: Sequence[ProxyConversation]) -> dict[str, list[str]]:
    """Collect texts in the ways of writing that wordfreq does not list; they stay in memory.

    Args:
        corpus: Training split of the corpus.
        proxies: Conversations of the training split.

    Returns:
        Texts by name: the code of a language without a list, or a code with "-Latn".
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
    """Return log p(token | supported language) − log p(token | other language), each of the language that uses it most.

    The maximum over languages is taken, as a mean over many languages would make every word of one of them rare.

    Args:
        tokenizer: Tokenizer of the artefact.
        supported: Corpus codes.
        unlisted: Texts by name, as `texts_without_list` returns them; all of them count as supported.

    Returns:
        int8, shape (vocabulary,), in steps of LANGUAGE_STEP; 0 for special tokens other than the unknown one.

    Raises:
        TrainingError: A supported language has neither a list nor texts.
    """
    codes = {wordfreq_code(language) or language for language in supported}
    candidates = wordfreq.available_languages()
    missing = sorted(codes - set(candidates) - set(unlisted))
    if missing:
        raise TrainingError(f"{', '.join(missing)}: no wordfreq list and no texts; add lines of it to the corpus")
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
    """Count words as wordfreq does: without punctuation, which its lists of the other languages lack too."""
    words = (word for text in texts for word in wordfreq.simple_tokenize(normalize(text).text))
    return {word: float(count) for word, count in Counter(words).most_common(WORDS)}


def _words_of_list(code: str) -> dict[str, float]:
    # Looked up without tokenizing, which needs further packages for some languages.
    frequencies = wordfreq.get_frequency_dict(code)
    return {word: frequencies[word] for word in wordfreq.top_n_list(code, WORDS)}


def _share(tokenizer: Tokenizer, frequencies: dict[str, float]) -> np.ndarray:
    """Return the share of each token among the tokens of words, lower-case and capitalized; shape (vocabulary,)."""
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
