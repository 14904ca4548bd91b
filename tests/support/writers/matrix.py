"""Element's JSON export of a room."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from grooming_risk.conversation import Conversation, Message, MessageKind

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def write(conversation: Conversation, path: Path, names: Mapping[str, str], identifier: str) -> None:
    """The display names are left to the first events' senders: membership events would be rows of their own."""
    data = {
        "room_name": "Talk",
        "room_creator": "somebody",
        "topic": "",
        "export_date": "1 March 2026",
        "exported_by": "somebody",
        "messages": events(conversation, identifier),
    }
    path.write_text(json.dumps(data, indent=2), encoding="utf-8")


def events(conversation: Conversation, identifier: str) -> list[dict]:
    return [_event(message, number, identifier) for number, message in enumerate(conversation)]


def _event(message: Message, number: int, identifier: str) -> dict:
    event = {
        "type": "m.room.message",
        "sender": f"@{message.speaker}:example.org",
        "event_id": f"${number}",
        "room_id": identifier,
        "content": {"msgtype": "m.text", "body": message.text},
        "unsigned": {},
    }
    if message.sent_at is not None:
        event["origin_server_ts"] = (message.sent_at - _EPOCH) // timedelta(milliseconds=1)
    if message.kind is MessageKind.EDITED:
        edit = {"event_id": f"${number}edit", "sender": event["sender"], "type": "m.room.message"}
        event["unsigned"] = {"m.relations": {"m.replace": edit}}
    elif message.kind is MessageKind.SYSTEM:
        event |= {"type": "m.room.topic", "state_key": "", "content": {"topic": "the topic"}}
    elif message.kind is MessageKind.MEDIA:
        event["content"] = {"msgtype": "m.image", "body": "picture.png", "url": "mxc://example.org/1"}
    elif message.kind is MessageKind.DELETED:
        event |= {"content": {}, "unsigned": {"redacted_because": {"type": "m.room.redaction", "content": {}}}}
    return event
