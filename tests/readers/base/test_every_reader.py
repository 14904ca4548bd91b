"""What every reader keeps of its contract: three fixtures, the contract itself, damage, files of something else."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk.errors import GroomingRiskError
from grooming_risk.readers import FORMATS, ExportedConversation, ReadingOptions, read_file
from grooming_risk.readers.detection import open_export
from grooming_risk.testing_readers import check_reader
from tests.support.export_damage import CANARY, check_error, check_reading
from tests.support.reader_rounds import ON_DISK, check_damage

EXPORTS = Path(__file__).parents[2] / "exports"
# Words and names of the fixtures, which must not show; those that are also names of files and folders may.
WORDS = ("practice", "ball", "Mira", "mira", "Jonas", "jonas", "coming", "hello", "Training")
# Words of which every error about a wrong file has one, because they tell the reader what to do next.
ADVICE = r"--from|--columns|export|give|save|request|choose|write|install|fill"
FIXTURES = [(name, path) for name in FORMATS for path in sorted((EXPORTS / name).iterdir())]
# Readers whose own tests damage their exports more thoroughly.
DAMAGED_ELSEWHERE = {
    *("convokit", "csv", "discord", "document", "irc", "jsonl", "matrix"),
    *("messenger", "signal", "slack", "spreadsheet", "telegram", "text", "whatsapp"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_there_are_fixtures_of_three_versions_or_locales(name):
    assert len(list((EXPORTS / name).iterdir())) >= 3


@pytest.mark.parametrize(("name", "path"), FIXTURES, ids=[f"{name}-{path.name}" for name, path in FIXTURES])
def test_a_fixture_keeps_the_contract(name, path):
    reader, export = open_export(path, None, ReadingOptions())
    assert reader.name == name
    words = tuple(word for word in WORDS if word not in str(path.relative_to(EXPORTS)))
    found = check_reader(reader, path, words)
    assert export.shape in reader.accepts and found


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - DAMAGED_ELSEWHERE))
@given(data=st.data())
@settings(ON_DISK, max_examples=50)
def test_any_damage_is_a_named_error(name, data, root):
    check_damage(data, name, root, *WORDS)


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_folder_and_one_of_other_files_give_a_named_error(name, tmp_path):
    check_reading(tmp_path, name)
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    check_reading(tmp_path, name)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "content",
    [f"buy {CANARY}\nand bread\n", f"<html><body><p>{CANARY}</p></body></html>", "[7]", '{"a": 7}', ""],
    ids=["text", "page", "list", "object", "empty"],
)
def test_a_file_of_something_else_is_refused(name, content, tmp_path):
    path = tmp_path / "x"
    path.write_text(content)
    assert not any(isinstance(item, ExportedConversation) for item in check_reading(path, name))
    with pytest.raises(GroomingRiskError, match=ADVICE) as caught:
        for item in read_file(path, name):
            raise item.error
    check_error(caught.value)
