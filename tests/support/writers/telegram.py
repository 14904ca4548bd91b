"""`result.json` of one chat, as Telegram Desktop writes it (source: see the reader)."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grooming_risk.conversation import Conversation, Message, MessageKind

# What becomes a part of its own among plain ones.
_ENTITY = re.compile(r"(https?://\S+|[#@]\w+)")
_ESCAPE = re.compile(r"\\(?:u00([01][0-9a-f])|(.))", re.DOTALL)


def write(conversation: Conversation, path: Path, names: Mapping[str, str], identifier: str) -> None:
    """Write a chat. Deleted messages are left out, times have whole seconds, and a name of "" is a deleted account."""
    rows = [
        row(number, message, names)
        for number, message in enumerate(conversation, start=1)
        if message.kind is not MessageKind.DELETED
    ]
    number = int(identifier) if re.fullmatch(r"\d{1,18}", identifier) else identifier
    path.write_bytes(dump({"name": "Chat", "type": "personal_chat", "id": number, "messages": rows}))


def row(number: int, message: Message, names: Mapping[str, str]) -> dict[str, Any]:
    service = message.kind is MessageKind.SYSTEM
    made: dict[str, Any] = {"id": number, "type": "service" if service else "message"}
    if message.sent_at is not None:
        # The exporter's own zone, without saying so.
        made["date"] = message.sent_at.replace(microsecond=0, tzinfo=None).isoformat()
        made["date_unixtime"] = str(int(message.sent_at.timestamp()))
    if message.kind is MessageKind.EDITED:
        made["edited"], made["edited_unixtime"] = "2026-04-01T10:00:00", "1775037600"
    label = "actor" if service else "from"
    made[label], made[f"{label}_id"] = names[message.speaker] or None, f"user{message.speaker}"
    if service:
        made["action"] = "pin_message"
    if message.kind is MessageKind.MEDIA:
        made |= {"photo": "(File not included. Change data exporting settings to download.)", "width": 1, "height": 1}
    parts = [_part(piece) for piece in _ENTITY.split(message.text) if piece]
    plain = len(parts) == 1 and isinstance(parts[0], str)
    made["text"] = parts[0] if plain else parts or ""
    made["text_entities"] = [{"type": "plain", "text": part} if isinstance(part, str) else part for part in parts]
    return made


def _part(piece: str) -> str | dict[str, str]:
    if not _ENTITY.fullmatch(piece):
        return piece
    return {"type": {"#": "hashtag", "@": "mention"}.get(piece[0], "link"), "text": piece}


def dump(data: Any) -> bytes:
    r"""JSON with control characters as \xNN, which is none."""
    return _ESCAPE.sub(_telegrams, json.dumps(data, ensure_ascii=False, indent=1)).encode()


def _telegrams(found: re.Match[str]) -> str:
    control = {"b": "08", "f": "0C"}.get(found[2]) if found[2] else found[1].upper()
    return f"\\x{control}" if control else found[0]
