"""Labelled conversations of users: read from every kind of file, or refused by their place without their text."""

import csv
import json

import pytest

from training.errors import TrainingError
from training.sources.labelled_conversations import read_labelled

ROWS = [
    {"label": 1, "tier": "subtle", "focus": "a", "messages": [["a", "hi"], ["b", "who is it"]], "lang": "es"},
    {"label": 0, "family": "coach", "participants": ["p1", "p2"], "messages": [{"speaker": "x", "text": "at six"}]},
]
HEAD = ["conversation", "label", "speaker", "text", "focus", "tier", "family", "lang", "person"]
CELLS = [
    ["c1", "1", "a", "hi", "a", "subtle", "", "es", ""],
    ["c2", "0", "x", "at six", "", "", "coach", "", "p1"],
    ["c1", "1", "b", "who is it", "a", "subtle", "", "es", ""],
]


def as_json(path, rows=ROWS):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def as_csv(path, cells=CELLS, head=HEAD):
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *cells])


def check(found):
    first, second = found
    assert (first.label, first.tier, first.focus, first.language, first.participants) == (1, "subtle", "a", "es", None)
    assert [message.text for message in first.conversation] == ["hi", "who is it"]
    assert (second.label, second.family, second.focus, second.language) == (0, "coach", "", "en")
    assert "p1" in second.participants and "at six" not in repr(second) and "p1" not in repr(second)


def test_json_lines_csv_and_a_folder_of_them(tmp_path):
    as_json(tmp_path / "own.jsonl")
    check(read_labelled(tmp_path / "own.jsonl"))
    as_csv(tmp_path / "own.csv")
    check(read_labelled(tmp_path / "own.csv"))
    assert len(read_labelled(tmp_path)) == 4


def test_a_saved_data_set_and_parquet(tmp_path):
    from datasets import Dataset, DatasetDict

    rows = [
        {"label": 1, "focus": "a", "tier": "subtle", "family": None, "lang": "es", "participants": None},
        {"label": 0, "focus": None, "tier": None, "family": "coach", "lang": None, "participants": ["p1", "p2"]},
    ]
    said = [
        [{"speaker": "a", "text": "hi"}, {"speaker": "b", "text": "who is it"}],
        [{"speaker": "x", "text": "at six"}],
    ]
    made = Dataset.from_list([{**row, "messages": messages} for row, messages in zip(rows, said, strict=True)])
    DatasetDict({"train": made}).save_to_disk(str(tmp_path / "saved"))
    check(read_labelled(tmp_path / "saved"))
    made.to_parquet(str(tmp_path / "own.parquet"))
    check(read_labelled(tmp_path / "own.parquet"))


def test_a_data_set_of_the_hub_is_read_from_the_cache_and_never_fetched(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    snapshot = tmp_path / "datasets--team--own" / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    (snapshot.parents[1] / "refs").mkdir()
    (snapshot.parents[1] / "refs" / "main").write_text("0" * 40)
    as_json(snapshot / "own.jsonl")
    check(read_labelled("team/own"))
    with pytest.raises(TrainingError, match="hf download --repo-type dataset team/other"):
        read_labelled("team/other")


@pytest.mark.parametrize(
    "bad", ['{"label": 7, "messages": [["a", "CANARY"]]}', '{"messages": [["a", "CANARY"]]}', "{CANARY", '"CANARY"',
            '{"label": 1, "focus": "z", "messages": [["a", "CANARY"]]}']
)  # fmt: skip
def test_bad_lines_are_not_quoted(tmp_path, bad):
    path = tmp_path / "own.jsonl"
    path.write_text('{"label": 1, "messages": [["a", "hi"]]}\n' + bad + "\n")
    with pytest.raises(TrainingError, match="line 2") as caught:
        read_labelled(path)
    assert "CANARY" not in str(caught.value)
    assert caught.value.__context__ is None


def test_bad_csv_is_named_by_its_line(tmp_path):
    path = tmp_path / "own.csv"
    for cells, head, says in (
        ([["c1", "1", "a", "CANARY"], ["c1", "0", "a", "x"]], HEAD[:4], "line 3"),
        ([["c1", "yes", "a", "CANARY"]], HEAD[:4], "line 2"),
        ([["c1", "1", "a", "CANARY", "x", "y", "z", "t", "p", "more"]], HEAD, "line 2"),
        (CELLS, ["a", "b"], "columns conversation, label, speaker, text"),
    ):
        as_csv(path, cells, head)
        with pytest.raises(TrainingError, match=says) as caught:
            read_labelled(path)
        assert "CANARY" not in str(caught.value) and caught.value.__context__ is None


def test_nothing_to_read_says_what_to_do(tmp_path):
    (tmp_path / "own.txt").write_text("x")
    (tmp_path / "empty.jsonl").write_text("")
    for place, says in (
        (tmp_path / "none.jsonl", "does not exist; give the path"),
        (tmp_path / "own.txt", "must be .jsonl, .csv, .parquet"),
        (tmp_path / "empty.jsonl", "holds no conversation"),
    ):
        with pytest.raises(TrainingError, match=says):
            read_labelled(place)
