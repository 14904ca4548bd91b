import dataclasses
import json
import shutil

import pytest

from tests.support.configs import english_only
from training import run
from training.__main__ import main
from training.config import load_config
from training.corpus.check import check
from training.corpus.coverage import LABELS, coverage, coverage_table
from training.corpus.lines import (
    FOLDER,
    WAITING,
    Corpus,
    Dialogue,
    DialogueMessage,
    Exchange,
    Line,
    languages_of,
    load_corpus,
)
from training.corpus.split_check import check_splits
from training.data import Data


@pytest.fixture(scope="module")
def corpus():
    return load_corpus(["en"])


@pytest.mark.parametrize("language", languages_of())
def test_the_corpus_keeps_its_rules(language):
    assert check(load_corpus([language])) == []


@pytest.mark.parametrize("language", languages_of(WAITING))
def test_a_language_that_waits_keeps_the_rules_of_new_languages(language):
    assert language not in languages_of()
    assert check(load_corpus([language], WAITING), "waiting") == []


def test_the_coverage_table_has_every_label_and_its_count(corpus):
    table = coverage_table(corpus)
    counts = coverage(corpus, "en")
    for kind, labels in LABELS.items():
        for label in labels:
            assert [kind, label or "-", str(counts[(kind, label)])] in [row.split() for row in table.splitlines()]


def test_what_is_in_two_splits_is_found(corpus, monkeypatch):
    half = len(corpus.lines) // 2
    torn = {
        "train": Corpus(corpus.lines[:half], corpus.dialogues[:9]),
        "calibration": Corpus(corpus.lines[half:], ()),
        "test": Corpus(corpus.lines[:1], corpus.dialogues[:1]),
    }
    monkeypatch.setattr("training.corpus.split_check.split_corpus", lambda corpus, seed: torn)
    problems = list(check_splits(corpus, 0))
    for says in ("near-duplicate lines", "near-copies of a dialogue", "a context family"):
        assert any(says in problem for problem in problems)
    assert not any(line.text in problem for problem in problems for line in corpus.lines if len(line.text) > 20)


@pytest.mark.slow
def test_the_verb_prints_the_table_and_passes(capsys):
    assert main(["check"]) == 0
    printed = capsys.readouterr().out
    assert "0 problem(s)" in printed
    assert "slotted" in printed


def rules_broken(*lines, dialogues=(), exchanges=()):
    """Problems of a few rows on their own, without those of the coverage, which few rows cannot have."""
    return [
        problem for problem in check(Corpus(lines, tuple(dialogues), tuple(exchanges))) if "required" not in problem
    ]


LINE = Line("meet me at the old mill", "en", "tactics", "meeting", "any", "teen", "")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"label": "dancing"}, "unknown label"),
        ({"setting": "moon"}, "unknown setting"),
        ({"text": " "}, "empty"),
        ({"text": "x" * 200}, "longer"),
        ({"label": "explicit_language"}, "without the token"),
        ({"kind": "lookalikes"}, "context"),
        ({"text": "call me on 0171 555 0199"}, "long number"),
        ({"text": "write to me@somewhere"}, "handle"),
        ({"text": "look at www.example.org"}, "link"),
        ({"text": "come to 12 Mill Road"}, "street address"),
        ({"text": "hid\u200bden"}, "invisible"),
        ({"text": "what the fuck"}, "explicit vocabulary"),
    ],
)
def test_a_broken_line_is_found_and_not_quoted(change, says):
    broken = dataclasses.replace(LINE, **change)
    problems = rules_broken(broken)
    assert len(problems) == 1
    assert says in problems[0]
    assert broken.text.strip() == "" or broken.text not in problems[0]


def test_copies_are_found():
    copy = dataclasses.replace(LINE, text=LINE.text.upper() + " ")
    assert "the same text" in rules_broken(LINE, copy)[0]
    long = dataclasses.replace(LINE, text="meet me at the old mill by the river when the school bus has left town")
    near = dataclasses.replace(long, text=long.text + "s")
    assert "nearly the text" in rules_broken(long, near)[0]


