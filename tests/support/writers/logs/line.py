"""LINE's exported chat history."""

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier; times have minutes; a text has one line."""
    lines, day = ["[LINE] Chat history with Chat", "Saved on: 2026/03/05 10:00", ""], ""
    for message in conversation:
        if f"{message.sent_at:%Y/%m/%d}" != day:
            day = f"{message.sent_at:%Y/%m/%d}"
            lines.append(f"{day}({message.sent_at:%a})")
        at, name = f"{message.sent_at:%H:%M}", names[message.speaker]
        if message.kind is MessageKind.DELETED:
            lines.append(f"{at}\t{name} unsent a message.")
        else:
            lines.append(f"{at}\t{name}\t{message.text or '[Photo]'}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
