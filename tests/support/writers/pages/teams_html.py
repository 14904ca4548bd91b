"""A conversation's page of a Teams export for eDiscovery."""

from html import escape

HEAD = (
    "<!DOCTYPE html>\n<html><head><title>x</title></head><body>\n<table>"
    '<tr><td class="chat-label">Display names</td><td class="chat-data"><div class="chat-data">x</div></td></tr>'
    '<tr><td class="chat-label">Case time zone</td><td class="chat-data">(UTC) Coordinated Universal Time</td></tr>'
    '</table>\n<div class="threaded-chat">\n'
)


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier and no kinds; times have seconds; a text has one line."""
    wrappers = [
        f'<label class="unknown-direction-message-wrapper" id="message{number}"><div class="unknown-direction-message">'
        f'<div class="message-sender">{escape(names[message.speaker])}</div>'
        f'<div class="message-text">{escape(message.text)}</div>'
        f'<div class="message-date">{message.sent_at:%Y-%m-%d %H:%M:%S}</div></div></label>\n'
        for number, message in enumerate(conversation, start=1)
    ]
    path.write_text(f"{HEAD}{''.join(wrappers)}</div></body></html>", encoding="utf-8", newline="")
