"""Errors of the library. Each says what to do next; they cite indices and never hold message text."""

from __future__ import annotations


class GroomingRiskError(Exception):
    """Base class of every error that this library raises on purpose."""


class InvalidConversationError(GroomingRiskError, ValueError):
    """A row of a conversation cannot be used.

    Attributes:
        index: Zero-based index of the offending row; None when the error concerns the whole conversation.
    """

    index: int | None

    def __init__(self, message: str, index: int | None = None) -> None:
        """Create the error.

        Args:
            message: What is wrong, where, and what to do; without text of messages.
            index: Index of the offending row, or None.
        """
        super().__init__(message)
        self.index = index


class InputTooLargeError(GroomingRiskError):
    """The input exceeds a limit. It is refused as a whole, never truncated."""


class ArtifactIntegrityError(GroomingRiskError):
    """A file of the model artefact does not match its manifest."""


class UnsupportedFormatError(GroomingRiskError):
    """A file is damaged, or in a format that cannot be read."""


class UnknownFormatError(UnsupportedFormatError):
    """No reader recognizes the file."""


class InvalidOptionError(GroomingRiskError, ValueError):
    """An option is out of its range, or does not go with another one."""


class UnknownOperatingPointError(GroomingRiskError, KeyError):
    """The artefact has no operating point of this name."""

    def __str__(self) -> str:
        # KeyError would show the repr of the message.
        return str(self.args[0]) if self.args else ""


class OutputError(GroomingRiskError):
    """Standard output is closed, or cannot be written."""


class UndecidedCaseError(GroomingRiskError, ValueError):
    """A case cannot be handed over, because no person has decided that it should be."""


class UnknownCountryError(GroomingRiskError, ValueError):
    """The table of channels has no such country."""


class PackageError(GroomingRiskError):
    """A hand-over package cannot be written, or is not what its manifests say."""


class DeskError(GroomingRiskError):
    """The review desk cannot do what it was asked; nothing was changed."""
