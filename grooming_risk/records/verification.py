"""Verification of review records: their form, their consistency, their seals and their place in a log.

`records.review_record` explains what each seal shows and what it does not.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from grooming_risk.keys import check_key
from grooming_risk.schemas.canonical_json import canonical_json
from grooming_risk.schemas.json_schema import violations

SCHEMAS = Path(__file__).parents[1] / "schemas"
SCHEMA = SCHEMAS / "review_record_schema.json"
# Review records of older versions are kept for years, so their forms stay here.
OLDER_REVIEW_SCHEMAS = {1: "review_record_1_schema.json"}
# A record without a type is a review record.
SCHEMA_OF_TYPE = {"unflagged": "unflagged_record_schema.json", "handover": "handover_record_schema.json"}
TIME = "%Y-%m-%dT%H:%M:%SZ"
_PROBLEMS_SHOWN = 5  # problems with the form of a record; a file of another kind breaks every rule


@dataclass(frozen=True, slots=True)
class RecordCheck:
    """Result of verifying a record.

    Attributes:
        problems: what is wrong, as sentences that name fields and never their values; empty when nothing is wrong.
        authenticated: whether the HMAC was checked with a key and matches; otherwise only the digest was checked.
        linked: whether the record names the one before it; False only where it was checked as part of a log.
    """

    problems: tuple[str, ...]
    authenticated: bool
    linked: bool = True

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify_record(record: object, key: bytes | None = None) -> RecordCheck:
    """Check whether a record is well-formed, consistent, and unchanged since it was sealed.

    Args:
        record: the parsed JSON.
        key: the key that it was sealed with. With a key, a record without an HMAC is refused; without a key, an HMAC
            is ignored.

    Returns:
        The result; its `problems` are empty for a valid record.

    Raises:
        InvalidOptionError: the key is too short.
    """
    check_key(key)
    problems = list(islice(violations(record, _schema(record_type(record), _version(record))), _PROBLEMS_SHOWN))
    if not problems and isinstance(record, Mapping):
        problems = [*_contradictions(record), *_broken_seals(record, key)]
    return RecordCheck(tuple(problems), authenticated=key is not None and not problems)


def verify_chain(
    records: Sequence[object], key: bytes | None = None, after: str | None = None
) -> tuple[RecordCheck, ...]:
    """Verify the records of one log, each also against the record before it.

    Args:
        records: the whole log, in order.
        key: as in `verify_record`.
        after: `record_digest` of the record before the first one, if the log continues another; None if the first
            record is the first of all.

    Returns:
        One result for each record, in order.
    """
    checks = []
    for record in records:
        check = verify_record(record, key)
        fields = record if isinstance(record, Mapping) else {}
        link = _broken_link(fields.get("previous"), after) if check.valid else None
        checks.append(RecordCheck((link,), check.authenticated, linked=False) if link else check)
        after = str(fields.get("record_digest"))  # of an unreadable record this is "None", which matches no link
    return tuple(checks)


def form_problems(body: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the content of a record that is not sealed yet, in the words of `verify_record`."""
    blank = {**body, "record_digest": "0" * 64, "record_hmac": None}
    schema = _schema(record_type(blank), _version(blank))
    return list(islice(violations(blank, schema), _PROBLEMS_SHOWN)) or _contradictions(blank)


def record_type(record: object) -> str:
    """Return the type of a record: review, unflagged or handover; review if it names none of these."""
    name = record.get("record_type") if isinstance(record, Mapping) else None
    return name if isinstance(name, str) and name in SCHEMA_OF_TYPE else "review"


def seal(body: Mapping[str, Any], key: bytes | None) -> dict[str, Any]:
    """Seal a record.

    Args:
        body: the record without its seals.
        key: secret of at least 16 bytes for the HMAC; no HMAC when None.

    Returns:
        The record with its digest, and with its HMAC where there is a key.

    Raises:
        InvalidOptionError: the key is too short.
    """
    check_key(key)
    record = {**body, "record_hmac": None if key is None else _hmac(body, key)}
    return {**record, "record_digest": digest(record)}


def digest(value: Any) -> str:
    """Compute the SHA-256 of the canonical JSON of a value.

    Args:
        value: plain JSON types.

    Returns:
        The digest, hexadecimal.

    Raises:
        ValueError: the value has no canonical JSON.
    """
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _version(record: object) -> int | None:
    """Return the version of a review record of an older form; None for the current one and for everything else."""
    version = record.get("schema_version") if isinstance(record, Mapping) else None
    return version if type(version) is int and version in OLDER_REVIEW_SCHEMAS else None


@lru_cache(maxsize=4)
def _schema(name: str, version: int | None) -> dict[str, Any]:
    path = SCHEMAS / SCHEMA_OF_TYPE[name] if name in SCHEMA_OF_TYPE else SCHEMA
    if name == "review" and version is not None:
        path = SCHEMAS / OLDER_REVIEW_SCHEMAS[version]
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _hmac(body: Mapping[str, Any], key: bytes) -> str:
    return hmac.new(key, canonical_json(body), hashlib.sha256).hexdigest()


