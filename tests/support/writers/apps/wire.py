"""`events.json` of a backup of Wire."""

import json

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """The format has ids instead of names: the names are written as ids."""
    types = {
        MessageKind.MEDIA: "conversation.asset-add",
        MessageKind.SYSTEM: "conversation.member-join",
        MessageKind.DELETED: "conversation.delete-everywhere",
    }
    rows = [
        {
            "conversation": identifier,
            "from": names[message.speaker],
            "id": str(number),
            "time": message.sent_at.isoformat(),
            "type": types.get(message.kind, "conversation.message-add"),
            "data": {"content": message.text} if message.kind.carries_text else {},
            **({"edited_time": message.sent_at.isoformat()} if message.kind is MessageKind.EDITED else {}),
        }
        for number, message in enumerate(conversation)
    ]
    path.write_text(json.dumps(rows), encoding="utf-8")
