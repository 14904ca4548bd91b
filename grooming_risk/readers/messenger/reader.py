"""Reader of Facebook Messenger's and Instagram's JSON: a file, the folder of a thread, or a download as folder or zip.

There are two schemas. Source, read in 2026-11: kenn-io/msgvault (internal/fbmessenger at ac6fc7f7), a field list of
2025-08 (bepaald/signalbackup-tools#331) and samples of users; Meta publishes none.
  download:   …messages/<section>/<thread>/message_N.json
              {"participants": [{"name"}], "messages": [row, …], "title", "thread_path": "<section>/<slug>_<id>", …},
              row: sender_name, timestamp_ms, content?, photos?, share?, call_duration?, is_unsent?, type? (until 2024)
  encrypted (messenger.com/secure_storage/dyi): one file a thread, <name>_N.json
              {"participants": [name, …], "threadName": "<name>_N", "messages": [row, …]},
              row: senderName, timestamp (ms), text, type ("text", "link", "media", "placeholder"), isUnsent, media

The download writes UTF-8 bytes as if they were Latin-1; this is undone in a file when most of its non-ASCII strings
decode that way. Rows are newest first, also across the files of a thread (message_1 is the newest); they are sorted by
time, and rows of one moment are reversed. Sections show how a thread arrived: "message_requests" and similar names
precede the identifier, "inbox" does not. Speakers are names, so two people with one name, and all deleted accounts, are
one speaker. Of a share, only the sender's own text is read. Sentences of the platform are found in `content`; see
`sentences`. Reactions are not messages.
Unverified: the order of rows in encrypted exports, and the meaning of a placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.errors import GroomingRiskError, InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions, UnreadableConversation
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.times import by_time, known_time
from grooming_risk.readers.messenger.sentences import known_names, sentence_kind

_NUMBERED = re.compile(r"message_(\d{1,6})\.json")
# No message can contain these keys: inside a JSON string, quotation marks are escaped.
_DOWNLOADED = ('"sender_name"', '"is_still_participant"')
_ENCRYPTED = ('"threadName"', '"senderName"')
_MANY_PEOPLE = re.compile(r'\A\s*\{\s*"participants"\s*:\s*\[\s*\{\s*"name"\s*:')
# Maximum number of files of another program's folder that are inspected.
_LOOKED_INTO = 100
# facebook-<name>/your_facebook_activity/messages/inbox/<thread>/message_1.json; deeper: a folder of exports.
_DEPTH = 5
# The inbox is the usual section and is not named.
_SECTIONS = ("message_requests", "filtered_threads", "archived_threads", "e2ee_cutover")
_WRITTEN = (None, "Generic", "Share", "text", "link", "media")
_NOTICES = ("Call", "Subscribe", "Unsubscribe", "placeholder")


def _recognizes(export: Export) -> bool:
    if len(export.names) == 1:
        return _is_thread(export, export.names[0])
    near = [PurePosixPath(name) for name in export.named("*.json") if name.count("/") <= _DEPTH]
    numbered = [path.as_posix() for path in near if _NUMBERED.fullmatch(path.name)]
    # An encrypted export has its threads side by side.
    flat = [path.as_posix() for path in near if path.parent.name in ("", "messages")]
    return any(_is_thread(export, name) for names in (numbered, flat) for name in islice(names, _LOOKED_INTO))


def _is_thread(export: Export, name: str) -> bool:
    head = export.head(name)
    if not head.lstrip().startswith("{") or '"participants"' not in head:
        return False
    if any(key in head for key in (*_DOWNLOADED, *_ENCRYPTED)):
        return True
    # With many people, the first message lies behind the head.
    return '"messages"' not in head[:-200] and _MANY_PEOPLE.match(head) is not None


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    threads = _threads(export)
    if not threads:
        raise UnsupportedFormatError(
            f"{export.name} contains no message_N.json; give the folder that contains messages/"
        )
    for fallback, members in threads:
        try:
            data = _files(export, members, options.limits.most_messages)
        except GroomingRiskError as error:
            if len(threads) == 1:
                raise
            yield UnreadableConversation(fallback, error)
            continue
        yield from _conversation(fallback, data, options)


def _threads(export: Export) -> list[tuple[str, list[str]]]:
    """List the threads: a fallback identifier and the files, newest first."""
    if len(export.names) == 1:
        return [("1", list(export.names))]
    threads: dict[str, list[str]] = {}
    for name in export.named("*.json"):
        path = PurePosixPath(name)
        if _NUMBERED.fullmatch(path.name):
            threads.setdefault(path.parent.as_posix(), []).append(name)
        elif _is_thread(export, name):  # an encrypted one, or a file that somebody renamed
            threads[path.with_suffix("").as_posix()] = [name]
    return [(_identifier(path), sorted(names, key=_number)) for path, names in threads.items()]


def _number(name: str) -> tuple[int, str]:
    found = _NUMBERED.fullmatch(PurePosixPath(name).name)
    return (int(found[1]) if found else 0, name)


def _identifier(path: str) -> str:
    """Return the identifier of a thread from its path, prefixed by the section if it is one of `_SECTIONS`."""
    *above, slug = path.split("/")
    own = slug.rpartition("_")[2] or slug
    return f"{above[-1]}/{own}" if above and above[-1] in _SECTIONS else own


def _files(export: Export, members: list[str], most: int) -> list[dict[str, Any]]:
    files, rows = [], 0
    for name in members:
        where, data = export.where(name), export.json(name)
        if not isinstance(data, dict) or not isinstance(data.get("messages"), list):
            raise UnsupportedFormatError(
                f"{where} is not a thread of Messenger or Instagram; choose a format with --from"
            )
        files.append(data)
        rows += len(data["messages"])
        if rows > most:  # all files of a thread are held at once, so this is not left to the builder
            raise InputTooLargeError(f"{where}: the thread has more than {most} messages; split it")
    return files


def _conversation(fallback: str, files: list[dict[str, Any]], options: ReadingOptions) -> Iterator[ReadConversation]:
    rows: list[Any] = []
    for data in files:
        _mend(data)
        rows.extend(data["messages"])
    path = files[0].get("thread_path") or files[0].get("threadName")
    builder = ConversationBuilder(_identifier(path) if isinstance(path, str) else fallback, options.limits)
    names = known_names({name for data in files for name in _names(data)})
    for index, row in enumerate(_in_order_of_time(rows)):
        _add(builder, row, index, names)
    yield from builder.build()


def _names(data: dict[str, Any]) -> Iterator[str]:
    people = data.get("participants")
    for person in people if isinstance(people, list) else ():
        name = person.get("name") if isinstance(person, dict) else person
        if isinstance(name, str):
            yield name
    for row in data["messages"]:
        name = _sender(row) if isinstance(row, dict) else None
        if isinstance(name, str):
            yield name


def _sender(row: dict[str, Any]) -> Any:
    return row.get("sender_name", row.get("senderName"))


def _mend(data: dict[str, Any]) -> None:
    """Repair UTF-8 that was read as Latin-1 in the names and contents of a file."""
    if "threadName" in data:  # the encrypted export is written correctly
        return
    people = data.get("participants")
    places = [
        (holder, key)
        for rows, key in ((data["messages"], "sender_name"), (data["messages"], "content"), (people, "name"))
        for holder in (rows if isinstance(rows, list) else ())
        if isinstance(holder, dict) and isinstance(holder.get(key), str) and not holder[key].isascii()
    ]
    mended = [_utf8(holder[key]) for holder, key in places]
    # One string can decode by chance, and one can be damaged: the file as a whole decides.
    if 2 * sum(text is not None for text in mended) > len(mended):
        for (holder, key), text in zip(places, mended, strict=True):
            holder[key] = holder[key] if text is None else text


def _utf8(text: str) -> str | None:
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None


def _in_order_of_time(rows: Sequence[Any]) -> Sequence[Any]:
    """Return the rows oldest first; rows of one moment are reversed when the file is newest first."""
    times = [known_time(_time(row)) if isinstance(row, dict) else None for row in rows]
    known = [time for time in times if time is not None]
    if not known or known[0] >= known[-1]:
        rows, times = rows[::-1], times[::-1]
    return by_time(rows, times)


def _time(row: dict[str, Any]) -> Any:
    return row.get("timestamp_ms", row.get("timestamp"))


def _add(builder: ConversationBuilder, row: Any, index: int, names: frozenset[str]) -> None:
    sender = _sender(row) if isinstance(row, dict) else None
    content = row.get("content", row.get("text")) if isinstance(row, dict) else None
    if not isinstance(sender, str) or not (content is None or isinstance(content, str)):
        builder.refuse_row(index, "a sender, or its content is not a text")
        return
    type_ = row.get("type")
    known = type_ is None or isinstance(type_, str)
    if not known or type_ not in (*_WRITTEN, *_NOTICES):
        builder.notice("rows of unknown type")
        kind = MessageKind.SYSTEM
    else:
        kind = _kind(row, sender, content or "", names)
    builder.add(sender, content or "", _time(row), kind)


def _kind(row: dict[str, Any], sender: str, content: str, names: frozenset[str]) -> MessageKind:
    if row.get("is_unsent") or row.get("isUnsent"):
        return MessageKind.DELETED
    if row.get("type") in _NOTICES or "call_duration" in row:
        return MessageKind.SYSTEM
    # "<sender> sent an attachment." in whatever language: what one adds to a share is a row of its own.
    if "share" in row and sender and len(content) <= len(sender) + 60 and content.startswith(f"{sender} "):
        return MessageKind.MEDIA
    return sentence_kind(content, names) or MessageKind.TEXT


READER = Reader(
    name="messenger",
    attribution=Attribution.NAME,
    description="Facebook Messenger or Instagram, JSON: a message_N.json, a thread's folder, the download",
    accepts=("file", "folder", "zip"),
    keeps=("times", "deletions", "media", "system notices"),
    limit="speakers are names; edits are not marked; sentences of the platform are recognized in English, German, "
    "French, Spanish, Portuguese, Polish and Turkish only",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Facebook: Accounts Center > Your information and permissions > Download your information.",
            "Choose Messages, the format JSON and the whole time range.",
            "Encrypted chats: messenger.com/secure_storage/dyi (Download secure storage data).",
            "Give the downloaded zip.",
        ),
        kept=(
            "times",
            "unsent messages, without text",
            "calls and other notices",
            "message requests and filtered threads",
        ),
        lost=(
            "ids of senders (two people with one name are one speaker)",
            "edits",
            "text of unsent messages",
        ),
        source="kenn-io/msgvault, bepaald/signalbackup-tools#331 and users' samples; Meta publishes no schema",
        seen="downloads until 2025-08",
    ),
)
