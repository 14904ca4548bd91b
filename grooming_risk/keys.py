"""Secret keys that callers provide for digests and seals."""

from __future__ import annotations

from grooming_risk.errors import InvalidOptionError

SHORTEST_KEY = 16  # bytes; shorter keys of HMAC-SHA-256 can be found by search
# Of 16 random bytes fewer than 8 are distinct in about one of 10**11 keys.
_DISTINCT = 8


def check_key(key: bytes | None) -> None:
    """Check that a key is long enough and is not an obvious pattern.

    Args:
        key: The key; None, for a random key, is accepted.

    Raises:
        InvalidOptionError: The key is too short, has fewer than 8 distinct bytes, or repeats a shorter one.
    """
    if key is None:
        return
    if len(key) < SHORTEST_KEY:
        raise InvalidOptionError(f"the key must have at least {SHORTEST_KEY} bytes, got {len(key)}; use random bytes")
    if len(set(key)) < _DISTINCT or (key + key).find(key, 1) < len(key):
        raise InvalidOptionError("the key is easy to guess, because it repeats itself; use random bytes")
