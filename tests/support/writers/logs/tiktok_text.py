"""`Direct Messages.txt` with one chat."""


def write(conversation, path, names, identifier):
    """The format has no kinds; times have whole seconds; a text has one line."""
    lines = [f">>> Chat History with {identifier}::", ""]
    lines += [
        f"{message.sent_at:%Y-%m-%d %H:%M:%S} UTC {names[message.speaker]}: {message.text}" for message in conversation
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
