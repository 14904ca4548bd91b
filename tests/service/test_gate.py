"""Tokens, names of the service, routes, logs and metrics."""

import logging
import re

import pytest

pytest.importorskip("starlette", reason="starlette is not installed (extra serve)")

from grooming_risk.errors import InvalidOptionError
from grooming_risk.service.tokens import Tokens, new_token, read_tokens
from grooming_risk.testing import StandInScorer
from tests.support.canary import CHAT as CANARY_CHAT
from tests.support.canary import SPEAKER, TEXT, leaks
from tests.support.service.service_client import CHAT, send, service

TOKEN, LINE = new_token("queue")


@pytest.mark.parametrize("path", ["/version", "/metrics", "/v1/flags", "/v1/conversations/a", "/nothing"])
@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        f"Basic {TOKEN}",
        TOKEN,
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Bearer é",
        "Bearer " + "x" * 5_000,
    ],
    ids=["none", "empty", "no token", "blank", "basic", "bare", "longer", "shorter", "not ascii", "endless"],
)
def test_without_a_token_nothing_is_answered(tmp_path_factory, path, header):
    with service(tmp_path_factory.mktemp("state"), [LINE]) as client:
        headers = {} if header is None else {"Authorization": header.encode("latin-1")}
        answer = client.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert TOKEN not in answer.text


def test_with_a_token_everything_is(tmp_path):
    second, line = new_token("report.reader-2")
    with service(tmp_path, [LINE, line]) as client:
        for token in (TOKEN, second):
            headers = {"Authorization": f"Bearer {token}"}
            assert client.get("/version", headers=headers).status_code == 200
            assert client.post("/v1/score", json={"messages": CHAT}, headers=headers).status_code == 200
        for path in ("/health", "/ready", "/docs", "/openapi.json"):
            assert client.get(path).status_code == 200


def test_only_digests_of_tokens_are_kept(tmp_path):
    assert TOKEN not in LINE
    tokens = Tokens([LINE])
    assert tokens.caller(f"Bearer {TOKEN}") == tokens.caller(f"bearer  {TOKEN} ") == "queue"
    assert TOKEN not in repr(vars(tokens)) and TOKEN not in repr(tokens)


def test_tokens_come_from_a_file_and_the_environment(tmp_path):
    path = tmp_path / "tokens"
    path.write_text(f"# of the queue\n\n{LINE}\n")
    _, second = new_token("second")
    _, third = new_token("third")
    assert len(read_tokens(path, f" {second},{third}\n")) == 3
    assert len(read_tokens(None, None)) == 0
    with pytest.raises(InvalidOptionError, match="cannot be opened"):
        read_tokens(tmp_path / "missing", None)
    for bad in (TOKEN, f"{LINE} x", LINE.upper(), f"{LINE}\n{LINE}"):
        path.write_text(bad)
        with pytest.raises(InvalidOptionError, match=r"entry \d of the tokens is not NAME:sha256:DIGEST") as caught:
            read_tokens(path, None)
        assert TOKEN not in str(caught.value)
    for name in ("", "a b", "x" * 65, "a:b"):
        with pytest.raises(InvalidOptionError, match="a token's name"):
            new_token(name)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8000", 200),
        ("[::1]:8000", 200),
        ("evil.example", 421),
        ("localhost.evil.example:80", 421),
        ("", 421),
    ],
)
def test_other_names_of_the_service_are_refused(tmp_path, host, status):
    with service(tmp_path, hosts=("localhost", "[::1]")) as client:
        assert client.get("/health", headers={"Host": host}).status_code == status


def test_routes_and_methods(tmp_path):
    with service(tmp_path) as client:
        for method, path, status in (
            *(("GET", path, 404) for path in ("/", "/v1", "/v1/score/x", "/v1/conversations", "/docs/")),
            ("GET", "/v1/score", 405),
            ("PUT", "/v1/conversations/a", 405),
            ("POST", "/health", 405),
            ("HEAD", "/health", 200),
            ("OPTIONS", "/v1/score", 405),
        ):
            answer = client.request(method, path)
            assert answer.status_code == status, path
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("header", ["Host", "Authorization", "Content-Type", "Idempotency-Key"])
def test_a_header_that_comes_twice_is_refused(tmp_path, header):
    with service(tmp_path) as client:
        answer = client.get("/health", headers=[(header, "a"), (header, "b")])
        assert answer.status_code == 400


