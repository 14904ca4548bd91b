"""An OpenDocument spreadsheet, and an Excel workbook through openpyxl, with the columns of the CSV writer."""

import zipfile
from xml.sax.saxutils import escape

from tests.support.writers.csv import HEADER

_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def rows_of(conversation, names, identifier):
    """Rows of cells, the header first."""
    yield HEADER
    for message in conversation:
        sent_at = message.sent_at.isoformat() if message.sent_at else ""
        yield identifier, message.speaker, names.get(message.speaker, ""), sent_at, message.kind.value, message.text


def write(conversation, path, names, identifier):
    """Write an .ods, which holds any text of XML characters."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", _MIME)
        packed.writestr("content.xml", document(rows_of(conversation, names, identifier)))


def document(rows):
    """`content.xml` of a spreadsheet."""
    made = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>\n" for row in rows)
    body = f'<office:spreadsheet><table:table table:name="chat">{made}</table:table></office:spreadsheet>'
    return f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES}><office:body>{body}' + (
        "</office:body></office:document-content>"
    )


def _cell(text):
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(text).split("\n")) if text else ""
    return f"<table:table-cell>{paragraphs}</table:table-cell>"


def write_workbook(rows, path, sheet="chat"):
    """Write an .xlsx."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(list(row))
    book.save(path)
