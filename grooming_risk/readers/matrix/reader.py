"""Reader of Matrix rooms: Element's JSON export, a dump of `/messages`, or a JSON list of events.

Sources: Element (element-web src/utils/exportUtils/JSONExport.ts and Exporter.ts, haveRendererForEvent in
EventTileFactory.tsx, getEffectiveEvent in matrix-js-sdk, 2021 to 2024) and the Matrix specification v1.13.
  {"room_name", "room_creator", "topic", "export_date", "exported_by", "messages": [event, …]}    oldest first
  {"chunk": [event, …], "start", "end", "state"?}                                                  newest first, mostly
  [event, …]                                                     either order; one conversation per room_id
Event: {"type", "sender", "event_id", "room_id", "origin_server_ts" (ms), "content", "unsigned"?, "state_key"?}.
The server's order is kept; a dump is reversed when more of its times fall than rise. Replies of a thread are read where
they were written. Element omits edits and exports decrypted events; elsewhere an edit (`m.replace`, or bundled in
`unsigned`) replaces the text of its message when the sender is the same, and is counted in a warning otherwise.
A redacted message without text is deleted; where the file still has the text, it is read. Reactions, votes and
redactions are not messages. A malformed message, which anybody in a room can send, is a system notice. The quotation
before a reply is removed; a sender can hide words in it only where clients hide them too.
Unverified: Element's export of polls and of messages that it could not decrypt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import PurePosixPath
from sys import intern
from typing import Any

from grooming_risk.conversation import Attribution, MessageKind
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers.base.builder import ConversationBuilder
from grooming_risk.readers.base.contract import Guide, ReadConversation, Reader, ReadingOptions
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.large_json import document_of, is_list
from grooming_risk.readers.matrix.text import FILES, POLLS, asked, written

_ELEMENT = re.compile(r'\A\s*\{\s*"room_name"\s*:')
_ATTACHMENTS = ("images", "videos", "audio", "files", "stickers")
_EVENT_KEYS = ('"event_id"', '"origin_server_ts"', '"sender"', '"m.room.')
_MESSAGES = ("m.room.message", "m.room.encrypted", "m.sticker", *POLLS)
# Neither messages nor notices: reactions, receipts and deletions.
_SIGNS = ("m.reaction", "m.room.redaction", "m.receipt", "m.typing")
_VOTES = re.compile(r"(m|org\.matrix\.msc3381)\.poll\.(response|end)")
_NOTICES = ("m.call.", "m.key.verification.", "m.rtc.")
_USED = ("event_id", "state_key", "content", "origin_server_ts", "unsigned")
_LATEST_MS = 10**14  # the year 5138


def _recognizes(export: Export) -> bool:
    return _is_matrix(export.head(_member(export)))


def _member(export: Export) -> str | None:
    """Return `export.json` if only attachments lie beside it; None for a single file or other content."""
    root = export.root()
    folders = {root / folder for folder in _ATTACHMENTS}
    member = str(root / "export.json")
    others = [path for name in export.names if (path := PurePosixPath(name)).suffix == ".json" and name != member]
    alone = all(folders.intersection(path.parents) for path in others)
    return member if len(export.names) > 1 and member in export.names and alone else None


def _is_matrix(head: str) -> bool:
    head = head.lstrip()
    found = sum(key in head for key in _EVENT_KEYS)
    dump = head.startswith("[") or (head.startswith("{") and '"chunk"' in head)
    return (_ELEMENT.match(head) is not None and '"room_creator"' in head) or (dump and found >= 2)


def _read(export: Export, options: ReadingOptions) -> Iterator[ReadConversation]:
    name = _member(export)
    data = document_of(export, name)
    rooms = _rooms(data, export.where(name))
    state = data.get("state") if isinstance(data, dict) else None
    for identifier, events in rooms.items():
        yield from _conversation(identifier, events, state if is_list(state) else (), options)


def _rooms(data: Any, where: str) -> dict[str, Sequence[Any]]:
    events = data
    if isinstance(data, dict):
        events = data["messages"] if "messages" in data else data.get("chunk")
    if not is_list(events):
        raise UnsupportedFormatError(f"{where} contains no list of Matrix events; choose a format with --from")
    if isinstance(data, dict):
        ids = (event.get("room_id") for event in events if isinstance(event, dict))
        known = next((room for room in (*ids, data.get("room_name")) if isinstance(room, str) and room), "1")
        return {known: events if "messages" in data else _oldest_first(events)}
    rooms: dict[str, list[Any]] = {}
    for event in events:
        room = event.get("room_id") if isinstance(event, dict) else None
        rooms.setdefault(room if isinstance(room, str) else "1", []).append(event)
    return {room: _oldest_first(found) for room, found in rooms.items()}


def _oldest_first(events: Sequence[Any]) -> Sequence[Any]:
    times = [time for event in events if isinstance(event, dict) and (time := _milliseconds(event)) is not None]
    falls = sum(later < earlier for earlier, later in pairwise(times))
    rises = sum(later > earlier for earlier, later in pairwise(times))
    return events[::-1] if falls > rises else events


def _milliseconds(event: dict[str, Any]) -> int | None:
    time = event.get("origin_server_ts")
    return time if isinstance(time, int) and not isinstance(time, bool) and 0 <= time < _LATEST_MS else None


def _conversation(
    identifier: str, events: Sequence[Any], state: Sequence[Any], options: ReadingOptions
) -> Iterator[ReadConversation]:
    builder = ConversationBuilder(identifier, options.limits)
    usable = []
    seen: set[str] = set()
    for index, event in enumerate(events):
        if not isinstance(event, dict) or not all(isinstance(event.get(key), str) for key in ("type", "sender")):
            builder.refuse_row(index, "type or sender")
            break
        identity = event.get("event_id")
        if isinstance(identity, str):
            if identity in seen:
                builder.notice("duplicate events, read once")
                continue
            seen.add(identity)
        usable.append(_used(event))
    edits, names = _edits(usable), _names([*state, *usable])
    for event in usable:
        _add(builder, event, edits, names)
    yield from builder.build()


def _used(event: dict[str, Any]) -> dict[str, Any]:
    """Return what is used of an event, with keys, type and sender held once for all events."""
    found = {key: event[key] for key in _USED if key in event}
    found["type"], found["sender"] = intern(event["type"]), intern(event["sender"])
    if isinstance(content := event.get("content"), dict):
        found["content"] = {intern(key): value for key, value in content.items()}
    if not found.get("unsigned"):
        found.pop("unsigned", None)
    return found


def _names(events: Iterable[Any]) -> dict[str, str]:
    """Map user ids to their latest display name, from the state beside a dump and then from its events."""
    names = {}
    for event in events:
        if not isinstance(event, dict):
            continue
        member, name = event.get("state_key"), _content(event).get("displayname")
        if event.get("type") == "m.room.member" and isinstance(member, str) and isinstance(name, str) and name:
            names[member] = name
    return names


def _edits(events: list[dict[str, Any]]) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Map id, sender and type of each message in the file to its latest edited content by that sender."""
    originals = {
        (identity, event["sender"], event["type"])
        for event in events
        if isinstance(identity := event.get("event_id"), str) and _edited(event)[1] is None
    }
    latest: dict[tuple[str, str, str], tuple[int, dict[str, Any]]] = {}
    for event in events:
        target, new = _edited(event)
        time = _milliseconds(event) or 0
        key = (target, event["sender"], event["type"])
        if new is not None and key in originals and (key not in latest or latest[key][0] <= time):
            latest[key] = (time, new)
    return {key: new for key, (_, new) in latest.items()}


