"""`grooming-risk score` over folders: continued after kills, signals and a full disk, with the tiny artefact."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from grooming_risk import Conversation, cli
from grooming_risk.commands import results_file, score
from grooming_risk.commands.scoring import score_output
from grooming_risk.scoring import batch
from grooming_risk.testing import StandInScorer
from tests.conftest import ROOT
from tests.support.examples import thorough

CANARY = "xylophonecanary"
# How many files, and how often the command is killed over them; every 97th file is damaged.
FILES, KILLS = (10_000, 25) if thorough() else (400, 3)
EVERY = 97
posix = pytest.mark.skipif(os.name != "posix", reason="signals")


def rows(source, messages):
    return [{"speaker": "ab"[turn % 2], "text": f"what about {source.random()}"} for turn in range(messages)]


def chats(folder, files, damaged):
    """Small files in sub-folders: most of two messages, some of many conversations."""
    source = random.Random(5)
    for number in range(files):
        path = folder / f"{number // 500:02}" / f"{number:05}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        if number % 50 == 7:
            found = ({"id": name, "messages": rows(source, 3 if name else 0)} for name in range(4))
            text = "\n".join(map(json.dumps, found))
        else:
            text = json.dumps(rows(source, 2 if number % 10 else 9))
        path.write_text(text[:-15] + CANARY if number % damaged == damaged - 1 else text)
    return folder


@pytest.fixture
def command(tiny_artifact, tmp_path_factory):
    """Arguments of the command line; with a key, digests are the same in every run."""
    key = tmp_path_factory.mktemp("key") / "key"
    key.write_bytes(b"a key of the tests only")
    key.chmod(0o600)
    return ["score", "--artifact", str(tiny_artifact), "--digest-key-file", str(key)]


@pytest.fixture
def start(command):
    def start(*arguments, **options):
        line = [sys.executable, "-m", "grooming_risk", *command, *map(str, arguments)]
        return subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    return start


@pytest.fixture
def run(command, capsys):
    def run(*arguments):
        status = cli.main([*command, *map(str, arguments)])
        return status, capsys.readouterr()

    return run


def to(path, *more):
    return "--format", "jsonl", "-o", path, *more


@posix
@pytest.mark.scaled
def test_thousands_of_files_killed_at_random_moments(tmp_path, start):
    folder = chats(tmp_path / "chats", FILES, EVERY)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    process = start(folder, *to(whole, "--no-explain"))
    _, said = process.communicate()
    assert process.returncode == 1  # for the damaged ones
    expected = whole.read_bytes()
    lines = [json.loads(line) for line in expected.splitlines()]
    unusable = [line for line in lines if "error" in line]
    assert len(lines) >= FILES
    assert sum("file" in line for line in unusable) == FILES // EVERY
    assert CANARY.encode() not in expected + said
    source, kills = random.Random(11), 0
    for left in range(KILLS, 0, -1):
        before = killed.stat().st_size if killed.exists() else 0
        enough = before + source.uniform(0, 2 * (len(expected) - before) / (left + 1))
        process = start(folder, *to(killed, "--no-explain", "--resume"))
        while process.poll() is None and (not killed.exists() or killed.stat().st_size < enough):
            time.sleep(0.001)
        time.sleep(source.uniform(0, 0.01))
        process.kill()
        process.communicate()
        assert expected.startswith(killed.read_bytes())
        kills += process.returncode == -signal.SIGKILL
        if process.returncode != -signal.SIGKILL:  # on a busy machine it may be done before the signal comes
            assert process.returncode == 1 and killed.read_bytes() == expected
            killed.unlink()
    assert kills > KILLS // 2
    process = start(folder, *to(killed, "--no-explain", "--resume"))
    process.communicate()
    assert process.returncode == 1
    assert killed.read_bytes() == expected


def test_a_run_continues_from_any_byte(tmp_path, run, monkeypatch):
    monkeypatch.setattr(results_file.os, "fsync", lambda _: None)
    folder = chats(tmp_path / "chats", 9, 4)
    status, _ = run(folder, *to(tmp_path / "whole"))
    expected = (tmp_path / "whole").read_bytes()
    ends = [at for at in range(len(expected)) if expected[at : at + 1] == b"\n"]
    cuts = {
        0,
        len(expected),
        *range(0, len(expected), 311),
        *ends,
        *(end + 1 for end in ends),
        *(end + 2 for end in ends),
    }
    for cut in sorted(cuts):
        (tmp_path / "cut").write_bytes(expected[:cut])
        assert run(folder, *to(tmp_path / "cut", "--resume"))[0] == status == 1
        assert (tmp_path / "cut").read_bytes() == expected, f"cut off at {cut}"


def test_files_that_came_meanwhile_are_scored_after_the_rest_of_the_last_one(tmp_path, run):
    folder = chats(tmp_path / "chats", 9, 100)
    run(folder, *to(tmp_path / "whole"))
    lines = (tmp_path / "whole").read_text().splitlines(keepends=True)
    (at,) = [number for number, line in enumerate(lines) if '00007.json#2"' in line]
    (tmp_path / "cut").write_text("".join(lines[: at + 1]))
    (folder / "00" / "00000_new.json").write_text((folder / "00" / "00001.json").read_text())
    assert run(folder, *to(tmp_path / "cut", "--resume"))[0] == 1
    after = (tmp_path / "cut").read_text().splitlines(keepends=True)
    assert after[: at + 2] == lines[: at + 2]
    assert sorted(after)[1:] != sorted(lines) and len(after) == len(lines) + 1
    assert set(lines) < set(after)


def test_a_file_that_changed_or_went_is_refused(tmp_path, run):
    folder = chats(tmp_path / "chats", 8, 100)
    run(folder, *to(tmp_path / "out"))
    last = folder / "00" / "00007.json"
    before = (tmp_path / "out").read_bytes()
    kept = last.read_text()
    for content in (kept.replace('"id": 1', '"id": 9'), kept.split("\n")[0]):
        last.write_text(content)
        status, captured = run(folder, *to(tmp_path / "out", "--resume"))
        assert status == 2 and "has changed" in captured.err
    last.unlink()
    status, captured = run(folder, *to(tmp_path / "out", "--resume"))
    assert status == 2 and "not among the paths" in captured.err
    assert (tmp_path / "out").read_bytes() == before


@posix
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_after_a_whole_line_and_tells_how_to_continue(tmp_path, start, number, status):
    folder = chats(tmp_path / "chats", 2_000, EVERY)
    out = tmp_path / "out"
    process = start(folder, *to(out))
    while not out.exists() or out.stat().st_size < 10_000:
        time.sleep(0.001)
    process.send_signal(number)
    _, said = process.communicate()
    assert process.returncode == status, said
    assert b"--resume" in said and b"Traceback" not in said
    assert out.read_bytes().endswith(b"\n")
    assert len(out.read_bytes().splitlines()) < 2_000


@posix
def test_a_full_disk_is_a_named_error_and_the_run_can_be_continued(tmp_path, run, start):
    import resource  # there is none on Windows

    folder = chats(tmp_path / "chats", 60, EVERY)
    run(folder, *to(tmp_path / "whole"))
    out = tmp_path / "out"
    process = start(folder, *to(out), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)))
    _, said = process.communicate()
    assert process.returncode == 1
    assert b"cannot be written" in said and b"--resume" in said and b"Traceback" not in said
    assert out.stat().st_size == 20_000
    run(folder, *to(out, "--resume"))
    assert out.read_bytes() == (tmp_path / "whole").read_bytes()


def test_lines_on_standard_output_are_those_of_the_file_without_errors(tmp_path, run):
    folder = chats(tmp_path / "chats", 12, 5)
    status, captured = run(folder, "--format", "jsonl")
    assert run(folder, *to(tmp_path / "out"))[0] == status == 1
    lines = (tmp_path / "out").read_text().splitlines()
    assert captured.out.splitlines() == [line for line in lines if '"error"' not in line]
    assert len(lines) > len(captured.out.splitlines())


def test_unknown_files_in_a_folder_are_one_line_and_no_failure(tmp_path, run):
    folder = chats(tmp_path / "chats", 3, 100)
    (folder / "note.txt").write_text(CANARY)
    (folder / "photo.png").write_bytes(b"\x89PNG")
    status, captured = run(folder)
    assert status == 0
    assert captured.err == "grooming-risk: skipped 2 files of an unknown format; the first is chats/note.txt\n"
    status, captured = run(folder / "note.txt")
    assert status == 1 and "no known format" in captured.err and CANARY not in captured.err


@pytest.mark.parametrize("names", [[], ["note.txt"], [".hidden.json"]])
def test_a_folder_with_nothing_to_read_is_a_failure(tmp_path, run, names):
    for name in names:
        (tmp_path / name).write_text("x")
    status, captured = run(tmp_path)
    assert status == 1 and "found no chat export" in captured.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--resume"], "add --format jsonl and -o FILE"),
        (["--resume", "--format", "jsonl"], "add --format jsonl and -o FILE"),
        (["--resume", "--format", "jsonl", "-o", "x", "--top", "3"], "leave out --only-flagged"),
        (["--jobs", "0"], "at least 1"),
        (["--format", "html", "-o", "none/x"], "folder"),
        (["--format", "jsonl", "-o", "none/x"], "cannot be written"),
    ],
)
def test_options_that_do_not_fit_are_refused_before_anything_is_read(tmp_path, run, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(score, "read_source", lambda *_: pytest.fail("read"))
    status, captured = run(chats(tmp_path / "chats", 1, 100), *arguments)
    assert status == 2 and says in captured.err


def test_paths_that_lie_in_each_other_are_refused_for_a_file(tmp_path, run):
    folder = chats(tmp_path / "chats", 2, 100)
    for paths in ((folder, folder), (folder, folder / "00")):
        status, captured = run(*paths, *to(tmp_path / "out"))
        assert status == 2 and "given twice" in captured.err


class Full:
    """A file on a disk that becomes full."""

    def __init__(self, stream):
        self._stream = stream

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stream.close()

    def write(self, text):
        self._stream.write(text[:10])
        raise OSError(28, "No space left on device")


def test_a_page_that_cannot_be_written_whole_is_removed(tmp_path, run, monkeypatch):
    folder, page = chats(tmp_path / "chats", 2, 100), tmp_path / "page.html"
    assert run(folder, "--format", "html", "-o", page)[0] == 0
    assert page.stat().st_size > 1_000
    fdopen = os.fdopen
    monkeypatch.setattr(score_output.os, "fdopen", lambda *arguments, **options: Full(fdopen(*arguments, **options)))
    status, captured = run(folder, "--format", "html", "-o", page)
    assert status == 2 and "cannot be written" in captured.err
    assert not page.exists()


def test_items_without_a_conversation_keep_their_place(monkeypatch):
    monkeypatch.setattr(batch, "ITEMS", 3)
    scorer = StandInScorer()
    chat = Conversation.from_messages([("a", "what about the old mill")])
    items = [chat, None, chat, None, None, None, None, chat]
    scored = list(batch.score_items(iter(items), lambda item: item, scorer))
    assert [item for item, _ in scored] == items
    assert [report is None for _, report in scored] == [item is None for item in items]


def test_errors_name_their_file_once(tmp_path, capsys):
    folder = tmp_path / "message"
    folder.mkdir()
    (folder / "a.json").write_text('{"messages": [}')
    (folder / "m.json").write_text('[["a"]]')
    assert cli.main(["score", str(folder)]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("grooming-risk: message/a.json line 1 is not valid JSON")
    assert second.startswith("grooming-risk: message/m.json: message 0 ")


def test_a_wrong_date_order_lists_the_right_ones(tmp_path, capsys):
    with pytest.raises(SystemExit):
        cli.main(["score", str(tmp_path), "--date-order", "day"])
    said = capsys.readouterr().err
    assert all(order in said for order in ("dmy", "mdy", "ymd", "choose from"))
