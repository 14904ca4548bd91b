"""Reader of Signal's plain-text export (`main.jsonl` with `metadata.json` and `files/`) and of signal-export's files.

main.jsonl contains the frames of Backup v2, one JSON object per line: first BackupInfo `{version, backupTimeMs, ...}`,
then `{"recipient": {id, contact|group|self|...}}`, `{"chat": {id, recipientId}}`, `{"chatItem": {chatId, authorId,
dateSent, revisions, standardMessage|...}}`. Fields are those of backup.proto in signalapp/libsignal (read 2026-11-23,
commit 02118439). 64-bit numbers are strings in a parser's fixture of a real export (`"dateSent": "1734989094736"`);
numbers are accepted too. Signal Android writes this export from 8.10 (2026) on; unverified against an export of the app
itself. The earlier versions of a message are its `revisions`; the item itself is the latest. Texts of more than 2,000
bytes continue in an attachment, which is not read. Quotes and reactions are not the replier's words and are skipped.

signal-export's files are read by `scripted_export`. The chats of an account are interleaved in main.jsonl, so all of
them are held in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from grooming_risk.conversation import Attribution, Limits, MessageKind
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.json_text import parse_json_lines
from grooming_risk.readers.signal.scripted_export import chats_of, read_chat

# Digits of the largest 64-bit number.
_LONGEST_NUMBER = 20
_MEDIA = ("stickerMessage", "contactMessage", "viewOnceMessage", "giftBadge")
_FRAMES = ("recipient", "chat", "chatItem", "account", "stickerPack", "adHocCall", "notificationProfile", "chatFolder")
# Suffixes of other programs' exports; a folder with these is not a Signal export.
_OTHERS = {".txt", ".csv", ".tsv", ".log", ".zip"}


def _recognizes(export: Export) -> bool:
    if export.shape == "folder" and any(_foreign(PurePosixPath(name)) for name in export.names):
        return False
    mains = [name for name in _mains(export) if _holds_frames(export.head(name))]
    return len(mains) <= 1 and bool(mains) != bool(chats_of(export))


def _foreign(path: PurePosixPath) -> bool:
    return path.suffix.lower() in _OTHERS and not {"media", "files"}.intersection(path.parts[:-1])


def _main(export: Export) -> str | None:
    """Return the member with the frames."""
    names = _mains(export)
    return next((name for name in names if _holds_frames(export.head(name))), None) if len(names) == 1 else None


def _mains(export: Export) -> Sequence[str]:
    return export.names if export.shape == "file" else export.named("main.jsonl")


def _holds_frames(head: str) -> bool:
    first = head.lstrip().partition("\n")[0]
    return first.startswith("{") and '"backupTimeMs"' in first


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    main = _main(export)
    if main is None and export.shape == "file" and not chats_of(export):
        main = export.names[0]
    if main is not None:
        yield from _frames(export, main, options.limits)
        return
    chats = chats_of(export)
    if not chats:
        raise UnsupportedFormatError(
            f"{export.name} contains no main.jsonl, data.json or chat.md of Signal; give its folder"
        )
    for chat in chats:
        folder = PurePosixPath(chat).parent.name
        yield from read_chat(export, chat, folder or "1", options.limits)


def _frames(export: Export, main: str, limits: Limits) -> Iterator[ReadConversation]:
    people: dict[str, str] = {}
    chats: dict[str, ConversationBuilder] = {}
    known = 0
    where = export.where(main)
    for number, frame in parse_json_lines(export.lines(main), where):
        known += any(kind in frame for kind in _FRAMES)
        _take_person(frame, people)
        item = frame.get("chatItem")
        if item is None:
            continue
        chat = _number(item.get("chatId")) if isinstance(item, dict) else ""
        if not chat:
            raise UnsupportedFormatError(f"{where} line {number} is a message without a chat; export it again")
        _add(chats.setdefault(chat, ConversationBuilder(chat, limits)), item, people)
    if not known:
        raise UnsupportedFormatError(f"{where} contains no frames of Signal; choose a format with --from")
    for builder in chats.values():
        yield from builder.build()


def _take_person(frame: Mapping[str, Any], people: dict[str, str]) -> None:
    """Store the name of a recipient; the exporter's own name is only in the account frame."""
    account, recipient = frame.get("account"), frame.get("recipient")
    if isinstance(account, dict):
        people["self"] = _joined(account, "givenName", "familyName")
    if isinstance(recipient, dict):
        contact = recipient.get("contact")
        name = people.get("self", "") if "self" in recipient else ""
        people[_number(recipient.get("id"))] = _name(contact) if isinstance(contact, dict) else name


