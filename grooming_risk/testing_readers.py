"""Checks of the contract of readers, for the tests of packages that bring their own."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from grooming_risk.conversation import Limits, speaker_name
from grooming_risk.readers import ExportedConversation, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export


class BrokenContractError(AssertionError):
    """A reader does not keep its contract. The message is a fixed sentence without text of the export."""


def check_reader(reader: Reader, path: Path, words: tuple[str, ...] = ()) -> list[ReadConversation]:
    """Read an export and check what the contract promises of every conversation.

    Args:
        reader: Reader under test.
        path: A synthetic export that the reader recognizes.
        words: Words of the export's messages and names, which must not show in errors, warnings or `repr`.

    Returns:
        The conversations.

    Raises:
        BrokenContractError: If a promise is broken.
    """
    export = Export(path)
    _require(reader.recognizes(export), "the reader does not recognize the export")
    _require(export.shape in reader.accepts, "the shape of the export is not in accepts")
    guide = reader.guide
    _require(bool(guide.steps and guide.kept and guide.source and guide.seen), "the guide is incomplete")
    found = list(reader.read(export, ReadingOptions()))
    _require(bool(found), "the reader yields no conversation")
    for item in found:
        _check(item, words)
    return found


def _check(item: ReadConversation, words: tuple[str, ...]) -> None:
    shown = [repr(item)]
    if isinstance(item, ExportedConversation):
        _check_messages(item, Limits())
        shown += item.warnings
    else:
        shown.append(str(item.error))
    _require(not any(word in line for word in words for line in shown), "text shows in an error, a warning or a repr")


def _check_messages(item: ExportedConversation, limits: Limits) -> None:
    messages = item.conversation.messages
    met = list(dict.fromkeys(message.speaker for message in messages))
    _require(met == [speaker_name(at) for at in range(len(met))], "speakers are not a, b, ... in order of appearance")
    _require(list(item.speakers) == met, "speakers lists other names than the messages have")
    _require(0 < len(messages) <= limits.most_messages, "the conversation is empty or over the limit")
    for message in messages:
        _require(len(message.text) <= limits.characters, "a message is over the limit")
        _require(message.kind.carries_text or not message.text, "a kind without text carries text")
        _require(message.sent_at is None or message.sent_at.tzinfo is UTC, "a time is not in UTC")


def _require(holds: bool, promise: str) -> None:
    if not holds:
        raise BrokenContractError(promise)
