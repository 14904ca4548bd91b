"""`grooming-risk serve`: tokens, what is refused before anything is served, and how its options reach the service."""

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from grooming_risk.cli import main
from grooming_risk.commands import serve
from grooming_risk.errors import InvalidOptionError
from grooming_risk.service.options import DEFAULT_STATE, ServiceLimits, ServiceOptions
from grooming_risk.service.tokens import Tokens
from grooming_risk.testing import StandInScorer


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in (serve.TOKENS, serve.STATE):
        monkeypatch.delenv(name, raising=False)


def asked(**changes):
    """The options of the command line by default, with changes."""
    given = {
        "host": "127.0.0.1", "port": 8000, "socket": None, "state": None, "tokens": None, "new_token": None,
        "operating_point": "balanced", "prior": None, "skepticism": None, "conversations": 1_000, "forget_after": None,
        "batch_wait_ms": 5.0, "threads": 1, "allowed_host": [], "max_body_mb": 16.0, "max_waiting": 20_000,
        "drain_seconds": 30.0, "digest_key_file": None, "artifact": Path(),
    }  # fmt: skip
    assert given.keys() == {field.name for field in fields(serve.ServeOptions)}
    return serve.ServeOptions(**{**given, **changes})


def test_a_new_token_is_printed_with_its_line(capsys):
    assert main(["serve", "--new-token", "queue"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    token, line = first.rpartition(": ")[2], second.partition(": ")[2]
    assert Tokens([line]).caller(f"Bearer {token}") == "queue"
    assert token not in line


def test_two_new_tokens_differ(capsys):
    main(["serve", "--new-token", "a"])
    main(["serve", "--new-token", "a"])
    out = capsys.readouterr().out.splitlines()
    assert out[0] != out[2]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--host", "0.0.0.0"], "needs tokens"),
        (["--host", "::"], "needs tokens"),
        (["--host", "service.example"], "needs tokens"),
        (["--tokens", "missing"], "missing cannot be opened"),
        (["--port", "70000"], "port must be from 0 to 65535"),
        (["--new-token", "a b"], "a token's name"),
    ],
)
def test_what_cannot_be_served_is_refused_before_the_model_is_loaded(options, words, capsys, monkeypatch):
    pytest.importorskip("starlette", reason="starlette is not installed (extra serve)")
    monkeypatch.setattr(serve, "RiskScorer", None)
    assert main(["serve", *options]) == 2
    assert words in capsys.readouterr().err


def test_without_the_extra_it_says_how_to_install_it(monkeypatch, capsys):
    monkeypatch.setattr(serve, "_NEEDS", ("a_package_that_is_missing",))
    assert main(["serve"]) == 2
    assert "pip install 'grooming-risk[serve]'" in capsys.readouterr().err


def test_options_reach_the_service(monkeypatch):
    scorer = StandInScorer()
    assert serve.service_options(asked(), scorer, tcp_local=True) == ServiceOptions(
        hosts=("localhost", "127.0.0.1", "[::1]")
    )
    assert serve.service_options(asked(), scorer, tcp_local=False).hosts == ()
    found = serve.service_options(
        asked(
            prior=0.2,
            skepticism=3,
            state="a.db",
            forget_after=2.0,
            batch_wait_ms=20.0,
            max_body_mb=1.5,
            max_waiting=7,
            drain_seconds=3.0,
            allowed_host=["risk.internal"],
        ),
        scorer,
        tcp_local=True,
    )
    limits = ServiceLimits(body_bytes=1_500_000, waiting_messages=7, drain_seconds=3.0)
    assert found == ServiceOptions(
        prior=0.2,
        skepticism=3,
        state="a.db",
        forget_after=172_800.0,
        batch_seconds=0.02,
        hosts=("risk.internal",),
        limits=limits,
    )


def test_the_state_may_come_from_the_environment(monkeypatch):
    assert serve.service_options(asked(), StandInScorer(), tcp_local=True).state == DEFAULT_STATE
    monkeypatch.setenv(serve.STATE, "postgresql://db/x")
    assert serve.service_options(asked(), StandInScorer(), tcp_local=True).state == "postgresql://db/x"
    assert serve.service_options(asked(state="a.db"), StandInScorer(), tcp_local=True).state == "a.db"


@pytest.mark.parametrize(
    "changes", [{"conversations": 0}, {"threads": 0}, {"forget_after": 0.0}, {"batch_seconds": 2.0}]
)
def test_options_out_of_range_are_refused(changes):
    with pytest.raises(InvalidOptionError, match=next(iter(changes))):
        ServiceOptions(**changes)


@pytest.mark.parametrize("name", [field.name for field in fields(ServiceLimits)])
def test_limits_must_be_positive(name):
    with pytest.raises(InvalidOptionError, match=name):
        ServiceLimits(**{name: 0})


def test_the_command_line_imports_no_web_framework():
    code = "import sys, grooming_risk.cli; print(sorted({'starlette', 'uvicorn', 'asyncpg'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
