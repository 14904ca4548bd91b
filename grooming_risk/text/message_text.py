"""Which text of a message the models read, and together with which messages before it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from grooming_risk.conversation import Conversation, Message
from grooming_risk.limits import LONGEST_EXPANSION, Limits, written_length
from grooming_risk.text.long_messages import parts
from grooming_risk.text.normalization import NormalizedText, normalize
from grooming_risk.text.short_messages import Run


@dataclass(frozen=True, slots=True)
class ShownText:
    """A message that shows text, with the short messages before it that the models read together with it.

    Of a message that is too long to be read at once, it is a part.

    Attributes:
        index: Index of the message.
        own: Its own normalized text, or that of the part.
        run: The run of short messages that ends with it; without words when it is not a short message.
        continues: Whether the text of this run takes the place of the text before, which was its beginning.
    """

    index: int
    own: NormalizedText
    run: Run
    continues: bool

    @property
    def first(self) -> int:
        """Index of the first message of the run; its own when the models read it alone."""
        return self.index if self.run.start is None else self.run.start

    @property
    def text(self) -> NormalizedText:
        """The normalized text of the whole run, which may spell a word in letters."""
        return self.own if self.first == self.index else normalize(self.run.text)


def shown_texts(
    messages: Iterable[tuple[int, Hashable, Message]], run: Run | None = None, most: int = Limits().characters
) -> Iterator[ShownText]:
    """Iterate over the messages that show text, and join the short ones that a speaker sends in a row.

    Args:
        messages: Index, speaker and content of each message, in order. Anything that identifies a speaker will do.
        run: The run that ended with the message before the first; None at the start of a conversation.
        most: Most characters of a text; a longer message gives several, one after the other.

    Yields:
        Each message that shows text. One that continues a run takes the place of the one before it.
    """
    before = run or Run()
    surely_short = most // LONGEST_EXPANSION
    for index, speaker, message in messages:
        if len(message.text) <= surely_short or written_length(message.text) <= most:
            own = visible_text(message)
            if own is not None:
                after = before.after(speaker, own.text, index)
                yield ShownText(index, own, after, after.continues(before))
                before = after
            continue
        for own in filter(None, (visible_text(replace(message, text=part)) for part in parts(message.text, most))):
            yield ShownText(index, own, Run(), False)
            before = Run()


def numbered(conversation: Conversation) -> Iterator[tuple[int, Hashable, Message]]:
    """Iterate over a whole conversation as `shown_texts` takes it."""
    return ((index, message.speaker, message) for index, message in enumerate(conversation))


def joined_texts(
    conversation: Conversation, speakers: Sequence[Hashable] | None = None, most: int = Limits().characters
) -> list[ShownText]:
    """Return the texts that the models read of a conversation: each at its last message, short messages joined.

    Args:
        conversation: The conversation.
        speakers: What identifies the speaker of each message; None for the speakers themselves.
        most: As in `shown_texts`.

    Returns:
        The texts, in order.
    """
    texts: list[ShownText] = []
    known = [message.speaker for message in conversation] if speakers is None else speakers
    rows = zip(range(len(conversation)), known, conversation, strict=True)
    for shown in shown_texts(rows, most=most):
        if shown.continues:
            texts.pop()
        texts.append(shown)
    return texts


def read_from(conversation: Conversation) -> list[int]:
    """Return for each message the index of the first that is read together with it: its own when it is read alone."""
    found = list(range(len(conversation)))
    for shown in shown_texts(numbered(conversation)):
        found[shown.index] = shown.first
    return found


def visible_text(message: Message) -> NormalizedText | None:
    """Return the normalized text of a message, or None when it shows no text."""
    if not message.kind.carries_text:
        return None
    text = normalize(message.text)
    return None if not text.text or text.text.isspace() else text