def test_too_few_lines_are_found():
    assert any("at least 60 required" in problem for problem in check(Corpus((LINE,), ())))


def dialogue(**change):
    texts = ["hi", "hello", "how was the match", "we won", "nice", "see you"]
    messages = tuple(DialogueMessage("ab"[n % 2], text) for n, text in enumerate(texts))
    return dataclasses.replace(Dialogue("en-x-1", "en", "x", "any", "plain", messages), **change)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "odd"}, "kind"),
        ({"messages": dialogue().messages[:3]}, "3 messages"),
        ({"messages": tuple(DialogueMessage("a", m.text) for m in dialogue().messages)}, "one speaker"),
        (
            {"messages": tuple(DialogueMessage(m.speaker, m.text, ("meeting",)) for m in dialogue().messages)},
            "more than one speaker",
        ),
        ({"messages": (*dialogue().messages, DialogueMessage("a", "ok", ("dancing",)))}, "unknown tactics"),
    ],
)
def test_a_broken_dialogue_is_found(change, says):
    problems = rules_broken(LINE, dialogues=[dialogue(**change)])
    assert len(problems) == 1
    assert says in problems[0]


def test_a_malformed_row_names_file_and_line(tmp_path):
    for kind in ("tactics", "lookalikes", "cues", "replies", "dialogues"):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "en.jsonl").write_text("")
    (tmp_path / "tactics" / "en.jsonl").write_text('{"text": "a", "tactic": "meeting"}\n{"text": "b"}\n')
    with pytest.raises(ValueError, match=r"tactics/en\.jsonl line 2"):
        load_corpus(["en"], tmp_path)


@pytest.mark.parametrize(
    ("exchange", "says"),
    [
        (Exchange("en", "dancing", "any", (("source", "hi"), ("other", "no"))), "unknown tactic"),
        (Exchange("en", "meeting", "any", (("source", "hi"), ("other", "no")) * 2), "4 messages"),
        (Exchange("en", "meeting", "any", (("source", "hi"), ("source", "no"))), "roles"),
        (Exchange("en", "meeting", "any", (("source", "look at www.example.org"), ("other", "no"))), "link"),
    ],
)
def test_a_broken_exchange_is_found(exchange, says):
    problems = rules_broken(LINE, exchanges=[exchange])
    assert len(problems) == 1
    assert says in problems[0]


def trained_on(monkeypatch, *arguments):
    """The data that the verb would train on."""

    def stop(data, *_):
        raise InterruptedError(data)

    monkeypatch.setattr(run, "run_stages", stop)
    with pytest.raises(InterruptedError) as caught:
        main(["run", *arguments])
    (data,) = caught.value.args
    return data


@pytest.mark.slow
def test_a_changed_copy_of_the_corpus_can_be_trained_on(tmp_path, monkeypatch):
    copy = tmp_path / "corpus"
    shutil.copytree(FOLDER, copy)
    config = english_only(tmp_path)
    own = Data(load_config(config), None, tmp_path)
    data = trained_on(monkeypatch, "--config", str(config), "--corpus", str(copy))
    assert data.corpus_digest == own.corpus_digest
    with (copy / "lookalikes" / "en.jsonl").open("a", encoding="utf-8") as stream:
        row = {"text": "the seventh zebra sings", "resembles": "secrecy", "context": "peer", "setting": "art"}
        stream.write(json.dumps(row) + "\n")
    changed = trained_on(monkeypatch, "--config", str(config), "--corpus", str(copy))
    assert changed.corpus_digest != own.corpus_digest
    assert any(line.text == row["text"] for part in changed.corpus.values() for line in part.lines)
    assert trained_on(monkeypatch).corpus_folder == FOLDER


def test_a_folder_without_a_corpus_is_refused_before_anything_runs(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["run", "--corpus", str(tmp_path)])
    assert "is not a corpus folder" in capsys.readouterr().err
