"""WhatsApp's `_chat.txt` as an iPhone set to Swedish dates writes it: heads hold seconds and need no inference."""

from grooming_risk.conversation import MessageKind

OWN = {
    MessageKind.SYSTEM: "\u200eMissed voice call",
    MessageKind.MEDIA: "\u200eimage omitted",
    MessageKind.DELETED: "\u200eThis message was deleted.",
}


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier; every message needs a time."""
    lines = []
    for message in conversation:
        body = OWN.get(message.kind, message.text)
        edited = " \u200e<This message was edited>" if message.kind is MessageKind.EDITED else ""
        mark = "\u200e" if message.kind in OWN else ""
        head = f"{mark}[{message.sent_at:%Y-%m-%d %H:%M:%S}] {names[message.speaker]}: "
        lines.append(f"{head}{body}{edited}\n")
    path.write_text("".join(lines), encoding="utf-8", newline="")