def test_neither_log_nor_answers_nor_state_hold_text_or_ids(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    scorer = StandInScorer()
    bodies = [
        {
            "messages": [
                {"speaker": speaker, "text": text, "message_id": f"{TEXT}-{number}"}
                for number, (speaker, text) in enumerate(CANARY_CHAT)
                if "\ud83d" not in text
            ]
        },
        {"messages": [[TEXT, TEXT], [TEXT, 7]]},
        {"messages": [{TEXT: TEXT}]},
        {"messages": [[TEXT, TEXT, TEXT]]},
        {"messages": [{"speaker": TEXT, "text": TEXT, "kind": TEXT}]},
        {TEXT: TEXT},
        [TEXT],
        TEXT,
    ]
    answers = []
    with service(tmp_path, scorer=scorer) as client:
        for body in bodies:
            answers += [client.post(f"/v1/score?{TEXT}={TEXT}", json=body)]
            answers += [client.post(f"/v1/conversations/{TEXT}/messages", json=body, headers={"Idempotency-Key": TEXT})]
        broken = f'{{"messages": [["a", "{TEXT}"'.encode()
        answers.append(client.post("/v1/score", content=broken, headers={"Content-Type": "application/json"}))
        answers.append(client.get(f"/{TEXT}"))
        answers.append(client.get(f"/v1/conversations/{TEXT}", headers={"Cookie": TEXT, "X-Request-Id": TEXT}))
        metrics = client.get("/metrics").text
    refused = [answer for answer in answers if answer.status_code >= 400]
    assert len(refused) >= 14
    assert leaks(*(f"{answer.text} {answer.headers}" for answer in refused)) == set()
    assert (
        leaks(
            metrics,
            *(
                str(record.getMessage()) + str(record.exc_text)
                for record in caplog.records
                if "httpx" not in record.name
            ),
        )
        == set()
    )
    assert [name for name in leaks(*(path.read_bytes() for path in tmp_path.iterdir())) if SPEAKER in name] == []


def test_an_error_of_ours_is_logged_by_its_place_alone(tmp_path, caplog):
    class Failing(StandInScorer):
        broken = False

        def encode(self, conversations):
            if self.broken:
                raise ValueError(TEXT)
            return super().encode(conversations)

    scorer = Failing()
    with service(tmp_path, scorer=scorer) as client:
        scorer.broken = True
        answer = client.post("/v1/score", json={"messages": CHAT})
        scorer.broken = False
        assert client.post("/v1/score", json={"messages": CHAT}).status_code == 200
    assert answer.status_code == 500
    assert leaks(answer.text, caplog.text) == set()
    assert re.search(r"request [0-9a-f]{16} failed: ValueError at .*test_gate\.py:\d+", caplog.text)
    assert answer.headers["x-request-id"] in caplog.text


def test_the_access_log_names_route_status_and_caller(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    with service(tmp_path, [LINE]) as client:
        send_with_token = {"Authorization": f"Bearer {TOKEN}"}
        client.get("/v1/conversations/secret-name?x=secret", headers=send_with_token)
        client.request("BREW", "/v1/score", headers=send_with_token)
    lines = [record.getMessage() for record in caplog.records if record.name == "grooming_risk.service.access"]
    assert re.fullmatch(
        r"GET get_conversation 404 [\d.]+ ms \d+ bytes caller=queue request=[0-9a-f]{16} refused=unknown", lines[0]
    )
    assert lines[1].startswith("other ")


def test_metrics_count_what_happened(tmp_path):
    with service(tmp_path) as client:
        client.post("/v1/score", json={"messages": CHAT})
        send(client, "a", CHAT)
        send(client, "a", [["a", 1]])
        answer = client.get("/metrics")
    text = answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=")
    for line in (
        'grooming_risk_requests_total{method="POST",route="score",status="200"} 1.0',
        'grooming_risk_requests_total{method="POST",route="read_messages",status="422"} 1.0',
        'grooming_risk_conversations_total{outcome="review"} 1.0',
        'grooming_risk_messages_total{door="score"} 8.0',
        'grooming_risk_messages_total{door="live"} 8.0',
        "grooming_risk_flags_total 1.0",
        'grooming_risk_refused_total{reason="unusable"} 1.0',
        "grooming_risk_live_in_memory 1.0",
        'grooming_risk_waiting_messages{door="live"} 0.0',
    ):
        assert line in text, line
    assert "process_resident_memory_bytes" in text


def test_ready_says_no_when_the_state_is_gone(tmp_path, monkeypatch):
    from grooming_risk.service.stores import StoreError
    from grooming_risk.service.stores.sqlite_store import SqliteStore

    def gone(self):
        raise StoreError("the disk is gone")

    with service(tmp_path) as client:
        assert client.get("/ready").status_code == 200
        monkeypatch.setattr(SqliteStore, "check", gone)
        monkeypatch.setattr(SqliteStore, "transaction", gone)
        assert client.get("/ready").status_code == 503
        answer = send(client, "a", CHAT, "k")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        monkeypatch.undo()
        assert send(client, "a", CHAT, "k").json()["messages"] == 8
        assert client.get("/health").status_code == 200
