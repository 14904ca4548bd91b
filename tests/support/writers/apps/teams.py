"""A page of chatMessage of the Graph API, newest first."""

import json
from html import escape

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """Texts are HTML; every message needs a time."""
    rows = []
    for message in conversation:
        at = message.sent_at.isoformat()
        system = message.kind is MessageKind.SYSTEM
        rows.append(
            {
                "id": "1",
                "chatId": identifier,
                "createdDateTime": at,
                "messageType": "systemEventMessage" if system else "message",
                "lastEditedDateTime": at if message.kind is MessageKind.EDITED else None,
                "deletedDateTime": at if message.kind is MessageKind.DELETED else None,
                "from": {"user": {"id": message.speaker, "displayName": names[message.speaker]}},
                "body": {"contentType": "html", "content": f"<p>{escape(message.text)}</p>" if message.text else ""},
            }
        )
    path.write_text(json.dumps({"@odata.context": "x", "value": rows[::-1]}), encoding="utf-8")
