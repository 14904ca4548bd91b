"""A log that records are appended to: a valid chain, in which a flag keeps the date of its first record."""

import json
import threading

import pytest

import grooming_risk.records as public
from grooming_risk.errors import InvalidOptionError, UnsupportedFormatError
from grooming_risk.records import append_review_record, read_records, verify_chain
from tests.support.review_records_fixture import KEY, NOON, chain, flagged


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_records_are_chained_and_returned(tmp_path):
    path = tmp_path / "log.jsonl"
    made = [
        append_review_record(path, report, "confirmed", [3], language="en", key=KEY)
        for report in (flagged(0), flagged(1).to_dict(), flagged(2))
    ]
    assert lines(path) == made == [item.record for item in read_records(path)]
    assert all(check.valid and check.authenticated for check in verify_chain(made, KEY))
    assert path.stat().st_mode & 0o077 == 0


def test_a_flag_keeps_the_date_of_its_first_record(tmp_path):
    path = tmp_path / "log.jsonl"
    first = append_review_record(path, flagged(0), clock=lambda: NOON.replace(year=2025))
    append_review_record(path, flagged(1), clock=lambda: NOON)
    last = append_review_record(path, flagged(0), "overturned", [4], clock=lambda: NOON)
    assert last["record_id"] == first["record_id"]
    assert last["created_at"] == first["created_at"]
    assert last["retain_until"] == first["retain_until"]
    assert last["previous"] == lines(path)[1]["record_digest"]


def test_wrong_arguments_leave_no_file(tmp_path):
    path = tmp_path / "log.jsonl"
    for arguments in ({"viewed": [99]}, {"decision": "maybe"}, {"retention_days": 0}, {"key": b"short"}):
        with pytest.raises(InvalidOptionError):
            append_review_record(path, flagged(0), **arguments)
    with pytest.raises(UnsupportedFormatError):
        append_review_record(path, {"outcome": "review"})
    assert not path.exists()


def test_nothing_is_appended_to_a_log_that_is_not_valid(tmp_path):
    path = tmp_path / "log.jsonl"
    log = chain(2)
    path.write_text("\n".join([json.dumps(log[0]), json.dumps({**log[1], "viewed": [3]})]))
    before = path.read_bytes()
    with pytest.raises(UnsupportedFormatError, match="not a valid log"):
        append_review_record(path, flagged(5))
    assert path.read_bytes() == before


def test_writers_at_the_same_time_make_one_chain(tmp_path):
    path = tmp_path / "log.jsonl"
    writers = [threading.Thread(target=append_review_record, args=(path, flagged(number))) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(lines(path)) == 8
    assert all(check.valid for check in verify_chain(lines(path)))


def test_the_package_exports_what_its_functions_take_and_return():
    assert sorted(public.__all__) == sorted(set(public.__all__))
    for name in public.__all__:
        assert hasattr(public, name)
