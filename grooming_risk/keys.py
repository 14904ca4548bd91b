"""Secrets that callers give for digests and seals."""

from __future__ import annotations

from grooming_risk.errors import InvalidOptionError

SHORTEST_KEY = 16  # bytes; HMAC-SHA-256 keys below 128 bits can be searched


def check_key(key: bytes | None) -> None:
    """Refuse what is too short for a key.

    Raises:
        InvalidOptionError: it is.
    """
    if key is not None and len(key) < SHORTEST_KEY:
        raise InvalidOptionError(f"the key has {len(key)} bytes; use at least {SHORTEST_KEY} random ones")
