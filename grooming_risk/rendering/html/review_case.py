"""A report together with its conversation: what every part of the page looks up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from grooming_risk.conversation import Conversation, speaker_name
from grooming_risk.errors import InvalidConversationError
from grooming_risk.limits import speaker_numbers
from grooming_risk.rendering.excerpts import Excerpt, chosen_evidence, excerpts, levels
from grooming_risk.rendering.wording import NO_TEXT
from grooming_risk.report import Evidence, RiskReport
from grooming_risk.text.message_text import read_from

_PAUSE = timedelta(hours=1)  # a shorter pause is normal in a chat


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation of a page. The `repr` shows neither texts nor the speakers' own names.

    Attributes:
        key: prefix of this conversation's ids on the page.
        level: level of the headings of its parts, one below its own heading; deeper in a queue than on a page.
        report: the result.
        conversation: the messages.
        speakers: the speakers' own names, in order of first appearance.
        numbers: for each message, the number of its speaker.
        labels: message → tactics, then cues, then why its author is doubtful.
        levels: message → arrows; see `excerpts.levels`.
        chosen: evidence to read first, strongest first.
        excerpts: that evidence with the messages around it.
    """

    key: str
    level: int
    report: RiskReport
    conversation: Conversation
    speakers: tuple[str, ...] = field(repr=False)
    numbers: tuple[int, ...]
    labels: dict[int, tuple[str, ...]]
    levels: dict[int, int]
    chosen: tuple[Evidence, ...]
    excerpts: tuple[Excerpt, ...]

    def letter(self, message: int) -> str:
        """Return the neutral name of the speaker of a message."""
        return speaker_name(self.numbers[message])

    def stamp(self, message: int) -> str | None:
        """Return the day and time of a message in UTC, to the minute."""
        sent_at = self.conversation.messages[message].sent_at
        return None if sent_at is None else sent_at.isoformat(" ", "minutes")[:16]

    def hours_since(self, message: int) -> int:
        """Return the whole hours between the previous message and this one; 0 where a time is not known."""
        if message == 0:
            return 0
        before, sent_at = (self.conversation.messages[index].sent_at for index in (message - 1, message))
        return 0 if before is None or sent_at is None else max(0, int((sent_at - before) / _PAUSE))

    def pause(self, message: int) -> str | None:
        """Return how long after the previous message it was sent, when that is an hour or more."""
        hours = self.hours_since(message)
        if hours == 0:
            return None
        if hours < 48:
            return "an hour later" if hours == 1 else f"{hours} hours later"
        return f"{hours // 24:,} days later"

    def without_text(self, message: int) -> str | None:
        """Return what is shown in place of a text, or None when the message has one."""
        found = self.conversation.messages[message]
        return None if found.text else NO_TEXT[found.kind]


def open_case(report: RiskReport, conversation: Conversation, key: str, level: int = 2) -> Case:
    """Put a report and its conversation together.

    Args:
        report: the result.
        conversation: the messages that were scored.
        key: prefix of this conversation's ids on the page.
        level: level of the headings of its parts.

    Returns:
        The case.

    Raises:
        InvalidConversationError: the report belongs to another conversation.
    """
    numbers = tuple(speaker_numbers(message.speaker for message in conversation))
    speakers = {number: message.speaker for number, message in zip(numbers, conversation, strict=True)}
    if not _belong_together(report, conversation, numbers):
        raise InvalidConversationError(
            f"the report belongs to another conversation (it covers {report.messages} messages, this one has "
            f"{len(conversation)}); pass the messages that were scored, in the same order"
        )
    chosen = tuple(chosen_evidence(report))
    return Case(
        key=key,
        level=level,
        report=report,
        conversation=conversation,
        speakers=tuple(speakers.values()),
        numbers=numbers,
        labels=_labels(report, conversation),
        levels=levels(report),
        chosen=chosen,
        excerpts=tuple(excerpts(chosen, read_from(conversation))),
    )


def _belong_together(report: RiskReport, conversation: Conversation, numbers: tuple[int, ...]) -> bool:
    """Check whether every index and speaker of the report fits the conversation.

    This protects the page as well: the indices in a report from a file may point anywhere.
    """
    total = len(conversation)
    return (
        report.messages == total
        and all(0 <= index < total for index in _indices(report))
        and all(item.speaker == speaker_name(numbers[item.message]) for item in report.evidence)
        and all(start < stop for start, stop in _ranges(report))
        and set(report.unread) <= {speaker_name(number) for number in set(numbers)}
    )


def _indices(report: RiskReport) -> Iterator[int]:
    yield from (item.message for item in report.evidence)
    for found in report.timeline.values():
        yield from found
    for window in report.windows:
        yield from window.remembered
    for start, stop in _ranges(report):
        yield from (start, stop - 1)
    if report.first_flag is not None:
        yield report.first_flag


def _ranges(report: RiskReport) -> Iterator[tuple[int, int]]:
    yield from ((window.start, window.stop) for window in report.windows)
    yield from ((span.start, span.stop) for span in report.spans)
    yield from (stretch for span in report.spans for stretch in span.stretches)


def _labels(report: RiskReport, conversation: Conversation) -> dict[int, tuple[str, ...]]:
    found: dict[int, dict[str, None]] = {}  # names as keys: in order, each once
    for item in report.evidence:
        if item.tactics or item.cues:
            found[item.message] = dict.fromkeys((*item.tactics, *item.cues))
    for tactic, indices in report.timeline.items():
        for index in indices:
            found.setdefault(index, {})[tactic] = None
    for index, message in enumerate(conversation):
        if message.doubt is not None:
            found.setdefault(index, {})[message.doubt.value] = None
    return {index: tuple(names) for index, names in found.items()}
