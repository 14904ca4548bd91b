"""Live conversations over HTTP: every step, exactly one flag, requests sent again, and what a restart keeps."""

import json
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest

pytest.importorskip("starlette", reason="starlette is not installed (extra serve)")

import grooming_risk
from grooming_risk import ConversationMonitor
from grooming_risk.service import live_worker
from grooming_risk.service.options import ServiceLimits
from grooming_risk.service.stores import StoreError
from grooming_risk.testing import StandInScorer
from tests.support.service.service_client import CHAT, IDENTIFIED, send, service, stream

SCHEMA = json.loads((Path(grooming_risk.__file__).parent / "schemas" / "monitor_flag_schema.json").read_text("utf-8"))


def steps_of(messages):
    monitor = ConversationMonitor(StandInScorer())
    return [monitor.update(message) for message in messages]


def flags_of(client):
    return [row["flag"] for row in client.get("/v1/flags").json()["flags"]]


def test_every_step_is_that_of_a_monitor(tmp_path, state):
    with service(tmp_path, state=state) as client:
        for number, (message, step) in enumerate(zip(CHAT, steps_of(CHAT), strict=True)):
            answer = send(client, "7f3", [message]).json()
            assert answer["messages"] == number + 1
            for name in ("message", "speaker", "outcome", "probability", "warning", "first_flag"):
                assert answer["step"][name] == getattr(step, name), name
            assert (answer["flag"] is not None) == step.raised
            known = client.get("/v1/conversations/7f3").json()
            assert known == {name: answer[name] for name in known} | {"flag": known["flag"]}
        (flag,) = flags_of(client)
        jsonschema.validate(flag, SCHEMA)
        assert (flag["conversation"], flag["message"]) == ("7f3", step.first_flag)
        assert known["flag"] == flag


def test_a_restart_goes_on_where_it_stopped(tmp_path, state):
    sent = stream(1, conversations=3)
    expected = {}
    for name, _, message in sent:
        expected.setdefault(name, []).append(message)
    for begin in range(0, len(sent), 9):
        with service(tmp_path, state=state, conversations=2) as client:
            for name, key, message in sent[begin : begin + 9]:
                assert send(client, name, [message], key).status_code == 200
    with service(tmp_path, state=state) as client:
        for name, messages in expected.items():
            step = steps_of(messages)[-1]
            known = client.get(f"/v1/conversations/{name}").json()
            assert (known["messages"], known["step"]["probability"]) == (len(messages), step.probability)
            assert known["step"]["first_flag"] == step.first_flag
        firsts = {name: steps_of(messages)[-1].first_flag for name, messages in expected.items()}
        found = {flag["conversation"]: flag["message"] for flag in flags_of(client)}
        assert found == {name: first for name, first in firsts.items() if first is not None}
        assert found


def test_a_request_sent_again_is_read_once_and_answered_the_same(tmp_path, state):
    with service(tmp_path, state=state) as client:
        first = [send(client, "a", [message], f"k{number}").json() for number, message in enumerate(CHAT)]
        again = [send(client, "a", [message], f"k{number}").json() for number, message in enumerate(CHAT)]
    assert not any(answer["replayed"] for answer in first)
    assert again == [{**answer, "replayed": True} for answer in first]
    with service(tmp_path, state=state) as client:  # after a restart too
        assert send(client, "a", [CHAT[-1]], "k7").json() == again[-1]
        assert len(flags_of(client)) == 1
        other = send(client, "a", CHAT[:2], "k7")
        assert other.status_code == 422
        assert send(client, "b", CHAT[:2], "k7").json()["replayed"] is False  # keys are of a conversation


def test_the_same_key_at_the_same_time_is_read_once(tmp_path):
    with service(tmp_path) as client, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: send(client, "a", CHAT[:3], "k").json(), range(8)))
        assert sorted(answer["replayed"] for answer in answers) == [False] + [True] * 7
        assert client.get("/v1/conversations/a").json()["messages"] == 3


