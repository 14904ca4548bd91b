"""The fuzzer itself: it detects faults, minimizes their inputs, and its command runs."""

import importlib.util
import json
import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzzing import runs
from fuzzing.findings import Findings, smaller
from fuzzing.members import exported, packed, read_back, unpacked
from fuzzing.mutation import Mutator
from fuzzing.oracle import CANARY, BrokenPromiseError, named_errors
from fuzzing.reader_targets import check_read
from fuzzing.structure import restructured, swapped_members
from fuzzing.target import Target
from fuzzing.targets import TARGETS
from fuzzing.words import dictionary
from grooming_risk.conversation import Conversation, Limits, Message, MessageKind
from grooming_risk.errors import InvalidConversationError, UnsupportedFormatError
from grooming_risk.readers import FORMATS, ExportedConversation, UnreadableConversation

MEMBERS = [("a/messages.json", b'[{"speaker": "a", "text": "hi"}]'), ("b.txt", b"two\nlines")]
needs_atheris = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris has no build for this platform or Python"
)


def raises(error, cause=None, hidden=None):
    try:
        if hidden is not None:
            raise hidden
        raise error from cause
    except ValueError:
        raise error from None


@pytest.mark.parametrize(
    "fault",
    [
        lambda: raises(UnsupportedFormatError(f"line 1: {CANARY}")),
        lambda: raises(UnsupportedFormatError("line 1"), KeyError(CANARY)),
        lambda: raises(UnsupportedFormatError("")),
    ],
)
def test_an_error_that_shows_text_or_says_nothing_is_a_fault(fault):
    with pytest.raises(BrokenPromiseError), named_errors():
        fault()


def test_errors_of_the_library_are_allowed_and_others_are_not():
    with named_errors():
        raises(UnsupportedFormatError("line 1; export it again"))
    with pytest.raises(BrokenPromiseError, match="a ValueError"), named_errors():
        raises(UnsupportedFormatError("line 1; export it again"), hidden=ValueError(CANARY))
    with pytest.raises(KeyError), named_errors():
        raises(KeyError("x"))


def read(messages, speakers, warnings=()):
    return ExportedConversation("1", Conversation(tuple(messages)), speakers, warnings)


@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        (read([Message("b", "hi")], {"b": "x"}), "speakers are not a, b"),
        (read([Message("a", "hi")], {}), "names are kept for other"),
        (read([Message("a", "hi", kind=MessageKind.MEDIA)], {"a": "x"}), "without text carries text"),
        (read([Message("a", "x" * 41)], {"a": "x"}), "over the limit"),
        (read([], {}), "more messages than the limit, or none"),
        (read([Message("a", "hi")], {"a": "x"}, (CANARY,)), "text appears in"),
        (UnreadableConversation("1", InvalidConversationError(CANARY)), "text appears in"),
    ],
)
def test_broken_promises_of_readers_are_seen(broken, promise):
    with pytest.raises(BrokenPromiseError, match=promise):
        check_read(broken, Limits(characters=40))


def test_every_format_is_a_target():
    assert {f"reader_{name}" for name in FORMATS} < TARGETS.keys()


def test_a_fault_is_kept_once_and_minimized(tmp_path):
    def check(data):
        if b"needle" in data:
            raise IndexError

    findings = Findings(check, tmp_path / "cases", tmp_path / "log")
    for data in (b"hay", b"hay needle hay", b"needle and more"):
        findings.run(data)
    (case,) = (tmp_path / "cases").iterdir()
    assert case.read_bytes() == b"needle"
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert json.loads(line) == {"fault": "IndexError at outside of the library", "case": case.name, "bytes": 6}


@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(min_size=1, max_size=3))
def test_a_minimized_input_still_shows_the_fault(before, after, needle):
    assert smaller(before + needle + after, lambda part: needle in part, 5) == needle


