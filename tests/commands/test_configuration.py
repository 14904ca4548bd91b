"""Defaults of options from a file, and exit statuses told apart."""

import json
import os
import shutil
import subprocess

import pytest

from grooming_risk.cli import COMMANDS, main
from grooming_risk.commands.completion import SHELLS


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [
        {"speaker": "ana", "text": "are you coming to the game tonight?"},
        {"speaker": "ben", "text": "yes, at six"},
    ]
    (tmp_path / "chat.json").write_text(json.dumps(rows), encoding="utf-8")
    return tmp_path


def test_a_project_file_gives_defaults_and_the_command_line_wins(place, capsys, tiny_artifact):
    text = f'[tool.grooming-risk.score]\nformat = "json"\nno-explain = true\nartifact = "{tiny_artifact.as_posix()}"\n'
    (place / "pyproject.toml").write_text(text, encoding="utf-8")
    assert main(["score", "chat.json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["evidence"] == []
    assert main(["score", "chat.json", "--format", "table"]) == 0
    assert capsys.readouterr().out.startswith("conversation")


def test_a_file_is_named(place, capsys, tiny_artifact):
    (place / "own.toml").write_text(f'[score]\nformat = "jsonl"\nartifact = "{tiny_artifact.as_posix()}"\n')
    assert main(["--config", "own.toml", "score", "chat.json"]) == 0
    assert json.loads(capsys.readouterr().out)["conversation"] == "chat.json"


@pytest.mark.parametrize(
    "text, says",
    [
        ("[scroe]\n", "'scroe', which is not a verb"),
        ('[score]\nfromat = "json"\n', "score.fromat of the configuration is not an option"),
        ('[score]\nformat = "xml"\n', "score.format of the configuration is not a value"),
        ("[score]\ntop = [1, 2]\n", "score.top of the configuration must be a text or a number"),
        ('[score]\nno-explain = "yes"\n', "must be true or false"),
        ('[records.new]\nnothing = "x"\n', "records.new.nothing of the configuration is not an option"),
        ("not toml", "cannot be read as TOML"),
    ],
)
def test_mistakes_are_wrong_usage(text, says, place, capsys):
    (place / "own.toml").write_text(text, encoding="utf-8")
    assert main(["--config", "own.toml", "score", "chat.json"]) == 2
    assert says in capsys.readouterr().err


def test_a_missing_file_is_wrong_usage(place, capsys):
    assert main(["--config", "none.toml", "score", "chat.json"]) == 2


def test_a_damaged_artefact_has_a_status_of_its_own(place, capsys, artifact_copy):
    (artifact_copy / "manifest.json").write_text("{}", encoding="utf-8")
    assert main(["score", "chat.json", "--artifact", str(artifact_copy)]) == 3
    assert main(["verify", "--artifact", str(artifact_copy)]) == 3


def test_an_unknown_operating_point_is_wrong_usage(place, capsys, tiny_artifact):
    asked = ["score", "chat.json", "--artifact", str(tiny_artifact), "--operating-point", "loud"]
    assert main(asked) == 2


def test_input_that_cannot_be_used_is_a_failure(place, capsys, tiny_artifact):
    (place / "bad.json").write_text('[{"speaker": 1}]', encoding="utf-8")
    assert main(["score", "chat.json", "bad.json", "--artifact", str(tiny_artifact)]) == 1


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_names_every_verb(shell, capsys):
    pytest.importorskip("shtab", reason="shtab is not installed (extra completion)")
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "operating-points" in script and "only-flagged" in script
    assert len(COMMANDS) > 10


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("begun", "whole"),
    [("score --only", "--only-flagged"), ("score cha", "chat.txt"), ("score --artifact fol", "folder")],
)
def test_bash_completes_options_and_paths(begun, whole, capsys, tmp_path):
    pytest.importorskip("shtab", reason="shtab is not installed (extra completion)")
    (tmp_path / "chat.txt").touch()
    (tmp_path / "folder").mkdir()
    main(["completion", "bash"])
    last = len(begun.split())
    script = capsys.readouterr().out + (
        f"\nCOMP_WORDS=(grooming-risk {begun})\nCOMP_CWORD={last}\n_shtab_grooming_risk\necho ${{COMPREPLY[@]}}\n"
    )
    done = subprocess.run(["bash"], input=script, capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.split() == [whole]


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_fish_completes_verbs_and_options(capsys, tmp_path):
    pytest.importorskip("shtab", reason="shtab is not installed (extra completion)")
    main(["completion", "fish"])
    (tmp_path / "own.fish").write_text(capsys.readouterr().out, encoding="utf-8")
    for begun, whole in (("scor", "score"), ("score --only", "--only-flagged")):
        command = f"source own.fish; complete --do-complete 'grooming-risk {begun}'"
        environment = {**os.environ, "HOME": str(tmp_path)}
        done = subprocess.run(["fish", "-c", command], capture_output=True, text=True, cwd=tmp_path, env=environment)
        assert [line.split("\t")[0] for line in done.stdout.splitlines()] == [whole]
