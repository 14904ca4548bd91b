"""What the command line prints: harmless on a terminal, through one door, and without a traceback when it cannot."""

import ast
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import grooming_risk
from grooming_risk import cli
from grooming_risk.commands import terminal_output
from grooming_risk.commands.terminal_output import redraw, say, show, show_json
from grooming_risk.errors import OutputError
from grooming_risk.rendering.terminal.cells import Terminal

PACKAGE = Path(grooming_risk.__file__).parent
# Sets the title of the window, clears the screen, colours, moves up, and hides or reorders what follows.
HOSTILE = "\x1b]0;owned\x07\x1b[2J\x1b[31m\x1b[1A\r\x9b2J\u202e\u200b\x7f"
CHAT = [{"speaker": "a", "text": "see you at practice tomorrow"}, {"speaker": "b", "text": "yes, bring the ball"}] * 4


def is_harmless(text):
    return all(character == "\n" or (character.isprintable() and character != "\x7f") for character in text)


def test_there_is_one_door():
    """Nothing else in the package prints, or touches the streams but to ask whether they are a terminal."""
    for path in PACKAGE.rglob("*.py"):
        # The workers of a benchmark also run in other versions of the package or on an engine, and print figures alone.
        if path.name == "terminal_output.py" or path.parts[-2:] in (("bench", "worker.py"), ("engines", "child.py")):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.func if isinstance(node, ast.Call) else None
            assert not (isinstance(name, ast.Name) and name.id in ("print", "input")), f"{path}:{node.lineno}"
            stream = node.value if isinstance(node, ast.Attribute) else None
            of_sys = isinstance(stream, ast.Attribute) and stream.attr in ("stdout", "stderr", "__stdout__")
            assert not (of_sys and ast.unparse(stream).startswith("sys.")), f"{path}:{node.lineno}"


def test_messages_and_lines_are_harmless(capsys):
    say(f"a name {HOSTILE} and\na forged line")
    show(f"a name {HOSTILE}\n\nand another line")
    redraw(f"{HOSTILE}", "before")
    captured = capsys.readouterr()
    assert is_harmless(captured.out) and captured.out.count("\n") == 3
    assert is_harmless(captured.err.replace("\r", "")) and captured.err.count("\n") == 1


def test_only_our_own_styles_pass(capsys):
    page = Terminal(color=True)
    styled = page.bold("loud") + page.dim("quiet") + page.raised("up") + page.sign("sign")
    show(styled, styled=True)
    show(styled + HOSTILE, styled=True)
    show(styled)
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == styled
    assert second.startswith(styled) and is_harmless(second.removeprefix(styled))
    assert is_harmless(third)


def test_json_is_ascii_without_control_characters(capsys):
    value = {HOSTILE: ["é", HOSTILE]}
    show_json(value)
    out = capsys.readouterr().out
    assert out.isascii() and is_harmless(out)
    assert json.loads(out) == value


@pytest.mark.skipif(os.name != "posix", reason="names that other systems refuse")
def test_names_of_an_export_reach_the_terminal_harmless(tmp_path, capsys):
    name = HOSTILE.replace("\x9b", "")
    folder = tmp_path / f"folder {name}"
    folder.mkdir()
    (folder / f"bad {name}.json").write_text("[{")
    (folder / f"unknown {name}.bin").write_bytes(b"\x00\x01")
    good = [{"conversation": f"id {HOSTILE}", **row} for row in CHAT]
    (folder / f"good {name}.json").write_text(json.dumps(good))
    (folder / "warned.json").write_text(json.dumps([{**row, "sent_at": "not a time"} for row in CHAT]))
    (folder / f"records {name}.jsonl").write_text("{\n{")
    for arguments in (
        ["score", str(folder)],
        ["score", str(folder), "--format", "json"],
        ["score", str(folder), "--format", "jsonl"],
        ["score", str(folder / f"gone {name}")],
        ["inspect", str(folder / f"bad {name}.json")],
        ["records", "verify", str(folder)],
        ["records", "summary", str(folder)],
        ["handover", "verify", str(folder)],
        ["monitor", "--state", str(folder / f"no {name}" / name)],
    ):
        cli.main(arguments)
        captured = capsys.readouterr()
        assert is_harmless(captured.out) and is_harmless(captured.err), arguments
        assert captured.out + captured.err


def test_wrong_usage_repeats_arguments_harmlessly(capsys):
    for arguments in (["score", f"--{HOSTILE}"], [f"verb{HOSTILE}"], ["score", "x", "--columns", HOSTILE]):
        with pytest.raises(SystemExit):
            cli.main(arguments)
        assert is_harmless(capsys.readouterr().err)


def test_an_output_without_some_letters_is_written_with_question_marks(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    show("naïve ☃")
    terminal_output.flush_output()
    assert raw.getvalue() == b"na?ve ?\n"


def test_a_closed_stream_is_an_error_of_ours(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    say("nobody hears this")
    redraw("nor sees this", "")
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(OutputError, match="it is closed"):
        show("lost")
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    with pytest.raises(OutputError, match="it is closed"):
        show("lost")


def run(*arguments, shell_end):
    """Run the program through a shell, with what follows its arguments."""
    command = f'exec "$0" -m grooming_risk {" ".join(arguments)} {shell_end}'
    return subprocess.run(["sh", "-c", command, sys.executable], capture_output=True, text=True, check=False)


VERBS = [("formats",), ("formats", "--format", "json"), ("info",), ("operating-points",), ("channels",), ("--version",)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has /dev/full")
@pytest.mark.parametrize("verb", VERBS[:3], ids=" ".join)
def test_a_full_standard_output_is_named(verb):
    done = run(*verb, shell_end=">/dev/full")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "standard output cannot be written (No space left on device)" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell")
@pytest.mark.parametrize("verb", VERBS[:3], ids=" ".join)
def test_a_closed_standard_output_is_named(verb):
    done = run(*verb, shell_end=">&-")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "standard output cannot be written (it is closed)" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell")
def test_messages_do_not_move_to_standard_output_when_standard_error_is_closed():
    done = run("score", "/nowhere", shell_end="2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("verb", [("bench",), ("verify",), ("records", "verify", "log.jsonl")], ids=" ".join)
def test_ctrl_c_ends_without_a_traceback(verb, tmp_path):
    script = (
        "import signal, sys, time\n"
        # A shell that runs the tests in the background has told its children to ignore the signal.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from grooming_risk import cli\n"
        "from grooming_risk.commands import about\n"
        "from grooming_risk.commands.bench import verb\n"
        "from grooming_risk.commands.records import checks\n"
        "def work(*_):\n"
        "    print('at work', flush=True)\n"
        "    time.sleep(60)\n"
        "verb.run_here = verb.machine = about.Artifact = checks.read_key = work\n"
        "raise SystemExit(cli.main(sys.argv[1:]))\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, *verb], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert child.stdout.readline() == "at work\n"
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out, err) == (130, "", "grooming-risk: stopped\n")
