"""`message_1.json` of a thread in a download, and the file of an encrypted thread (sources: see the reader)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grooming_risk.conversation import Conversation, Message, MessageKind


def write(conversation: Conversation, path: Path, names: Mapping[str, str], identifier: str) -> None:
    """Write a thread of a download. Edits are not marked, times have whole milliseconds."""
    thread = {
        "participants": [{"name": _latin(name)} for name in names.values()],
        "messages": [row(message, names) for message in reversed(conversation.messages)],
        "title": "Chat",
        "is_still_participant": True,
        "thread_path": f"inbox/chat_{identifier}",
        "magic_words": [],
    }
    path.write_text(json.dumps(thread, indent=2), encoding="ascii")


def write_encrypted(conversation: Conversation, path: Path, names: Mapping[str, str], identifier: str) -> None:
    """Write a thread of the end-to-end encrypted export."""
    thread = {
        "participants": list(names.values()),
        "threadName": f"Chat_{identifier}",
        "messages": [encrypted_row(message, names) for message in reversed(conversation.messages)],
    }
    path.write_text(json.dumps(thread, indent=2, ensure_ascii=False), encoding="utf-8")


def row(message: Message, names: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {"sender_name": _latin(names[message.speaker])}
    if message.sent_at is not None:
        made["timestamp_ms"] = round(message.sent_at.timestamp() * 1_000)
    if message.kind.carries_text:
        made["content"] = _latin(message.text)
    if message.kind is MessageKind.MEDIA:
        made["photos"] = [{"uri": "messages/inbox/chat_1/photos/1.jpg", "creation_timestamp": 1_775_037_600}]
    if message.kind is MessageKind.SYSTEM:
        made |= {"content": "You called Sam.", "call_duration": 61}
    if message.kind is MessageKind.DELETED:
        made["is_unsent"] = True
    return made | {"is_geoblocked_for_viewer": False, "is_unsent_image_by_messenger_kid_parent": False}


def encrypted_row(message: Message, names: Mapping[str, str]) -> dict[str, Any]:
    media = message.kind is MessageKind.MEDIA
    made: dict[str, Any] = {
        "isUnsent": message.kind is MessageKind.DELETED,
        "media": [{"uri": "./media/1.jpeg"}] if media else [],
        "reactions": [],
        "senderName": names[message.speaker],
        "text": message.text,
    }
    if message.sent_at is not None:
        made["timestamp"] = round(message.sent_at.timestamp() * 1_000)
    made["type"] = "placeholder" if message.kind is MessageKind.SYSTEM else "media" if media else "text"
    return made


def _latin(text: str) -> str:
    """UTF-8 taken for Latin-1."""
    return text.encode().decode("latin-1")
