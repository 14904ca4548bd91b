"""Public sources from a local server: fetched, checked, converted; what cannot be fetched says what to do."""

import io
import json
import tarfile
import threading
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingMixIn, UnixStreamServer

import httpx
import pytest

from training.__main__ import main
from training.errors import TrainingError
from training.fetching.catalogue import SOURCES
from training.fetching.download import digest_of
from training.fetching.fetch import RECORD, FetchOptions, fetch, fetch_one
from training.fetching.rows import masked
from training.sources.licences import DATA_SOURCES
from training.sources.proxies import load_proxies

MIRROR = "http://mirror"
BY_NAME = {source.folder: source for source in SOURCES}
TALK = [
    {"persona": [], "dialogue": [["hello there", "hi you"], ["write to me@example.org", "or call +44 20 7946 0958"]]}
]
CONTENT = {
    "xpersona": TALK,
    "topical_chat": {
        "t1": {"content": [{"agent": "agent_1", "message": "hi"}, {"agent": "agent_2", "message": "yes"}]}
    },
    "casino": [
        {
            "dialogue_id": 7,
            "chat_logs": [
                {"id": "a1", "text": "i need water"},
                {"id": "a2", "text": "me too"},
                {"id": "a1", "text": "Submit-Deal"},
            ],
        }
    ],
    "cima_tutoring": {"prepDataset": {"0": {"past_convo": ["ciao", "hello", "and the bag?", "borsa"]}}},
    "mathdial": {"conversation": "Teacher: (probing)what is it|EOM|Student: four|EOM|"},
    "bcontrast_de_en": {
        "c1": [
            {"speaker": "agent", "source": "hello", "target": "hallo"},
            {"speaker": "customer", "source": "eine pizza", "target": "a pizza"},
        ]
    },
    "code_mixed_dialog": "1 hello\tnamaste ji\n2 <SILENCE>\tapi_call x\n3 khana do\tzaroor\n\n1 hi\thello ji",
    "persuasion_for_good": "B2,B4,Turn,Unit\nd1,0,0,hello.\nd1,0,0,how are you?\nd1,1,0,fine\nd2,0,0,hi\nd2,1,0,hey",
    "tatoeba_lines": "a short line\nanother short line\n",
    "xed_subtitle_lines": "a short line\t3\nanother short line\t2, 5\n",
}


def packed(members, commit, mode="w:gz"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=tarfile.PAX_FORMAT, pax_headers={"comment": commit}) as archive:
        for name, text in members.items():
            item = tarfile.TarInfo(name)
            item.size = len(text.encode())
            archive.addfile(item, io.BytesIO(text.encode()))
    return buffer.getvalue()


def served():
    """Path → content of everything that the hosts would serve."""
    found = {}
    for name, content in CONTENT.items():
        for url in BY_NAME[name].urls:
            found[httpx.URL(url).path] = (content if isinstance(content, str) else json.dumps(content)).encode()
    irc = BY_NAME["irc_disentanglement"]
    log = "\n".join(f"[03:5{n}] <{'ab'[n % 2]}n> line {n}" for n in range(5)) + "\n=== cn has joined"
    members = {"x/data/dev/d.annotation.txt": "0 0 -\n0 1 -\n1 2 -\n2 3 -\n4 4 -", "x/data/dev/d.ascii.txt": log}
    found[httpx.URL(irc.urls[0]).path] = packed(members, irc.commit)
    jokes = "\n\n\n".join("\n".join(f"- шутка {n} строка {m}" for m in range(3)) for n in range(2))
    found[httpx.URL(BY_NAME["koziev_jokes_ru"].urls[0]).path] = packed({"jokes.txt": jokes}, "", "w:xz")
    return found


class Server(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True


@pytest.fixture
def server(tmp_path):
    """A client of an HTTP server in this process, and what it serves, by path."""
    content = served()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found = content.get(self.path)
            self.send_response(404 if found is None else 200)
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *arguments):
            pass

        def address_string(self):
            return "local"

    path = str(tmp_path / "s")
    serving = Server(path, Handler)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    with httpx.Client(transport=httpx.HTTPTransport(uds=path)) as client:
        yield client, content
    serving.shutdown()
    serving.server_close()


def options(tmp_path, *only, **more):
    return FetchOptions(tmp_path / "proxies", only, mirror=MIRROR, cache=tmp_path / "wheels", **more)


