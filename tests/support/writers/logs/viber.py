"""A chat's CSV of Viber."""

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier; times have seconds; a text has one line."""
    rows = []
    for message in conversation:
        text = "Message deleted" if message.kind is MessageKind.DELETED else message.text or "Photo message"
        rows.append(f"{message.sent_at:%Y-%m-%d,%H:%M:%S},{names[message.speaker]},+15550100,{text}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8", newline="")
