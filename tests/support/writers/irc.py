"""A WeeChat log. IRC has neither edits nor media: those that a conversation holds become notices of the client."""

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier; each line of a text is a message; every message needs a time."""
    lines = []
    for message in conversation:
        stamp, nick = f"{message.sent_at:%Y-%m-%d %H:%M:%S.%f}Z", names[message.speaker].replace(" ", "_")
        if message.kind in (MessageKind.TEXT, MessageKind.EDITED):
            lines += [f"{stamp}\t{nick}\t{line}\n" for line in message.text.split("\n")]
        else:
            lines.append(f"{stamp}\t--\t{nick} did something\n")
    path.write_text("".join(lines), encoding="utf-8", newline="")
