"""Canary words in messages appear nowhere else: not in logs, errors, repr, warnings, files, JSON or digests."""

import io
import json
import logging
import os
import re
import subprocess
import sys
import traceback
import warnings
from pathlib import Path

import pytest

from grooming_risk import (
    Conversation,
    ConversationMonitor,
    GroomingRiskError,
    Message,
    RiskReport,
    RiskScorer,
    score_conversation,
    score_conversations,
)
from grooming_risk.cli import main
from grooming_risk.model.tokenization import batches
from grooming_risk.readers import ExportedConversation, UnreadableConversation, read_file
from grooming_risk.records import make_review_record
from grooming_risk.rendering.html.queue_page import ReviewItem
from grooming_risk.rendering.terminal.evidence import SourceText
from grooming_risk.rendering.terminal.report import ReportRow
from grooming_risk.scoring.message_encoding import encode_conversations
from grooming_risk.text.masking import mask_explicit
from grooming_risk.text.normalization import normalize
from tests.conftest import ROOT
from tests.support import canary, without_internet
from tests.support.canary import CHAT, FLAGGED, RIGHT_TO_LEFT, SPEAKER, TEXT, leaks, told_by
from tests.support.privacy_child import BAD

TESTS = Path(__file__).parents[1]
SHARED_MEMORY = Path("/dev/shm")
ASKED = ("flags.jsonl", "log.jsonl", "other.sqlite", "report.json", "state.sqlite")
IDENTIFIER = "case-4711"  # an id of the caller's is handed back as it was given


@pytest.mark.parametrize("word", canary.WORDS, ids=ascii)
def test_the_search_finds_what_it_is_for(word):
    for shown in (
        word,
        f"<{word}>",
        repr([word]),
        ascii({word: 1}),
        json.dumps({"a": word}),
        word.upper(),
        normalize(word).text,
        word.encode("utf-16", "surrogatepass"),
    ):
        assert ascii(word) in leaks("before", shown)
    assert not leaks("canary", b"\0\xff", "parents pic secret 12 why")


@pytest.mark.parametrize("shift", range(6))
def test_the_search_finds_what_was_encoded(shift):
    import base64
    import hashlib

    text = "x" * shift + TEXT
    assert leaks(base64.b64encode(text.encode()))
    assert leaks(hashlib.sha256(TEXT.encode()).hexdigest(), "x")


