"""Word lists of the package `wordfreq`, and what it calls the languages of the corpus."""

from __future__ import annotations

import wordfreq

# wordfreq's codes of corpus languages that it names differently; code-switched talk does not have a list.
_WORDFREQ_CODES = {"tl": "fil", "mix": None}
_CORPUS_CODES = {"fil": "tl", "sh": "hr"}  # wordfreq has one list for Bosnian, Croatian and Serbian


def wordfreq_code(language: str) -> str | None:
    """Return wordfreq's code of a corpus language, or None for a language without a list."""
    return _WORDFREQ_CODES.get(language, language)


def listed_words(count: int) -> dict[str, dict[str, float]]:
    """Return the most frequent words of every list.

    Args:
        count: Number of words of each list.

    Returns:
        Language → word → frequency; corpus codes where the corpus has the language.
    """
    found = {}
    for code in wordfreq.available_languages():
        # Looked up without tokenizing, which needs further packages for some languages.
        frequencies = wordfreq.get_frequency_dict(code, wordlist="small")
        frequent = wordfreq.top_n_list(code, count, wordlist="small")
        found[_CORPUS_CODES.get(code, code)] = {word: frequencies[word] for word in frequent}
    return found
