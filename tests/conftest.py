"""Shared fixtures. Internet sockets are blocked for the whole session, in the processes that tests start too."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from grooming_risk import RiskScorer
from grooming_risk.model.artifact import BUNDLED, Artifact

ROOT = Path(__file__).parents[1]
OFFLINE = Path(__file__).parent / "support" / "offline"
# Some tests import onnxruntime before the library does, which would keep it silent; privacy_child.py runs without this.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# How long an example takes says more of the machine than of the code, so no test fails for it.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
PROXY_SOURCES = {  # source → its splits; benign dialogues of the corpus stand in for public conversations
    "byu_chitchat": [None],
    "irc_disentanglement": ["train", "dev", "test", "channel-two"],
    "topical_chat": ["valid_freq", "test_freq"],
}


@pytest.fixture(autouse=True, scope="session")
def no_network():
    """Installed once and for all: an audit hook stays."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH")])))
        patch.syspath_prepend(OFFLINE)
        sys.modules.pop("sitecustomize", None)
        yield importlib.import_module("sitecustomize").ATTEMPTS


@pytest.fixture(autouse=True)
def no_hidden_attempt(no_network):
    """The refusal may have been caught and passed over."""
    yield
    attempts, no_network[:] = no_network[:], []
    assert attempts == []


@pytest.fixture(scope="session")
def scorer() -> RiskScorer:
    return RiskScorer(digest_key=b"a key of the tests only")


@pytest.fixture(scope="session")
def artifact(scorer) -> Artifact:
    return scorer.artifact


@pytest.fixture
def artifact_copy(tmp_path) -> Iterator[Path]:
    folder = tmp_path / "artifact"
    folder.mkdir()
    for path in BUNDLED.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    yield folder
    shutil.rmtree(folder, ignore_errors=True)  # pytest keeps its folders, and this one has forty megabytes


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def proxies_folder(tmp_path_factory):
    """A folder of proxies as shared/proxies has them, small and made of benign dialogues of the corpus."""
    from training.corpus.lines import load_corpus

    folder = tmp_path_factory.mktemp("proxies")
    dialogues = [dialogue for dialogue in load_corpus(["en"]).dialogues if dialogue.kind == "plain"]
    for source, splits in PROXY_SOURCES.items():
        (folder / source).mkdir()
        with (folder / source / "data.jsonl").open("w", encoding="utf-8") as stream:
            for number, dialogue in enumerate(dialogues):
                people = [f"p{number % 40}", f"q{number}"]
                messages = [{"author": m.speaker, "text": m.text, "timestamp": None} for m in dialogue.messages]
                meta = {"split": splits[number % len(splits)], "participants": people}
                row = {"id": f"{source}-{number}", "lang": "en", "messages": messages, "meta": meta}
                stream.write(json.dumps(row) + "\n")
    for source in ("tatoeba_lines", "xed_subtitle_lines"):
        (folder / source).mkdir()
        rows = [{"author": "A", "text": f"otra frase corta número {n}", "timestamp": None} for n in range(30)]
        (folder / source / "data.jsonl").write_text(json.dumps({"lang": "es", "messages": rows}) + "\n")
    return folder
