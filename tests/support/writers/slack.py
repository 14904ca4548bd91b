"""Slack export folder: index files and a file a day."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from grooming_risk.conversation import Conversation, Message, MessageKind

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def write(conversation: Conversation, path: Path, names: Mapping[str, str], identifier: str) -> None:
    path.mkdir(parents=True, exist_ok=True)
    members = sorted({message.speaker for message in conversation})
    users = [
        {"id": f"U0{speaker}", "name": f"user{number}", "profile": {"display_name": names.get(speaker, speaker)}}
        for number, speaker in enumerate(members)
    ]
    _dump(path / "users.json", users)
    _dump(path / "channels.json", [{"id": identifier, "name": "talk", "members": [user["id"] for user in users]}])
    days: dict[str, list[dict]] = {}
    day = "1970-01-01"
    for message in conversation:
        # A row without a time does not exist in Slack; it stays in the file of the one before it.
        day = message.sent_at.date().isoformat() if message.sent_at else day
        days.setdefault(day, []).append(_row(message))
    (path / "talk").mkdir(exist_ok=True)
    for name, rows in days.items():
        _dump(path / "talk" / f"{name}.json", rows)


def _row(message: Message) -> dict:
    user, text = f"U0{message.speaker}", message.text
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    row = {"type": "message", "user": user, "text": escaped}
    if message.sent_at is not None:
        microseconds = round((message.sent_at - _EPOCH).total_seconds() * 1e6)
        row["ts"] = f"{microseconds // 10**6:010}.{microseconds % 10**6:06}"
    if message.kind is MessageKind.EDITED:
        row["edited"] = {"user": user, "ts": row.get("ts", "0000000000.000000")}
    elif message.kind is MessageKind.SYSTEM:
        row |= {"subtype": "channel_join", "text": f"<@{user}> has joined the channel"}
    elif message.kind is MessageKind.MEDIA:
        row |= {"files": [{"id": "F1", "name": "picture.png", "mimetype": "image/png"}], "upload": True}
    elif message.kind is MessageKind.DELETED:
        # Slack puts USLACKBOT here. The author stays, so that one conversation is the same in every format.
        row |= {"subtype": "tombstone", "text": "This message was deleted.", "hidden": True}
    return row


def _dump(path: Path, data: object) -> None:
    path.write_text(json.dumps(data), encoding="utf-8")