@pytest.fixture
def watched():
    """Record everything that is logged, at DEBUG, and every warning."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield stream, caught
    root.removeHandler(handler)
    root.setLevel(level)


# What the library gives


def test_reports_and_records_hold_no_text(watched, capfd):
    stream, caught = watched
    scorer = RiskScorer()
    report = scorer.score(FLAGGED)
    (other,) = score_conversations([CHAT], scorer=scorer)
    assert report.spans and report.evidence  # so that something could be quoted
    record = make_review_record(report, "confirmed", [0], key=b"a key of sixteen")
    shown = [
        repr(report),
        str(report),
        report.to_json(),
        report.to_dict(),
        json.dumps(record),
        other,
        str(report.outcome),
    ]
    shown += [*report.windows, *report.evidence, report.provenance, RiskReport.from_json(report.to_json())]
    captured = capfd.readouterr()
    assert not leaks(*shown, stream.getvalue(), captured.out, captured.err, *caught)


def test_a_monitor_shows_and_keeps_no_text(watched, capfd, scorer):
    stream, caught = watched
    monitor = ConversationMonitor(scorer)
    shown = []
    for row in FLAGGED:
        shown += [monitor.update(row), monitor, json.dumps(monitor.to_state()), *monitor.evidence()]
    shown.append(
        ConversationMonitor.from_state(monitor.to_state(), scorer, FLAGGED[monitor.to_state()["reread_from"] :])
    )
    captured = capfd.readouterr()
    assert not leaks(*shown, stream.getvalue(), captured.out, captured.err, *caught)


def test_no_object_shows_its_text(artifact, scorer):
    conversation = Conversation.from_messages(CHAT)
    normalized = normalize(TEXT)
    report = scorer.score(CHAT)
    source = SourceText(conversation, artifact.vocabulary)
    objects = [
        conversation,
        *conversation,
        Message(*CHAT[0]),
        scorer,
        artifact,
        artifact.tokenizer,
        artifact.encoder,
        artifact.window_model,
        artifact.vocabulary,
        normalized,
        mask_explicit(normalized, artifact.vocabulary),
        source,
        ExportedConversation(IDENTIFIER, conversation, {"a": SPEAKER}),
        ReportRow("name", report, source),
        ReviewItem("name", report, conversation),
        *encode_conversations([conversation], artifact),
    ]
    assert not leaks(*map(repr, objects), *map(str, objects), *(format(item) for item in objects))


def test_token_ids_are_not_shown_either(artifact):
    """With the tokenizer, token ids are the text."""
    tokenized = artifact.tokenizer.tokenize([TEXT, RIGHT_TO_LEFT])
    assert "ids=" not in repr(tokenized)
    assert "token_ids" not in repr(list(batches(tokenized)))


# Errors


@pytest.mark.parametrize("rows", BAD, ids=range(len(BAD)))
def test_no_error_holds_text(rows, scorer):
    with pytest.raises(GroomingRiskError) as caught:
        score_conversation(rows, scorer=scorer)
    assert not leaks(*told_by(caught.value), *traceback.format_exception(caught.value))
    (returned,) = score_conversations([rows], scorer=scorer, errors="return")
    assert not leaks(*told_by(returned))


@pytest.mark.parametrize(
    "sent_at",
    [TEXT, RIGHT_TO_LEFT, [TEXT], {TEXT: TEXT}, f"2026-03-01T19:02:00{TEXT}", float("nan"), 10**400],
    ids=ascii,
)
def test_no_error_holds_a_time(sent_at, scorer):
    with pytest.raises(GroomingRiskError) as caught:
        scorer.score([("a", "hello", sent_at)])
    assert not leaks(*told_by(caught.value), *traceback.format_exception(caught.value))


def test_no_error_of_an_option_holds_text(scorer):
    for options in ({"prior": 7.0}, {"operating_point": TEXT}):
        with pytest.raises(GroomingRiskError) as caught:
            scorer.score(CHAT, **options)
        assert not leaks(*told_by(caught.value), *traceback.format_exception(caught.value))


def test_no_error_of_a_monitor_holds_text(scorer):
    monitor = ConversationMonitor(scorer)
    monitor.update(CHAT[0])
    state = monitor.to_state()
    for rows in BAD[:3]:
        with pytest.raises(GroomingRiskError) as caught:
            monitor.update(rows[-1])
        assert not leaks(*told_by(caught.value))
    for changed in (
        {**state, "salt": TEXT},
        {**state, "format": TEXT},
        {**state, "rows": [{TEXT: TEXT}]},
        {TEXT: TEXT},
    ):
        with pytest.raises(GroomingRiskError) as caught:
            ConversationMonitor.from_state(changed, scorer)
        assert not leaks(*told_by(caught.value))
    with pytest.raises(GroomingRiskError) as caught:
        ConversationMonitor.from_state(state, scorer, [(TEXT, TEXT)] * 9)
    assert not leaks(*told_by(caught.value))


def test_local_variables_of_the_library_show_nothing_once_a_conversation_was_read(scorer):
    """Before that they hold the caller's rows, and a traceback that shows local variables shows them."""
    conversation = Conversation.from_messages(CHAT)
    for options in ({"prior": 7.0}, {"operating_point": "nobody's"}):
        with pytest.raises(GroomingRiskError) as caught:
            scorer.score_batch([conversation], **options)
        told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        frames = [frame for frame in told.stack if "grooming_risk" in frame.filename]
        assert any("conversations" in (frame.locals or {}) for frame in frames)
        assert not leaks(*(value for frame in frames for value in (frame.locals or {}).values()))


def errors_of(path, source):
    """Return the errors for a file or its conversations; at least one."""
    found = []
    try:
        found.extend(item.error for item in read_file(path, source) if isinstance(item, UnreadableConversation))
    except GroomingRiskError as error:
        found.append(error)
    assert found
    return found


