"""PAN12 XML, escaped twice. It has no names and no dates; a clock that goes back begins the next day."""

from xml.sax.saxutils import escape, quoteattr


def write(conversation, path, names, identifier):
    """Authors are the names; texts must be XML characters."""
    rows = "".join(
        f'<message line="{number}"><author>{escape(names[message.speaker])}</author>'
        f"<time>{message.sent_at:%H:%M}</time><text>{escape(escape(message.text))}</text></message>\n"
        for number, message in enumerate(conversation, start=1)
    )
    document = f"<conversations>\n<conversation id={quoteattr(identifier)}>\n{rows}</conversation>\n</conversations>\n"
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{document}', encoding="utf-8")
