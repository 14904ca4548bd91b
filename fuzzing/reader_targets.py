"""A target for every reader in FORMATS, one for recognising formats, one for damaged zips."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC
from functools import partial

from fuzzing import seeds
from fuzzing.members import exported
from fuzzing.oracle import named_errors, require, require_named, require_no_text
from fuzzing.target import Target
from grooming_risk.conversation import Limits, speaker_name
from grooming_risk.readers import (
    FORMATS,
    DateOrder,
    ExportedConversation,
    ReadConversation,
    ReadingOptions,
    UnreadableConversation,
    read_file,
)
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.work import ExportLimits

_READ = 50  # conversations of one input that are looked at
_SMALL = Limits(messages=12, characters=40, speakers=4)
_EXPORT_LIMITS = ExportLimits(member_bytes=200_000, streamed_bytes=200_000, total_bytes=400_000, members=30)
_OPTIONS = tuple(
    ReadingOptions(date_order=order, limits=limits, export_limits=export_limits)
    for limits, export_limits in ((Limits(), ExportLimits()), (_SMALL, _EXPORT_LIMITS))
    for order in (None, *DateOrder)
)


def reader_targets() -> Iterator[Target]:
    """One for each reader, whatever readers there are."""
    for name, reader in FORMATS.items():
        modules = (reader.read.__module__, "grooming_risk.readers.base.builder")
        yield Target(f"reader_{name}", partial(_check, name), partial(seeds.exports, reader), modules)
    detection = ("grooming_risk.readers.detection", "grooming_risk.readers.base.export")
    every = tuple(reader.recognizes.__module__ for reader in FORMATS.values())
    yield Target("detection", partial(_check, None), seeds.exports, (*detection, *every))
    yield Target("zip", _check_zip, seeds.zips, ("grooming_risk.readers.base.export",))


def chosen_options(data: bytes) -> ReadingOptions:
    """Options that follow from the input, so that a case replays as it was found."""
    return _OPTIONS[zlib.crc32(data) % len(_OPTIONS)]


def _check(format_name: str | None, data: bytes) -> None:
    options = chosen_options(data)
    with exported(data) as path, named_errors():
        for read in itertools.islice(read_file(path, format_name, options), _READ):
            check_read(read, options.limits)


def check_read(read: ReadConversation, limits: Limits) -> None:
    """Check what every reader promises of a conversation.

    Args:
        read: a conversation, or why it cannot be read.
        limits: the limits it was read with.

    Raises:
        BrokenPromiseError: a promise is broken.
    """
    require(isinstance(read.identifier, str), "an identifier is not a string")
    require_no_text(repr(read), "the repr of what was read")
    if isinstance(read, UnreadableConversation):
        require_named(read.error)
        return
    _check_speakers(read)
    messages = read.conversation.messages
    require(0 < len(messages) <= limits.most_messages, "more messages than the limit, or none")
    for message in messages:
        require(len(message.text) <= limits.characters, "a message is over the limit")
        require(message.kind.carries_text or message.text == "", "a kind without text carries text")
        at = message.sent_at
        require(at is None or at.tzinfo is UTC, "a time is not in UTC")
    for warning in read.warnings:
        require_no_text(warning, "a warning")


def _check_speakers(read: ExportedConversation) -> None:
    met = list(dict.fromkeys(message.speaker for message in read.conversation))
    neutral = [speaker_name(position) for position in range(len(met))]
    require(met == neutral, "speakers are not a, b, ... in the order they appear")
    require(list(read.speakers) == neutral, "names are kept for other speakers than those of the messages")
    named = read.with_names()
    names = {before.speaker: after.speaker for before, after in zip(read.conversation, named, strict=True)}
    require(len(set(names.values())) == len(names), "two speakers are called the same")


def _check_zip(data: bytes) -> None:
    with exported(data) as path, named_errors():
        export = Export(path, _EXPORT_LIMITS)
        for name in export.names[:_READ]:
            for read in (export.head, export.read, _lines_of(export)):
                with named_errors():
                    read(name)


def _lines_of(export: Export) -> Callable[[str], object]:
    return lambda name: sum(1 for _ in export.lines(name))
