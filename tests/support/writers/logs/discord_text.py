"""DiscordChatExporter's plain text."""

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier and no kinds but notices; times have minutes."""
    frame = "=" * 62
    lines = [frame, "Guild: club", "Channel: talk / general", frame, ""]
    for message in conversation:
        text = "Pinned a message." if message.kind is MessageKind.SYSTEM else message.text
        lines += [f"[{message.sent_at:%d-%b-%y %I:%M %p}] {names[message.speaker]}", text, ""]
        lines += ["{Attachments}", "https://cdn.example.org/a.png", ""] if message.kind is MessageKind.MEDIA else []
        lines.append("")
    lines += [frame, f"Exported {len(conversation.messages)} message(s)", frame]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
