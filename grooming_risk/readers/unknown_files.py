"""Explain what a file in no known format looks like, and what to do with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from grooming_risk.readers.base.export import Export
from grooming_risk.readers.looks import DOCUMENTS, PAGES, TEXTS, XML, Look

_PICTURE = Look("a picture", "Export the chat as text instead; words in pictures are not read")
_SOUND = Look("a sound recording", "Export the chat as text instead; recordings are not read")
_VIDEO = Look("a video", "Export the chat as text instead; recordings are not read")
_ARCHIVE = Look("a packed archive of another kind than zip", "Unpack it and give the folder")
_OLD_OFFICE = Look(
    "an old Office or Outlook file (.doc, .xls, .msg)", "Open it and save it as .docx, as CSV UTF-8 or as text"
)
_APPLE_OFFICE = Look("a file of Pages, Numbers or Keynote", "Export it there: File > Export To > CSV or Plain Text")
_SLIDES = Look("a presentation", "Copy the chat out of it into a text file with one message per line")
_ANDROID = Look("an Android backup", "Export the chat in its app, or make an XML with the app SMS Backup & Restore")
_ENCRYPTED_WHATSAPP = Look(
    "an encrypted WhatsApp backup", "Export the chat in WhatsApp instead: open the chat, then ⋮ > More > Export chat"
)
_SIGNAL_BACKUP = Look(
    "an encrypted Signal backup", "Export the chats in Signal instead: Settings > Backups > Export chat history"
)
_IOS_BACKUP = Look(
    "a part of an iPhone backup", "Take sms.db out of it (3d0d7e5fb2ce288813306e4d4636395e047a3d28), or use iMazing"
)
_PROGRAM = Look("a program or app package", "Give the chat export, not the app")
_DATABASE = Look(
    "a database of no app that is known here", "Export the chat in its app, or save the table as CSV UTF-8"
)
_PROPERTIES = Look("an Apple property list", "Export the chat in its app as text, CSV or JSON")
_PICKLE = Look("pickled Python data", "It is not opened, because that would run code; save it as JSON lines")
_COLUMNAR = Look("a Parquet or Arrow table", "Read it with pandas or datasets and pass it to read_table")
_MAILBOX = Look("an Outlook mailbox", "Export the messages as CSV or text")
_SHORTCUT = Look("a shortcut to another file", "Give the file that it points to")
_DISK_IMAGE = Look("a forensic disk image", "Export the chats with the forensic program as CSV, Excel or XML")
_RICH_TEXT = Look("a rich text document", "Save it as plain text (.txt)")
_ENCRYPTED_WIRE = Look(
    "an encrypted Wire backup",
    "Make one without a password on a computer: Preferences > Account > Back up now, and give the .desktop_wbu",
)
_NOTEBOOK = Look("a OneNote notebook", "Copy the chat out of it into a text file with one message per line")
_FONT_OR_DATA = Look("data without text", "Export the chat as text, CSV or JSON")

# (offset, bytes, look): the first that matches counts.
_MAGIC: tuple[tuple[int, bytes, Look], ...] = (
    (0, b"\x89PNG", _PICTURE),
    (0, b"\xff\xd8\xff", _PICTURE),
    (0, b"GIF8", _PICTURE),
    (8, b"WEBP", _PICTURE),
    (0, b"BM", _PICTURE),
    (0, b"II*\0", _PICTURE),
    (0, b"MM\0*", _PICTURE),
    (4, b"ftypheic", _PICTURE),
    (4, b"ftypmif1", _PICTURE),
    (4, b"ftypavif", _PICTURE),
    (4, b"ftypM4A", _SOUND),
    (4, b"ftyp", _VIDEO),
    (8, b"AVI ", _VIDEO),
    (0, b"\x1aE\xdf\xa3", _VIDEO),
    (8, b"WAVE", _SOUND),
    (0, b"OggS", _SOUND),
    (0, b"ID3", _SOUND),
    (0, b"\xff\xfb", _SOUND),
    (0, b"fLaC", _SOUND),
    (0, b"#!AMR", _SOUND),
    (0, b"Rar!", _ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (0, b"\x1f\x8b", _ARCHIVE),
    (0, b"BZh", _ARCHIVE),
    (0, b"\xfd7zXZ", _ARCHIVE),
    (0, b"(\xb5/\xfd", _ARCHIVE),
    (257, b"ustar", _ARCHIVE),
    (0, b"\xd0\xcf\x11\xe0", _OLD_OFFICE),
    (0, b"!BDN", _MAILBOX),
    (0, b"ANDROID BACKUP", _ANDROID),
    (0, b"SQLite format 3\0", _DATABASE),
    (0, b"bplist00", _PROPERTIES),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"MZ", _PROGRAM),
    (0, b"\xca\xfe\xba\xbe", _PROGRAM),
    (0, b"PAR1", _COLUMNAR),
    (0, b"ARROW1", _COLUMNAR),
    (0, b"L\0\0\0\x01\x14\x02\0", _SHORTCUT),
    (0, b"EVF\t\r\n\xff\0", _DISK_IMAGE),
    (0, b"{\\rtf", _RICH_TEXT),
    (0, b"WBUX", _ENCRYPTED_WIRE),
    (0, b"WBUI", _ENCRYPTED_WIRE),
    (0, b"WBUA", _ENCRYPTED_WIRE),
    (0, b"%!PS", _RICH_TEXT),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", _NOTEBOOK),
    (0, b"\x80\x04\x95", _PICKLE),
    (0, b"\x80\x05\x95", _PICKLE),
)

_SUFFIXES = {
    **dict.fromkeys((".crypt12", ".crypt14", ".crypt15"), _ENCRYPTED_WHATSAPP),
    ".backup": _SIGNAL_BACKUP,
    **dict.fromkeys((".mbdb", ".mdbackup"), _IOS_BACKUP),
}

_SCRIPT = Look("a script or program text", "Give the export of the chat")
_PLAIN = Look(
    "text without the names of speakers", "Write one message per line as Name: text, or [date time] Name: text"
)
_XML = Look("XML of an unknown kind", "Export the chat as text, CSV or JSON")
_JSON = Look(
    "JSON of an unknown kind",
    "Give the whole folder or zip of the export, or name the keys, as in --columns speaker=KEY,text=KEY",
)
_TABLE = Look(
    "a table whose columns have other names",
    "Name them with --columns speaker=NAME,text=NAME or, without a header line, speaker=#1,text=#2",
)
_EMPTY = Look("empty", "Export it again")


def look_of(export: Export) -> Look:
    """Return what an export in no known format looks like.

    Args:
        export: Export that no reader recognizes.

    Returns:
        Its look.
    """
    if export.shape == "file":
        return _look_of_file(export)
    return _look_of_members(export)


def _look_of_file(export: Export) -> Look:
    name = export.names[0]
    head = export.first_bytes(name)
    if not head:
        return _EMPTY
    by_suffix = _SUFFIXES.get(PurePosixPath(name).suffix.lower())
    if by_suffix is not None:
        return by_suffix
    for offset, magic, look in _MAGIC:
        if head[offset : offset + len(magic)] == magic and not (magic in (b"BM", b"MZ") and head.isascii()):
            return look
    text = export.head(name)
    if "\0" in text or text.count("\ufffd") > len(text) // 20:
        return _FONT_OR_DATA
    return _look_of_text(text.lstrip("\ufeff \t\r\n"))


def _look_of_text(text: str) -> Look:
    start = text[:1_000].lower()
    if start.startswith(("<!doctype html", "<html")) or "<html" in start:
        return next(look for pattern, look in PAGES if pattern.search(text))
    if start.startswith("<"):
        found = next((look for pattern, look in XML if pattern.search(text)), _XML)
        return _PROPERTIES if "<plist" in start else found
    if start.startswith(("{", "[")):
        return next((look for pattern, look in DOCUMENTS if pattern.search(text)), _JSON)
    if start.startswith(("#!", "import ", "#include", "package ", "function ", "<?php")):
        return _SCRIPT
    for pattern, look in TEXTS:
        if pattern.match(text):
            return look
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    return _TABLE if _is_table(lines) else _PLAIN


def _is_table(lines: list[str]) -> bool:
    """Return whether the lines have a delimiter equally often, at least twice or with a tab or semicolon."""
    for delimiter in "\t;,|":
        counts = {line.count(delimiter) for line in lines}
        if len(lines) > 1 and len(counts) == 1 and counts.pop() >= (2 if delimiter == "," else 1):
            return True
    return False


def _look_of_members(export: Export) -> Look:
    names = set(export.names)
    if not names:
        return Look("empty", "Give the folder or zip that contains the export")
    if any(name.endswith(".iwa") for name in names):
        return _APPLE_OFFICE
    if "[Content_Types].xml" in names and any(name.startswith("ppt/") for name in names):
        return _SLIDES
    if names & {"AndroidManifest.xml", "Payload"} or any(name.startswith("META-INF/") for name in names):
        return _PROGRAM
    if {"Manifest.db", "Info.plist"} & names:
        return _IOS_BACKUP
    suffixes = {PurePosixPath(name).suffix.lower() for name in names}
    for look, known in _of_suffixes():
        if suffixes <= known:
            return look
    if ".html" in suffixes:
        return Look(
            "an export as web pages", "Ask the app for JSON instead of HTML: it is read completely, with ids and times"
        )
    kind = "folder" if export.shape == "folder" else "zip"
    return Look(f"a {kind} of other files", "Give the file or folder that the app wrote, without others beside it")


def _of_suffixes() -> Iterator[tuple[Look, set[str]]]:
    yield _PICTURE, {".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".bmp", ".tif", ".tiff"}
    yield _SOUND, {".mp3", ".m4a", ".ogg", ".opus", ".wav", ".amr", ".flac", ".aac"}
    yield _VIDEO, {".mp4", ".mov", ".webm", ".mkv", ".avi", ".3gp", ".jpg", ".jpeg", ".png"}


def is_certain(look: Look) -> bool:
    """Return whether a look names a program or a kind of document, rather than only that a file is text or JSON."""
    return look not in (_PLAIN, _JSON, _TABLE, _XML, _FONT_OR_DATA)
