"""A typed transcript: `Name (2026-03-01 19:02): text`."""


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier and no kinds; every message needs a time, a text has one line."""
    lines = [
        f"{names[message.speaker]} ({message.sent_at:%Y-%m-%d %H:%M}): {' '.join(message.text.split())}"
        for message in conversation
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
