"""A chat's page of imessage-exporter."""

from html import escape

from grooming_risk.conversation import MessageKind

HEAD = '<html>\n<head>\n<meta charset="UTF-8">\n<style>\n.message_part {}\n</style></head>\n<body>\n'


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier; a text has one line; a notice has no speaker."""
    blocks = []
    for message in conversation:
        at = f'<span class="timestamp">{message.sent_at:%b %d, %Y %I:%M:%S %p} (Read by you after 5 seconds)</span>'
        if message.kind is MessageKind.SYSTEM:
            blocks.append(f'<div class="announcement"><p>{at} You named the conversation <b>x</b></p></div>')
            continue
        part = f'<span class="bubble">{escape(message.text)}</span>' if message.text else '<img src="a.jpeg">'
        if message.kind is MessageKind.DELETED:
            part = '<span class="unsent">x unsent this message part!</span>'
        elif message.kind is MessageKind.EDITED:
            part = (
                f'<div class="edited"><table><tbody><tr><td>{at}</td><td>before</td></tr></tbody><tfoot><tr>'
                f"<td>{at}</td><td>{escape(message.text)}</td></tr></tfoot></table></div>"
            )
        blocks.append(
            f'<div class="message">\n    <div class="received">\n        <p>{at}\n'
            f'<span class="sender">{escape(names[message.speaker])}</span></p><hr>'
            f'<div class="message_part">{part}</div></div></div>'
        )
    path.write_text(HEAD + "\n".join(blocks) + "</body></html>", encoding="utf-8", newline="")