def _edited(event: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """Return the id of the message that an event edits and the new content, None when it is not an edit."""
    content = _content(event)
    relation, new = content.get("m.relates_to"), content.get("m.new_content")
    if isinstance(relation, dict) and relation.get("rel_type") == "m.replace" and isinstance(new, dict):
        target = relation.get("event_id")
        return (target if isinstance(target, str) else ""), new
    return "", None


def _content(event: dict[str, Any]) -> dict[str, Any]:
    content = event.get("content")
    return content if isinstance(content, dict) else {}


def _add(
    builder: ConversationBuilder,
    event: dict[str, Any],
    edits: dict[tuple[str, str, str], dict[str, Any]],
    names: dict[str, str],
) -> None:
    type_, sender, identity = event["type"], event["sender"], event.get("event_id")
    target, new = _edited(event)
    if type_ in _SIGNS or _VOTES.fullmatch(type_) or (target, sender, type_) in edits:
        return
    if new is None:
        new = edits.get((identity, sender, type_) if isinstance(identity, str) else ("", "", ""), _bundled(event))
    else:
        builder.notice("edits of messages that are not in the file or by somebody else")
    time = _milliseconds(event)
    text, kind = _message(builder, event, new)
    sent_at = event.get("origin_server_ts") if time is None else time / 1000
    builder.add(sender, text, sent_at, kind, name=names.get(sender))


def _bundled(event: dict[str, Any]) -> dict[str, Any] | None:
    """Return the edited content that the server bundled with a message; {} when it only mentions an edit."""
    relations = _unsigned(event).get("m.relations")
    edit = relations.get("m.replace") if isinstance(relations, dict) else None
    if not isinstance(edit, dict) or edit.get("sender", event["sender"]) != event["sender"]:
        return None
    return _edited(edit)[1] or {}


def _unsigned(event: dict[str, Any]) -> dict[str, Any]:
    unsigned = event.get("unsigned")
    return unsigned if isinstance(unsigned, dict) else {}


def _message(
    builder: ConversationBuilder, event: dict[str, Any], new: dict[str, Any] | None
) -> tuple[str, MessageKind]:
    """Return the text and kind of an event, from its new content if it was edited."""
    type_, content = event["type"], _content(event)
    if type_ not in _MESSAGES or "state_key" in event:
        if "state_key" not in event and not type_.startswith(_NOTICES):
            builder.notice("events of unknown type")
        return "", MessageKind.SYSTEM
    if not content:
        return "", MessageKind.DELETED
    msgtype = content.get("msgtype")
    if type_ == "m.room.encrypted" or msgtype == "m.bad.encrypted":
        builder.notice("messages that could not be decrypted")
        return "", MessageKind.MEDIA
    if msgtype == "m.key.verification.request":
        return "", MessageKind.SYSTEM
    if type_ == "m.sticker":
        return "", MessageKind.MEDIA
    relation = content.get("m.relates_to")
    reply = isinstance(relation, dict) and "m.in_reply_to" in relation
    try:
        text = asked(new or content) if type_ in POLLS else written(new or content, reply=reply)
    except TypeError:
        builder.notice("malformed messages")
        return "", MessageKind.SYSTEM
    if not text and msgtype in FILES:
        return "", MessageKind.MEDIA
    return text, MessageKind.TEXT if new is None else MessageKind.EDITED


READER = Reader(
    name="matrix",
    attribution=Attribution.ACCOUNT,
    description="Matrix: Element's JSON export (file, zip or folder), /messages of the API, or a list of events",
    accepts=("file", "zip", "folder"),
    keeps=("times", "edits", "deletions", "media", "system notices"),
    limit="messages that were not decrypted have no text",
    recognizes=_recognizes,
    read=_read,
    guide=Guide(
        steps=(
            "Open the room in Element on a computer.",
            "Room info > Export Chat.",
            "Set the format to JSON and the size to the whole history.",
        ),
        kept=("ids of senders", "times", "edits", "redactions", "decrypted text"),
        lost=("messages that Element could not decrypt",),
        source="JSONExport.ts of element-web and the Matrix specification v1.13; polls are unverified",
        seen="Element's source of 2021 to 2024",
    ),
)
