"""Explicit words are replaced before any model reads a text; the vocabulary ships only as salted hashes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from grooming_risk.text.normalization import NormalizedText

# Represents the token `[EXPLICIT]`. It is a private-use character, which the normalizer removes, so no input has it.
EXPLICIT_CHARACTER = "\ue000"

# A masked term separates the words around it, so that they never form a term.
_WORD = re.compile(rf"\w+|{EXPLICIT_CHARACTER}")
_DIGEST_BYTES = 8


@dataclass(frozen=True, slots=True)
class ExplicitVocabulary:
    """Salted hashes of normalized terms.

    Attributes:
        salt: A public salt; it keeps the list from being read at a glance, but not from being searched.
        hashes: BLAKE2b digests (8 bytes) of the terms, their words joined by one space.
        longest: Number of words in the longest term.
    """

    salt: bytes
    hashes: frozenset[bytes]
    longest: int

    @classmethod
    def from_terms(cls, terms: list[str], salt: bytes) -> ExplicitVocabulary:
        """Hash a list of terms, each case-folded and reduced to its words."""
        split = [_WORD.findall(term.casefold()) for term in terms]
        words = [term for term in split if term]
        hashes = frozenset(_digest(" ".join(term), salt) for term in words)
        return cls(salt, hashes, max((len(term) for term in words), default=0))

    def contains(self, words: list[str]) -> bool:
        """Check whether words, already case-folded, are a term."""
        return _digest(" ".join(words), self.salt) in self.hashes


def mask_explicit(normalized: NormalizedText, vocabulary: ExplicitVocabulary) -> NormalizedText:
    """Replace every explicit term, longest match first, by the explicit character between spaces."""
    words = list(_WORD.finditer(normalized.text))
    folded = [match.group().casefold() for match in words]
    spans: list[tuple[int, int]] = []
    index = 0
    while index < len(words):
        most = min(vocabulary.longest, len(words) - index)
        length = next((n for n in range(most, 0, -1) if vocabulary.contains(folded[index : index + n])), 0)
        if length:
            spans.append((words[index].start(), words[index + length - 1].end()))
        index += max(1, length)
    return normalized.replace_spans(spans, f" {EXPLICIT_CHARACTER} ") if spans else normalized


def _digest(term: str, salt: bytes) -> bytes:
    value = _keyed(salt).copy()
    value.update(term.encode("utf-8", "surrogatepass"))
    return value.digest()


@lru_cache(maxsize=4)
def _keyed(salt: bytes) -> hashlib.blake2b:
    """Return a hash that has read the salt already, which is half of the work of hashing a word."""
    return hashlib.blake2b(digest_size=_DIGEST_BYTES, key=salt)
