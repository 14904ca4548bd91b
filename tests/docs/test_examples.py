"""The examples of README and guides run, and print what the pages say."""

import contextlib
import importlib
import io
import os
import re
import shutil
import subprocess
import sys

import pytest

from grooming_risk.cli import main
from tests.support.documents import DOCUMENTS, ROOT, examples, name_of

TOLERANCE = 0.05  # relative; probabilities differ a little from processor to processor
NUMBER = re.compile(r"-?\d+\.\d+")


def pages(language):
    return [path for path in DOCUMENTS if any(block.run and block.language == language for block in examples(path))]


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A folder with the files that the examples name."""
    samples = sorted((ROOT / "grooming_risk" / "samples").glob("*.json"))
    shutil.copytree(samples[0].parent, tmp_path / "chats")
    shutil.copy(samples[0], tmp_path / "export.json")
    shutil.copy(ROOT / "tests" / "exports" / "csv" / "plain.csv", tmp_path / "plain.csv")
    (tmp_path / "export.csv").write_text("who,what\nana,are you coming to the game?\nben,yes\n", encoding="utf-8")
    (tmp_path / "chat.txt").write_text("03/04/2026, 18:02 - Ana: are you there?\n", encoding="utf-8")
    (tmp_path / "stream.jsonl").write_text(
        '{"conversation": "7f3", "speaker": "ana", "text": "are you coming to the game tonight?"}\n', encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", pages("python"), ids=name_of)
def test_python_examples_run(path, workplace):
    names: dict[str, object] = {"__name__": "__main__"}
    for block in examples(path):
        if block.language != "python" or not block.run:
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block.code, name_of(path), "exec"), names)
        if block.output is not None:
            assert alike(printed.getvalue(), block.output), f"{name_of(path)} prints {printed.getvalue()!r}"


def alike(printed, shown):
    """Whether two texts are the same but for small differences of their decimal fractions."""
    if NUMBER.sub("0", printed) != NUMBER.sub("0", shown):
        return False
    pairs = zip(NUMBER.findall(printed), NUMBER.findall(shown), strict=True)
    return all(float(ours) == pytest.approx(float(theirs), rel=TOLERANCE) for ours, theirs in pairs)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the examples are for a POSIX shell")
@pytest.mark.parametrize("path", pages("sh"), ids=name_of)
def test_shell_examples_run(path, workplace):
    script = "\n".join(block.code for block in examples(path) if block.language == "sh" and block.run)
    (workplace / "bin").mkdir()
    command = workplace / "bin" / "grooming-risk"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m grooming_risk "$@"\n', encoding="utf-8")
    (workplace / "bin" / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    for program in (workplace / "bin").iterdir():
        program.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(workplace / "bin"), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }
    done = subprocess.run(["sh", "-eu"], input=script, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr


def commands(program):
    """(document, words) of every line of an example that calls a program, run or not."""
    for path in DOCUMENTS:
        for block in examples(path):
            for line in block.code.replace("\\\n", " ").splitlines() if block.language == "sh" else ():
                for part in re.split(r"&&|\||;", line.split(" #")[0]):
                    words = part.split()
                    if words[: len(program)] == list(program):
                        yield pytest.param(words[len(program) :], id=f"{name_of(path)}:{part.strip()}")


def helped(run, verb):
    """What `VERB --help` prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), pytest.raises(SystemExit) as left:
        run([*verb, "--help"])
    assert left.value.code == 0
    return printed.getvalue()


@pytest.mark.parametrize("words", list(commands(["grooming-risk"])))
def test_every_command_has_the_options_that_the_documents_use(words):
    check_options(main, words, 2 if words[0] in ("handover", "records") else 1)


@pytest.mark.train
@pytest.mark.parametrize("words", list(commands(["python", "-m", "training"])))
def test_every_training_verb_has_the_options_that_the_documents_use(words):
    pytest.importorskip("torch", reason="torch is not installed (extra train)")
    check_options(importlib.import_module("training.__main__").main, words, 1)


def check_options(run, words, verb):
    if words[0].startswith("--"):
        return
    known = helped(run, words[:verb])
    for option in (word.partition("=")[0] for word in words[verb:] if word.startswith("-") and word != "-"):
        assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", known), option