def _name(contact: Mapping[str, Any]) -> str:
    nickname = contact.get("nickname")
    return (
        (_joined(nickname, "given", "family") if isinstance(nickname, dict) else "")
        or _joined(contact, "systemGivenName", "systemFamilyName")
        or _joined(contact, "profileGivenName", "profileFamilyName")
        or _joined(contact, "username")
        or _number(contact.get("e164"))
    )


def _joined(holder: Mapping[str, Any], *keys: str) -> str:
    return " ".join(value for value in map(holder.get, keys) if isinstance(value, str) and value)


def _number(value: object) -> str:
    """Return a 64-bit number, stored as a string or a number, as digits; "" for other values."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**_LONGEST_NUMBER else ""
    return value if value.isascii() and value.isdecimal() and len(value) <= _LONGEST_NUMBER else ""


def _add(builder: ConversationBuilder, item: Mapping[str, Any], people: Mapping[str, str]) -> None:
    author, sent = _number(item.get("authorId")), _number(item.get("dateSent"))
    if not author:
        builder.refuse_row(len(builder), "authorId")
        return
    text, kind = _content(item)
    if kind is None:
        builder.notice("messages of unknown type, read as notices")
        kind = MessageKind.SYSTEM
    standard = item.get("standardMessage")
    if isinstance(standard, dict) and isinstance(standard.get("longText"), dict):
        builder.notice("long messages that continue in files that are not read")
    builder.add(author, text, int(sent) if sent else item.get("dateSent"), kind, name=people.get(author))


def _content(item: Mapping[str, Any]) -> tuple[str, MessageKind | None]:
    """Return the text and kind of a message; the kind is None for an unknown type."""
    for key, kind in (("remoteDeletedMessage", MessageKind.DELETED), ("updateMessage", MessageKind.SYSTEM)):
        if key in item:
            return "", kind
    if any(key in item for key in _MEDIA):
        return "", MessageKind.MEDIA
    words = _words(item)
    if words is None:
        return "", None
    return words, MessageKind.EDITED if words.strip() and item.get("revisions") else MessageKind.TEXT


def _words(item: Mapping[str, Any]) -> str | None:
    standard, story = item.get("standardMessage"), item.get("directStoryReplyMessage")
    if isinstance(standard, dict):
        return _body(standard)
    if isinstance(story, dict):
        reply = story.get("textReply")
        return _body(reply) if isinstance(reply, dict) else _joined(story, "emoji")
    payment, poll = item.get("paymentNotification"), item.get("poll")
    if isinstance(payment, dict):
        return _joined(payment, "note")
    if isinstance(poll, dict):
        options = poll.get("options")
        choices = [row.get("option") for row in options if isinstance(row, dict)] if isinstance(options, list) else []
        return "\n".join(row for row in (poll.get("question"), *choices) if isinstance(row, str))
    return None


def _body(holder: Mapping[str, Any]) -> str:
    text = holder.get("text")
    body = text.get("body") if isinstance(text, dict) else ""
    return body if isinstance(body, str) else ""


READER = Reader(
    name="signal",
    attribution=Attribution.ACCOUNT,
    description="Signal's plain export (main.jsonl, its folder or zip), or signal-export's data.json and chat.md",
    accepts=("file", "folder", "zip"),
    keeps=("times", "edits", "deletions", "media", "system notices"),
    limit="texts of over 2,000 bytes are cut off in main.jsonl; signal-export's times have no zone (read as UTC)",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Signal for Android 8.10 and newer: Settings > Backups > Export chat history as plain text.",
            "Or run signal-export (github.com/carderne/signal-export) beside Signal Desktop.",
            "Give the folder or its zip.",
        ),
        kept=("ids of senders", "times", "edits", "deletions", "notices"),
        lost=("disappeared messages", "texts of more than 2,000 bytes, which are cut"),
        source="backup.proto of signalapp/libsignal; signal-export 3.9.3. Unverified against the app's own export",
        seen="the schema of Signal Android 8.10 (2026); signal-export 2 and 3",
    ),
)
