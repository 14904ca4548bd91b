"""A repository of the Hub, in a folder and over a client that is replaced; nothing is sent anywhere."""

import hashlib
import json
from types import SimpleNamespace

import huggingface_hub
import pytest
from huggingface_hub.errors import OfflineModeIsEnabled

from grooming_risk.model.artifact import Artifact
from training.__main__ import main


@pytest.fixture
def card(tiny_artifact, tmp_path):
    path = tmp_path / "card" / "my_card.md"
    (path.parent / "figures").mkdir(parents=True)
    (path.parent / "figures" / "a.svg").write_text("<svg/>")
    path.write_text(f"---\nlicense: apache-2.0\n---\nartefact `{Artifact(tiny_artifact).digest}`\n")
    return path


def test_a_folder_holds_model_card_manifest_and_rules(tiny_artifact, card, tmp_path, capsys):
    target = tmp_path / "repository"
    words = ["push", str(target), "--artifact", str(tiny_artifact), "--card", str(card)]
    assert main(words) == 0 and main(words) == 0
    assert capsys.readouterr().out.split() == [str(target)] * 2
    assert (target / "README.md").read_bytes() == card.read_bytes()
    assert (target / "figures" / "a.svg").exists() and (target / "RESPONSIBLE_USE.md").exists()
    pushed = target / "artifact"
    assert Artifact(pushed).digest == Artifact(tiny_artifact).digest
    files = json.loads((pushed / "manifest.json").read_text())["files"]
    assert all(hashlib.sha256((pushed / n).read_bytes()).hexdigest() == row["sha256"] for n, row in files.items())


def test_a_hub_repository_is_private_and_gets_the_same_files(tiny_artifact, card, monkeypatch, capsys):
    calls = []

    class Api:
        def create_repo(self, name, **options):
            calls.append((name, options))

        def upload_folder(self, *, repo_id, folder_path, commit_message):
            calls.append((repo_id, {path.name for path in folder_path.rglob("*")}))
            return SimpleNamespace(commit_url="https://hub/commit")

    monkeypatch.setattr(huggingface_hub, "HfApi", Api)
    assert main(["push", "team/model", "--artifact", str(tiny_artifact), "--card", str(card)]) == 0
    assert calls[0] == ("team/model", {"private": True, "exist_ok": True})
    assert {"README.md", "manifest.json", "window_model.onnx"} <= calls[1][1]
    assert capsys.readouterr().out == "https://hub/commit\n"


def test_what_cannot_be_pushed_says_what_to_do(tiny_artifact, card, tmp_path, monkeypatch, capsys):
    class Api:
        def create_repo(self, name, **options):
            raise OfflineModeIsEnabled("offline")

    monkeypatch.setattr(huggingface_hub, "HfApi", Api)
    common = ["--artifact", str(tiny_artifact), "--card"]
    assert main(["push", "team/model", *common, str(card)]) == 1
    assert "log in with `hf auth login`" in capsys.readouterr().err
    assert main(["push", str(tmp_path / "x"), *common, str(tmp_path / "none.md")]) == 1
    assert "is not a file" in capsys.readouterr().err
    card.write_text("a card of another model")
    assert main(["push", str(tmp_path / "x"), *common, str(card)]) == 1
    assert "does not name the artefact" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main(["push", str(tmp_path / "x"), "--artifact", str(tiny_artifact)])
