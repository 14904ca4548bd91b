"""A player's log of Minecraft with Forge."""

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier and no empty texts; a notice has no speaker."""
    lines = ["[19:00:00] [main/INFO]: Loading Minecraft 1.21 with Fabric Loader"]
    for message in conversation:
        said = (
            "x joined the game" if message.kind is MessageKind.SYSTEM else f"<{names[message.speaker]}> {message.text}"
        )
        lines.append(f"[{message.sent_at:%d%b%Y %H:%M:%S}.000] [Render thread/INFO] [net.minecraft.x/]: [CHAT] {said}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
