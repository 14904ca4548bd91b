"""Wrong files, as a new user would give them: each error says what the file looks like and what to do next."""

import io
import sqlite3
import zipfile

import pytest

from grooming_risk.errors import UnknownFormatError, UnsupportedFormatError
from grooming_risk.readers import read_file
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.detection import candidates
from tests.support.export_damage import CANARY, check_error


def zipped(*names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name in names:
            packed.writestr(name, b"\0\1\2 no chat")
    return stream.getvalue()


def database(tmp_path):
    path = tmp_path / "made.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE notes (id INTEGER, words TEXT)")
    connection.close()
    return path.read_bytes()


WRONG = (
    ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "a picture", "as text"),
    ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(50), "a picture", "as text"),
    ("sticker.webp", b"RIFF\0\0\0\0WEBPVP8 ", "a picture", "as text"),
    ("photo.heic", b"\0\0\0\x18ftypheic", "a picture", "as text"),
    ("scan.tif", b"II*\0" + bytes(20), "a picture", "as text"),
    ("voice.ogg", b"OggS" + bytes(40), "a sound", "as text"),
    ("voice.m4a", b"\0\0\0\x18ftypM4A ", "a sound", "as text"),
    ("voice.mp3", b"ID3\x04" + bytes(40), "a sound", "as text"),
    ("clip.mp4", b"\0\0\0\x18ftypmp42", "a video", "as text"),
    ("clip.webm", b"\x1aE\xdf\xa3" + bytes(9), "a video", "as text"),
    ("chat.rar", b"Rar!\x1a\x07", "packed archive", "Unpack"),
    ("chat.7z", b"7z\xbc\xaf\x27\x1c\0\4", "packed archive", "Unpack"),
    ("chat.json.gz", b"\x1f\x8b\x08\0" + bytes(20), "packed archive", "Unpack"),
    ("chat.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "old Office", "save it as"),
    ("chat.rtf", b"{\\rtf1\\ansi hi}", "rich text", "plain text"),
    ("mail.pst", b"!BDN" + bytes(40), "mailbox", "CSV"),
    ("mail.eml", f"From: a\r\nMIME-Version: 1.0\r\nSubject: {CANARY}\r\n\r\nhi".encode(), "e-mail", "Name: text"),
    ("people.vcf", b"BEGIN:VCARD\nFN:a\nEND:VCARD\n", "contacts", "chat"),
    ("dates.ics", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "calendar", "chat"),
    ("film.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nhi\n", "subtitles", "Name: text"),
    ("page.html", f"<!DOCTYPE html><html><p>{CANARY}</p></html>".encode(), "a web page", "instead of HTML"),
    ("WhatsApp.html", b"<html><!-- saved from https://web.whatsapp.com/ --></html>", "WhatsApp Web", "Export chat"),
    ("chat.plist", b"bplist00\xd1" + bytes(30), "property list", "as text"),
    ("chat.xml", f'<?xml version="1.0"?><things><thing>{CANARY}</thing></things>'.encode(), "XML", "as text"),
    ("backup.ab", b"ANDROID BACKUP\n5\n1\nnone\n", "Android backup", "SMS Backup & Restore"),
    ("msgstore.db.crypt15", b"\x0a\x26\x08" + bytes(range(99)), "encrypted WhatsApp", "Export chat"),
    ("signal-2026.backup", bytes(range(200)), "encrypted Signal", "Settings > Backups"),
    ("setup.exe", b"MZ\x90\0" + bytes(60), "program", "not the app"),
    ("app.apk", zipped("AndroidManifest.xml", "classes.dex"), "app package", "not the app"),
    ("table.parquet", b"PAR1" + bytes(60), "Parquet", "read_table"),
    ("disk.E01", b"EVF\t\r\n\xff\0" + bytes(50), "disk image", "CSV"),
    ("chat.numbers", zipped("Index/Document.iwa"), "Numbers", "Export To"),
    ("talk.pptx", zipped("[Content_Types].xml", "ppt/presentation.xml"), "presentation", "text file"),
    ("pictures.zip", zipped("a.jpg", "b.png"), "a picture", "as text"),
    ("data.pkl", b"\x80\x04\x95\x10" + bytes(20), "pickled", "JSON lines"),
    ("chat.lnk", b"L\0\0\0\x01\x14\x02\0" + bytes(40), "shortcut", "points to"),
    ("run.py", b"import os\nprint(1)\n", "script", "export of the chat"),
    ("note.txt", f"buy milk {CANARY}\nand bread\n".encode(), "without the names", "Name: text"),
    ("sheet.csv", f"wer;was\nx;{CANARY}\ny;hi\n".encode(), "table", "--columns"),
    ("Telegram Web.html", b"<html><!-- saved from https://web.telegram.org/a/ --></html>", "Telegram", "Export chat"),
    ("Discord.html", b"<html><link href='https://discord.com/assets/a.css'></html>", "Discord", "ChatExporter"),
    ("chat_history.html", b"<html><title>Snapchat My Data</title></html>", "Snapchat", "JSON"),
    ("Messages.html", b"<html><base href='https://messages.google.com/web/'></html>", "Google Messages", "SMS Backup"),
    ("inbox.html", b"<html><link href='https://www.instagram.com/x.css'></html>", "Instagram", "Accounts Center"),
    ("Slack.html", b"<html><script src='https://a.slack-edge.com/x.js'></script></html>", "of Slack", "administrator"),
    ("mail.mbox", b"From a@example.org Sun Mar  1 19:02:11 2026\nX: y\n\nhi\n", "mailbox", "Name: text"),
    ("access.log", b'10.0.0.1 - - [01/Mar/2026:19:02:11 +0000] "GET /" 200 1\n', "web server", "export of the chat"),
    ("Comments.txt", b"Date: 2026-03-01 19:02:11\nComment: nice\n\nDate: 2026-03-02\nComment: x\n", "TikTok", "zip"),
    ("calls.xml", b'<?xml version="1.0"?><calls count="1"><call number="1"/></calls>', "calls", "SMS Backup & Restore"),
    ("way.gpx", b'<?xml version="1.0"?><gpx version="1.1"></gpx>', "places", "export of the chat"),
    ("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "a picture", "as text"),
    ("chat.wbu", b"WBUX" + bytes(60), "Wire backup", "without a password"),
    ("notes.one", b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d" + bytes(60), "OneNote", "text file"),
    ("noise.bin", bytes(range(256)) * 4, "data without text", "as text"),
)


@pytest.mark.parametrize(("name", "data", "look", "advice"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_file_says_what_it_looks_like_and_what_to_do(name, data, look, advice, tmp_path):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UnknownFormatError) as caught:
        read_file(path)
    said = str(caught.value)
    assert said.startswith(f"{name} is in no known format; it looks like ")
    assert look in said and advice in said
    check_error(caught.value)


def test_thirty_kinds_are_tried():
    assert len(WRONG) >= 30
    assert len({row[2:] for row in WRONG}) >= 25


def test_an_unknown_database(tmp_path):
    path = tmp_path / "notes.db"
    path.write_bytes(database(tmp_path))
    with pytest.raises(UnknownFormatError, match=r"a database of no app that is known here.*CSV"):
        read_file(path)


def test_empty_files_and_folders(tmp_path):
    (tmp_path / "x.txt").write_bytes(b"")
    with pytest.raises(UnknownFormatError, match=r"x\.txt is empty and in no known format. Export it again"):
        read_file(tmp_path / "x.txt")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UnknownFormatError, match=r"folder is empty.*that contains the export"):
        read_file(tmp_path / "folder")


def test_json_of_another_program(tmp_path):
    (tmp_path / "x.json").write_text('{"theme": "dark"}')
    (item,) = read_file(tmp_path / "x.json")
    assert "none of the keys speaker" in str(item.error) and "give the whole export" in str(item.error)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ('{"log": {"version": "1.2", "entries": []}}', "web traffic"),
        ('[{"title": "x", "mapping": {}}]', "chat with an AI"),
        ('{"timelineObjects": []}', "history of places"),
        ('{"cells": [], "nbformat": 4}', "a notebook"),
    ],
)
def test_json_of_known_programs(document, said, tmp_path):
    (tmp_path / "x.json").write_text(document)
    try:
        (item,) = read_file(tmp_path / "x.json")
        assert "keys speaker" in str(item.error)
    except UnsupportedFormatError as error:
        assert said in str(error)
        check_error(error)


def test_a_failed_format_names_the_likely_one(tmp_path):
    (tmp_path / "x.txt").write_text(f"Mira: hi {CANARY}\nJonas: you\nMira: ok\n")
    with pytest.raises(
        UnsupportedFormatError, match="it may be in the format text: choose it with --from text"
    ) as caught:
        list(read_file(tmp_path / "x.txt", "zoom"))
    check_error(caught.value)


def test_candidates_are_ranked(root):
    export = Export(root / "tests" / "exports" / "viber" / "quoted.csv")
    names = [reader.name for reader in candidates(export)]
    assert names[0] == "viber"
    text = Export(root / "tests" / "exports" / "telegram" / "single_chat.json")
    assert [reader.name for reader in candidates(text)] == ["telegram", "jsonl"]
