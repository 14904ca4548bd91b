"""POST /v1/score: whole conversations, several callers at once, and what is refused."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

pytest.importorskip("starlette", reason="starlette is not installed (extra serve)")

from grooming_risk.service.options import ServiceLimits
from grooming_risk.testing import StandInScorer
from tests.support.service.service_client import CHAT, HARMLESS, IDENTIFIED, service


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with service(tmp_path_factory.mktemp("state")) as client:
        yield client


def score(client, **body):
    return client.post("/v1/score", json=body)


def test_one_conversation_gets_the_report_of_the_library(client):
    (result,) = score(client, messages=CHAT).json()["results"]
    expected = StandInScorer().score(CHAT).to_dict()
    assert result.pop("conversation") is None
    assert result["provenance"].pop("input_digest") != expected["provenance"].pop("input_digest")  # random keys
    assert result == expected


def test_several_keep_their_order_and_ids(client):
    rows = [
        {"conversation": 7, "messages": IDENTIFIED},
        {"messages": HARMLESS},
        {"id": "x", "messages": [["a", "hello"]]},
    ]
    results = score(client, conversations=rows).json()["results"]
    assert [row["conversation"] for row in results] == [7, None, "x"]
    assert [row["outcome"] for row in results] == ["review", "no_review", "abstained"]
    assert results[0]["message_ids"][str(results[0]["first_flag"])] == f"m{results[0]['first_flag']}"
    assert "message_ids" not in results[1]


OWN = [{"who": m["speaker"], "what": m["text"], "no": m["message_id"], "text": "not this"} for m in IDENTIFIED]
KEYS = {"speaker": "who", "text": "what", "message_id": "no"}


def test_names_of_ones_own(client):
    (expected,) = score(client, id=7, messages=IDENTIFIED).json()["results"]
    whole = {"id": 7, "messages": OWN}
    for body in (whole, {"conversations": [whole]}):
        (result,) = score(client, keys=KEYS, **body).json()["results"]
        for found in (expected, result):
            found["provenance"] = {**found["provenance"], "input_digest": ""}
        assert result == expected
        assert result["message_ids"]
    (other,) = score(client, messages=OWN, keys={"speaker": "who"}).json()["results"]
    assert other["windows"] != expected["windows"]


@pytest.mark.parametrize(
    "keys",
    [{"xylophonecanary": "a"}, {"speaker": ""}, {"speaker": "x" * 201}, {"speaker": 3}, {"messages": "a"}, "speaker"],
)
def test_names_that_cannot_be_used_are_refused(client, keys):
    answer = score(client, messages=OWN, keys=keys)
    assert answer.status_code == 422
    assert "xylophonecanary" not in answer.text


def test_options_are_those_of_the_library(client):
    (result,) = score(client, messages=CHAT, operating_point="strict", prior=0.2, explain=False).json()["results"]
    expected = StandInScorer().score(CHAT, operating_point="strict", prior=0.2, explain=False)
    assert (result["probability"], result["evidence"]) == (expected.probability, [])
    assert result["provenance"]["operating_point"] == "strict"


def test_callers_at_the_same_time_share_batches(tmp_path):
    sizes = []

    class Noting(StandInScorer):
        def encode(self, conversations):
            sizes.append(len(conversations))
            time.sleep(0.05)
            return super().encode(conversations)

    with service(tmp_path, scorer=Noting()) as client, ThreadPoolExecutor(12) as threads:
        sizes.clear()
        alone = StandInScorer().score(CHAT).to_dict()["windows"]
        answers = list(threads.map(lambda _: score(client, messages=CHAT).json()["results"][0], range(12)))
    assert sum(sizes) == 12
    assert len(sizes) <= 4
    assert all(answer["windows"] == alone for answer in answers)


def test_a_failure_stays_with_its_caller(tmp_path):
    class Failing(StandInScorer):
        def encode(self, conversations):
            if any(message.text == "break" for conversation in conversations for message in conversation):
                raise RuntimeError("xylophonecanary")
            time.sleep(0.02)
            return super().encode(conversations)

    with service(tmp_path, scorer=Failing()) as client, ThreadPoolExecutor(6) as threads:
        texts = ["fine", "break", "fine", "fine", "break", "fine"]
        answers = list(threads.map(lambda text: score(client, messages=[["a", text]] * 4), texts))
    assert [answer.status_code for answer in answers] == [200, 500, 200, 200, 500, 200]
    assert "xylophonecanary" not in answers[1].text


@pytest.mark.parametrize(
    ("body", "status", "places"),
    [
        ({"messages": [["a", "b"], ["a", 7]]}, 422, [{"conversation": 0, "message": 1}]),
        (
            {"conversations": [{"messages": CHAT}, {"messages": [{"text": "x"}]}]},
            422,
            [{"conversation": 1, "message": 0}],
        ),
        ({"messages": [["a", "x" * 128_001]]}, 413, [{"conversation": 0}]),
        ({"conversations": [{"id": 1, "messages": CHAT}, {"id": "1", "messages": CHAT}]}, 422, [{"conversation": 1}]),
        ({"messages": [IDENTIFIED[0], IDENTIFIED[0]]}, 422, [{"conversation": 0, "message": 1}]),
        ({"messages": [{**CHAT[0], "sent_at": "yesterday"}]}, 422, [{"conversation": 0, "message": 0}]),
    ],
)
def test_what_cannot_be_used_is_named_by_its_place(client, body, status, places):
    answer = client.post("/v1/score", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    found = [{name: value for name, value in error.items() if name != "detail"} for error in answer.json()["errors"]]
    assert found == places


HALF = "\ud83d"  # of a surrogate pair, which JSON may have and UTF-8 may not


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"id": HALF, "messages": CHAT}, 422),
        ({"messages": [{**CHAT[0], "id": HALF}, *CHAT[1:]]}, 422),
        ({"messages": [{**CHAT[0], "speaker": HALF, "text": f"hello {HALF} there"}, *CHAT[1:]]}, 200),
        ({"messages": CHAT, "operating_point": HALF}, 422),
        ({"id": 10**4_000, "messages": CHAT}, 422),
        ({"messages": [["a", "hello", 10**30], *CHAT]}, 422),
        ({"messages": [{"speaker": {"id": {"id": []}}, "text": "x"}]}, 422),
        ({"messages": [{"speaker": "a", "text": "x", "kind": {}}]}, 422),
        ({"messages": [{"speaker": "a", "text": "x", "kind": [[]]}]}, 422),
        ({"messages": [{"speaker": "a", "text": {"text": "x"}}]}, 422),
    ],
)
def test_values_that_json_has_and_the_library_has_not(client, body, status):
    answer = client.post("/v1/score", content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    for text in ('{"messages": [["a", "hello", 1e999]]}', '{"messages": [["a", "hello"]], "prior": 1e999}'):
        assert client.post("/v1/score", content=text, headers={"Content-Type": "application/json"}).status_code == 422


def test_errors_may_be_returned_in_their_places(client):
    rows = [{"id": 1, "messages": CHAT}, {"id": 2, "messages": [["a", None]]}, {"id": 3, "messages": HARMLESS}]
    results = score(client, conversations=rows, errors="return").json()["results"]
    assert [row["conversation"] for row in results] == [1, 2, 3]
    assert results[1]["error"] == {
        "type": "InvalidConversationError",
        "message": "message 0: text is a NoneType; pass a string",
        "index": 0,
    }
    assert score(client, conversations=[rows[1]], errors="return").json()["results"] == [results[1]]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": CHAT, "conversations": [{"messages": CHAT}]},
        {"messages": []},
        {"messages": "xylophonecanary"},
        {"messages": ["xylophonecanary"]},
        {"messages": [["xylophonecanary"]]},
        {"conversations": []},
        {"conversations": [{}]},
        {"messages": CHAT, "xylophonecanary": 1},
        {"messages": CHAT, "operating_point": "xylophonecanary"},
        {"messages": CHAT, "operating_point": 3},
        {"messages": CHAT, "prior": 0},
        {"messages": CHAT, "prior": 1},
        {"messages": CHAT, "prior": True},
        {"messages": CHAT, "explain": "yes"},
        {"messages": CHAT, "errors": "xylophonecanary"},
        [],
        "xylophonecanary",
    ],
)
def test_other_forms_are_refused_without_their_content(client, body):
    answer = client.post("/v1/score", json=body)
    assert answer.status_code == 422
    assert "xylophonecanary" not in answer.text
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b'{"messages": [["a", "xylophonecanary"',
        b"[" * 100_000,
        b'{"prior": NaN}',
        b"1" * 10_000,
    ],
)
def test_malformed_bodies(client, content):
    answer = client.post("/v1/score", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "xylophonecanary" not in answer.text


def test_limits_of_a_request(tmp_path):
    limits = ServiceLimits(body_bytes=2_000, conversations=2, messages=10)
    with service(tmp_path, limits=limits) as client:
        assert score(client, conversations=[{"messages": HARMLESS}] * 2).status_code == 200
        assert score(client, conversations=[{"messages": HARMLESS[:1]}] * 3).status_code == 413
        assert score(client, conversations=[{"messages": [["a", "b"]] * 6}] * 2).status_code == 413
        assert score(client, messages=[["a", "b" * 2_000]]).status_code == 413
        chunks = (json.dumps({"messages": [["a", "b" * 2_000]]}).encode() for _ in range(1))
        answer = client.post("/v1/score", content=chunks, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
        assert answer.headers["connection"] == "close"
        lying = client.post(
            "/v1/score", content=b"{}", headers={"Content-Type": "application/json", "Content-Length": "x"}
        )
        assert lying.status_code == 413


def test_overload_is_refused_for_a_while_and_recovers(tmp_path):
    go = threading.Event()

    class Waiting(StandInScorer):
        def encode(self, conversations):
            go.wait(20)
            return super().encode(conversations)

    scorer = Waiting()
    go.set()
    with service(tmp_path, scorer=scorer, limits=ServiceLimits(waiting_messages=20)) as client:
        go.clear()
        with ThreadPoolExecutor(2) as threads:
            first = [threads.submit(score, client, messages=CHAT) for _ in range(2)]
            while (
                "16.0" not in client.get("/metrics").text.split('grooming_risk_waiting_messages{door="score"}')[1][:6]
            ):
                time.sleep(0.01)
            refused = score(client, messages=CHAT)
            go.set()
            assert [answer.result().status_code for answer in first] == [200, 200]
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert score(client, messages=CHAT).status_code == 200
        assert score(client, messages=CHAT * 3).status_code == 200  # alone, it may exceed what may wait


def test_a_request_that_takes_too_long_is_given_up(tmp_path):
    class Slow(StandInScorer):
        slow = False

        def encode(self, conversations):
            time.sleep(0.4 if self.slow else 0)
            return super().encode(conversations)

    scorer = Slow()
    limits = ServiceLimits(body_seconds=0.1, answer_seconds=0.1)
    with service(tmp_path, scorer=scorer, limits=limits) as client:
        scorer.slow = True
        answer = score(client, messages=CHAT)
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        scorer.slow = False
        time.sleep(0.4)
        assert score(client, messages=CHAT).status_code == 200
