"""Numbers of messages on the command line, as in `3,4,7-9`."""

from __future__ import annotations

import argparse
import re

# At most seven digits, so that a mistyped range cannot fill the memory.
_INDICES = re.compile(r"([0-9]{1,7})(?:-([0-9]{1,7}))?")


def add_viewed(parser: argparse.ArgumentParser) -> None:
    """Add `--viewed`."""
    parser.add_argument(
        "--viewed", type=_indices, default=[], metavar="3,4,7-9", help="numbers of the messages that you viewed"
    )


def _indices(text: str) -> list[int]:
    """Return the numbers that a list such as `3,4,7-9` stands for."""
    indices: list[int] = []
    for part in text.split(","):
        match = _INDICES.fullmatch(part.strip())
        if match is None:
            raise argparse.ArgumentTypeError("write message numbers as in 3,4,7-9")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise argparse.ArgumentTypeError(f"the range {first}-{last} runs backwards")
        indices += range(first, last + 1)
    return indices
