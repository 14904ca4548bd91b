"""Indices of messages on the command line."""

from __future__ import annotations

import argparse
import re

# At most seven digits: a range that is mistyped must not fill the memory.
_INDICES = re.compile(r"([0-9]{1,7})(?:-([0-9]{1,7}))?")


def indices(text: str) -> list[int]:
    """Read `3,4,7-9` as 3, 4, 7, 8, 9."""
    found: list[int] = []
    for part in text.split(","):
        match = _INDICES.fullmatch(part.strip())
        if match is None:
            raise argparse.ArgumentTypeError("write message numbers as in 3,4,7-9")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise argparse.ArgumentTypeError(f"the range {first}-{last} runs backwards")
        found += range(first, last + 1)
    return found
