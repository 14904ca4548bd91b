"""Attacks on a local web application, each refused: other sites, stolen links, hostile names, texts and sizes."""

import io
import logging
import re
import time
import zipfile

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from grooming_risk.desk.intake import upload as receiving
from grooming_risk.desk.intake.upload import Receiver, UploadRefused
from grooming_risk.desk.security import links
from grooming_risk.desk.security.links import Links, new_link
from tests.support.canary import SPEAKER, TEXT, leaks
from tests.support.desk.fixture import ADDRESS, SECRET, DeskClient, export, flagged

HOSTILE = (
    "<script>window.hacked=1</script>",
    "'\"><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %}",
    "../../../etc/passwd",
    "'; DROP TABLE cases; --",
    "nul\0 \u202egpj.exe \ud83d",
    "\r\nSet-Cookie: stolen=1",
    "a" * 5_000,
)
EVIL = "http://evil.example"


@pytest.fixture
def client(tmp_path):
    made = DeskClient(tmp_path / "desk")
    made.upload({"a.json": export(flagged(1))})
    yield made
    made.close()


CHANGES = (
    "/cases/1/decide",
    "/cases/1/show",
    "/cases/1/delete",
    "/cases/1/hand-over",
    "/cases/1/search",
    "/me",
    "/team",
    "/team/delete",
    "/team/records",
    "/statistics/labelled",
    "/decisions/1/undo",
    "/language",
    "/imports",
)


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("origin", [EVIL, "null", "http://127.0.0.1:9999", f"{ADDRESS}.evil.example", None])
def test_a_change_from_another_origin_is_refused(client, path, origin):
    headers = {} if origin is None else {"origin": origin}
    answer = client.http.post(path, data={"csrf": client.token(), "choice": "escalate"}, headers=headers)
    assert answer.status_code == 403
    assert client.rows("SELECT count(*) FROM decisions") == client.rows("SELECT count(*) FROM views") == [(0,)]


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("token", [None, "", "x" * 43, "é"])
def test_a_change_without_the_token_of_the_session_is_refused(client, path, token):
    data = {"choice": "escalate", "stage": "first"} | ({} if token is None else {"csrf": token})
    files = {"files": ("a.json", b"[]")} if path == "/imports" else None
    answer = client.http.post(path, data=data, files=files, headers={"origin": ADDRESS})
    assert answer.status_code == 403
    assert client.rows("SELECT count(*) FROM decisions") == [(0,)]
    assert not list(client.desk.folder.incoming.iterdir())


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:8713", ""])
def test_another_host_is_refused(client, host):
    answer = client.http.get("/queue", headers={"host": host})
    assert answer.status_code == 421 and "Review desk" not in answer.text


def test_without_a_session_there_is_nothing(client):
    stranger = client.browser()
    for path in ("/", "/queue", "/cases/1", "/statistics/report", "/imports/1/progress", "/cases/1/hand-over/preview"):
        answer = stranger.get(path)
        assert answer.status_code == 401 and "a.json" not in answer.text
    assert stranger.get("/queue", headers={"cookie": f"{client.state.cookie}=stolen"}).status_code == 401
    assert stranger.get("/static/desk.css").status_code == 200


def test_a_link_works_once(client):
    link = new_link("", SECRET)
    assert client.browser().get(link).status_code == 200
    thief = client.browser()
    assert thief.get(link).status_code == 401 and thief.get("/queue").status_code == 401


def test_a_link_must_be_signed_and_fresh(monkeypatch):
    checked = Links(SECRET)
    good = new_link("", SECRET).partition("token=")[2]
    assert not checked.redeem(good[:-1] + ("0" if good[-1] != "0" else "1"))
    assert not checked.redeem(new_link("", "another secret").partition("token=")[2])
    assert not checked.redeem("") and not checked.redeem("..") and not checked.redeem("é")
    old = new_link("", SECRET).partition("token=")[2]
    later = time.time() + links.VALID_SECONDS + 5
    monkeypatch.setattr(links.time, "time", lambda: later)
    assert not checked.redeem(old)


