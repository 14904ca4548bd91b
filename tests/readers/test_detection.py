"""Whatever lies side by side in a folder or a zip is read or refused, never left out in silence."""

import re
import shutil
import zipfile
from itertools import combinations
from pathlib import Path

import pytest

from grooming_risk.commands.scoring.score_files import UnknownFiles, read_source, source_files
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers import ExportedConversation, ReadingOptions, read_file

EXPORTS = Path(__file__).parents[1] / "exports"
UNITS = (
    "convokit/corpus",
    "convokit/alone.jsonl",
    "csv/plain.csv",
    "discord/parts",
    "discord/guild.json",
    "irc/irssi.log",
    "irc/znc",
    "jsonl/conversations.jsonl",
    "jsonl/list.json",
    "matrix/element.json",
    "messenger/download",
    "messenger/encrypted_Rosa_15.json",
    "messenger/instagram_turkish.json",
    "signal/app",
    "signal/app/main.jsonl",
    "signal/signal_export",
    "signal/markdown/chat.md",
    "slack/workspace",
    "slack/2026-03-05.json",
    "telegram/account.json",
    "telegram/folder",
    "telegram/folder/ChatExport_2026-03-01/result.json",
    "whatsapp/android_de.txt",
    "whatsapp/ios_group",
    "whatsapp/ios_group/_chat.txt",
)


def put(unit, folder):
    source = EXPORTS / unit
    target = folder / source.name
    shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)


def texts(read):
    return {tuple(message.text for message in item.conversation) for item in read}


def walked(folder):
    """Texts of the conversations that `score` finds, and errors."""
    unknown = UnknownFiles()
    found = [
        item for file in source_files([folder], None) for item in read_source(file, None, ReadingOptions(), unknown)
    ]
    return texts(item.exported for item in found if item.exported), [item.error for item in found if item.error]


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    found = {}
    for unit in UNITS:
        folder = tmp_path_factory.mktemp("alone")
        put(unit, folder)
        found[unit], errors = walked(folder)
        assert found[unit] and not errors
    return found


@pytest.mark.parametrize("first", range(len(UNITS) - 1), ids=UNITS[:-1])
def test_any_two_exports_in_a_folder_are_both_read(first, alone, tmp_path):
    for second in range(first + 1, len(UNITS)):
        folder = tmp_path / str(second)
        folder.mkdir()
        put(UNITS[first], folder)
        put(UNITS[second], folder)
        found, errors = walked(folder)
        assert found == alone[UNITS[first]] | alone[UNITS[second]], UNITS[second]
        assert not errors


def zip_of(folder, path):
    with zipfile.ZipFile(path, "w") as zipped:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            zipped.write(file, file.relative_to(folder).as_posix())
    return path


@pytest.mark.parametrize(("first", "second"), list(combinations(UNITS[::4], 2)))
def test_two_exports_in_a_zip_are_both_read_or_refused(first, second, alone, tmp_path):
    (tmp_path / "packed").mkdir()
    put(first, tmp_path / "packed")
    put(second, tmp_path / "packed")
    path = zip_of(tmp_path / "packed", tmp_path / "chats.zip")
    try:
        read = [item for item in read_file(path) if isinstance(item, ExportedConversation)]
    except UnsupportedFormatError as error:
        assert str(error) == (
            "chats.zip contains several exports; unpack it and give the folder, or choose a format with --from"
        )
    else:
        assert texts(read) == alone[first] | alone[second]


def test_a_folder_of_several_exports_says_so(tmp_path):
    put("whatsapp/ios_group", tmp_path)
    put("telegram/account.json", tmp_path)
    with pytest.raises(UnsupportedFormatError, match="contains several exports; give each on its own"):
        read_file(tmp_path)


def test_a_zip_beside_an_export_is_read_too(tmp_path):
    put("slack/workspace", tmp_path)
    packed = zip_of(EXPORTS / "whatsapp" / "ios_group", tmp_path / "workspace" / "WhatsApp Chat.zip")
    found, _ = walked(tmp_path)
    assert texts(read_file(packed)) < found


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", r"x\.dat is empty and in no known format\. Export it again"),
        (b"buy milk", r"no known format; .* as Name: text.*choose a format with --from"),
    ],
)
def test_what_nobody_knows_says_what_to_do(content, says, tmp_path):
    (tmp_path / "x.dat").write_bytes(content)
    with pytest.raises(UnsupportedFormatError) as caught:
        read_file(tmp_path / "x.dat")
    assert re.search(says, str(caught.value))


@pytest.mark.parametrize(
    "format_name", ["discord", "telegram", "messenger", "slack", "matrix", "jsonl", "irc", "whatsapp"]
)
def test_another_format_asks_for_the_right_one(format_name, tmp_path):
    (tmp_path / "chat.csv").write_text("who;what\nmira;hello\n")
    with pytest.raises(UnsupportedFormatError, match="choose a format with --from"):
        for item in read_file(tmp_path / "chat.csv", format_name):
            raise item.error
