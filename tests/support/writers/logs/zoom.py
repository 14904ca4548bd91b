"""A chat that Zoom saved, with days."""


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier and no kinds; every message needs a time; a text has one line."""
    lines = [
        f"{message.sent_at:%Y-%m-%d %H:%M:%S} From {names[message.speaker]} To Everyone:\n\t{message.text}\n"
        for message in conversation
    ]
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
