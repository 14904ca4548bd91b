"""XML of SMS Backup & Restore, with emoji as two character references, as the app writes them."""

from xml.sax.saxutils import quoteattr


def _attribute(text):
    quoted = quoteattr(text, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
    return "".join(character if ord(character) < 0x10000 else _pair(ord(character)) for character in quoted)


def _pair(point):
    return f"&#{0xD800 + (point - 0x10000 >> 10)};&#{0xDC00 + (point - 0x10000 & 0x3FF)};"


def write(conversation, path, names, identifier):
    """Speakers are phone numbers of a group, whose address has a "~" in it; nobody is the owner."""
    rows = []
    for message in conversation:
        date = "" if message.sent_at is None else f'date="{round(message.sent_at.timestamp() * 1000)}"'
        sender = _attribute(names[message.speaker])
        text = f'<part seq="0" ct="text/plain" text={_attribute(message.text)}/>' if message.text else ""
        parts = text or '<part seq="0" ct="image/jpeg" text="null" data="AAAA"/>'
        rows.append(
            f'<mms address={_attribute(identifier + "~")} {date} msg_box="1">'
            f'<parts>{parts}</parts><addrs><addr address={sender} type="137"/></addrs></mms>'
        )
    document = f'<smses count="{len(rows)}">\n' + "\n".join(rows) + "\n</smses>\n"
    path.write_text(f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n{document}", encoding="utf-8")