def test_cookies_are_for_this_site_only(client):
    browser = client.browser()
    answer = browser.get(new_link("", SECRET), follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    assert answer.headers["location"] == "/"  # the token is not in the address any more


def test_every_answer_has_the_headers(client):
    for answer in (client.http.get("/queue"), client.browser().get("/queue"), client.http.get("/static/desk.js")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src 'self'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
    assert client.http.get("/queue").headers["cache-control"] == "no-store"


def test_no_page_has_scripts_or_styles_of_its_own(client):
    client.decide(1, "not_sure")
    for path in (
        "/queue",
        "/cases/1",
        "/bring-in",
        "/imports/1",
        "/statistics",
        "/team",
        "/help",
        "/cases/1/hand-over",
    ):
        text = client.http.get(path).text
        assert not re.search(r"<style|<script(?! type=\"module\" src=)|\sstyle=|\son\w+=|javascript:", text), path


def test_hostile_texts_are_only_text(tmp_path):
    client = DeskClient(tmp_path / "desk")
    messages = [(text.replace("\0", "")[:200] or "x", text[:7_000]) for text in HOSTILE]
    client.upload({f"{HOSTILE[0]}.json": export([*flagged(1), *messages])})
    shown = client.post("/cases/1/show", {"all": "1"}).text
    assert "window.hacked" in shown and "<script>window" not in shown and "<img" not in shown
    assert "{{ 7 * 7 }}" in shown and '<span class="control" dir="ltr" title="U+202E">RLO</span>' in shown
    assert "<script>window" not in client.http.get("/queue?shelf=all").text
    for text in HOSTILE:
        text = text.encode("utf-8", "replace").decode()
        client.post("/cases/1/search", {"words": text})
        client.post("/cases/1/language", {"language": text})
        client.post("/me", {"name": text})
        client.post("/language", {"language": text, "back": f"//{text}"})
        client.post("/team", dict.fromkeys(("sample_percent", "second_reading", "case_days", "operating_point"), text))
        for query in ("tactic", "language", "source", "since", "until", "page", "shelf"):
            answer = client.http.get("/queue", params={query: text})
            assert answer.status_code == 200 and "<script>window" not in answer.text
        for query in ("year", "capacity"):
            assert client.http.get("/statistics", params={query: text}).status_code == 200
        assert client.http.get("/cases/1", params={"message": text, "page": text}).status_code == 200
    client.decide(1, "not_sure", note=HOSTILE[0])
    page = client.http.get("/cases/1").text
    assert "&lt;script&gt;window" in page and "<script>window" not in page
    fields = dict.fromkeys(("explanation", "reviewer_role", "platform_name", "name_a", "events", "note"), HOSTILE[1])
    kept = client.post("/cases/1/hand-over", {**fields, "next": "missing", "scope": HOSTILE[3], "country": HOSTILE[4]})
    assert kept.status_code == 200 and "<img" not in kept.text
    assert client.rows("SELECT count(*) FROM cases") == [(1,)]
    client.close()


def test_a_redirection_stays_on_the_desk(client):
    for back in ("//evil.example", "/\\evil.example", "http://evil.example", "https:/evil"):
        answer = client.post("/language", {"language": "de", "back": back}, follow_redirects=False)
        assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "name", ["../../../../tmp/owned", "..\\..\\owned", "/etc/cron.d/owned", "a/../../owned", "%2e%2e/owned"]
)
def test_no_name_reaches_the_file_system(client, name):
    before = set(client.desk.folder.path.parent.rglob("*"))
    client.upload({name: export(flagged(5))})
    made = set(client.desk.folder.path.parent.rglob("*")) - before
    assert made and all(re.fullmatch(r"[0-9a-f]{32}(\.[a-z0-9]+)?", path.name) for path in made)
    assert all(path.parent == client.desk.folder.exports for path in made)


@pytest.mark.parametrize(
    "path", ["/static/..%2fcall.py", "/static/desk.js%00", "/static/../state.py", "/static/call.py"]
)
def test_no_address_reaches_the_file_system(client, path):
    answer = client.http.get(path)
    assert answer.status_code in (404, 401) or "def " not in answer.text


def test_an_upload_of_five_gigabytes_is_refused_by_its_announcement(client):
    headers = {
        "origin": ADDRESS,
        "content-type": "multipart/form-data; boundary=x",
        "content-length": str(5 * 1024**3),
    }
    answer = client.http.post("/imports", content=b"--x", headers=headers)
    assert answer.status_code == 413 and "leave out pictures" in answer.text


def test_an_upload_that_does_not_say_its_size_is_refused_while_it_arrives(client, monkeypatch):
    monkeypatch.setattr(receiving, "MOST_BYTES", 300_000)
    receiver = Receiver(
        "multipart/form-data; boundary=x", client.desk.folder.incoming, lambda fields: True, most_bytes=300_000
    )
    receiver.take(b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.json"\r\n\r\n')
    with pytest.raises(UploadRefused, match="more than 300,000 bytes") as refused:
        for _ in range(100_000):
            receiver.take(b" " * 65_536)
    assert refused.value.status == 413
    receiver.discard()
    assert not list(client.desk.folder.incoming.iterdir())


def test_an_endless_upload_is_refused_by_the_page(client, monkeypatch):
    monkeypatch.setattr(Receiver.__init__, "__defaults__", (300_000,))
    head = b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + client.token().encode() + b"\r\n"
    file = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.json"\r\n\r\n'

    def endless():
        yield head + file
        for _ in range(1_000):
            yield b" " * 65_536

    headers = {"origin": ADDRESS, "content-type": "multipart/form-data; boundary=x"}
    answer = client.http.post("/imports", content=endless(), headers=headers)  # no Content-Length
    assert answer.status_code == 413 and "more than 300,000 bytes" in answer.text
    assert not list(client.desk.folder.incoming.iterdir())


def test_a_damaged_or_interrupted_upload_leaves_nothing(client):
    head = b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + client.token().encode() + b"\r\n"
    file = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.json"\r\n\r\n' + export(flagged(3))
    for body in (head + file, head + b"--y\r\n", b"nonsense", head + b"--x\r\n" + b"A" * 50_000 + b": b\r\n\r\n"):
        answer = client.http.post(
            "/imports", content=body, headers={"origin": ADDRESS, "content-type": "multipart/form-data; boundary=x"}
        )
        assert answer.status_code in (400, 413)
    assert not list(client.desk.folder.incoming.iterdir()) and client.rows("SELECT count(*) FROM files") == [(1,)]


def test_a_full_disk_during_an_upload(client, monkeypatch):
    class Full(io.BytesIO):
        def write(self, data):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(receiving, "open", lambda *_, **__: Full(), raising=False)
    answer = client.upload({"b.json": export(flagged(3))})
    assert answer.status_code == 507 and "No space left" in answer.text and "nothing was kept" in answer.text
    assert client.rows("SELECT count(*) FROM files") == [(1,)]


def test_a_large_form_is_refused(client):
    answer = client.post("/cases/1/decide", {"note": "x" * 1_500_000, "choice": "escalate", "stage": "first"})
    assert answer.status_code == 403 and client.rows("SELECT count(*) FROM decisions") == [(0,)]


def test_texts_reach_no_log_error_or_file(tmp_path, caplog, capsys, monkeypatch):
    caplog.set_level(logging.DEBUG)
    client = DeskClient(tmp_path / "desk", passphrase="four words of a phrase")
    messages = [*flagged(1), (SPEAKER, f"{TEXT} how are you"), ("b", TEXT)]
    client.upload({f"{SPEAKER}.json": export(messages), f"{TEXT}.txt": TEXT.encode()})
    client.post("/cases/1/show", {"all": "1"})
    client.post("/cases/1/search", {"words": TEXT})
    client.decide(1, "escalate", note=TEXT)
    monkeypatch.setattr(
        "grooming_risk.desk.pages.queue.queue_page", lambda *_: (_ for _ in ()).throw(RuntimeError(TEXT))
    )
    failed = client.http.get("/queue")
    assert failed.status_code == 500 and TEXT not in failed.text
    told = capsys.readouterr()
    assert not leaks(told.out, told.err, *(record.getMessage() for record in caplog.records), caplog.text)
    client.desk.database.forget()
    client.close()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert not leaks(path.read_bytes(), path.name), path.name


def test_a_password_protected_zip_is_said_plainly(client):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.json", export(flagged(2)))
    data = bytearray(stream.getvalue())
    for at in (m.start() for m in re.finditer(b"PK\x01\x02", bytes(data))):
        data[at + 8] |= 1
    client.upload({"locked.zip": bytes(data)})
    assert "password" in client.http.get("/imports/2").text
