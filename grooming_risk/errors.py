"""Errors of the library: each says what to do next, cites indices, and never holds message text."""

from __future__ import annotations


class GroomingRiskError(Exception):
    """Base of every error that this library raises on purpose."""


class InvalidConversationError(GroomingRiskError, ValueError):
    """A row of a conversation cannot be used.

    Attributes:
        index: zero-based index of the offending row, or None when the whole conversation is meant.
    """

    def __init__(self, message: str, index: int | None = None) -> None:
        super().__init__(message)
        self.index = index


class InputTooLargeError(GroomingRiskError):
    """The input is over a limit; it is refused whole, never cut silently."""


class ArtifactIntegrityError(GroomingRiskError):
    """A file of the model artefact is not the one its manifest names."""


class UnsupportedFormatError(GroomingRiskError):
    """A file is in no format that a reader knows, or is damaged."""


class UnknownFormatError(UnsupportedFormatError):
    """No reader recognises the file."""


class InvalidOptionError(GroomingRiskError, ValueError):
    """An option of a call is out of its range."""


class UnknownOperatingPointError(GroomingRiskError, KeyError):
    """The named operating point is not in the artefact."""

    def __str__(self) -> str:
        # KeyError would print the repr of the message; people read this one.
        return str(self.args[0]) if self.args else ""


class UndecidedCaseError(GroomingRiskError, ValueError):
    """A case cannot be handed over, because no person has decided that it should be."""


class UnknownCountryError(GroomingRiskError, ValueError):
    """The table of channels has no such country."""


class PackageError(GroomingRiskError):
    """A hand-over package cannot be written, or is not what its manifests say."""
