"""`chat_history.json` of Snapchat since 2023, newest first."""

import json

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """Nobody is the owner; times have whole seconds; texts are not told from edited ones."""
    rows = [
        {
            "From": names[message.speaker],
            "Media Type": {MessageKind.SYSTEM: "STATUSERASEDMESSAGE", MessageKind.MEDIA: "MEDIA"}.get(
                message.kind, "TEXT"
            ),
            "Created": f"{message.sent_at:%Y-%m-%d %H:%M:%S} UTC",
            "Content": message.text,
            "Conversation Title": None,
            "IsSender": False,
            "Created(microseconds)": round(message.sent_at.timestamp() * 1000),
        }
        for message in reversed(conversation.messages)
    ]
    path.write_text(json.dumps({identifier: rows}), encoding="utf-8")
