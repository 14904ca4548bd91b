"""A log of Chatterino, or of several days when the messages are."""


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier and no kinds; names have no blanks; a text has one line."""
    lines, day = [], None
    for message in conversation:
        if message.sent_at.date() != day:
            day = message.sent_at.date()
            lines.append(f"# Start logging at {day} 00:00:00 UTC")
        lines.append(f"[{message.sent_at:%H:%M:%S}] {names[message.speaker].replace(' ', '_')}: {message.text}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
