"""Targets beyond the readers: text, rows, reports, review records, lines and states of the monitor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

from fuzzing import seeds
from fuzzing.members import exported
from fuzzing.oracle import CANARY, named_errors, require, require_no_text
from fuzzing.target import Target
from grooming_risk.commands.results_file import ResultsFile
from grooming_risk.commands.score import expected_provenance
from grooming_risk.conversation import Conversation, Limits
from grooming_risk.live import ConversationMonitor, ConversationWatch, Notice, WatchOptions
from grooming_risk.records.files import read_records
from grooming_risk.records.review_record import make_review_record
from grooming_risk.records.verification import verify_chain, verify_record
from grooming_risk.report import RiskReport
from grooming_risk.schemas.canonical_json import LARGEST_INTEGER, canonical_json
from grooming_risk.scoring.scorer import RiskScorer
from grooming_risk.testing import StandInScorer
from grooming_risk.text.masking import EXPLICIT_CHARACTER, ExplicitVocabulary, folded_words, mask_explicit
from grooming_risk.text.normalization import NormalizedText, normalize
from grooming_risk.text.readings import readable

_LIMITS = Limits(messages=20, characters=60, speakers=5)
# Harmless words take the place of the explicit vocabulary.
_VOCABULARY = ExplicitVocabulary.from_terms(["practice", "see you"], b"fuzzing")
_KEY = b"0123456789abcdef"


def core_targets() -> Iterator[Target]:
    """Yield every target of this module."""
    below = "grooming_risk."
    yield Target("normalization", _check_normalization, _texts, (f"{below}text.normalization",))
    yield Target("masking", _check_masking, _texts, (f"{below}text.masking", f"{below}text.normalization"))
    yield Target("word_division", _check_division, _texts, (f"{below}text.word_division",))
    yield Target("readings", _check_readings, _texts, (f"{below}text.readings", f"{below}text.letter_case"))
    yield Target("conversation", _check_conversation, _rows, (f"{below}conversation",))
    yield Target("report", _check_report, _reports, (f"{below}report",))
    yield Target("canonical_json", _check_canonical, _reports, ())
    yield Target(
        "review_records", _check_records, _records, (f"{below}records.verification", f"{below}records.review_record")
    )
    yield Target("results_file", _check_results, _results, (f"{below}commands.results_file",))
    yield Target("monitor_lines", _check_lines, _lines, (f"{below}live.watch", f"{below}conversation"))
    yield Target("monitor_state", _check_state, _states, (f"{below}live.monitor", f"{below}live.state"))


def _check_normalization(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    once = normalize(text)
    _check_offsets(once, len(text))
    require_no_text(repr(once), "the repr of a normalised text")
    require(normalize(once.text).text == once.text, "normalising twice differs from once")
    require(once.obfuscations >= 0, "obfuscations are counted below zero")


def _check_masking(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    masked = mask_explicit(normalize(text), _VOCABULARY)
    _check_offsets(masked, len(text))
    again = mask_explicit(masked, _VOCABULARY)
    require(again.text == masked.text, "a term is left after masking")
    require((EXPLICIT_CHARACTER in masked.text) == (masked.text != normalize(text).text), "masked without a mark")


def _check_division(data: bytes) -> None:
    hidden = data[:1] < b"n"
    text = normalize(data.decode("utf-8", "surrogateescape"))
    divided = _scorer().artifact.tokenizer.words.divide(text, hidden)
    require(divided.text.replace(" ", "") == text.text.replace(" ", ""), "more than spaces was added")
    _check_offsets(divided, len(data))


def _check_readings(data: bytes) -> None:
    text = normalize(data.decode("utf-8", "surrogateescape")).text
    read = readable(text, folded_words(text), _scorer().artifact.tokenizer.words)
    require(normalize(read).text == read, "what is read is not normalised")


def _check_offsets(normalized: NormalizedText, characters: int) -> None:
    offsets = normalized.offsets
    require(len(offsets) == len(normalized.text), "not one offset for each character")
    require(all(0 <= offset < characters for offset in offsets), "an offset is out of range")
    require(all(one <= next_ for one, next_ in pairwise(offsets)), "offsets go back")


def _check_conversation(data: bytes) -> None:
    rows = _json(data)
    if rows is None:
        return
    with named_errors():
        conversation = Conversation.from_messages(rows, _LIMITS)
        require(0 < len(conversation) == len(rows) <= _LIMITS.most_messages, "not one message for each row")
        require(all(len(message.text) <= _LIMITS.longest for message in conversation), "a message is over the limit")
        require(all(message.speaker for message in conversation), "a speaker has no name")
        require_no_text(repr(conversation) + repr(conversation.messages), "the repr of a conversation")
        again = Conversation.from_messages(list(conversation), _LIMITS)
        require(again == conversation, "reading a conversation's own messages changes it")


def _check_report(data: bytes) -> None:
    with named_errors():
        report = RiskReport.from_json(data.decode("utf-8", "surrogateescape"))
        require(RiskReport.from_json(report.to_json()) == report, "a report changes when it is written and read")


def _check_canonical(data: bytes) -> None:
    value = _json(data)
    try:
        once = canonical_json(value)
    except ValueError as error:  # as it promises
        require_no_text(f"{error} {error.__cause__}", "an error of canonical JSON")
        return
    again = json.loads(once, parse_int=_double_beyond)
    require(canonical_json(again) == once, "canonical JSON changes when it is read and written")


def _double_beyond(digits: str) -> float:
    """Parse an integer as a reader of doubles does: canonical JSON writes 1e17 with zeros and without a point."""
    return int(digits) if abs(int(digits)) <= LARGEST_INTEGER else float(digits)


def _check_records(data: bytes) -> None:
    with exported(data) as path, named_errors():
        records = [stored.record for stored in read_records(path)]
        for record in records:
            for problem in verify_record(record, _KEY).problems:
                require_no_text(problem, "a problem of a record")
        for check in verify_chain(records):
            require_no_text(str(check), "a problem of a chain")


def _check_results(data: bytes) -> None:
    with exported(data) as path, named_errors():
        if not path.is_file():
            return
        results = ResultsFile(path, True, _expected(), True)
        try:
            require(data.startswith(path.read_bytes()), "existing lines were changed")
            require(path.stat().st_size == results.done.size, "a torn line was left")
            results.report("next.json", _report_of_chat())
        finally:
            results.close(whole=False)
        again = ResultsFile(path, True, _expected(), True)
        again.close(whole=False)
        require(again.done.last == "next.json", "a line that was added is not found")


def _check_lines(data: bytes) -> None:
    notices: list[Notice] = []
    flags: list[str] = []
    with named_errors(), _watch(flags, notices) as watch:
        for line in data.split(b"\n")[:60]:
            watch.read(line)
        watch.finish()
    require_no_text("\n".join(map(str, notices)), "a notice of the watch")
    for written in flags:
        flag = json.loads(written)
        del flag["conversation"]  # its id, as it was given
        require_no_text(json.dumps(flag), "a flag")


def _check_state(data: bytes) -> None:
    state = _json(data)
    with named_errors():
        monitor = ConversationMonitor.from_state(state, _scorer())
        for text in ("h", "o", "see you at the old mill"):
            step = monitor.update(("a", text))
            require(step.probability is None or 0 <= step.probability <= 1, "a probability is out of range")
        require_no_text(repr(monitor), "the repr of a monitor")
        written = json.loads(json.dumps(monitor.to_state(), allow_nan=False))
        again = ConversationMonitor.from_state(written, _scorer())
        require(again.to_state() == written, "a state changes when it is written and read")


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


@cache
def _scorer() -> RiskScorer:
    """Return the stand-in scorer: everything is the library's but the networks, which are cheap."""
    return StandInScorer(digest_key=_KEY)


