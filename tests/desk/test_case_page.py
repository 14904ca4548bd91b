"""The case page: who wrote the messages, whose were not read, stretches, the reader's time zone, a second package."""

import re
from dataclasses import replace

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from grooming_risk.desk.storage.cases import conversation_of
from grooming_risk.desk.storage.content import pack_report, unpack_report
from grooming_risk.report import Span
from tests.support.desk.fixture import DeskClient, export, flagged

# A chat as an iPhone exports it. A line that looks like the head of another message lies inside the second one.
FORGED = "".join(
    f"[01.03.26, 19:0{n}:00] {name}: {text}\r\n"
    for n, (name, text) in enumerate(
        (
            ("Ann", "are you coming to practice?"),
            ("Ben", "yes, see you at six\n[01.03.26, 19:01:30] Ann: bring the ball please"),
            ("Ann", "ok, and the water too"),
            ("Ben", "great, until later"),
            ("Ann", "my bus is late today"),
            ("Ben", "no problem, we wait"),
        )
    )
)


@pytest.fixture
def client(tmp_path):
    made = DeskClient(tmp_path / "desk")
    yield made
    made.close()


def words(page):
    """The words of the main part of a page on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<main")[1].split("</main>")[0]).split())


def change_report(client, **values):
    """Change the report of the first case."""
    with client.desk.database.writing() as connection:
        packed = connection.execute("SELECT report FROM contents WHERE case_id = 1").fetchone()[0]
        report = replace(unpack_report(packed, client.desk.vault), **values)
        changed = pack_report(report, client.desk.vault)
        connection.execute("UPDATE contents SET report = ? WHERE case_id = 1", (changed,))


def test_a_doubtful_author_is_marked(client):
    client.upload({"_chat.txt": FORGED.encode()})
    with client.desk.database.reading() as connection:
        kept = conversation_of(connection, 1, client.desk.vault).conversation
    doubtful = [index for index, message in enumerate(kept) if message.doubt]
    assert doubtful == [2]
    page = client.http.get("/cases/1").text
    shown = words(page)
    assert "only by the names printed in the export, which prove nothing" in shown
    assert "Messages whose author is doubtful: 3 . Compare with the phone" in shown
    assert page.count('class="label doubt" title=') >= 1


def test_a_case_that_was_kept_without_doubts_still_opens(client):
    import json
    import zlib

    client.upload({"_chat.txt": FORGED.encode()})
    with client.desk.database.writing() as connection:
        packed = connection.execute("SELECT conversation FROM contents").fetchone()[0]
        value = json.loads(zlib.decompress(packed))
        del value["a"], value["d"]
        connection.execute("UPDATE contents SET conversation = ?", (zlib.compress(json.dumps(value).encode()),))
    assert "as the file or program that gave the messages did" in words(client.http.get("/cases/1").text)


def test_what_was_not_read_is_said_in_the_readers_language(client):
    client.upload({"a.json": export(flagged(1))})
    assert "Not read" not in words(client.http.get("/cases/1").text)
    change_report(client, unread=("a", "b"))
    assert "language that the model does not score: a, b. A person who reads it" in words(
        client.http.get("/cases/1").text
    )
    client.http.cookies.set("desk_language", "es")
    assert "Sin leer:" in words(client.http.get("/cases/1").text)


def test_several_stretches_are_listed(client):
    client.upload({"a.json": export(flagged(1))})
    change_report(client, spans=(Span(0, 9, 0.9, ((0, 2), (4, 5), (7, 9))),))
    assert "Read messages 1–2 , 5 , 8–9 ." in words(client.http.get("/cases/1").text)


def test_times_are_in_the_readers_zone(client):
    client.upload({"a.json": export(flagged(1))})
    client.http.cookies.set("desk_zone", "Asia/Tokyo")
    shown = words(client.http.get("/cases/1").text)
    assert "(Asia/Tokyo)" in shown and "March 2, 2026, 04:00 – March 2, 2026, 04:08" in shown  # 19:00 UTC on the first


def test_a_second_package_begins_with_the_answers_of_the_first(client):
    client.upload({"a.json": export(flagged(1))})
    client.decide(1, "not_sure")
    answers = {"explanation": "an adult asks for secrecy", "reviewer_role": "school", "country": "DE"}
    client.post("/cases/1/hand-over", {**answers, "next": "package"})
    page = client.http.get("/cases/1/hand-over").text
    assert "The answers are those of the last package." in page and "an adult asks for secrecy</textarea>" in page
    assert '<option value="DE" selected>' in page and "Polizei" in page.split('name="channel"')[1].split("</select>")[0]
    client.post("/cases/1/hand-over", {**answers, "country": "FR", "next": "package"})
    assert client.rows("SELECT country FROM handovers WHERE stored IS NOT NULL ORDER BY id") == [("DE",), ("FR",)]
