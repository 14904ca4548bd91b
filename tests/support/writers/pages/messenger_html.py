"""`message_1.html` of a thread of Messenger or Instagram, newest first."""

from html import escape

HEAD = (
    '<html><head><base href="../../../"><title>x</title><style type="text/css">._3-95{margin-bottom:8px}</style></head>'
)


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier and no kinds; times have minutes; a text has one line."""
    boxes = [
        '<div class="pam _3-95 _2ph- _a6-g uiBoxWhite noborder">'
        f'<h2 class="_3-95 _2pim _a6-h _a6-i">{escape(names[message.speaker])}</h2><div class="_3-95 _a6-p"><div>'
        f"<div></div><div>{escape(message.text)}</div><div></div><div></div></div></div>"
        f'<div class="_3-94 _a6-o">{message.sent_at:%b %d, %Y %I:%M %p}</div></div>'
        for message in conversation
    ]
    path.write_text(
        f'{HEAD}<body class="_5vb_"><div role="main">{"".join(reversed(boxes))}</div></body></html>',
        encoding="utf-8",
        newline="",
    )
