"""Messages of one exported conversation, as a reader meets them, become a conversation with neutral speakers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from grooming_risk.conversation import Conversation, Limits, Message, MessageKind, speaker_name
from grooming_risk.errors import GroomingRiskError, InputTooLargeError, InvalidConversationError
from grooming_risk.message_time import read_time
from grooming_risk.readers.base.contract import ExportedConversation, ReadConversation, UnreadableConversation


class ConversationBuilder:
    """Takes messages in order and gives the conversation, or what makes it unusable.

    A bad message spoils its own conversation only: the first error is kept and given by `build`.
    """

    def __init__(self, identifier: str, limits: Limits) -> None:
        """Args:
        identifier: of the conversation.
        limits: of the conversation; longer messages are split, more messages or speakers refused.
        """
        self.identifier = identifier
        self._limits = limits
        self._messages: list[Message] = []
        self._speakers: dict[str, str] = {}  # what the export calls them → neutral name
        self._names: dict[str, str] = {}  # neutral name → name that people know, where it is not the key
        self._noticed: dict[str, list[int]] = {}
        self._warnings: list[str] = []
        self._error: GroomingRiskError | None = None
        self._latest: datetime | None = None

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def refused(self) -> bool:
        """Whether the conversation is unusable, so that reading on is in vain."""
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
        """Take the next message.

        Args:
            speaker: what tells this speaker from others in the export: an id rather than a name; "" when unknown.
            text: what was written; left out when the kind carries none.
            sent_at: as `read_time` takes it; one that cannot be read is left out with a warning.
            kind: a text without visible characters becomes media.
            name: what people call the speaker, when the id does not say it.
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
        for piece in self._pieces(text, index):
            self._messages.append(Message(neutral, piece, moment, kind))
        if len(self._messages) > self._limits.messages:
            self._error = InputTooLargeError(f"more than {self._limits.messages:,} messages; split the conversation")
        elif len(self._speakers) > self._limits.speakers:
            self._error = InputTooLargeError(f"more than {self._limits.speakers:,} speakers; split the conversation")

    def refuse(self, error: GroomingRiskError) -> None:
        """Keep what makes the conversation unusable; the first one counts."""
        self._error = self._error or error

    def refuse_row(self, index: int, lacks: str) -> None:
        """Refuse the conversation for a row that lacks something."""
        self.refuse(InvalidConversationError(f"message {index} lacks {lacks}; export it again", index))

    def notice(self, what: str, index: int | None = None) -> None:
        """Count something for a warning, e.g. "times that could not be read"; index is the next message when None."""
        self._noticed.setdefault(what, []).append(len(self._messages) if index is None else index)

    def warn(self, warning: str) -> None:
        """Add a warning as it stands; never text."""
        self._warnings.append(warning)

    def build(self) -> Iterator[ReadConversation]:
        """The conversation; nothing when it holds no message."""
        if self._error is not None:
            yield UnreadableConversation(self.identifier, self._error)
        elif self._messages:
            counted = tuple(
                f"{what}: {len(indices):,}, first at message {indices[0]}" for what, indices in self._noticed.items()
            )
            speakers = {neutral: self._names.get(neutral, key) for key, neutral in self._speakers.items()}
            yield ExportedConversation(
                self.identifier, Conversation(tuple(self._messages)), speakers, (*self._warnings, *counted)
            )

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

    def _pieces(self, text: str, index: int) -> Iterator[str]:
        """The text in parts that fit the limit, cut at blanks where there are any."""
        most = self._limits.characters
        if len(text) > most:
            self.notice(f"messages of over {most:,} characters, split", index)
        while len(text) > most:
            cut = text.rfind(" ", most // 2, most)
            cut = most if cut < 0 else cut
            yield text[:cut]
            text = text[cut:]
        yield text
