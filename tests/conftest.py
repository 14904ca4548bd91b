"""Shared fixtures. Sockets are blocked for the whole session: neither tests nor library need a network."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from grooming_risk import RiskScorer
from grooming_risk.artifact import BUNDLED, Artifact

ROOT = Path(__file__).parents[1]


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