def test_every_source_on_a_host_is_fetched_and_can_be_read(server, tmp_path):
    names = tuple(source.folder for source in SOURCES if not source.wheel)
    assert fetch(options(tmp_path, *names), server[0]) == []
    found = load_proxies(tmp_path / "proxies", tmp_path, ["en", "fr", "de", "ru", "mix"])
    texts = {proxy.source: [text for _, text, _ in proxy.messages] for proxy in found}
    assert texts["casino"] == ["i need water", "me too"]
    assert texts["mathdial"] == ["what is it", "four"]
    assert texts["bcontrast_de_en"] == ["hallo", "eine pizza"]
    assert texts["irc_disentanglement"] == ["line 0", "line 1", "line 2", "line 3"]
    assert texts["persuasion_for_good"][:1] == ["hi"]
    assert texts["xpersona"][2:] == ["write to [EMAIL]", "or call [PHONE]"]
    assert texts["code_mixed_dialog"] in (["hello", "namaste ji", "khana do", "zaroor"], ["hi", "hello ji"])
    assert len(texts["koziev_jokes_ru"]) == 3
    splits = {(proxy.source, proxy.split) for proxy in found}
    assert ("irc_disentanglement", "calibration") in splits and ("persuasion_for_good", "unseen") in splits
    record = json.loads((tmp_path / "proxies" / "casino" / RECORD).read_text())
    assert record["version"] == BY_NAME["casino"].commit and record["licence"] == "CC-BY-4.0" and record["digest"]


def test_what_has_changed_since_it_was_fetched_is_refused(server, tmp_path):
    client, content = server
    chosen = options(tmp_path, "cima_tutoring", again=True)
    assert fetch(chosen, client) == [] and fetch(chosen, client) == []
    path = httpx.URL(BY_NAME["cima_tutoring"].urls[0]).path
    content[path] = content[path].replace(b"borsa", b"CANARY")
    with pytest.raises(TrainingError, match=f"not what {RECORD} records.*delete") as caught:
        fetch_one(BY_NAME["cima_tutoring"], chosen, client)
    assert "CANARY" not in str(caught.value)


def test_a_missing_file_does_not_stop_the_others_and_says_what_is_lost(server, tmp_path, capsys):
    client, content = server
    content.pop(httpx.URL(BY_NAME["mathdial"].urls[0]).path)
    assert fetch(options(tmp_path, "mathdial", "casino"), client) == ["mathdial"]
    printed = capsys.readouterr().err
    assert "answered 404; check the connection" in printed and BY_NAME["mathdial"].worth in printed
    assert (tmp_path / "proxies" / "casino" / "data.jsonl").exists()


def test_another_form_is_an_error_without_text(server, tmp_path):
    client, content = server
    content[httpx.URL(BY_NAME["mathdial"].urls[0]).path] = b'{"conversation": ["CANARY"]}'
    with pytest.raises(TrainingError, match="do not have the form") as caught:
        fetch_one(BY_NAME["mathdial"], options(tmp_path), client)
    assert "CANARY" not in str(caught.value) and caught.value.__context__ is None and caught.value.__cause__ is None


def test_an_archive_of_another_commit_is_refused(server, tmp_path):
    client, content = server
    irc = BY_NAME["irc_disentanglement"]
    content[httpx.URL(irc.urls[0]).path] = packed({"x/data/dev/d.ascii.txt": "x"}, "0" * 40)
    with pytest.raises(TrainingError, match="not that of commit"):
        fetch_one(irc, options(tmp_path), client)


def test_a_wheel_with_another_digest_is_refused(server, tmp_path):
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "chatterbot_corpus-1.3.3-py2.py3-none-any.whl").write_bytes(b"not it")
    with pytest.raises(TrainingError, match="which was pinned; delete it"):
        fetch_one(BY_NAME["chatterbot_corpus"], options(tmp_path), server[0])


def test_an_unreachable_host_is_named(tmp_path):
    client = httpx.Client(transport=httpx.HTTPTransport(uds=str(tmp_path / "nobody")))
    with client, pytest.raises(TrainingError, match="could not be reached"):
        fetch_one(BY_NAME["casino"], options(tmp_path), client)


def test_the_catalogue_has_every_source_of_the_table_of_licences(capsys):
    assert {source.folder for source in SOURCES} == {source.folder for source in DATA_SOURCES}
    assert all(source.digest or len(source.commit) == 40 for source in SOURCES)
    assert main(["fetch-proxies", "--list"]) == 0
    printed = capsys.readouterr().out
    assert all(source.home in printed and source.worth in printed for source in SOURCES)


def test_it_needs_a_folder():
    with pytest.raises(SystemExit, match="2"):
        main(["fetch-proxies"])


def test_contact_details_are_masked_and_digests_depend_on_paths():
    assert masked("see https://example.org/x or 020 7946 0958, I am 13") == "see [URL] or [PHONE], I am 13"
    assert digest_of({"a": b"1", "b": b"2"}) != digest_of({"a": b"2", "b": b"1"})
