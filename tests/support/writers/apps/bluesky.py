"""An answer of Bluesky's `chat.bsky.convo.getMessages` with its conversation, newest first."""

import json

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """The format has no edits and no notices."""
    ids = {speaker: f"did:plc:{speaker}" for speaker in names}
    rows = []
    for number, message in enumerate(conversation):
        row = {"id": str(number), "rev": str(number), "sender": {"did": ids[message.speaker]}}
        deleted = message.kind is MessageKind.DELETED
        row["$type"] = f"chat.bsky.convo.defs#{'deletedMessageView' if deleted else 'messageView'}"
        rows.append({**row, **({} if deleted else {"text": message.text}), "sentAt": message.sent_at.isoformat()})
    members = [{"did": ids[speaker], "handle": name} for speaker, name in names.items()]
    convo = {"id": identifier, "messages": rows[::-1], "members": members}
    path.write_text(json.dumps({"convos": [convo]}), encoding="utf-8")
