"""The plugin for ROOST Osprey against its contract, with pluggy's plugin manager."""

import importlib
import json
import logging
import sys
import tomllib
import urllib.error
from io import BytesIO

import pytest

pytest.importorskip("pluggy")

from grooming_risk.limits import Limits
from grooming_risk.outcome import Outcome
from grooming_risk.testing import CONVERSATIONS, StandInScorer
from tests.support.canary import TEXT, told_by
from tests.support.documents import ROOT

FOLDER = ROOT / "integrations" / "osprey"
CHAT = CONVERSATIONS[Outcome.REVIEW]


@pytest.fixture
def osprey(monkeypatch):
    """The contract, with the plugin registered from its entry point."""
    from tests.support import osprey_contract

    manager = osprey_contract.install(monkeypatch)
    monkeypatch.syspath_prepend(str(FOLDER / "src"))
    entry = tomllib.loads((FOLDER / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    manager.register(importlib.import_module(entry[osprey_contract.ADAPTOR]["grooming_risk"]))
    manager.check_pending()
    monkeypatch.setattr(importlib.import_module("grooming_risk_osprey.shared"), "RiskScorer", StandInScorer)
    yield osprey_contract, manager
    for name in [name for name in sys.modules if name.startswith("grooming_risk_osprey")]:
        del sys.modules[name]


def functions(osprey):
    _, manager = osprey
    return {udf.__name__: udf for udfs in manager.hook.register_udfs() for udf in udfs}


def call(osprey, name, **given):
    """Call a function as Osprey does: an instance for the place, then its arguments."""
    contract, _ = osprey
    udf = functions(osprey)[name]
    arguments = udf.types()[0](**given)
    return udf(None, arguments).execute(contract.ExecutionContext(), arguments)


def answering(monkeypatch, *answers):
    """Make the service answer; return what it is asked."""
    module = importlib.import_module("grooming_risk_osprey.service")
    asked, waiting = [], list(answers)

    def open_(self, request, timeout):
        asked.append((request.full_url, json.loads(request.data), dict(request.header_items())))
        answer = waiting.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            raise urllib.error.HTTPError(request.full_url, answer, TEXT, {}, BytesIO(TEXT.encode()))
        return BytesIO(json.dumps(answer).encode())

    monkeypatch.setattr(module.urllib.request.OpenerDirector, "open", open_)
    monkeypatch.setenv("GROOMING_RISK_URL", "http://service/")
    monkeypatch.setenv("GROOMING_RISK_TOKEN", "secret")
    monkeypatch.setenv("GROOMING_RISK_ACTIONS", "message, reply")
    return asked


def step(probability, abstention=None):
    return {"step": {"probability": probability, "abstention": abstention}}


MESSAGE = {"conversation": "a/b", "message_id": "m1", "speaker": "ann", "text": "are you coming?"}


def test_functions_are_registered_with_types_of_rules(osprey):
    found = functions(osprey)
    assert sorted(found) == ["GroomingRisk", "GroomingRiskLive"]
    for udf in found.values():
        assert udf.types()[1] is float
        assert udf.category and udf.__doc__
    assert found["GroomingRiskLive"].execute_async
    assert not found["GroomingRisk"].execute_async


def test_a_conversation_is_scored_in_the_worker(osprey):
    speakers, texts = zip(*CHAT, strict=True)
    expected = StandInScorer().score(CHAT).probability
    assert call(osprey, "GroomingRisk", speakers=list(speakers), texts=list(texts)) == expected


def test_all_call_sites_share_one_scorer(osprey):
    speakers, texts = map(list, zip(*CHAT, strict=True))
    for _ in range(3):
        call(osprey, "GroomingRisk", speakers=speakers, texts=texts)
    shared = importlib.import_module("grooming_risk_osprey.shared")
    assert shared.scorer.cache_info().misses == 1
    assert shared.scorer()._threads == 1


@pytest.mark.parametrize(
    ("speakers", "texts", "reason"),
    [
        (["a"], ["hello"], "no score: too_little_text"),
        ([], [], "empty"),
        (["a"], ["x", "y"], "as many"),
        (["a"], [TEXT * (Limits().longest // len(TEXT) + 1)], "characters"),
    ],
)
def test_what_has_no_score_fails_the_function_and_is_never_low(osprey, speakers, texts, reason):
    contract, _ = osprey
    with pytest.raises(contract.ExpectedUdfException, match=reason) as caught:
        call(osprey, "GroomingRisk", speakers=speakers, texts=texts)
    assert TEXT not in " ".join(told_by(caught.value))


def test_live_messages_go_to_the_service(osprey, monkeypatch):
    asked = answering(monkeypatch, step(0.25))
    assert call(osprey, "GroomingRiskLive", **MESSAGE) == 0.25
    ((url, body, headers),) = asked
    assert url == "http://service/v1/conversations/a%2Fb/messages"
    assert body == {"messages": [{name: MESSAGE[name] for name in ("message_id", "speaker", "text")}]}
    assert headers["Authorization"] == "Bearer secret"


def test_live_failures_tell_what_will_pass_from_what_will_not(osprey, monkeypatch):
    contract, _ = osprey
    answering(monkeypatch, step(None, "too_little_text"), 422, 503, 429, OSError(TEXT))
    service = importlib.import_module("grooming_risk_osprey.service")
    for expected in (*[contract.ExpectedUdfException] * 2, *[service.ServiceError] * 3):
        with pytest.raises(expected) as caught:
            call(osprey, "GroomingRiskLive", **MESSAGE)
        assert TEXT not in " ".join(told_by(caught.value))


def sinks(osprey):
    _, manager = osprey
    return [sink for found in manager.hook.register_output_sinks(config=None) for sink in found]


def result(osprey, name="message", **data):
    contract, _ = osprey
    return contract.ExecutionResult(contract.Action(7, name, data))


DATA = {"conversation_id": "a/b", "message_id": 5, "user_id": "ann", "text": "are you coming?"}


def test_without_settings_there_is_no_sink(osprey, monkeypatch):
    for name in ("GROOMING_RISK_URL", "GROOMING_RISK_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    assert sinks(osprey) == []


def test_the_sink_passes_messages_on(osprey, monkeypatch):
    asked = answering(monkeypatch, step(0.1))
    (sink,) = sinks(osprey)
    assert sink.will_do_work(result(osprey, "reply", **DATA))
    assert not sink.will_do_work(result(osprey, "login", **DATA))
    assert sink.max_retries > 0
    sink.push(result(osprey, **DATA))
    sink.stop()
    ((url, body, _),) = asked
    assert url.endswith("/a%2Fb/messages")
    assert body["messages"] == [
        {"message_id": 5, "speaker": "ann", "text": "are you coming?", "sent_at": "2026-03-01T19:02:00+00:00"}
    ]


def test_the_sink_asks_for_another_try_or_leaves_out(osprey, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    asked = answering(monkeypatch, 503, 422)
    (sink,) = sinks(osprey)
    with pytest.raises(Exception, match="status 503"):
        sink.push(result(osprey, **DATA))
    sink.push(result(osprey, **{**DATA, "text": TEXT}))
    sink.push(result(osprey, **{**DATA, "text": None}))
    assert len(asked) == 2
    assert [record.getMessage() for record in caplog.records] == [
        "action 7: the grooming-risk service answered with status 422",
        "action 7 has no message; check GROOMING_RISK_FIELDS",
    ]
    assert TEXT not in caplog.text


def test_fields_may_have_other_names(osprey):
    settings = importlib.import_module("grooming_risk_osprey.settings")
    found = settings.read_settings({"GROOMING_RISK_FIELDS": "conversation=channel.id, text=content"})
    data = {**DATA, "channel": {"id": 3}, "content": "hello"}
    assert found.message(data) == {"conversation": 3, "message_id": 5, "speaker": "ann", "text": "hello"}
    assert found.message({"channel": 3, "content": "x"}) is None
    assert "secret" not in repr(settings.read_settings({"GROOMING_RISK_TOKEN": "secret"}))
    for bad in ("channel=x", "text=", "text"):
        with pytest.raises(ValueError, match="GROOMING_RISK_FIELDS must be"):
            settings.read_settings({"GROOMING_RISK_FIELDS": bad})
