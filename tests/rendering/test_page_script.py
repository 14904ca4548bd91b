"""The script of the review page: complete, parsed, linted where eslint is installed, in parts that fit together."""

import re
import shutil
import subprocess

import pytest

from grooming_risk.rendering.html import markup
from grooming_risk.rendering.html.markup import SCRIPTS, script
from tests.conftest import ROOT

FOLDER = ROOT / "grooming_risk" / "rendering" / "html" / "script"
PARTS = {name: (FOLDER / f"{name}.js").read_text(encoding="ascii") for name in SCRIPTS}


def declared(text, word):
    """Names in the comments that eslint reads: `global` for names from other parts, `exported` for names they use."""
    lists = re.findall(rf"^/\* {word} (.*) \*/$", text, re.M)
    return {name.strip() for names in lists for name in names.split(",")}


def test_every_file_is_in_the_page_once_and_nothing_else_is():
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.js" for name in SCRIPTS}
    whole = script()
    assert whole.startswith('"use strict";\n(() => {\n')
    assert [whole.count(part) for part in PARTS.values()] == [1] * len(PARTS)


def test_parts_take_only_what_others_give():
    given = {name: declared(text, "exported") for name, text in PARTS.items()}
    for name, text in PARTS.items():
        others = set().union(*(names for other, names in given.items() if other != name))
        assert declared(text, "global") <= others, name
    taken = set().union(*(declared(text, "global") for text in PARTS.values()))
    assert set().union(*given.values()) == taken, "given, and not taken by any part"


def test_the_script_writes_no_markup():
    forbidden = r"innerHTML|outerHTML|insertAdjacent|document\.write|createContextualFragment"
    assert not re.search(forbidden, script())
    assert "</" not in script()


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.parametrize("name", [None, *SCRIPTS])
def test_it_parses(name, tmp_path):
    path = tmp_path / "script.js"
    path.write_text(script() if name is None else PARTS[name], encoding="ascii")
    done = subprocess.run(["node", "--check", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_check_finds_what_two_parts_both_declare(tmp_path, monkeypatch):
    """This is why the assembled script is checked, and not only its parts."""
    monkeypatch.setattr(markup, "SCRIPTS", (*SCRIPTS, "page"))
    path = tmp_path / "script.js"
    path.write_text(script.__wrapped__(), encoding="ascii")
    assert subprocess.run(["node", "--check", str(path)], capture_output=True).returncode != 0


@pytest.mark.skipif(shutil.which("eslint") is None, reason="eslint is not installed (npm install --global eslint)")
def test_the_linter_is_content():
    done = subprocess.run(["eslint"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
