"""Signal's main.jsonl: frames of Backup v2 with 64-bit numbers as strings."""

import json

from grooming_risk.conversation import MessageKind

ITEMS = {
    MessageKind.SYSTEM: {"updateMessage": {"simpleUpdate": {"type": "IDENTITY_UPDATE"}}},
    MessageKind.MEDIA: {"stickerMessage": {"sticker": {"packId": "AA==", "stickerId": 1, "emoji": "👍"}}},
    MessageKind.DELETED: {"remoteDeletedMessage": {}},
}


def write(conversation, path, names, identifier):
    """Chats and recipients have numbers: an identifier that is none becomes 3."""
    chat = identifier if identifier.isascii() and identifier.isdecimal() else "3"
    ids = {speaker: str(number) for number, speaker in enumerate(names, 10)}
    frames = [
        {"version": "1", "backupTimeMs": "1767225600000", "currentAppVersion": "8.10.2"},
        {"account": {"profileKey": "AA==", "givenName": "Owner", "familyName": ""}},
    ]
    for speaker, name in names.items():
        given, _, family = name.partition(" ")
        contact = {"profileGivenName": given, "profileFamilyName": family, "e164": "491700000000"}
        frames.append({"recipient": {"id": ids[speaker], "contact": contact}})
    frames.append({"chat": {"id": chat, "recipientId": "10", "expireTimerVersion": 1}})
    for message in conversation:
        sent = str(round(message.sent_at.timestamp() * 1000)) if message.sent_at else None
        item = {"chatId": chat, "authorId": ids[message.speaker], "dateSent": sent, "incoming": {"read": True}}
        item |= ITEMS.get(message.kind) or {"standardMessage": {"text": {"body": message.text}, "reactions": []}}
        if message.kind is MessageKind.EDITED:
            item["revisions"] = [{**item, "standardMessage": {"text": {"body": "before"}}}]
        frames.append({"chatItem": item})
    lines = (json.dumps(frame, ensure_ascii=False) + "\n" for frame in frames)
    path.write_text("".join(lines), encoding="utf-8", newline="")