@cache
def _expected() -> dict[str, Any]:
    return expected_provenance(_scorer(), {"explain": True})


def _watch(flags: list[str], notices: list[Notice]) -> ConversationWatch:
    return ConversationWatch(_scorer(), WatchOptions(conversations=2), write=flags.extend, notify=notices.append)


def _texts() -> Iterator[bytes]:
    texts = [message.text for message in seeds.chat()]
    texts += [
        "h\u200bi p.r.a.c.t.i.c.e",
        "ѕее уоu",
        "h\u0337i s e e  y o u  a t  o n e",
        "ﷺ\ufdfa",
        "\u1100\u1161\u11a8",
        "👩\u200d👧",
    ]
    yield from (text.encode() for text in texts)


def _rows() -> Iterator[bytes]:
    rows = [{"speaker": "a", "text": f"hi {CANARY}", "sent_at": "2026-03-01T19:02:00Z"}]
    yield json.dumps(rows).encode()
    yield json.dumps([["a", "hi"], ["b", CANARY, 1_772_000_000]]).encode()
    yield json.dumps(
        [{"author": {"id": 7, "name": "x"}, "content": "", "ts": "1772000000.5", "kind": "media"}]
    ).encode()


def _results() -> Iterator[bytes]:
    report = _report_of_chat().to_dict()
    lines: list[dict[str, Any]] = [{"conversation": name, **report} for name in ("a.json", "b.json#1")]
    lines += [{"conversation": "b.json#2", "error": {"type": "x", "message": "y"}}, {"file": "b.json", "error": {}}]
    yield "".join(json.dumps(line) + "\n" for line in lines).encode()
    yield json.dumps(lines[0]).encode()


@cache
def _report_of_chat() -> RiskReport:
    return _scorer().score(seeds.chat())


def _reports() -> Iterator[bytes]:
    yield _report_of_chat().to_json().encode()
    yield _scorer().score([("a", "?")]).to_json().encode()


def _records() -> Iterator[bytes]:
    report = _report_of_chat()
    first = make_review_record(report, key=_KEY)
    second = make_review_record(report, previous=first["record_digest"])
    yield json.dumps(first).encode()
    yield "\n".join(map(json.dumps, (first, second))).encode()
    yield json.dumps([first, second], indent=1).encode()


def _lines() -> Iterator[bytes]:
    rows = [
        {
            "conversation": name,
            "speaker": "ab"[turn % 2],
            "text": f"see you at practice {turn} {CANARY}",
            "sent_at": turn,
        }
        for turn in range(5)
        for name in ("x", 7, f"chat {CANARY}")
    ]
    yield "\n".join(map(json.dumps, rows)).encode()
    yield b'{"conversation": "x"}\n\nnull\n{"conversation_id": "x", "author": "a", "text": "hi"}'


def _states() -> Iterator[bytes]:
    for messages in (0, 1, 4, 9):
        monitor = ConversationMonitor(_scorer(), skepticism=2 if messages == 4 else None)
        for turn in range(messages):
            monitor.update(("ab"[turn % 2], f"what about the old mill {turn}"))
        yield json.dumps(monitor.to_state()).encode()
