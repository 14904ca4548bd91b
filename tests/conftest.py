"""Shared fixtures. Sockets are blocked for the whole session: neither tests nor library need a network."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from grooming_risk import RiskScorer
from grooming_risk.artifact import BUNDLED, Artifact

ROOT = Path(__file__).parents[1]
PROXY_SOURCES = {  # source → its splits; benign dialogues of the corpus stand in for public conversations
    "byu_chitchat": [None],
    "irc_disentanglement": ["train", "dev", "test", "channel-two"],
    "topical_chat": ["valid_freq", "test_freq"],
}


@pytest.fixture(autouse=True, scope="session")
def no_network():
    def refuse(*_):
        raise AssertionError("a test tried to open a network connection")

    saved = socket.socket.connect, socket.getaddrinfo
    socket.socket.connect, socket.getaddrinfo = refuse, refuse
    yield
    socket.socket.connect, socket.getaddrinfo = saved


@pytest.fixture(scope="session")
def scorer() -> RiskScorer:
    return RiskScorer(digest_key=b"tests")


@pytest.fixture(scope="session")
def artifact(scorer) -> Artifact:
    return scorer.artifact


@pytest.fixture
def artifact_copy(tmp_path) -> Path:
    folder = tmp_path / "artifact"
    folder.mkdir()
    for path in BUNDLED.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def proxies_folder(tmp_path_factory):
    """A folder of proxies as shared/proxies has them, small and made of benign dialogues of the corpus."""
    from training.corpus import load_corpus

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