def test_messages_with_a_known_id_are_left_out(tmp_path):
    with service(tmp_path) as client:
        send(client, "a", IDENTIFIED[:3])
        answer = send(client, "a", [IDENTIFIED[2], IDENTIFIED[3], IDENTIFIED[1]]).json()
        assert (answer["messages"], answer["duplicates"]) == (4, [0, 2])
        assert answer["message_ids"]["3"] == "m3"
        last = send(client, "a", IDENTIFIED[3:]).json()
        assert (last["messages"], last["duplicates"]) == (8, [0])
        assert {last["message_ids"][str(piece["message"])] for piece in flags_of(client)[0]["evidence"]} <= {
            message["message_id"] for message in IDENTIFIED
        }


def test_names_of_ones_own(tmp_path):
    keys = {"speaker": "who", "text": "what", "message_id": "no"}
    own = [{"who": m["speaker"], "what": m["text"], "no": m["message_id"]} for m in IDENTIFIED]
    with service(tmp_path) as client:
        expected = send(client, "a", IDENTIFIED).json()
        found = send(client, "b", own, keys=keys).json()
        assert (found["step"], found["message_ids"]) == (expected["step"], expected["message_ids"])
        assert send(client, "b", own[:1], keys=keys).json()["duplicates"] == [0]
        assert send(client, "b", own[:1], keys={"colour": "who"}).status_code == 422
        assert send(client, "b", own[:1]).status_code == 422
    short = [{"who": "ann", "what": text} for text in ("are", "you", "there", "now", "ok")]
    (tmp_path / "short").mkdir()
    with service(tmp_path / "short") as client:
        before = send(client, "a", short[:3], keys=keys).json()
        whole = send(client, "b", short, keys=keys).json()
    with service(tmp_path / "short") as client:
        resumed = send(client, "a", short[3:], recent=short[before["reread_from"] : 3], keys=keys).json()
        assert resumed["step"] == whole["step"]


def test_an_id_that_no_answer_could_hold_is_refused_before_it_is_read(tmp_path):
    with service(tmp_path) as client:
        body = json.dumps({"messages": [{**CHAT[0], "id": "\ud83d"}]})
        answer = client.post("/v1/conversations/a/messages", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422
        assert client.get("/v1/conversations/a").status_code == 404


def test_overload_is_refused_and_read_once_when_it_is_sent_again(tmp_path):
    go, begun = threading.Event(), threading.Event()

    class Waiting(StandInScorer):
        waits = False

        @property
        def artifact(self):
            if self.waits and threading.current_thread().name == "grooming-risk-live":
                begun.set()
                go.wait(60)
            return super().artifact

    scorer = Waiting()
    with service(tmp_path, scorer=scorer, limits=ServiceLimits(waiting_messages=8)) as client:
        scorer.waits = True
        with ThreadPoolExecutor(1) as threads:
            first = threads.submit(send, client, "a", CHAT, "k1")
            assert begun.wait(60)
            refused = send(client, "b", CHAT[:1], "k2")
            go.set()
            assert first.result().status_code == 200
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        again = [send(client, "b", CHAT[:1], "k2").json() for _ in range(2)]
        assert [(answer["messages"], answer["replayed"]) for answer in again] == [(1, False), (1, True)]


def test_a_request_is_read_whole_or_not_at_all(tmp_path):
    with service(tmp_path) as client:
        send(client, "a", CHAT[:2])
        bad = send(client, "a", [CHAT[2], {"speaker": "ann", "text": 5}], "k")
        assert (bad.status_code, bad.json()["errors"][0]["message"]) == (422, 1)
        assert client.get("/v1/conversations/a").json()["messages"] == 2
        good = send(client, "a", [CHAT[2], CHAT[3]], "k").json()  # a refused request does not use up its key
        assert (good["messages"], good["replayed"]) == (4, False)


def test_a_request_with_a_message_that_is_far_too_long_changes_nothing(tmp_path):
    with service(tmp_path) as client:
        send(client, "a", CHAT[:2])
        assert send(client, "a", [*CHAT[2:4], {"speaker": "cem", "text": "x" * 128_001}]).status_code == 413
        answer = send(client, "a", CHAT[2:4]).json()
        assert answer["messages"] == 4
        assert answer["step"]["probability"] == steps_of(CHAT[:4])[-1].probability


def test_a_conversation_beyond_a_limit_is_read_and_says_so(tmp_path):
    scorer = StandInScorer(limits=grooming_risk.conversation.Limits(speakers=2))
    with service(tmp_path, scorer=scorer) as client:
        assert send(client, "a", CHAT[:2]).json()["step"]["beyond_limits"] == []
        answer = send(client, "a", [{"speaker": "cem", "text": "hello everybody"}]).json()
        assert (answer["messages"], answer["step"]["beyond_limits"]) == (3, ["speakers"])


def test_a_damaged_record_does_not_concern_other_conversations(tmp_path):
    with service(tmp_path) as client:
        send(client, "a", CHAT[:2])
        send(client, "b", CHAT[:2])
    with closing(sqlite3.connect(tmp_path / "live.db")) as connection, connection:
        connection.execute("UPDATE conversations SET record = ? WHERE rowid = 1", (b'{"format": 1}',))
    with service(tmp_path) as client, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda name: send(client, name, CHAT[2:3], name).status_code, ["a", "b"] * 4))
        assert answers == [500, 200] * 4
        assert client.delete("/v1/conversations/a").status_code == 204
        assert send(client, "a", CHAT).json()["messages"] == 8


