import json

from grooming_risk.conversation import MessageKind

ATTACHMENT = {"id": "900", "url": "https://cdn.example/9.png", "fileName": "9.png", "fileSizeBytes": 4096}
LISTS = ("attachments", "components", "embeds", "stickers", "reactions", "mentions", "inlineEmojis")


def write(conversation, path, names, identifier):
    """As JsonMessageWriter.cs at 08524e94. Deleted messages are not in such an export."""
    rows = [_row(number, message, names) for number, message in enumerate(conversation)]
    document(path, rows, identifier)


def document(path, rows, identifier, **root):
    """A file around rows of `row`."""
    whole = {
        "guild": {"id": "0", "name": "Direct Messages", "iconUrl": "https://cdn.example/0.png"},
        "channel": {
            "id": identifier,
            "type": "DirectTextChat",
            "categoryId": None,
            "category": None,
            "name": "chat",
            "topic": None,
        },
        "dateRange": {"after": None, "before": None},
        "exportedAt": "2026-04-01T10:00:00+02:00",
        "messages": rows,
        "messageCount": len(rows),
        **root,
    }
    path.write_text(json.dumps(whole, indent=2, ensure_ascii=False), encoding="utf-8")


def row(number=0, speaker="10", name="x", content="hi", sent_at="2026-03-01T19:02:00.123+01:00", **change):
    """A message."""
    return {
        "id": str(1000 + number),
        "type": "Default",
        "timestamp": sent_at,
        "timestampEdited": None,
        "callEndedTimestamp": None,
        "isPinned": False,
        "content": content,
        "author": {
            "id": speaker,
            "name": name,
            "discriminator": "0000",
            "nickname": name,
            "color": None,
            "isBot": False,
            "roles": [],
            "avatarUrl": "https://cdn.example/1.png",
        },
        **{key: [] for key in LISTS},
        **change,
    }


def _row(number, message, names):
    if message.kind is MessageKind.DELETED:
        raise ValueError("a DiscordChatExporter file holds no deleted messages")
    sent_at = message.sent_at and message.sent_at.isoformat()
    change = {
        MessageKind.EDITED: {"timestampEdited": sent_at or "2026-03-01T20:00:00+00:00"},
        MessageKind.MEDIA: {"attachments": [ATTACHMENT]},
        MessageKind.SYSTEM: {"type": "ChannelPinnedMessage"},
    }.get(message.kind, {})
    text = "Pinned a message." if message.kind is MessageKind.SYSTEM else message.text
    return row(number, message.speaker, names.get(message.speaker, message.speaker), text, sent_at, **change)
