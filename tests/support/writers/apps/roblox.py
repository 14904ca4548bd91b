"""Private messages of Roblox, as its API gives them."""

import json

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """The format has a recipient for each message, here the other of two people."""
    ids = {speaker: 100 + number for number, speaker in enumerate(names)}
    met = sorted({message.speaker for message in conversation})
    other = {speaker: next((ids[key] for key in met if key != speaker), ids[speaker]) for speaker in met}
    rows = [
        {
            "id": number,
            "sender": {"id": ids[message.speaker], "name": "x", "displayName": names[message.speaker]},
            "recipient": {"id": other[message.speaker], "name": "you", "displayName": "you"},
            "subject": "re",
            "body": message.text.replace("&", "&amp;").replace("<", "&lt;"),
            "created": message.sent_at.isoformat(),
            "isSystemMessage": message.kind is MessageKind.SYSTEM,
        }
        for number, message in enumerate(conversation)
    ]
    path.write_text(json.dumps({"collection": rows}), encoding="utf-8")
