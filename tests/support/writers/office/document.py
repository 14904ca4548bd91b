"""A Word document with a transcript, a paragraph for each message; and a PDF of lines."""

import zipfile
from xml.sax.saxutils import escape

_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier and no kinds; every message needs a time, a text has one line."""
    lines = [
        f"{names[message.speaker]} ({message.sent_at:%Y-%m-%d %H:%M}): {' '.join(message.text.split())}"
        for message in conversation
    ]
    write_lines(lines, path)


def write_lines(lines, path):
    """Write a .docx."""
    paragraphs = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>\n' for line in lines)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", f"<w:document {_NAMES}><w:body>{paragraphs}</w:body></w:document>")


def write_pdf(lines, path):
    """Write a PDF of one page with plain ASCII lines."""
    shown = " ".join(f"({line.translate(str.maketrans({c: chr(92) + c for c in '()'}))}) Tj T*" for line in lines)
    stream = f"BT /F1 11 Tf 14 TL 40 780 Td {shown} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"xref\n0 5\n0000000000 65535 f \n%strailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(data),
    )
    path.write_bytes(data)