@pytest.mark.parametrize("zipped", [False, True])
def test_members_survive_packing_and_the_disk(zipped):
    data = packed(MEMBERS, zipped)
    assert unpacked(data) == (MEMBERS, zipped)
    with exported(data) as path:
        assert path.is_dir() is not zipped
        assert read_back(path) == data


@given(
    st.binary(max_size=200) | st.sampled_from([packed(MEMBERS, True), b"\x1e", b"\x1f\x1e", b"[[1]]"]), st.integers()
)
def test_mutations_are_the_same_for_the_same_seed_and_keep_to_their_size(data, seed):
    first, second = (Mutator(["sender"], lambda data, most: data[:most])(data, 150, seed) for _ in range(2))
    assert first == second
    assert len(first) <= 150


def is_json(data):
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def test_most_mutations_of_json_are_json():
    data = json.dumps([{"speaker": "a", "text": "hi", "sent_at": 7}, {"speaker": "b", "text": "yo"}]).encode()
    mutator = Mutator(["sender"], lambda data, most: b"{")
    mutated = [mutator(data, 5_000, seed) for seed in range(300)]
    changed = {item for item in mutated if item != b"{" and is_json(item)}
    assert len(changed) > 110


def test_damage_that_keeps_the_shape_is_made_of_every_kind():
    """Each kind is seen, the same for the same seed, and never fails whatever the text is."""
    text = json.dumps({"name": "é", "messages": [{"id": 1, "text": "hi", "from": {"id": 2.5}}] * 3})
    made = [restructured(text, random.Random(seed)) for seed in range(400)]
    assert made == [restructured(text, random.Random(seed)) for seed in range(400)]
    assert any(data.count(b'"name"') + data.count(b'"id"') > text.count('"id"') + 1 for data in made)  # keys doubled
    assert any(b"[" * 500 in data for data in made) and any(b"9" * 5_000 in data for data in made)
    assert any(data.startswith((b"\xff\xfe", b"\xfe\xff")) for data in made)
    assert any(data == json.dumps({**json.loads(text), "name": ["é"]}).encode() for data in made)
    for other in ("", "{", "[]", "7", "a\nb", '"x"', "\ud800"):
        for seed in range(50):
            assert isinstance(restructured(other, random.Random(seed)), bytes)


def test_damage_to_a_deep_document_does_not_grow_with_two_to_its_depth():
    text = '{"": ' * 60 + "1" + "}" * 60
    assert max(len(restructured(text, random.Random(seed))) for seed in range(200)) < 40_000


def test_members_are_swapped():
    members = [("a", b"1"), ("b", b"2"), ("c", b"3")]
    swapped = {tuple(swapped_members(members, random.Random(seed))) for seed in range(50)}
    assert (("a", b"2"), ("b", b"1"), ("c", b"3")) in swapped
    assert all(sorted(content for _, content in each) == [b"1", b"2", b"3"] for each in swapped)


def test_a_long_series_of_mutations_does_not_change_the_inserted_values():
    mutator, source, data = Mutator([], lambda data, most: data[:most]), random.Random(3), b'{"a": [1, {"b": null}]}'
    for _ in range(2_000):
        data = mutator(data, 400, source.getrandbits(32))
    assert Mutator([], lambda data, most: data)(b"[0]", 10**9, 11).count(b"[") < 10


def test_the_dictionary_has_the_words_of_a_reader():
    lines = dictionary((FORMATS["discord"].read.__module__,)).splitlines()
    escaped = '"' + "".join(f"\\x{byte:02x}" for byte in b"forwardedMessage") + '"'
    assert escaped in lines
    assert all(len(line) <= 2 + 4 * 64 for line in lines)


@needs_atheris
def test_the_command_fuzzes_and_writes_what_it_did(tmp_path):
    places = [f"--{name}={tmp_path / name}" for name in ("work", "cases", "results")]
    command = [sys.executable, "-m", "fuzzing", "conversation", "--seconds", "1", *places]
    done = subprocess.run(command, capture_output=True, text=True)
    results = json.loads((tmp_path / "results").read_text())
    assert done.returncode == 0, done.stdout + done.stderr
    (target,) = results["targets"]
    assert target["target"] == "conversation" and target["ended"] == ""
    assert target["executions"] > 100 and target["coverage"] > 10
    assert results["totals"]["executions"] == target["executions"]
    assert "conversation" in done.stdout


