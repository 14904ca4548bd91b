"""Bringing in: files, folders and zips; duplicates; what cannot be read; progress, stop and resumption; the sample."""

import io
import json
import zipfile

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from grooming_risk.desk.intake.reading import Reading, Stopped, point_of
from grooming_risk.desk.intake.upload import shown_name
from grooming_risk.desk.intake.worker import IntakeWorker
from grooming_risk.desk.storage.imports import next_file
from grooming_risk.desk.storage.policy import Policy
from grooming_risk.readers.base.contract import ReadingOptions
from grooming_risk.readers.base.export import ExportLimits
from grooming_risk.testing import StandInScorer
from tests.support.desk.fixture import DeskClient, export, flagged, quiet


@pytest.fixture
def client(tmp_path):
    made = DeskClient(tmp_path / "desk")
    yield made
    made.close()


def zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def states(client):
    return dict(client.rows("SELECT state, count(*) FROM files GROUP BY state"))


def test_files_folders_and_zips_become_cases(client):
    answer = client.upload(
        {
            "alone.json": export(flagged(1)),
            "box/one.json": export(flagged(2)),
            "box/deep/two.json": export(quiet(3)),
            "box/photo.jpg": b"\xff\xd8\xff" + bytes(200),
            "packed.zip": zipped({"in/three.json": export(flagged(4)), "in/four.json": export(quiet(5))}),
            "nested.zip": zipped({"a.zip": zipped({"five.json": export(flagged(6))}), "six.json": export(flagged(7))}),
        },
        language="en",
    )
    assert answer.status_code == 200 and "/imports/1" in str(answer.url)
    assert client.rows("SELECT count(*), count(DISTINCT digest) FROM cases") == [(7, 7)]
    assert states(client) == {"read": 7, "split": 3, "skipped": 1}
    assert client.rows("SELECT DISTINCT language FROM cases") == [("en",)]
    page = client.http.get("/imports/1").text
    assert "box/deep" in page and "Conversations: 7." in page and "photo" not in page


def test_an_export_of_several_files_stays_one(client):
    members = {
        "messages/inbox/x_1/message_1.json": json.dumps(
            {
                "participants": [{"name": "Ann"}, {"name": "Ben"}],
                "messages": [
                    {"sender_name": name, "timestamp_ms": 1767225600000 + 60000 * n, "content": text}
                    for n, (name, text) in enumerate(flagged(8))
                ],
                "title": "Ann",
                "thread_path": "inbox/x_1",
            }
        )
    }
    client.upload({"facebook.zip": zipped(members)})
    assert client.rows("SELECT format, count(*) FROM cases GROUP BY 1") == [("messenger", 1)]


def test_duplicates_are_recognized_by_file_and_by_conversation(client):
    client.upload({"a.json": export(flagged(1))})
    client.upload({"other name.json": export(flagged(1)), "b.json": export(flagged(2))})
    assert states(client) == {"read": 2, "duplicate": 1}
    # The same conversation in another form.
    rows = "\n".join(json.dumps(row) for row in json.loads(export(flagged(1))))
    client.upload({"c.jsonl": rows.encode()})
    assert client.rows("SELECT repeated, conversations FROM files WHERE id = 4") == [(1, 0)]
    assert client.rows("SELECT count(*) FROM cases") == [(2,)]
    stored = {row[0] for row in client.rows("SELECT stored FROM files WHERE stored IS NOT NULL")}
    assert {path.name for path in client.desk.folder.exports.iterdir()} == stored and len(stored) == 2


def test_what_cannot_be_read_says_why_and_the_others_go_on(client):
    client.upload(
        {"bad.json": b"{", "text.txt": b"just some words", "good.json": export(flagged(1)), "empty.json": b""}
    )
    assert states(client) == {"unreadable": 2, "read": 1}
    page = client.http.get("/imports/1").text
    assert "not valid JSON" in page and "in no known format" in page
    assert "--" not in page.split("<main")[1].split("</main>")[0].replace("<!--", "")  # no options of a command line
    stored = client.rows("SELECT stored FROM files WHERE state = 'unreadable'")
    assert stored == [(None,), (None,)] and len(list(client.desk.folder.exports.iterdir())) == 1


def test_a_zip_bomb_is_refused_and_leaves_nothing(client):
    options = ReadingOptions(export_limits=ExportLimits(member_bytes=1_000_000, total_bytes=2_000_000, members=1_000))
    worker = IntakeWorker(client.desk, StandInScorer, options)
    client.state.worker.work = lambda: False
    bomb = zipped({f"{n}.json": b"[" + b" " * 900_000 for n in range(9)})
    client.upload({"bomb.zip": bomb, "large.zip": zipped({"a.json": b" " * 5_000_000})})
    while worker.work():
        pass
    assert client.rows("SELECT count(*) FROM cases") == [(0,)]
    assert states(client).get("unreadable", 0) == 2
    assert not list(client.desk.folder.exports.iterdir())


def test_zips_in_zips_end(client):
    data = export(flagged(1))
    for _ in range(15):
        data = zipped({"inner.zip": data, "note.txt": b"x"})
    client.upload({"deep.zip": data})
    problems = [row[0] for row in client.rows("SELECT problem FROM files WHERE problem IS NOT NULL")]
    assert any("nested more than 12 deep" in problem for problem in problems)
    assert client.rows("SELECT count(*) FROM cases") == [(0,)]


