"""A chat's text file of imessage-exporter."""

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier; every message needs a time; a text has one line."""
    blocks = []
    for message in conversation:
        at = f"{message.sent_at:%b %d, %Y} {int(message.sent_at.strftime('%I')):>2}:{message.sent_at:%M:%S %p}"
        name = names[message.speaker]
        if message.kind is MessageKind.DELETED:
            blocks.append(f"{at}\n{name}\n{name} unsent this message!\n")
        elif message.text:
            blocks.append(f"{at} (Read by them after 1 hour)\n{name}\n{' '.join(message.text.split())}\n")
        else:
            blocks.append(f"{at}\n{name}\n/Users/x/Library/Messages/Attachments/a.jpeg\n")
    path.write_text("\n".join(blocks) + "\n", encoding="utf-8", newline="")
