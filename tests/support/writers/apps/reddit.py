"""`chat_history.csv` of Reddit's download."""

import csv

from grooming_risk.conversation import MessageKind

COLUMNS = ("message_id", "created_at", "updated_at", "username", "message", "thread_parent_message_id", "channel_url")


def write(conversation, path, names, identifier):
    """The format has no edits and no notices; times have seconds."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for number, message in enumerate(conversation):
            text = "[deleted]" if message.kind is MessageKind.DELETED else message.text
            at = f"{message.sent_at:%Y-%m-%d %H:%M:%S} UTC"
            rows.writerow((number, at, "", names[message.speaker], text, "", identifier))