def test_another_format_of_a_record_is_a_conflict(tmp_path):
    with service(tmp_path) as client:
        send(client, "a", CHAT[:2])
    with closing(sqlite3.connect(tmp_path / "live.db")) as connection, connection:
        connection.execute("UPDATE conversations SET record = ?", (b'{"format": 999}',))
    with service(tmp_path) as client:
        answer = send(client, "a", CHAT[2:3])
        assert answer.status_code == 409
        assert "delete it" in answer.json()["detail"]


def test_state_of_other_settings_is_refused(tmp_path):
    with service(tmp_path):
        pass
    with (
        pytest.raises(StoreError, match="another operating_point, threshold"),
        service(tmp_path, operating_point="strict"),
    ):
        pass


def test_short_messages_may_be_sent_again_after_a_restart(tmp_path):
    short = [{"speaker": "ann", "text": text} for text in ("are", "you", "there", "now", "ok")]
    with service(tmp_path) as client:
        before = send(client, "a", short[:3]).json()
        whole = send(client, "b", short).json()
    assert before["reread_from"] == 0
    with service(tmp_path) as client:
        resumed = send(client, "a", short[3:], recent=short[before["reread_from"] : 3]).json()
        assert resumed["step"] == whole["step"]
        wrong = send(client, "a", short[3:], recent=short[:1])
        assert wrong.status_code == 200  # in memory now, so that they are not needed


def test_recent_messages_that_do_not_belong_are_refused(tmp_path):
    with service(tmp_path) as client:
        send(client, "a", [{"speaker": "ann", "text": "are"}])
    with service(tmp_path) as client:
        wrong = send(client, "a", CHAT[:1], recent=CHAT[:3])
        assert wrong.status_code == 422


def test_deleting(tmp_path, state):
    with service(tmp_path, state=state) as client:
        assert client.get("/v1/conversations/a").status_code == 404
        assert client.delete("/v1/conversations/a").status_code == 404
        send(client, "a", CHAT, "k")
        send(client, "b", CHAT, "k")
        assert client.delete("/v1/conversations/a").status_code == 204
        assert client.get("/v1/conversations/a").status_code == 404
        assert [flag["conversation"] for flag in flags_of(client)] == ["b"]
        answer = send(client, "a", CHAT, "k").json()  # begins anew
        assert (answer["messages"], answer["replayed"]) == (8, False)
        assert answer["flag"] is not None


