import json

from grooming_risk.cli import main
from grooming_risk.commands.formats import markdown_table
from grooming_risk.readers import FORMATS
from grooming_risk.readers.base.export import Export


def test_every_format_is_listed(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["formats"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert [line.split()[0] for line in out.splitlines() if not line.startswith(" ")] == list(FORMATS)
    words = set(out.split())
    for reader in FORMATS.values():
        assert set(f"{reader.description} {reader.limit}".split()) <= words


def test_as_json(capsys):
    assert main(["formats", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in listed] == list(FORMATS)
    for row in listed:
        assert row["keeps"] == list(FORMATS[row["name"]].keeps)
        assert set(row["accepts"]) <= {"file", "folder", "zip"}


def test_the_page_of_formats_shows_them(root, capsys):
    assert main(["formats", "--format", "markdown"]) == 0
    assert capsys.readouterr().out.strip() == markdown_table()
    assert markdown_table() in (root / "docs" / "formats.md").read_text(encoding="utf-8")
    assert {line.count(" | ") for line in markdown_table().splitlines()} == {4}


def test_every_fixture_is_taken_by_its_own_format_alone(root):
    """The first format that recognizes an export reads it, so none of those before it may recognize it."""
    for folder in (root / "tests" / "exports").iterdir():
        for path in folder.iterdir():
            export = Export(path)
            found = next((reader for reader in FORMATS.values() if reader.recognizes(export)), None)
            assert found is not None and found.name == folder.name, path.name
            assert export.shape in found.accepts
