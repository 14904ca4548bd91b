import json
import pickle
import shutil
import tempfile
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk.conversation import MessageKind
from grooming_risk.errors import InvalidConversationError, UnsupportedFormatError
from grooming_risk.readers import FORMATS, UnreadableConversation, read_file
from grooming_risk.readers.base.export import Export
from tests.support.examples import examples
from tests.support.export_damage import check_reading, damaged, files_below, on_disk
from tests.support.exported_conversations import conversations, times_by
from tests.support.writers import convokit as writer

EXPORTS = Path(__file__).parents[1] / "exports" / "convokit"
SETTINGS = settings(max_examples=examples(60))


def brief(item):
    return [(message.speaker, message.kind.value, message.text) for message in item.conversation]


def utterance(number, conversation, text="hi", speaker="x", timestamp=None, **more):
    return {
        "id": f"u{number}",
        "conversation_id": conversation,
        "text": text,
        "speaker": speaker,
        "meta": {},
        "reply-to": None,
        "timestamp": timestamp,
        "vectors": [],
        **more,
    }


def corpus(folder, rows):
    folder.mkdir(exist_ok=True)
    (folder / "utterances.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_a_corpus():
    """Rows of two conversations alternate; one is sorted by time, one has a row without."""
    first, second = read_file(EXPORTS / "corpus")
    assert (first.identifier, first.speakers) == ("u1", {"a": "Mira K.", "b": "jonas"})
    assert brief(first) == [
        ("a", "text", "who won the match?"),
        ("a", "text", "so who scored?"),
        ("b", "text", "we did, three to two"),
    ]
    assert brief(second) == [
        ("a", "text", "does anybody have notes?"),
        ("b", "deleted", ""),
        ("b", "text", "I have, 字"),
    ]


def test_an_old_corpus():
    (item,) = read_file(EXPORTS / "old_corpus")
    assert (item.identifier, item.speakers) == ("L1", {"a": "Bianca", "b": "Cameron"})
    assert brief(item) == [("a", "text", "They do not!"), ("b", "text", "They do too!")]


def test_utterances_alone():
    (item,) = read_file(EXPORTS / "alone.jsonl")
    assert len(item.conversation) == 2


@pytest.mark.parametrize("inner", ["", "movie-corpus/"])
def test_a_zip_reads_as_its_folder_does(tmp_path, inner):
    shutil.copytree(EXPORTS / "corpus", tmp_path / "in" / inner)
    packed = shutil.make_archive(str(tmp_path / "corpus"), "zip", tmp_path / "in")
    assert [item.conversation for item in read_file(Path(packed))] == [
        item.conversation for item in read_file(EXPORTS / "corpus")
    ]


class Trap:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_pickles_are_not_opened(tmp_path, monkeypatch):
    shutil.copytree(EXPORTS / "corpus", tmp_path / "corpus")
    sprung = tmp_path / "sprung"
    for name in ("score-bin.p", "score-speaker-bin.p", "vectors.x.p", "utterances.jsonl.p"):
        (tmp_path / "corpus" / name).write_bytes(pickle.dumps(Trap(sprung)))
    index = {"utterances-index": {"score": ["bin"]}, "speakers-index": {"score": ["bin"]}}
    (tmp_path / "corpus" / "index.json").write_text(json.dumps(index))
    opened = []
    real = Export._opened
    monkeypatch.setattr(Export, "_opened", lambda export, name: opened.append(name) or real(export, name))
    assert len(list(read_file(tmp_path / "corpus"))) == 2
    assert opened and not any(name.endswith(".p") for name in opened)
    assert not sprung.exists()
    pickle.loads(pickle.dumps(Trap(sprung)))
    assert sprung.exists(), "the trap must work"


def test_conversations_come_in_order_of_their_first_row(tmp_path):
    rows = [utterance(n, conversation) for n, conversation in enumerate("abacdbe")]
    read = list(read_file(corpus(tmp_path / "corpus", rows)))
    assert [(item.identifier, len(item.conversation)) for item in read] == [
        ("a", 2),
        ("b", 2),
        ("c", 1),
        ("d", 1),
        ("e", 1),
    ]


def test_rows_without_a_conversation_follow_what_they_answer(tmp_path):
    rows = [
        utterance(1, None),
        utterance(2, None, **{"reply-to": "u1"}),
        utterance(3, None),
        utterance(4, None, reply_to="u2", **{"reply-to": "u2"}),
    ]
    read = list(read_file(corpus(tmp_path / "corpus", rows)))
    assert [(item.identifier, len(item.conversation)) for item in read] == [("u1", 3), ("u3", 1)]


def test_a_bad_row_spoils_its_own_conversation(tmp_path):
    rows = [utterance(1, "a"), utterance(2, "b", text=["CANARY"]), utterance(3, "c", speaker=None), utterance(4, "d")]
    first, second, third, last = read_file(corpus(tmp_path / "corpus", rows))
    for bad in (second, third):
        assert isinstance(bad, UnreadableConversation) and isinstance(bad.error, InvalidConversationError)
        assert "message 0 lacks speaker or text" in str(bad.error)
    assert len(first.conversation) == len(last.conversation) == 1


def test_a_line_that_is_no_utterance(tmp_path):
    folder = corpus(tmp_path / "corpus", [utterance(1, "a"), ["CANARY"]])
    with pytest.raises(UnsupportedFormatError, match=r"utterances.jsonl line 2"):
        list(read_file(folder))


def test_memory_holds_one_conversation(tmp_path):
    """Conversations that do not overlap are given one by one: ten times the corpus takes hardly more memory."""

    def peak(conversations):
        rows = [utterance(n, f"c{n // 100}", "word " * 200) for n in range(100 * conversations)]
        folder = corpus(tmp_path / f"corpus{conversations}", rows)
        del rows
        tracemalloc.start()
        for _ in read_file(folder):
            pass
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(50) < 1.3 * peak(5)


KINDS = [MessageKind.TEXT, MessageKind.DELETED]
TIMES = times_by(timedelta(microseconds=1)) | st.none()


@SETTINGS
@given(conversations(kinds=KINDS, times=TIMES, in_order=True))
def test_round_trip(conversation):
    """ConvoKit holds every text but "[deleted]" and "[removed]"; it has no other kinds, and an order only by time."""
    with tempfile.TemporaryDirectory() as folder:
        writer.write(conversation, Path(folder) / "corpus", {"a": "Mira ⭐"}, "c1")
        (item,) = read_file(Path(folder) / "corpus")
    assert item.conversation == conversation
    assert (item.identifier, item.speakers["a"], item.warnings) == ("c1", "Mira ⭐", ())


FILES = {name: files_below(EXPORTS / name) for name in ("corpus", "old_corpus")}


@SETTINGS
@given(st.sampled_from(sorted(FILES)).flatmap(lambda name: damaged(FILES[name])))
def test_any_damage_is_a_named_error(files):
    with on_disk(files, "export") as path:
        check_reading(path, "convokit")
        check_reading(path)


@pytest.mark.parametrize("fixture", ["corpus", "old_corpus", "alone.jsonl"])
def test_recognized_by_this_reader_first(fixture):
    export = Export(EXPORTS / fixture)
    assert next(name for name, reader in FORMATS.items() if reader.recognizes(export)) == "convokit"


def test_a_folder_of_exports_is_not_one():
    assert not any(reader.recognizes(Export(EXPORTS)) for reader in FORMATS.values())
