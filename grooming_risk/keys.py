"""Secret keys that callers provide for digests and seals."""

from __future__ import annotations

from grooming_risk.errors import InvalidOptionError

SHORTEST_KEY = 16  # bytes; shorter keys of HMAC-SHA-256 can be found by search


def check_key(key: bytes | None) -> None:
    """Check that a key is long enough.

    Args:
        key: The key; None, for a random key, is accepted.

    Raises:
        InvalidOptionError: The key is too short.
    """
    if key is not None and len(key) < SHORTEST_KEY:
        raise InvalidOptionError(f"the key must have at least {SHORTEST_KEY} bytes, got {len(key)}; use random bytes")
