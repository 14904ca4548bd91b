"""The library's table of look-alike letters is the one that its source gives."""

from grooming_risk.text.confusables import LATIN_LOOKALIKES
from training import confusables_table
from training.__main__ import main


def test_the_lookalike_table_is_the_one_its_source_gives():
    assert confusables_table.TARGET.read_text(encoding="utf-8") == confusables_table.render()
    assert LATIN_LOOKALIKES[ord("а")] == "a"


def test_the_verb_writes_it(tmp_path, monkeypatch):
    monkeypatch.setattr(confusables_table, "TARGET", tmp_path / "confusables.py")
    assert main(["confusables"]) == 0
    assert (tmp_path / "confusables.py").read_text(encoding="utf-8") == confusables_table.render()
