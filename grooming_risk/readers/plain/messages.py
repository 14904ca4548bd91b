"""Read the messages of a plain text, from a file or from a document, in the shape that its first lines have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from grooming_risk.conversation import MessageKind
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import ReadConversation, ReadingOptions
from grooming_risk.readers.base.written_times import WrittenTimes
from grooming_risk.readers.plain.heads import SUBTITLE, Shape, Start, shape_of, start_of

SAMPLE = 60
_WITHOUT_HEAD = "lines before the first message, left out"
NOT_UTF8 = "the file is not UTF-8 and was read as Windows-1252; save it as UTF-8 if letters are wrong"


def sample_of(lines: Iterable[str]) -> list[str]:
    """Return the first lines that are not blank."""
    return list(islice((line for line in lines if line.strip()), SAMPLE))


def read_messages(
    lines: Callable[[], Iterable[str]], where: str, options: ReadingOptions, warnings: Iterable[str] = ()
) -> Iterator[ReadConversation]:
    """Read a text as one conversation.

    Args:
        lines: Returns the lines of the text from the start; it is called three times.
        where: Name of the text for error messages.
        options: Order of dates and limits.
        warnings: Warnings that the conversation gets.

    Yields:
        The conversation.

    Raises:
        UnsupportedFormatError: If the first lines do not show who wrote what.
    """
    shape = shape_of(sample_of(lines()))
    if shape is None:
        raise UnsupportedFormatError(
            f"{where} does not show who wrote what; write one message per line as Name: text, or choose a format with "
            "--from"
        )
    times = WrittenTimes(options.date_order, options.clock_hours)
    for line in lines():
        start = start_of(shape, line)
        if start is not None and start.at:
            times.add(start.at)
    builder = ConversationBuilder("1", options.limits)
    for warning in (*warnings, *times.warnings()):
        builder.warn(warning)
    _fill(builder, lines(), shape, times)
    yield from builder.build()


def _fill(builder: ConversationBuilder, lines: Iterable[str], shape: Shape, times: WrittenTimes) -> None:
    start: Start | None = None
    below: list[str] = []
    for line in lines:
        found = None if SUBTITLE.match(line) else start_of(shape, line)
        if found is None:
            if start is None and line.strip():
                builder.notice(_WITHOUT_HEAD)
            elif not SUBTITLE.match(line):
                below.append(line)
            continue
        if start is not None:
            _add(builder, start, below, times)
        start, below = found, []
        if builder.refused:
            return
    if start is not None:
        _add(builder, start, below, times)


def _add(builder: ConversationBuilder, start: Start, below: list[str], times: WrittenTimes) -> None:
    text = "\n".join([start.text, *below] if start.text else below).rstrip()
    sent_at = None if times.undecided or not start.at else times.moment(start.at)
    builder.add(start.name, text.removeprefix("\n"), sent_at, MessageKind.TEXT)
