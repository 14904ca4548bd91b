"""The command line of training: every verb offers the interface, and only the verb that is asked for is imported."""

import argparse
import inspect
import re
import subprocess
import sys

import pytest

from training.__main__ import VERBS, main
from training.options import UsageError


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_describes_itself(verb, capsys):
    with pytest.raises(SystemExit, match="0"):
        main([verb, "--help"])
    printed = capsys.readouterr().out
    module = sys.modules[VERBS[verb]]
    assert module.HELP.strip().count("\n") == 0
    assert module.__doc__.splitlines()[0] in printed
    assert list(inspect.signature(module.run).parameters) == ["arguments"]


def test_the_list_of_verbs_has_them_all(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    printed = capsys.readouterr().out
    for verb, module in VERBS.items():
        assert re.search(rf"(?m)^    {verb}\b", printed)
        assert sys.modules[module].HELP.split()[0] in printed


def test_an_unknown_verb_is_refused(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["dance"])
    assert "dance" in capsys.readouterr().err


def test_options_that_contradict_each_other_exit_with_the_usage_of_their_verb(monkeypatch, capsys):
    def refuse(arguments: argparse.Namespace) -> int:
        raise UsageError("--this does not go with --that")

    monkeypatch.setattr("training.corpus.check.run", refuse)
    with pytest.raises(SystemExit, match="2"):
        main(["check"])
    error = capsys.readouterr().err
    assert "usage: python -m training check" in error
    assert "--this does not go with --that" in error


def test_a_light_verb_imports_no_heavy_package():
    code = (
        "import sys; from training.__main__ import main\n"
        "try: main(['check', '--help'])\n"
        "except SystemExit: print(*sorted({'torch', 'transformers', 'datasets', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].strip() == ""
