"""Labelled conversations of users: read, or refused by line number without their text."""

import pytest

from training.sources.labelled_conversations import read_labelled


def test_labelled_conversations_are_read_and_bad_lines_not_quoted(tmp_path):
    path = tmp_path / "own.jsonl"
    path.write_text('{"label": 1, "tier": "subtle", "messages": [["a", "hi"]]}\n')
    (item,) = read_labelled(path)
    assert (item.label, item.tier, item.family) == (1, "subtle", "")
    for bad in ('{"label": 7, "messages": [["a", "CANARY"]]}', '{"messages": [["a", "CANARY"]]}', "{CANARY"):
        path.write_text('{"label": 1, "messages": [["a", "hi"]]}\n' + bad + "\n")
        with pytest.raises(ValueError, match="line 2") as caught:
            read_labelled(path)
        assert "CANARY" not in str(caught.value)
        assert caught.value.__context__ is None
