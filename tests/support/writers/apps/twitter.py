"""`direct-messages.js` of an archive of X, newest first."""

import json
from html import escape

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """Speakers are their names, where an archive has numbers; every message needs a time."""
    rows = []
    for message in conversation:
        common = {"createdAt": message.sent_at.isoformat()}
        if message.kind is MessageKind.SYSTEM:
            rows.append({"joinConversation": {**common, "initiatingUserId": names[message.speaker]}})
            continue
        row = {**common, "senderId": names[message.speaker], "text": escape(message.text, quote=False), "mediaUrls": []}
        if message.kind is MessageKind.EDITED:
            row["editHistory"] = [{}]
        rows.append({"messageCreate": row})
    data = [{"dmConversation": {"conversationId": identifier, "messages": rows[::-1]}}]
    path.write_text(f"window.YTD.direct_messages.part0 = {json.dumps(data)}", encoding="utf-8")
