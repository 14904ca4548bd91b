"""What a store of live conversations does: one record a conversation, one flag a conversation, changed together.

A record is opaque here. It is found by a keyed digest of the conversation's id; only flags hold an id as it was given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from grooming_risk.errors import GroomingRiskError

SALT_BYTES = 16
FORMAT = 1


class StoreError(GroomingRiskError):
    """The store cannot be reached, or cannot be changed. What was to be changed is as before, or will be seen to be."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as it is kept.

    Attributes:
        version: Changes with every change of the record, and is never used twice; 0 where there is no record.
        record: The record; None where there is none, or where the caller has this version.
    """

    version: int
    record: bytes | None


class Transaction(Protocol):
    """Changes that are made together or not at all."""

    def lock(self, known: Mapping[str, int]) -> dict[str, Kept]:
        """Lock the records of conversations until the end of the transaction, and return them.

        Args:
            known: Id of each conversation → version that the caller has, 0 for none.

        Returns:
            Id → what is kept.
        """

    def save(self, conversation: str, record: bytes) -> int:
        """Store the record of a locked conversation, and return its new version."""

    def add_flag(self, conversation: str, flag: str) -> None:
        """Store the flag of a locked conversation; a second one replaces none and is refused with `StoreError`."""

    def delete(self, conversation: str) -> bool:
        """Delete record and flag of a locked conversation; return whether there was a record."""


class Store(Protocol):
    """A store, for one thread."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Begin a transaction; leaving the block commits it, an error undoes it. `StoreError` where that fails."""

    def read(self, conversation: str) -> bytes | None:
        """Return the record of a conversation without locking it; None where there is none."""

    def flags(self, after: int, limit: int) -> Sequence[tuple[int, str]]:
        """Return flags in the order of their numbers: number and content of those above a number."""

    def forget(self, before: float) -> int:
        """Delete the conversations whose last message came before a time, and their flags; return how many."""

    def check(self) -> None:
        """Check that the store answers.

        Raises:
            StoreError: It does not.
        """

    def close(self) -> None:
        """Close the store."""


def key_of(conversation: str, salt: bytes) -> bytes:
    """Return the digest by which a conversation is found: 16 bytes, keyed with the salt of the store."""
    return hashlib.blake2b(conversation.encode("utf-8", "surrogatepass"), digest_size=16, key=salt).digest()


def check_settings(kept: Mapping[str, Any], settings: Mapping[str, Any], format_number: str) -> None:
    """Check that a store was written with the settings that the service has now.

    Args:
        kept: Settings of the store.
        settings: Settings of the service.
        format_number: Format of the store, as text.

    Raises:
        StoreError: They differ.
    """
    if format_number != str(FORMAT):
        raise StoreError("the state was written by another version; use that version, or another state")
    different = sorted(name for name in {*kept, *settings} if kept.get(name) != settings.get(name))
    if different:
        raise StoreError(f"the state was written with another {', '.join(different)}; use the same, or another state")


def sorted_keys(conversations: Iterable[str], salt: bytes) -> dict[bytes, str]:
    """Return key → id, in the order in which every process locks them, so that none waits for another in a circle."""
    return dict(sorted((key_of(name, salt), name) for name in conversations))
