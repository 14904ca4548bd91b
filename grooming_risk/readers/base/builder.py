"""Collect the messages of one exported conversation and give its speakers neutral names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from grooming_risk.conversation import (
    Attribution,
    Conversation,
    Doubt,
    Limits,
    Message,
    MessageKind,
    speaker_name,
)
from grooming_risk.errors import GroomingRiskError, InputTooLargeError, InvalidConversationError
from grooming_risk.limits import LONGEST_EXPANSION
from grooming_risk.message_time import read_time
from grooming_risk.readers.base.contract import ExportedConversation, ReadConversation, UnreadableConversation
from grooming_risk.text.long_messages import parts

_DOUBTFUL = {
    Doubt.HEAD_INSIDE: "messages that contain lines that look like heads of other messages, read as text",
    Doubt.MAY_BE_INSIDE: "messages that may have been typed inside another message, under somebody else's name",
    Doubt.OUT_OF_ORDER: "messages whose time does not fit their place, as in a forged line or after late delivery",
    Doubt.NO_NAME: "lines without a name that are not known notices, read as words of the person before them",
}


class ConversationBuilder:
    """Collects messages in order and builds the conversation, or reports the error that makes it unusable.

    A bad message makes only its own conversation unusable: the first error is kept and returned by `build`.
    """

    def __init__(self, identifier: str, limits: Limits, attribution: Attribution = Attribution.GIVEN) -> None:
        """Begin an empty conversation.

        Args:
            identifier: Identifier of the conversation.
            limits: Limits of the conversation. Longer messages are split; five times as many messages are refused.
            attribution: What shows who wrote the messages, where it differs from the reader's.
        """
        self.identifier = identifier
        self._limits = limits
        self._most, self._short = limits.most_messages, limits.characters // LONGEST_EXPANSION
        self._messages: list[Message] = []
        self._speakers: dict[str, str] = {}  # key in the export → neutral name
        self._names: dict[str, str] = {}  # neutral name → display name, where it differs from the key
        self._noticed: dict[str, list[int]] = {}
        self._warnings: list[str] = []
        self._error: GroomingRiskError | None = None
        self._latest: datetime | None = None
        self._attribution = attribution
        self._doubts: dict[int, Doubt] = {}

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def refused(self) -> bool:
        """Whether the conversation is already unusable, so that reading further is pointless."""
        return self._error is not None

    def add(
        self,
        speaker: str,
        text: str,
        sent_at: object = None,
        kind: MessageKind = MessageKind.TEXT,
        *,
        name: str | None = None,
    ) -> None:
        """Add the next message.

        Args:
            speaker: Key that distinguishes this speaker in the export, an id rather than a name; "" when unknown.
            text: Text of the message; it is dropped when the kind carries no text.
            sent_at: Time, in any form that `read_time` accepts. An unreadable time is dropped with a warning.
            kind: Kind of the message. A text without visible characters becomes media.
            name: Display name of the speaker, when the key does not contain it.
        """
        if self._error is not None:
            return
        index = len(self._messages)
        if not kind.carries_text:
            text = ""
        elif not text.strip():
            text, kind = "", MessageKind.MEDIA
        neutral = self._speaker(speaker, name)
        moment = self._time(sent_at, index)
        if len(text) <= self._short:
            self._messages.append(Message(neutral, text, moment, kind))
        else:
            self._messages.extend(Message(neutral, piece, moment, kind) for piece in self._pieces(text, index))
        if len(self._messages) > self._most:
            self._error = InputTooLargeError(f"more than {self._most:,} messages; split the conversation")

    def time_of(self, index: int) -> datetime | None:
        """Return the time of a message that was added."""
        return self._messages[index].sent_at

    def refuse(self, error: GroomingRiskError) -> None:
        """Mark the conversation as unusable; the first error is kept."""
        self._error = self._error or error

    def refuse_row(self, index: int, lacks: str) -> None:
        """Mark the conversation as unusable because a row lacks a required field."""
        self.refuse(InvalidConversationError(f"message {index} lacks {lacks}; export it again", index))

    def notice(self, what: str, index: int | None = None) -> None:
        """Count an occurrence for a warning such as "times that could not be read"; index None is the next message."""
        self._noticed.setdefault(what, []).append(len(self._messages) if index is None else index)

    def doubt(self, doubt: Doubt, *indices: int) -> None:
        """Mark messages whose author is doubtful; the first reason is kept.

        Args:
            doubt: The reason.
            *indices: Indices of messages that were added; none for the last one.
        """
        for index in indices or (len(self._messages) - 1,):
            self._doubts.setdefault(index, doubt)

    def warn(self, warning: str) -> None:
        """Add a warning verbatim; it must not contain message text."""
        self._warnings.append(warning)

    def build(self) -> Iterator[ReadConversation]:
        """Yield the conversation, or nothing when it has no messages."""
        if self._error is not None:
            yield UnreadableConversation(self.identifier, self._error)
        elif self._messages:
            counted = tuple(
                f"{what}: {len(indices):,}, first at message {indices[0]}" for what, indices in self._noticed.items()
            )
            speakers = {neutral: self._names.get(neutral, key) for key, neutral in self._speakers.items()}
            for index, doubt in self._doubts.items():
                self._messages[index] = replace(self._messages[index], doubt=doubt)
            doubtful = _doubtful(self._doubts)
            conversation = Conversation(tuple(self._messages), self._attribution)
            yield ExportedConversation(self.identifier, conversation, speakers, (*self._warnings, *counted, *doubtful))

    def _speaker(self, key: str, name: str | None) -> str:
        neutral = self._speakers.get(key)
        if neutral is None:
            neutral = self._speakers[key] = speaker_name(len(self._speakers))
        if name and neutral not in self._names:
            self._names[neutral] = name
        return neutral

    def _time(self, value: object, index: int) -> datetime | None:
        try:
            moment = read_time(value, index)
        except InvalidConversationError:
            self.notice("times that could not be read", index)
            return None
        if moment is not None:
            if self._latest is not None and moment < self._latest:
                self.notice("times that go back", index)
            self._latest = moment
        return moment

    def _pieces(self, text: str, index: int) -> list[str]:
        """Return the text in parts that fit the limit, split after sentences or words where possible."""
        pieces = list(parts(text, self._limits.characters))
        if len(pieces) > 1:
            self.notice(f"messages of over {self._limits.characters:,} characters, which were split", index)
        return pieces


def _doubtful(doubts: Mapping[int, Doubt]) -> Iterator[str]:
    """Yield a warning for each kind of doubt about authors."""
    for doubt, what in _DOUBTFUL.items():
        indices = sorted(index for index, found in doubts.items() if found is doubt)
        if indices:
            yield f"{what}: {len(indices):,}, first at message {indices[0]}"
