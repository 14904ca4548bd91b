"""Explicit words are replaced before any model reads a text; the vocabulary ships only as salted hashes.

Hashing every run of words would cost more than everything else that is done to a text before the tokenizer. So a cheap
test comes first: terms are looked up only where a word has a checksum that some first word of a term has.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from grooming_risk.text.normalization import NormalizedText

# Represents the token `[EXPLICIT]`. It is a private-use character, which the normalizer removes, so no input has it.
EXPLICIT_CHARACTER = "\ue000"

# A masked term separates the words around it, so that they never form a term.
_WORD = re.compile(rf"\w+|{EXPLICIT_CHARACTER}")
_DIGEST_BYTES = 8
# Checksums of first words are kept modulo this. With a thousand terms, about 1.5 % of all other words have one of them,
# so that the filter reveals less of a term than its hash does.
CHECKSUMS = 1 << 16
_LAST_BITS = CHECKSUMS - 1


@dataclass(frozen=True, slots=True)
class ExplicitVocabulary:
    """Salted hashes of normalized terms.

    Attributes:
        salt: A public salt; it keeps the list from being read at a glance, but not from being searched.
        hashes: BLAKE2b digests (8 bytes) of the terms, their words joined by one space.
        longest: Number of words in the longest term.
        first_words: Checksums (CRC-32 modulo `CHECKSUMS`) of the first words of the terms.
    """

    salt: bytes
    hashes: frozenset[bytes]
    longest: int
    first_words: frozenset[int]

    @classmethod
    def from_terms(cls, terms: list[str], salt: bytes) -> ExplicitVocabulary:
        """Hash a list of terms, each case-folded and reduced to its words."""
        words = [found for term in terms if (found := _encoded(folded_words(term.casefold())))]
        hashes = frozenset(_digest(term, salt) for term in words)
        longest = max((len(term) for term in words), default=0)
        return cls(salt, hashes, longest, frozenset(crc32(term[0]) % CHECKSUMS for term in words))

    def contains(self, words: list[str]) -> bool:
        """Check whether words, already case-folded, are a term."""
        return _digest(_encoded(words), self.salt) in self.hashes

    def terms_in(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """Return the ranges of case-folded words that are terms, from left to right and the longest first."""
        encoded = _encoded(words)
        checksums = [checksum & _LAST_BITS for checksum in map(crc32, encoded)]
        if self.first_words.isdisjoint(checksums):
            return []
        starts = [index for index, checksum in enumerate(checksums) if checksum in self.first_words]
        found: list[tuple[int, int]] = []
        for start in starts:
            if not found or start >= found[-1][1]:
                stop = self._end_of_term(encoded, start)
                if stop > start:
                    found.append((start, stop))
        return found

    def _end_of_term(self, words: list[bytes], start: int) -> int:
        """Return where the longest term that begins with a word ends; where the word is when none does."""
        stops = range(min(start + self.longest, len(words)), start, -1)
        return next((stop for stop in stops if _digest(words[start:stop], self.salt) in self.hashes), start)


def folded_words(text: str) -> list[str]:
    """Return the words of a text, each case-folded; the explicit character counts as one."""
    if text.isascii():
        return _WORD.findall(text.lower())
    return [word.casefold() for word in _WORD.findall(text)]


def mask_explicit(
    normalized: NormalizedText, vocabulary: ExplicitVocabulary, folded: Sequence[str] | None = None
) -> NormalizedText:
    """Replace every explicit term, longest match first, by the explicit character between spaces.

    Args:
        normalized: A normalized text.
        vocabulary: Explicit terms.
        folded: What `folded_words` returns for it, where that is known already.

    Returns:
        The text with its terms replaced; the same object when it has none.
    """
    terms = vocabulary.terms_in(folded_words(normalized.text) if folded is None else folded)
    if not terms:
        return normalized
    words = list(_WORD.finditer(normalized.text))
    spans = [(words[start].start(), words[stop - 1].end()) for start, stop in terms]
    return normalized.replace_spans(spans, f" {EXPLICIT_CHARACTER} ")


def pack_checksums(checksums: Iterable[int]) -> str:
    """Return checksums as a set of `CHECKSUMS` bits, in base64."""
    bits = bytearray(CHECKSUMS // 8)
    for checksum in checksums:
        bits[checksum // 8] |= 1 << checksum % 8
    return base64.b64encode(bits).decode("ascii")


def unpack_checksums(packed: str) -> frozenset[int]:
    """Return the checksums that `pack_checksums` packed.

    Args:
        packed: A set of `CHECKSUMS` bits, in base64.

    Returns:
        The checksums.

    Raises:
        ValueError: It is not a set of `CHECKSUMS` bits in base64.
    """
    bits = base64.b64decode(packed, validate=True)
    if len(bits) != CHECKSUMS // 8:
        raise ValueError(f"{8 * len(bits)} bits, {CHECKSUMS} are needed")
    return frozenset(8 * place + bit for place, byte in enumerate(bits) for bit in range(8) if byte >> bit & 1)


def _encoded(words: Sequence[str]) -> list[bytes]:
    """Return words, which contain no space, as UTF-8."""
    return " ".join(words).encode("utf-8", "surrogatepass").split(b" ") if words else []


def _digest(term: Sequence[bytes], salt: bytes) -> bytes:
    value = _keyed(salt).copy()
    value.update(b" ".join(term))
    return value.digest()


@lru_cache(maxsize=4)
def _keyed(salt: bytes) -> hashlib.blake2b:
    """Return a hash that has read the salt already, which is half of the work of hashing a word."""
    return hashlib.blake2b(digest_size=_DIGEST_BYTES, key=salt)