@needs_atheris
def test_a_worker_finds_a_planted_fault_and_goes_on(tmp_path):
    planted = """
import sys
from fuzzing import worker
def plant():
    from fuzzing import targets
    from fuzzing.target import Target
    def check(data):
        if b"x" in data: raise IndexError
    targets.TARGETS["planted"] = Target("planted", check, lambda: [b"-"], ())
plant()
worker.main(sys.argv[1:])
"""
    options = ["planted", str(tmp_path / "cases"), str(tmp_path / "log"), "-runs=20000", "-print_final_stats=1"]
    done = subprocess.run([sys.executable, "-c", planted, *options], capture_output=True, text=True)
    assert "number_of_executed_units: 20000" in done.stderr
    assert [path.read_bytes() for path in (tmp_path / "cases").iterdir()] == [b"x"]


def test_an_unknown_target_is_a_usage_error():
    done = subprocess.run([sys.executable, "-m", "fuzzing", "fax"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "conversation" in done.stderr


def planted_runs(outputs):
    """Return a replacement for `run_worker` that leaves inputs behind as if they ended a process, and its calls."""
    calls = []

    def run(name, own, cases, seconds, most):
        killer, output = outputs[min(len(calls), len(outputs) - 1)]
        calls.append(most)
        if killer:
            (own / f"{killer}{len(calls)}").write_bytes(b"x")
        return output

    return run, calls


PLANTED = Target("planted", lambda data: None, lambda: [b"0123456789"], ())
RAN = "#4\tINITED cov: 30 ft: 40\n#90\tNEW    cov: 35\n#99\tDONE cov: 35\nstat::number_of_executed_units: 99\n"


def test_an_input_that_ends_the_process_is_kept_and_fuzzing_goes_on(tmp_path):
    run, calls = planted_runs([("timeout-", "#4\tINITED cov: 30\n#7\tNEW cov: 31\n"), ("", RAN)])
    outcome = runs.fuzz(PLANTED, 60, tmp_path / "work", tmp_path / "cases", run)
    assert calls == [500, 500]
    assert [path.name for path in (tmp_path / "cases" / "planted").iterdir()] == ["timeout-1"]
    assert (outcome.executions, outcome.coverage_at_first, outcome.coverage) == (7 + 99, 30, 35)
    assert (outcome.faults, outcome.ended) == (("timeout 1",), "")
    assert (tmp_path / "work" / "planted" / "seeds" / "0000").read_bytes() == b"0123456789"


def test_a_target_that_always_hangs_is_abandoned(tmp_path):
    run, calls = planted_runs([("oom-", "#4\tINITED cov: 30\n")])
    outcome = runs.fuzz(PLANTED, 60, tmp_path / "work", tmp_path / "cases", run)
    assert len(calls) == len(outcome.faults) == 3
    assert "abandoned" in outcome.ended


def test_a_worker_that_cannot_start_is_reported(tmp_path):
    run, _ = planted_runs([("", "Traceback: no module")])
    outcome = runs.fuzz(PLANTED, 60, tmp_path / "work", tmp_path / "cases", run)
    assert "ended early" in outcome.ended and outcome.executions == 0


def test_cases_of_earlier_runs_are_seeds(tmp_path):
    run, _ = planted_runs([("", RAN)])
    (tmp_path / "cases" / "planted").mkdir(parents=True)
    (tmp_path / "cases" / "planted" / "abc").write_bytes(b"y" * 900)
    assert runs.fuzz(PLANTED, 60, tmp_path / "work", tmp_path / "cases", run).faults == ()
    assert (tmp_path / "work" / "planted" / "seeds" / "0001").read_bytes() == b"y" * 900
