import json

import pytest

from grooming_risk.cli import main
from grooming_risk.readers import FORMATS
from grooming_risk.readers.guides import guide_of, guides_table
from grooming_risk.readers.inspection import inspect_file
from tests.support.export_damage import CANARY

ROWS = [
    {"speaker": f"{CANARY} 1", "text": f"{CANARY} hi\nyou", "sent_at": "2026-03-01T19:02:00Z"},
    {"speaker": "b", "text": "", "sent_at": "2026-03-01T19:00:00Z"},
    {"speaker": "b", "text": "ok", "kind": "edited"},
]


@pytest.fixture
def chat(tmp_path):
    path = tmp_path / "chat.json"
    path.write_text(json.dumps(ROWS * 5))
    return path


def test_what_is_in_an_export(chat):
    reader, conversations = inspect_file(chat)
    (found,) = conversations
    assert reader is FORMATS["jsonl"]
    assert (found.messages, found.untimed) == (15, 5)
    assert found.speakers == {"a": 5, "b": 10}
    assert found.kinds == {"text": 5, "media": 5, "edited": 5}
    assert (found.first.hour, found.first.minute, found.last.minute) == (19, 0, 2)
    assert len(found.rows) == 10
    assert found.rows[0].text == f"{'x' * len(CANARY)} xx xxx"
    assert any("times that go back" in warning for warning in found.warnings)


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_verb_shows_no_text(chat, form, capsys):
    assert main(["inspect", str(chat), "--format", form]) == 0
    shown = capsys.readouterr()
    assert CANARY not in shown.out + shown.err
    assert "jsonl" in shown.out and "edited" in shown.out
    if form == "json":
        assert json.loads(shown.out)["kinds"]["media"] == 5
        assert json.loads(shown.out)["candidates"] == ["jsonl"]


def test_every_format_that_recognizes_a_file_is_listed(root, capsys):
    assert main(["inspect", str(root / "tests" / "exports" / "axiom" / "whatsapp.csv")]) == 0
    assert "also recognized as: csv (most likely first" in capsys.readouterr().out


def test_a_bad_conversation_is_an_exit_status(tmp_path, capsys):
    (tmp_path / "x.jsonl").write_text('{"messages": [{"speaker": "a", "text": "hi"}]}\n{"messages": []}\n')
    assert main(["inspect", str(tmp_path / "x.jsonl")]) == 1
    assert "conversation 2: the conversation is empty" in capsys.readouterr().out


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_says_how_to_export(name, capsys):
    assert main(["formats", name]) == 0
    shown = capsys.readouterr().out
    guide = FORMATS[name].guide
    assert shown.splitlines() == guide_of(FORMATS[name])
    assert guide.steps and guide.kept and guide.source and guide.seen
    assert all(step.endswith(".") and step[0].isupper() for step in guide.steps)


def test_the_documentation_has_the_table(root):
    assert guides_table() in (root / "docs" / "formats.md").read_text(encoding="utf-8")
    assert {line.count(" | ") for line in guides_table().splitlines()} == {5}