DAMAGED = {
    "cut off": f'[{{"speaker": "a", "text": "{TEXT}"',
    "no messages": f'{{"{TEXT}": ["{TEXT}"]}}',
    "a string": f'"{TEXT}"',
    "no JSON": TEXT,
    "a kind": f'[{{"speaker": "a", "text": "hello", "kind": "{TEXT}"}}]',
    "a text that is none": f'[{{"speaker": "a", "text": ["{TEXT}"]}}]',
    "scattered": f'{{"conversation": 1, "speaker": "a", "text": "{TEXT}"}}\n{{"conversation": 2, "speaker": "a", '
    f'"text": "{TEXT}"}}\n{{"conversation": 1, "speaker": "a", "text": "{TEXT}"}}',
    "another coding": TEXT.encode() + b"\xff\xfe\xfd",
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_no_reader_error_holds_text(kind, tmp_path, capfd):
    path = tmp_path / "chat.json"
    content = DAMAGED[kind]
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    for source in (None, "jsonl", "discord"):
        for error in errors_of(path, source):
            assert not leaks(*told_by(error), *traceback.format_exception(error))
    assert main(["score", str(path)]) == 1
    captured = capfd.readouterr()
    assert not leaks(captured.out, captured.err)


def test_no_warning_of_a_reader_holds_text(tmp_path, capfd):
    path = tmp_path / "chat.json"
    path.write_text(f'[{{"speaker": "a", "text": "hello", "sent_at": "{TEXT}"}}]')
    (item,) = read_file(path)
    assert item.warnings and not leaks(*item.warnings, repr(item))
    assert main(["score", str(path)]) == 0
    captured = capfd.readouterr()
    assert "times that could not be read" in captured.err and not leaks(captured.out, captured.err)


# Text where it is asked for, and only there


def test_text_is_where_it_is_asked_for(tmp_path, capfd):
    """Otherwise a search that finds nothing would prove little."""
    path, page = tmp_path / "chat.json", tmp_path / "page.html"
    path.write_text(json.dumps(CHAT))
    assert main(["score", str(path), "--format", "html", "-o", str(page)]) == 0
    captured = capfd.readouterr()
    assert leaks(page.read_bytes()) and not leaks(captured.out, captured.err)
    assert page.stat().st_mode & 0o077 == 0
    main(["score", str(path), "--show-text"])
    captured = capfd.readouterr()
    assert leaks(captured.out) and not leaks(captured.err)


# A process of its own


def folders(top):
    """Create the folders where a program may leave files, all empty."""
    names = (
        "HOME",
        "TMPDIR",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
        "XDG_RUNTIME_DIR",
    )
    for name in (*names, "cwd", "asked", "input"):
        (top / name).mkdir()
    return {name: str(top / name) for name in names}


def inputs(folder):
    rows = [{"speaker": speaker, "text": text} for speaker, text in FLAGGED]
    (folder / "chat.json").write_text(json.dumps(rows))
    (folder / "list.jsonl").write_text(json.dumps({"id": IDENTIFIER, "messages": rows}) + "\n")
    (folder / "damaged.json").write_text(json.dumps(rows)[:-20])
    (folder / "undecodable.json").write_bytes(json.dumps(rows, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))
    lines = [json.dumps({"conversation": IDENTIFIER, **row}) for row in rows]
    lines += [lines[0][:-9], json.dumps(TEXT), json.dumps({TEXT: TEXT}), json.dumps({"conversation": {TEXT: 1}})]
    lines += [json.dumps({"conversation": 1, **row, "sent_at": TEXT}) for row in rows[:1]]
    (folder / "stream.jsonl").write_text("\n".join(lines))


@pytest.fixture(scope="module")
def child(tmp_path_factory, tiny_artifact):
    """Return folder, standard output and standard error of a process that read the canaries in every way."""
    top = tmp_path_factory.mktemp("child")
    environment = {**os.environ, **folders(top), "RUST_LOG": "trace", "RUST_BACKTRACE": "full", "PYTHONDEVMODE": "1"}
    del environment["ORT_DISABLE_TELEMETRY"]  # that is for the library to set
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), environment["PYTHONPATH"]])
    inputs(top / "input")
    before = set(SHARED_MEMORY.glob("*"))
    command = [
        sys.executable,
        "-W",
        "always",
        str(TESTS / "support" / "privacy_child.py"),
        str(top),
        str(tiny_artifact),
    ]
    done = subprocess.run(command, capture_output=True, env=environment, cwd=top / "cwd")
    assert done.returncode == 0, "minus the number of SIGSYS (31 here): it opened an internet socket"
    return top, done.stdout, done.stderr, set(SHARED_MEMORY.glob("*")) - before


