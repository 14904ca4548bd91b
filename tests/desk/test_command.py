"""The verb `desk`: what it needs, how it starts, and that a second start says where the first one runs."""

import os
import re
import subprocess
import sys

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from grooming_risk.cli import main
from grooming_risk.commands import desk as verb
from grooming_risk.desk.security.users import read_users
from grooming_risk.desk.storage.folder import DEFAULT
from tests.conftest import ROOT

SERVER = ROOT / "tests" / "support" / "desk" / "server.py"
# In a process of its own, because the tests themselves open no socket: sign in, ask for a page, print what came.
BROWSER = """
import sys, urllib.request
from http.cookiejar import CookieJar
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
print(opener.open(sys.argv[1]).geturl())
"""


def start(folder):
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        [sys.executable, str(SERVER), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
    )
    lines = []
    while not lines or "Ctrl+C" not in lines[-1]:
        line = child.stdout.readline()
        assert line, lines
        lines.append(line)
    return child, "".join(lines)


def test_a_second_start_says_where_the_first_one_runs_and_brings_a_new_link(tmp_path):
    first, told = start(tmp_path / "desk")
    try:
        address = re.search(r"runs at (http://127\.0\.0\.1:\d+)", told)[1]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "grooming_risk", "desk", "--folder", str(tmp_path / "desk"), "--no-browser"]
        second = subprocess.run(command, capture_output=True, text=True, env=env)
        assert second.returncode == 0 and f"already runs at {address} (process {first.pid})" in second.stdout
        for text in (told, second.stdout):
            link = re.search(r"http://\S+/start\?token=\S+", text)[0]
            reached = subprocess.run([sys.executable, "-c", BROWSER, link], capture_output=True, text=True, env=env)
            assert reached.stdout == f"{address}/me\n", reached.stderr
    finally:
        first.stdin.close()
        first.wait(30)
        first.stdout.close()
    assert first.returncode == 0


def test_what_is_missing_is_named(monkeypatch, capsys):
    monkeypatch.setattr(verb.importlib.util, "find_spec", lambda name: None if name == "uvicorn" else object())
    assert main(["desk"]) == 1
    assert 'needs uvicorn: pip install "grooming-risk[desk]"' in capsys.readouterr().err


def test_people_are_added_to_a_file(tmp_path, monkeypatch, capsys):
    path = tmp_path / "users.json"
    words = iter(["correct horse", "correct horse", "correct horse", "correct hose", "short", "short"])
    monkeypatch.setattr(verb.getpass, "getpass", lambda prompt: next(words))
    assert main(["desk", "--users", str(path), "--add-user", "Ada", "--role", "supervisor"]) == 0
    assert read_users(path)["Ada"]["role"] == "supervisor"
    assert main(["desk", "--users", str(path), "--add-user", "Bo"]) == 2
    assert "differ" in capsys.readouterr().err
    assert main(["desk", "--users", str(path), "--add-user", "Bo"]) == 1
    assert main(["desk", "--add-user", "Bo"]) == 2
    assert set(read_users(path)) == {"Ada"}


def test_options_are_checked(tmp_path, capsys):
    assert main(["desk", "--folder", str(tmp_path / "d"), "--port", "70000"]) == 2
    assert main(["desk", "--folder", str(tmp_path / "d"), "--passphrase-file", str(tmp_path / "none")]) == 2
    told = capsys.readouterr().err
    assert "--port must be" in told and "cannot be read as text" in told
    assert verb.DEFAULT == DEFAULT


def test_the_library_does_not_import_a_web_framework():
    code = "import sys, grooming_risk.cli; print({'starlette', 'uvicorn', 'jinja2', 'cryptography'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