def test_reading_stops_and_goes_on_where_it_was(client):
    rows = [
        json.dumps({"conversation_id": str(n), "speaker": speaker, "text": text})
        for n in range(30)
        for speaker, text in flagged(n)
    ]
    client.state.worker.work = lambda: False
    client.upload({"many.jsonl": "\n".join(rows).encode()})
    with client.desk.database.reading() as connection:
        file = next_file(connection, client.desk.vault)
    asked = iter(range(1_000))
    with pytest.raises(Stopped):
        Reading(client.desk, StandInScorer(), file, lambda: next(asked) >= 12).run()
    first = client.rows("SELECT count(*) FROM cases")[0][0]
    assert 0 < first < 30 and states(client) == {"reading": 1}
    worker = IntakeWorker(client.desk, StandInScorer)
    while worker.work():
        pass
    assert client.rows("SELECT count(*), count(DISTINCT digest) FROM cases") == [(30, 30)]
    assert client.rows("SELECT state, repeated, conversations FROM files") == [("read", 0, 30)]


def test_a_person_stops_an_import_and_lets_it_go_on(client):
    worker, client.state.worker.work = client.state.worker.work, lambda: False
    client.upload({"a.json": export(flagged(1))})
    assert "stopped" in client.post("/imports/1/stop").text
    assert not worker() and client.rows("SELECT count(*) FROM cases") == [(0,)]
    client.post("/imports/1/continue")
    while worker():
        pass
    assert client.rows("SELECT count(*) FROM cases") == [(1,)]
    found = client.http.get("/imports/1/progress").json()
    assert found["state"] == "done" and found["finished"] == found["files"] == 1


def test_the_sample_is_random_and_recorded(client):
    with client.desk.database.writing() as connection:
        from grooming_risk.desk.storage.policy import write_policy

        write_policy(connection, Policy(sample_percent=20))
    client.upload({f"{n}.json": export(quiet(n)) for n in range(21)} | {"f.json": export(flagged(1))})
    assert client.rows("SELECT name, drawn, population FROM samples") == [("import-1", 5, 21)]
    assert client.rows("SELECT count(*) FROM cases WHERE sample = 'import-1' AND outcome = 'no_review'") == [(5,)]
    case = client.rows("SELECT id FROM cases WHERE sample IS NOT NULL ORDER BY id LIMIT 1")[0][0]
    client.decide(case, "escalate")
    record = json.loads(client.rows("SELECT record FROM records")[0][0])
    assert record["decision"] == "missed"
    assert record["sampling"] == {"method": "random", "sample": "import-1", "drawn": 5, "population": 21}


def test_samples_differ():
    from grooming_risk.desk.intake.sampling import _CHANCE

    drawn = {tuple(sorted(_CHANCE.sample(range(100), 10))) for _ in range(20)}
    assert len(drawn) == 20


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("C:\\Users\\x\\chat.txt", "C:/Users/x/chat.txt"),
        ("/absolute/chat.txt", "absolute/chat.txt"),
        ("folder/.DS_Store", ""),
        ("__MACOSX/a.txt", ""),
        ("nul\0.txt", "nul.txt"),
        ("a" * 600, "a" * 500),
    ],
)
def test_names_are_only_shown(raw, shown):
    assert shown_name(raw) == shown


def test_new_conversations_are_judged_at_the_teams_threshold():
    assert point_of(Policy()) == "balanced"
    point = point_of(Policy(threshold=1.5))
    assert (point.name, point.threshold) == ("team", 1.5)
    assert StandInScorer().score(flagged(1), operating_point=point).provenance.operating_point == "team"


@pytest.mark.parametrize(
    ("typed", "kept"), [("EN", "en"), (" pt-br ", "pt-BR"), ("ur-latn", "ur-Latn"), ("es-419", "es-419"), ("", None)]
)
def test_a_language_is_kept_as_a_tag(client, typed, kept):
    client.upload({"a.json": export(flagged(1))}, language=typed)
    assert client.rows("SELECT language FROM cases") == [(kept,)]
    client.decide(1, "no_concern")
    assert json.loads(client.rows("SELECT record FROM records")[0][0])["language"] == kept


@pytest.mark.parametrize("typed", ["English", "<b>", "e", "en_US", "en-x-y", "x" * 40])
def test_what_is_no_tag_is_refused_before_anything_is_kept(client, typed):
    answer = client.upload({"a.json": export(flagged(1))}, language=typed)
    assert answer.status_code == 400 and "as a tag, such as en" in answer.text
    assert client.rows("SELECT count(*) FROM imports") == [(0,)]
    assert not list(client.desk.folder.incoming.iterdir())


def test_a_decision_is_sealed_though_the_language_is_no_tag(client):
    client.upload({"a.json": export(flagged(1))})
    with client.desk.database.writing() as connection:  # as an earlier version kept it
        connection.execute("UPDATE cases SET language = 'English'")
    client.decide(1, "no_concern")
    assert json.loads(client.rows("SELECT record FROM records")[0][0])["language"] is None
