"""The queue: ranked, filtered and paged by the data base; the sample without a rank."""

import re

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from grooming_risk.desk.pages.queue import query_of, read_filter
from grooming_risk.desk.storage.queue import PAGE, QueueFilter, queue_page
from tests.support.desk.fixture import DeskClient, export, flagged, quiet


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    made = DeskClient(tmp_path_factory.mktemp("desk") / "desk")
    made.upload({f"{n}.json": export(flagged(n)) for n in range(8)}, language="en")
    made.upload(
        {f"q{n}.json": export(quiet(n)) for n in range(4)} | {"s.json": export([("a", "hello")])}, language="es"
    )
    yield made
    made.close()


def asked(client, page=1, **values):
    with client.desk.database.reading() as connection:
        return queue_page(connection, QueueFilter(**values), page, client.desk.vault)


def test_flagged_conversations_are_ranked(client):
    found = asked(client).cases
    assert len(found) == 8 and [case.probability for case in found] == sorted(
        (case.probability for case in found), reverse=True
    )
    page = client.http.get("/queue").text
    assert [int(number) for number in re.findall(r'class="case-link" href="/cases/(\d+)"', page)] == [
        c.id for c in found
    ]
    assert not re.search(
        r"0\.\d", page.split('<ol class="cases"')[1].split("</ol>")[0]
    )  # no number pulls the judgement


def test_shelves_hold_what_they_say(client):
    assert {case.outcome for case in asked(client, shelf="unscored").cases} == {"abstained"}
    sample = asked(client, shelf="sample").cases
    assert len(sample) == 1 and sample[0].sample == "import-2" and not sample[0].flagged
    assert len(asked(client, shelf="unflagged").cases) == 3
    assert asked(client, shelf="all").total == 13
    page = client.http.get("/queue?shelf=sample").text
    assert 'class="label' not in page  # what the program saw would tell the reader


def test_filters_narrow(client):
    tactic = next(iter(asked(client).tactics.values()))[0]
    some = asked(client, shelf="all", tactic=tactic)
    assert 0 < some.total <= 13 and all(tactic in some.tactics[case.id] for case in some.cases)
    assert asked(client, shelf="all", language="es").total == 5
    assert (
        asked(client, shelf="all", source="jsonl").total == 13 and asked(client, shelf="all", source="irc").total == 0
    )
    assert asked(client, shelf="all", since="2026-03-01", until="2026-03-01").total == 13
    assert (
        asked(client, shelf="all", since="2026-03-02").total
        == asked(client, shelf="all", until="2026-02-28").total
        == 0
    )
    assert "Nothing is waiting here" in client.http.get("/queue?shelf=flagged&language=fr").text


def test_pages_are_cut_in_the_data_base(client, monkeypatch):
    monkeypatch.setattr("grooming_risk.desk.storage.queue.PAGE", 3)
    assert PAGE == 50
    first, last = asked(client), asked(client, page=99)
    assert (first.page, first.pages, len(first.cases)) == (1, 3, 3) and (last.page, len(last.cases)) == (3, 2)
    assert not {case.id for case in first.cases} & {case.id for case in last.cases}


def test_the_next_case_is_on_the_shelf_that_one_came_from(client):
    found = asked(client).cases
    client.http.get("/queue?shelf=flagged")
    answer = client.http.get(f"/cases/{found[0].id}/next", follow_redirects=False)
    assert answer.headers["location"] == f"/cases/{found[1].id}"
    client.http.get("/queue?shelf=sample")
    sample = asked(client, shelf="sample").cases[0].id
    assert client.http.get(f"/cases/{sample}/next", follow_redirects=False).headers["location"].startswith("/queue?")


def test_a_query_comes_back_as_it_was():
    wanted = QueueFilter("decided", "secrecy", "pt-BR", "whatsapp", "2026-01-01", "2026-02-01")
    from urllib.parse import parse_qsl

    assert read_filter(dict(parse_qsl(query_of(wanted, 7)))) == (wanted, 7)
    assert read_filter({"shelf": "x", "since": "yesterday", "page": "-1"}) == (QueueFilter(), 1)
