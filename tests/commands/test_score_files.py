"""The files that `score` reads and the names of their conversations."""

import json
import os
import re

from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.commands.scoring import score_files
from grooming_risk.commands.scoring.score_files import UnknownFiles, label_of, read_source, source_files
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.readers import FORMATS, Reader, ReadingOptions, detection
from grooming_risk.readers.base.contract import Guide

CHAT = json.dumps([{"speaker": "a", "text": "see you at practice"}])


def tree(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CHAT)


def labels(*paths, **options):
    return [file.label for file in source_files(list(paths), options.pop("source", None), **options)]


def found(path, source=None):
    unknown = UnknownFiles()
    items = [
        item for file in source_files([path], source) for item in read_source(file, source, ReadingOptions(), unknown)
    ]
    return items, unknown


def test_a_folder_is_read_downwards_in_order_without_hidden_files_and_links(tmp_path):
    folder = tmp_path / "chats"
    tree(folder, "b.json", "a/z.json", "a/b/c.json", "c.json", ".hidden.json", ".git/d.json")
    (folder / "link.json").symlink_to(folder / "b.json")
    (folder / "loop").symlink_to(folder)
    assert labels(folder) == ["chats/a/b/c.json", "chats/a/z.json", "chats/b.json", "chats/c.json"]
    assert [file.named for file in source_files([folder / "link.json"], None)] == [True]


def test_what_the_results_go_to_is_not_read(tmp_path):
    tree(tmp_path, "a.json", "out.jsonl")
    assert labels(tmp_path, leave_out=tmp_path / "out.jsonl") == [f"{tmp_path.name}/a.json"]
    assert len(labels(tmp_path, leave_out=tmp_path / "new.jsonl")) == 2


def test_labels_are_short_unless_they_would_be_the_same(tmp_path):
    tree(tmp_path, "x/a.json", "y/a.json", "y/b.json")
    assert labels(tmp_path / "x", tmp_path / "y" / "b.json") == ["x/a.json", "b.json"]
    both = tmp_path / "x" / "a.json", tmp_path / "y" / "a.json"
    assert labels(*both) == [path.as_posix() for path in both]


@given(st.lists(st.text("ab#%235", min_size=1, max_size=8), unique=True, min_size=2, max_size=2))
def test_two_names_never_become_one_label_and_none_holds_a_hash(names):
    first, second = map(score_files._plain, names)
    assert first != second
    assert "#" not in first
    assert label_of(f"{first}#id#2") == label_of(first) == first


def test_names_that_need_no_change_have_none():
    assert score_files._plain("100%.json") == "100%.json"


def test_a_folder_that_is_an_export_is_one_file_wherever_it_lies(tmp_path, monkeypatch):
    reader = Reader(
        name="boxes",
        description="",
        accepts=("folder",),
        keeps=(),
        limit="",
        guide=Guide(steps=(), kept=(), lost=(), source="", seen=""),
        recognizes=lambda export: "box.txt" in export.names,
        read=FORMATS["jsonl"].read,
    )
    monkeypatch.setitem(detection.FORMATS, "boxes", reader)
    tree(tmp_path, "all/one/box.txt", "all/one/more.jpg", "all/two/x.json")
    assert labels(tmp_path / "all") == ["all/one", "all/two/x.json"]
    assert labels(tmp_path / "all" / "one") == ["one"]
    assert labels(tmp_path / "all" / "two", source="boxes") == ["two"]
    assert labels(tmp_path / "all" / "one", source="jsonl") == ["one/box.txt", "one/more.jpg"]


def test_a_folder_with_one_file_is_no_export_of_a_format_of_files(tmp_path):
    tree(tmp_path, "chats/only.json")
    assert labels(tmp_path / "chats") == ["chats/only.json"]


def test_files_that_no_reader_knows_are_counted_in_folders_and_errors_when_named(tmp_path):
    tree(tmp_path, "chats/a.json")
    for name in ("b.txt", "c.txt"):
        (tmp_path / "chats" / name).write_text("something else")
    items, unknown = found(tmp_path / "chats")
    assert [item.name for item in items] == ["chats/a.json"]
    assert (unknown.count, unknown.first) == (2, "chats/b.txt")
    (item,), unknown = found(tmp_path / "chats" / "b.txt")
    assert item.name is None and isinstance(item.error, UnsupportedFormatError) and unknown.count == 0


def test_a_conversation_is_called_as_its_file_only_when_it_is_all_there_is(tmp_path):
    path = tmp_path / "a.jsonl"
    for others in (0, 1, 2):
        path.write_text("\n".join(json.dumps({"id": n, "messages": json.loads(CHAT)}) for n in range(1, others + 2)))
        expected = [f"a.jsonl#{n}" for n in range(1, others + 2)] if others else ["a.jsonl"]
        assert [item.name for item in found(path)[0]] == expected
    path.write_text(json.dumps({"id": 1, "messages": json.loads(CHAT)}) + "\n{")
    assert [item.name for item in found(path)[0]] == ["a.jsonl#1", None]


def test_a_damaged_file_gives_what_comes_before_the_damage(tmp_path):
    path = tmp_path / "many.jsonl"
    lines = [json.dumps({"id": name, "messages": json.loads(CHAT)}) for name in "xy"]
    path.write_text("\n".join([lines[0], json.dumps({"id": "z", "messages": []}), lines[1], "{"]))
    items, _ = found(path)
    assert [item.name for item in items] == ["many.jsonl#x", "many.jsonl#z", "many.jsonl#y", None]
    assert [item.exported is None for item in items] == [False, True, False, True]
    assert "line 4" in str(items[-1].error)


def test_a_folder_that_cannot_be_listed_is_an_error_beside_the_others(tmp_path, monkeypatch):
    tree(tmp_path, "chats/a/x.json", "chats/b/y.json")
    scandir = os.scandir

    def refusing(path):
        if str(path).endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(score_files.os, "scandir", refusing)
    monkeypatch.setattr(score_files, "is_export", lambda path: False)
    items, _ = found(tmp_path / "chats")
    assert [item.name for item in items] == [None, "chats/b/y.json"]
    assert re.search("chats/a cannot be listed .Permission denied.", str(items[0].error))
