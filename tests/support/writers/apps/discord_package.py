"""`messages.json` of a channel in Discord's data package."""

import json


def write(conversation, path, names, identifier):
    """The format has one speaker, whom the messages file does not name, and no kinds."""
    rows = [
        {
            "ID": 700 * 10**15 + number,
            "Timestamp": f"{message.sent_at:%Y-%m-%d %H:%M:%S}",
            "Contents": message.text,
            "Attachments": "",
        }
        for number, message in enumerate(conversation)
    ]
    path.write_text(json.dumps(rows), encoding="utf-8")
