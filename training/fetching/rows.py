"""Rows of converted conversations: neutral authors, contact details masked, explicit and repeated ones left out."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from grooming_risk.text.masking import ExplicitVocabulary, folded_words

Files = Mapping[str, bytes]  # path in the source → content
Said = tuple[str, str, str | None]  # author, text, time

SHORTEST = 2  # messages of a conversation
_CONTACTS = (
    (re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b"), "[EMAIL]"),
    (re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE), "[URL]"),
    (re.compile(r"(?<!\w)\+?\d[\d\s().-]{7,}\d(?!\w)"), "[PHONE]"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation of a source, whose `repr` shows no text.

    Attributes:
        identifier: Unique in its source.
        language: Language code, as in the corpus or as the source has it.
        messages: Author, text and time of each message.
        split: Part of the source that it is in, empty where the source has none.
        people: Identifiers of the people who take part, where the source gives them; they are written hashed.
    """

    identifier: str
    language: str
    messages: tuple[Said, ...] = field(repr=False)
    split: str = ""
    people: tuple[str, ...] = field(default=(), repr=False)


def written(source: str, rows: Iterable[Row], vocabulary: ExplicitVocabulary) -> Iterator[str]:
    """Yield the lines of a source's data file.

    Args:
        source: Name of its folder.
        rows: Its conversations.
        vocabulary: Explicit terms; conversations with any of them are left out.

    Yields:
        JSON, one line each, without line breaks at the ends.
    """
    seen: set[bytes] = set()
    for row in rows:
        texts = [" ".join(text.split()) for _, text, _ in row.messages]
        digest = hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).digest()
        if digest in seen or any(vocabulary.terms_in(folded_words(text)) for text in texts):
            continue
        seen.add(digest)
        yield json.dumps(_content(source, row, texts), ensure_ascii=False)


def _content(source: str, row: Row, texts: list[str]) -> dict[str, Any]:
    names: dict[str, str] = {}
    messages = [
        {"author": names.setdefault(author, f"U{len(names) + 1}"), "text": masked(text), "timestamp": at}
        for (author, _, at), text in zip(row.messages, texts, strict=True)
        if text
    ]
    meta: dict[str, Any] = {"split": row.split} if row.split else {}
    if row.people:
        meta["participants"] = sorted(hashlib.sha256(name.encode()).hexdigest()[:12] for name in row.people)
    return {"id": f"{source}:{row.identifier}", "lang": row.language, "messages": messages, "meta": meta}


def masked(text: str) -> str:
    """Return a text with addresses and telephone numbers replaced by their kind."""
    for pattern, kind in _CONTACTS:
        text = pattern.sub(kind, text)
    return text


def in_turn(texts: Iterable[str], names: tuple[str, str] = ("A", "B")) -> tuple[Said, ...]:
    """Return texts as messages of two authors in turn, without times."""
    return tuple((names[place % 2], text, None) for place, text in enumerate(texts))