def test_a_process_prints_and_logs_no_text(child):
    top, printed, logged, _ = child
    assert not leaks(printed, logged)
    assert IDENTIFIER.encode() in printed  # ids of conversations are handed back
    assert logged.count(b"a conversation could not be scored") >= len(BAD)
    facts = json.loads((top / "facts.json").read_text())
    assert facts["library"].startswith(str(ROOT))
    assert {"onnxruntime", "tokenizers", "numpy", "sqlite3"} <= set(facts["modules"])
    assert not {"huggingface_hub", "hf_xet", "httpx", "requests", "urllib3"} & set(facts["modules"])


def test_a_process_leaves_no_text_in_a_file(child):
    top, _, _, shared = child
    made = [path for path in top.rglob("*") if path.is_file() and (top / "input") not in path.parents]
    assert {path.relative_to(top).as_posix() for path in made} == {
        *(f"asked/{name}" for name in ASKED),
        "facts.json",
    }
    assert IDENTIFIER in (top / "asked" / "flags.jsonl").read_text()
    assert not leaks(*(path.read_bytes() for path in made))
    assert not leaks(*(path.read_bytes() for path in shared if path.is_file()))


def test_a_process_writes_nothing_that_it_was_not_asked_for(child):
    """Not even files that were deleted again."""
    top, _, _, _ = child
    facts = json.loads((top / "facts.json").read_text())
    allowed = {str(top / "asked" / name) for name in ASKED}
    allowed |= {str(path) for path in (top / "input").iterdir()}  # named by mistake where an output belongs
    assert {path for path in facts["written"] if not path.startswith("/dev/null")} <= allowed


def test_onnxruntime_is_imported_in_one_place_which_keeps_it_silent():
    """Otherwise another import could come first, and onnxruntime would write and send before the library stops it."""
    importers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("grooming_risk", "training")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"^\s*(import|from) onnxruntime\b", path.read_text("utf-8"), re.MULTILINE)
    }
    assert importers == {"grooming_risk/model/onnx_session.py"}


# Digests


def digests(artifact):
    code = (
        "import json, pathlib, sys\n"
        "from grooming_risk import RiskScorer, score_conversation\n"
        "folder, chat = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2])\n"
        "keys = (b'a key of sixteen', b'another key of the tests', None)\n"
        "for scorer in (*(RiskScorer(folder, digest_key=key) for key in keys), None):\n"
        "    print(score_conversation(chat, scorer=scorer, explain=False).provenance.input_digest)\n"
    )
    command = [sys.executable, "-c", code, str(artifact), json.dumps(CHAT)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_only_a_shared_key_makes_digests_comparable(tiny_artifact):
    one, other = digests(tiny_artifact), digests(tiny_artifact)
    assert one[0] == other[0]  # the same key, another process
    assert one[1] == other[1]
    assert len({*one, *other}) == 6  # another key, and no key: a random one of the scorer
    assert all(len(digest) == 64 for digest in one)


def test_a_monitor_has_its_own_salt(scorer):
    states = []
    for _ in range(2):
        monitor = ConversationMonitor(scorer)
        monitor.update((SPEAKER, TEXT))
        states.append(monitor.to_state())
    one, other = states
    assert one["salt"] != other["salt"] and one["speakers"] != other["speakers"]


@pytest.mark.skipif(not without_internet.POSSIBLE, reason="seccomp is Linux's")
def test_the_process_ran_without_the_internet():
    """The child forbids internet sockets in the kernel; this shows that a process that opens one is killed."""
    code = (
        "import ctypes; from tests.support.without_internet import forbid; forbid(); print(1, flush=True);"
        "ctypes.CDLL(None).socket({}, 1, 0)"
    )
    for family, ended in ((2, -31), (10, -31), (1, 0)):  # IPv4, IPv6; a socket of this machine
        done = subprocess.run([sys.executable, "-c", code.format(family)], cwd=ROOT, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (ended, "1\n")