def _broken_seals(record: Mapping[str, Any], key: bytes | None) -> list[str]:
    problems = []
    under_digest = {name: value for name, value in record.items() if name != "record_digest"}
    under_hmac = {name: value for name, value in under_digest.items() if name != "record_hmac"}
    if digest(under_digest) != record["record_digest"]:
        problems.append("record_digest does not match the content: the record was changed after it was sealed")
    if key is not None and record["record_hmac"] is None:
        problems.append("record_hmac is missing: the record was sealed without a key, or the HMAC was removed")
    elif key is not None and not hmac.compare_digest(_hmac(under_hmac, key), record["record_hmac"]):
        problems.append("record_hmac does not match: the content was changed, or the key is a different one")
    return problems


def _broken_link(previous: str | None, before: str | None) -> str | None:
    if previous == before:
        return None
    if before is None:
        return "previous names a record, but this is the first one: records are missing at the start"
    if previous is None:
        return "previous names no record, but this is not the first one: it was not written for this place"
    return "previous does not name the record before it: a record was removed, added, moved or changed"


def _contradictions(record: Mapping[str, Any]) -> list[str]:
    """Return the contradictions in a record of the right form."""
    rules = {"unflagged": _unflagged_rules, "handover": _handover_rules}.get(record_type(record), _review_rules)
    return [problem for holds, problem in rules(record) if not holds]


def _review_rules(record: Mapping[str, Any]) -> list[tuple[bool, str]]:
    scored, decided = record["probability"] is not None, record["decision"] is not None
    flagged, messages = record["outcome"] == "review", record["messages"]
    pointed = [*record["viewed"], *(item["message"] for item in record["evidence"])]
    pointed += [index for span in record["spans"] for index in (span["start"], span["stop"] - 1)]
    pointed += [index for span in record["spans"] for start, stop in _stretches(span) for index in (start, stop - 1)]
    pointed += [] if record["first_flag"] is None else [record["first_flag"]]
    return [
        (record["record_id"] == digest(record["provenance"]), "record_id is not the digest of provenance"),
        (scored == (record["interval"] is not None), "probability and interval: one is missing"),
        (scored == (record["abstention"] is None), "probability and abstention contradict each other"),
        (scored == (record["outcome"] != "abstained"), "probability and outcome contradict each other"),
        (flagged == bool(record["spans"]), "spans and outcome contradict each other"),
        (all(map(_fit, record["spans"])), "the stretches of a span are not ranges in order from its start to its stop"),
        (flagged or not decided, "there is a decision, but outcome says that nothing was flagged"),
        (decided == (record["decided_at"] is not None), "decision and decided_at: one is missing"),
        (all(0 <= index < messages for index in pointed), "an index is not smaller than messages"),
        (all(one < next_ for one, next_ in pairwise(record["viewed"])), "viewed is not in ascending order"),
        (_times_follow(record), "created_at, decided_at and retain_until are not times in this order"),
    ]


def _stretches(span: Mapping[str, Any]) -> list[tuple[int, int]]:
    """Return the stretches of a span; those of version 1 have none, so they are one stretch."""
    return [(start, stop) for start, stop in span.get("stretches", [[span["start"], span["stop"]]])]


def _fit(span: Mapping[str, Any]) -> bool:
    if "stretches" not in span:
        return True
    edges = [edge for stretch in _stretches(span) for edge in stretch]
    rising = all(one < next_ for one, next_ in pairwise(edges))
    return rising and (edges[0], edges[-1]) == (span["start"], span["stop"])


def _unflagged_rules(record: Mapping[str, Any]) -> list[tuple[bool, str]]:
    sampling = record["sampling"]
    numbers = [sampling[name] for name in ("sample", "drawn", "population")]
    complete, empty = None not in numbers, all(number is None for number in numbers)
    return [
        (record["record_id"] == digest(record["provenance"]), "record_id is not the digest of provenance"),
        (all(index < record["messages"] for index in record["viewed"]), "an index is not smaller than messages"),
        (all(one < next_ for one, next_ in pairwise(record["viewed"])), "viewed is not in ascending order"),
        (
            complete if sampling["method"] == "random" else complete or empty,
            "sample, drawn or population is missing in sampling",
        ),
        (not complete or sampling["drawn"] <= sampling["population"], "sampling: drawn is larger than population"),
        (_times_follow(record), "created_at, decided_at and retain_until are not times in this order"),
    ]


def _handover_rules(record: Mapping[str, Any]) -> list[tuple[bool, str]]:
    handed_over = {**record, "created_at": record["handed_over_at"], "decided_at": record["acknowledged_at"]}
    recorded = {**record, "created_at": record["acknowledged_at"] or record["handed_over_at"]}
    return [
        (_times_follow(handed_over), "handed_over_at, acknowledged_at and retain_until are not times in this order"),
        (
            _times_follow({**recorded, "decided_at": record["created_at"]}),
            "created_at is before handed_over_at or acknowledged_at",
        ),
    ]


def _times_follow(record: Mapping[str, Any]) -> bool:
    """Check whether these are times, and neither the decision nor the last day is before the flag was recorded."""
    try:
        created = datetime.strptime(record["created_at"], TIME)
        decided = created if record["decided_at"] is None else datetime.strptime(record["decided_at"], TIME)
        return created <= decided and created.date() <= date.fromisoformat(record["retain_until"])
    except ValueError:
        return False
