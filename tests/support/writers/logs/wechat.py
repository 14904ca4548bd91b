"""A chat of WeChat as exporters write it."""

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier; times have seconds; a text has one line."""
    blocks = []
    for message in conversation:
        text = "撤回了一条消息" if message.kind is MessageKind.DELETED else message.text or "[图片]"
        blocks.append(f"{message.sent_at:%Y-%m-%d %H:%M:%S} {names[message.speaker]}\n{text}\n")
    path.write_text("\n".join(blocks), encoding="utf-8", newline="")
