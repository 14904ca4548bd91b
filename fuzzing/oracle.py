"""What counts as a fault: an error that is not the library's own, message text in the wrong place, a broken promise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from grooming_risk.errors import GroomingRiskError

# Represents message text: seeds and dictionary insert it everywhere, and no error may contain it.
CANARY = "xylophonecanary"


class BrokenPromiseError(Exception):
    """The library broke a promise. The message is a fixed sentence, one for each promise."""


def require(holds: bool, promise: str) -> None:
    """Raise when a promise does not hold.

    Args:
        holds: Whether the promise holds.
        promise: A fixed sentence; all findings with the same sentence count as one.

    Raises:
        BrokenPromiseError: The promise does not hold.
    """
    if not holds:
        raise BrokenPromiseError(promise)


def require_no_text(output: str, where: str) -> None:
    """Raise when output contains message text."""
    require(CANARY not in output, f"message text appears in {where}")


@contextmanager
def named_errors() -> Iterator[None]:
    """Allow the library's own errors and no others, if they have a message and contain no message text."""
    try:
        yield
    except GroomingRiskError as error:
        require_named(error)


def require_named(error: GroomingRiskError) -> None:
    """Raise when an error of the library, or any error chained to it, shows message text or has no message."""
    require(bool(str(error)), "an error has no message")
    shown: BaseException | None = error
    while shown is not None:
        require_no_text(f"{shown} {shown.args}", f"a {type(shown).__name__}")
        shown = shown.__cause__ or shown.__context__
