import json


def write(conversation, path, names, identifier):
    """One line a conversation. Holds any text; speakers have no name beside their id."""
    rows = [
        {
            "speaker": message.speaker,
            "text": message.text,
            "sent_at": message.sent_at and message.sent_at.isoformat(),
            "kind": message.kind.value,
        }
        for message in conversation
    ]
    path.write_text(json.dumps({"id": identifier, "messages": rows}) + "\n", encoding="utf-8")
