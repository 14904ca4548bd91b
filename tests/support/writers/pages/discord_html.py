"""A channel's page of DiscordChatExporter."""

from datetime import UTC, datetime
from html import escape

from grooming_risk.conversation import MessageKind

_FIRST = datetime(2015, 1, 1, tzinfo=UTC)
HEAD = """<!DOCTYPE html>
<html lang="en">

<head>
<title>club - talk</title>
<meta charset="utf-8" />
<style>.preamble { display: grid; } .chatlog { padding: 1rem 0; }</style>
</head>
<body>
<div class="preamble"><div class="preamble__entries-container"><div class="preamble__entry">club</div></div></div>
<div class="chatlog">
"""


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier; every message is a group of its own."""
    groups = []
    for message in conversation:
        number = int((message.sent_at - _FIRST).total_seconds() * 1_000) << 22
        key = 900 + list(names).index(message.speaker)
        user = f'title="x#1" data-user-id="{key}">{escape(names[message.speaker])}</span>'
        if message.kind is MessageKind.SYSTEM:
            body = (
                f'<span class="chatlog__system-notification-author" {user}<span> </span>'
                '<span class="chatlog__system-notification-content"><span>joined the server.</span></span>'
            )
        else:
            edited = '<span class="chatlog__edited-timestamp" title="x">(edited)</span>'
            text = f'<span class="chatlog__markdown-preserve">{escape(message.text)}</span>' if message.text else ""
            body = (
                f'<div class="chatlog__header"><span class="chatlog__author" {user}'
                f'<span class="chatlog__timestamp"><a href="#x">{message.sent_at:%m/%d/%Y %I:%M %p}</a></span></div>'
                f'<div class="chatlog__content chatlog__markdown">{text}'
                f"{edited if message.kind is MessageKind.EDITED else ''}</div>"
            )
        groups.append(
            f'<div class="chatlog__message-group"><div id="chatlog__message-container-{number}" '
            f'class="chatlog__message-container " data-message-id="{number}"><div class="chatlog__message">'
            f'<div class="chatlog__message-primary">{body}</div></div></div></div>'
        )
    path.write_text(f"{HEAD}{''.join(groups)}</div></body></html>", encoding="utf-8", newline="")
