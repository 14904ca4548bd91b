import pytest

from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers import read_file
from tests.support.export_damage import CANARY, check_error


@pytest.fixture
def exports(root):
    return root / "tests" / "exports" / "pan12"


def test_the_corpus(exports):
    first, second = read_file(exports / "corpus.xml")
    assert first.identifier == "e621da5de598c9321a1d505ea95e6a2d"
    assert [message.text for message in first.conversation] == ["Hola.", "hi <3", ""]
    assert [f"{message.sent_at:%d %H:%M}" for message in first.conversation] == ["01 23:20", "01 23:20", "02 00:15"]
    assert first.speakers["b"] == second.speakers["a"] == "0158d0d6781fc4d493f243d4caa49747"
    assert "without dates" in first.warnings[0]
    (other,) = read_file(exports / "one_line.xml")
    assert [message.sent_at is None for message in other.conversation] == [True, False]


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (f'<!DOCTYPE x [<!ENTITY a "{CANARY}">]><conversations><conversation id="1">', "document type"),
        (f"<conversations><conversation id='1'><message>{CANARY}</wrong>", "not valid XML from line 1"),
        (f"<conversations><conversation id='1'>{'<a>' * 300}", "nested too deeply"),
        (f"<conversations><conversation id='1'>{'x' * 2_000_001}", "too long"),
        ('<?xml version="1.0" encoding="x-none"?><conversations><conversation id="1"/>', "XML"),
    ],
)
def test_hostile_xml_is_refused(document, says, tmp_path):
    (tmp_path / "x.xml").write_text(document)
    with pytest.raises(UnsupportedFormatError, match=says) as caught:
        list(read_file(tmp_path / "x.xml", "pan12"))
    check_error(caught.value)