def test_flags_are_read_by_number(tmp_path):
    with service(tmp_path) as client:
        for name in "abcde":
            send(client, name, CHAT)
        first = client.get("/v1/flags?limit=2").json()
        assert [row["flag"]["conversation"] for row in first["flags"]] == ["a", "b"]
        rest = client.get(f"/v1/flags?after={first['next']}").json()
        assert [row["flag"]["conversation"] for row in rest["flags"]] == ["c", "d", "e"]
        assert client.get(f"/v1/flags?after={rest['next']}").json() == {"flags": [], "next": rest["next"]}
        for query in ("after=-1", "after=x", "limit=0", "limit=1001", "after=²", "after=" + "9" * 30):
            assert client.get(f"/v1/flags?{query}").status_code == 422


@pytest.mark.parametrize("name", ["a%2Fb", "a/messages", "%F0%9F%98%80", "x" * 1_000, "..%2F..", "%00", "%ff"])
def test_ids_of_many_forms(tmp_path, name):
    with service(tmp_path) as client:
        assert send(client, name, CHAT[:1]).status_code == 200
        assert client.get(f"/v1/conversations/{name}").json()["messages"] == 1
        assert client.delete(f"/v1/conversations/{name}").status_code == 204


def test_limits(tmp_path):
    with service(tmp_path, limits=ServiceLimits(live_messages=3)) as client:
        assert send(client, "a", CHAT[:4]).status_code == 413
        assert send(client, "x" * 1_001, CHAT[:1]).status_code == 404
        assert send(client, "a", CHAT[:1], "k" * 201).status_code == 400
        assert send(client, "a", []).status_code == 422
        assert client.get("/v1/conversations/a").status_code == 404


def test_quiet_conversations_are_deleted(tmp_path, state, monkeypatch):
    with service(tmp_path, state=state) as client:
        send(client, "a", CHAT)
    monkeypatch.setattr(live_worker, "FORGET_SECONDS", 0.0)
    time.sleep(0.3)
    with service(tmp_path, state=state, forget_after=0.2) as client:
        assert client.get("/v1/conversations/b").status_code == 404
        assert client.get("/v1/conversations/a").status_code == 404
        assert flags_of(client) == []


@pytest.mark.slow
@pytest.mark.engine
def test_two_services_share_a_database(tmp_path, database):
    address = database.new()
    sent = stream(3, conversations=4)
    with service(tmp_path, state=address) as one, service(tmp_path, state=address) as two:
        for number, (name, key, message) in enumerate(sent):
            assert send((one, two)[number % 2], name, [message], key).status_code == 200
        expected = {}
        for name, _, message in sent:
            expected.setdefault(name, []).append(message)
        for client in (one, two):
            for name, messages in expected.items():
                step = steps_of(messages)[-1]
                assert client.get(f"/v1/conversations/{name}").json()["step"]["probability"] == step.probability
        firsts = {name: steps_of(messages)[-1].first_flag for name, messages in expected.items()}
        found = [(flag["conversation"], flag["message"]) for flag in flags_of(one)]
    assert sorted(found) == sorted((name, first) for name, first in firsts.items() if first is not None)


@pytest.mark.slow
@pytest.mark.engine
def test_a_conversation_that_another_process_deleted_begins_anew(tmp_path, database):
    address = database.new()
    with service(tmp_path, state=address) as one, service(tmp_path, state=address) as two:
        send(one, "a", CHAT[:4])
        assert two.delete("/v1/conversations/a").status_code == 204
        send(two, "a", CHAT[:1])
        assert send(one, "a", CHAT[1:2]).json()["messages"] == 2


@pytest.mark.slow
@pytest.mark.engine
def test_messages_of_one_conversation_through_two_processes_at_once(tmp_path, database):
    address = database.new()
    with (
        service(tmp_path, state=address) as one,
        service(tmp_path, state=address) as two,
        ThreadPoolExecutor(8) as pool,
    ):
        rows = [(client, f"{number}") for number in range(20) for client in (one, two)]
        answers = list(pool.map(lambda row: send(row[0], "a", CHAT, row[1]), rows))
        assert {answer.status_code for answer in answers} == {200}
        # Every key came twice: each request was read once, and one of them raised the flag.
        assert sum(answer.json()["replayed"] for answer in answers) == 20
        raised = [answer for answer in answers if answer.json()["flag"] and not answer.json()["replayed"]]
        assert len(raised) == len(flags_of(two)) == 1
