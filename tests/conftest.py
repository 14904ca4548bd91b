"""Shared fixtures, and what holds for every test run: no network, and two sizes of property tests.

Internet sockets are refused for the whole session, in the processes that tests start too.

`pytest` runs what is not marked `slow`, with few examples of each property (Hypothesis profile `fast`).
`pytest -m slow` runs what is marked `slow`, and every property test and every test marked `scaled` again at full size
(profile `thorough`).
"""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from grooming_risk import RiskScorer
from grooming_risk.model.artifact import BUNDLED, Artifact
from tests.support.examples import load_profile, thorough

ROOT = Path(__file__).parents[1]
OFFLINE = Path(__file__).parent / "support" / "offline"
# Some tests import onnxruntime before the library does, which would keep it silent; privacy_child.py runs without this.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
if "PYTEST_XDIST_WORKER" in os.environ:  # each worker has a core of its own; torch would otherwise use all of them
    os.environ.setdefault("OMP_NUM_THREADS", "1")
PROXY_SOURCES = {  # source → its splits; benign dialogues of the corpus replace the public conversations
    "byu_chitchat": [None],
    "irc_disentanglement": ["train", "dev", "test", "channel-two"],
    "topical_chat": ["valid_freq", "test_freq"],
}


def pytest_configure(config: pytest.Config) -> None:
    """Choose the profile before test modules are imported: they ask for it when they decorate their properties."""
    load_profile(thorough=re.search(r"(?<!not )\bslow\b", config.option.markexpr or "") is not None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Select property tests and scaled tests for the slow run, where they have their full size."""
    if thorough():
        for item in items:
            is_property = getattr(getattr(item, "function", None), "is_hypothesis_test", False)
            if is_property or item.get_closest_marker("scaled"):
                item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True, scope="session")
def no_network():
    """Refuse internet sockets; installed once for the session, since an audit hook cannot be removed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH")])))
        patch.syspath_prepend(OFFLINE)
        sys.modules.pop("sitecustomize", None)
        yield importlib.import_module("sitecustomize").ATTEMPTS


@pytest.fixture(autouse=True)
def no_hidden_attempt(no_network):
    """Fail a test that tried to use the network, even where the refusal was caught and ignored."""
    yield
    attempts, no_network[:] = no_network[:], []
    assert attempts == []


@pytest.fixture(scope="session")
def scorer() -> RiskScorer:
    """A scorer with the shipped model."""
    return RiskScorer(digest_key=b"a key of the tests only")


@pytest.fixture(scope="session")
def artifact(scorer) -> Artifact:
    """The shipped artefact."""
    return scorer.artifact


@pytest.fixture(scope="session")
def tiny_artifact(tmp_path_factory) -> Path:
    """Folder of an artefact of some kilobytes, for tests that need any artefact; read-only by agreement."""
    pytest.importorskip("onnx")
    from tests.support.tiny_artifact import build

    folder = tmp_path_factory.mktemp("tiny") / "artifact"
    build(folder)
    return folder


@pytest.fixture
def artifact_copy(tiny_artifact, tmp_path) -> Path:
    """A copy of the tiny artefact that a test may damage."""
    return Path(shutil.copytree(tiny_artifact, tmp_path / "artifact"))


@pytest.fixture
def bundled_copy(tmp_path):
    """A copy of the shipped artefact that a test may change. It has forty megabytes; prefer `artifact_copy`."""
    folder = tmp_path / "bundled"
    yield Path(shutil.copytree(BUNDLED, folder))
    shutil.rmtree(folder, ignore_errors=True)  # pytest keeps its folders


@pytest.fixture
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def proxies_folder(tmp_path_factory):
    """A small folder in the format of the public conversations, made of benign dialogues of the corpus."""
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
