"""The parts of a summary, before they become a page or a text file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grooming_risk.handover.case.case import CaseMessage
from grooming_risk.handover.language.languages import Language


@dataclass(frozen=True, slots=True)
class Phrase:
    """Text of ours, to be translated, with values for its placeholders."""

    message: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """Text of somebody else: shown as data, and never as markup. Lines stay apart where `lines` is set."""

    text: str = field(repr=False)
    lines: bool = False


Part = Phrase | Given
Line = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A line above what belongs together inside a section."""

    line: Line


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values."""

    rows: tuple[tuple[Line, Line], ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """Lines of a list."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """The messages of the case."""

    messages: tuple[CaseMessage, ...]


Block = Line | Heading | Facts | Bullets | Transcript


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it."""

    heading: Phrase
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole summary.

    Attributes:
        language: of its text.
        emergency: what comes before everything else.
        opening: what a reader must know first.
        sections: the rest.
    """

    language: Language
    emergency: Phrase
    opening: tuple[Phrase, ...]
    sections: tuple[Section, ...]
