"""What counts as a fault: an error that is not the library's own, text where none may be, a promise that is broken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from grooming_risk.errors import GroomingRiskError

# Stands for what people wrote: seeds and dictionary put it everywhere, and no error may hold it.
CANARY = "xylophonecanary"


class BrokenPromiseError(Exception):
    """The library did something that it promises not to. The message is a fixed sentence, one for each promise."""


def require(holds: bool, promise: str) -> None:
    """Raise when a promise does not hold.

    Args:
        holds: whether it does.
        promise: a fixed sentence; the findings of one sentence count as one.
    """
    if not holds:
        raise BrokenPromiseError(promise)


def require_no_text(said: str, where: str) -> None:
    """Raise when what people wrote stands in what is said."""
    require(CANARY not in said, f"text stands in {where}")


@contextmanager
def named_errors() -> Iterator[None]:
    """Allow the library's own errors, and nothing else, as long as they hold no text and say something."""
    try:
        yield
    except GroomingRiskError as error:
        require_named(error)


def require_named(error: GroomingRiskError) -> None:
    """Raise when one of the library's errors shows text, or any error tied to it, also one that no traceback prints."""
    require(bool(str(error)), "an error says nothing")
    shown: BaseException | None = error
    while shown is not None:
        require_no_text(f"{shown} {shown.args}", f"a {type(shown).__name__}")
        shown = shown.__cause__ or shown.__context__
