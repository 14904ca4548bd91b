"""`report.xml` of Cellebrite with one chat."""

from xml.sax.saxutils import escape


def _field(name, value):
    return f'<field name="{name}" type="String"><value type="String">{escape(value)}</value></field>'


def write(conversation, path, names, identifier):
    """The format has no kinds: messages without text are media."""
    rows = []
    for number, message in enumerate(conversation, start=1):
        name = names[message.speaker]
        party = f'<model type="Party">{_field("Identifier", message.speaker)}{_field("Name", name)}</model>'
        at = "" if message.sent_at is None else _field("TimeStamp", message.sent_at.isoformat())
        rows.append(
            f'<model type="InstantMessage" id="{number}" deleted_state="Intact">'
            f'<modelField name="From" type="Party">{party}</modelField>{_field("Body", message.text)}{at}</model>\n'
        )
    chat = f'<multiModelField name="Messages" type="InstantMessage">{"".join(rows)}</multiModelField>'
    path.write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n<project id="1" xmlns="http://pa.cellebrite.com/report/2.0">'
        f'<decodedData><modelType type="Chat"><model type="Chat" id="c1">{_field("Id", identifier)}{chat}</model>'
        "</modelType></decodedData></project>\n",
        encoding="utf-8",
    )
