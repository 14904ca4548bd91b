"""`Hangouts.json` of Google Takeout."""

import json

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """Every message needs a time."""
    events = []
    for message in conversation:
        event = {
            "sender_id": {"gaia_id": message.speaker},
            "timestamp": str(round(message.sent_at.timestamp() * 10**6)),
        }
        if message.kind is not MessageKind.SYSTEM:
            segments = [{"type": "TEXT", "text": message.text}] if message.text else []
            event["chat_message"] = {"message_content": {"segment": segments, "attachment": []}}
        events.append(event)
    people = [{"id": {"gaia_id": who}, "fallback_name": called} for who, called in names.items()]
    head = {"conversation_id": {"id": identifier}, "conversation": {"participant_data": people}}
    path.write_text(json.dumps({"conversations": [{"conversation": head, "events": events}]}), encoding="utf-8")
