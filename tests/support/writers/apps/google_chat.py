"""A group's `messages.json` of Google Takeout."""

import json

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier; times have whole seconds."""
    rows = []
    for message in conversation:
        row = {
            "creator": {
                "name": names[message.speaker],
                "email": f"{message.speaker}@example.org",
                "user_type": "Human",
            },
            "created_date": f"{message.sent_at:%A, %B %d, %Y at %I:%M:%S %p} UTC",
            "text": message.text,
            "message_id": "x",
        }
        if message.kind is MessageKind.EDITED:
            row["updated_date"] = row["created_date"]
        if message.kind is MessageKind.DELETED:
            row["message_state"] = "DELETED"
        rows.append(row)
    path.write_text(json.dumps({"messages": rows}), encoding="utf-8")
