"""`messages.json` of Skype, newest first."""

import json
from html import escape

from grooming_risk.conversation import MessageKind

TYPES = {MessageKind.SYSTEM: "ThreadActivity/AddMember", MessageKind.MEDIA: "RichText/UriObject"}


def write(conversation, path, names, identifier):
    """Texts are escaped; every message needs a time."""
    rows = []
    for number, message in enumerate(conversation):
        changed = {MessageKind.EDITED: {"edittime": "1"}, MessageKind.DELETED: {"deletetime": "1"}}.get(message.kind)
        rows.append(
            {
                "id": str(number),
                "displayName": names[message.speaker],
                "originalarrivaltime": message.sent_at.isoformat(),
                "messagetype": TYPES.get(message.kind, "RichText"),
                "content": escape(message.text),
                "from": f"8:{message.speaker}",
                "properties": changed,
            }
        )
    chats = [{"id": identifier, "displayName": None, "MessageList": rows[::-1]}]
    data = {"userId": "8:x", "exportDate": "2026-03-01T10:00", "conversations": chats}
    path.write_text(json.dumps(data), encoding="utf-8")
