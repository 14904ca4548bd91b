"""Checks of the decision that a hand-over rests on, and the record of a log that counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from grooming_risk.errors import InvalidOptionError, UndecidedCaseError
from grooming_risk.records.verification import digest, record_type, verify_record
from grooming_risk.report import RiskReport

# Decisions after which somebody else should see the messages.
_SUPPORTING = {"review": ("confirmed", "escalated", "inconclusive"), "unflagged": ("missed",)}


def check_decision(record: Mapping[str, Any], report: RiskReport, key: bytes | None = None) -> None:
    """Refuse a record that a case cannot be built from.

    Args:
        record: a review record or an unflagged record.
        report: the report that it must be about.
        key: key that it is sealed with; its HMAC is not checked when None.

    Raises:
        UndecidedCaseError: nobody has decided, or the decision does not support a hand-over.
        InvalidOptionError: the record is not valid, or belongs to another report.
    """
    check = verify_record(record, key)
    if not check.valid:
        raise InvalidOptionError(f"the review record is not valid: {check.problems[0]}; make it with `records new`")
    supporting = _SUPPORTING.get(record_type(record))
    if supporting is None:
        raise InvalidOptionError("the record describes a hand-over, not a decision; pass the review record")
    if record["report_digest"] != digest(report.to_dict()):
        raise InvalidOptionError("the review record belongs to another report; pass the report that was reviewed")
    if record["decision"] is None:
        raise UndecidedCaseError("nobody has decided about this flag; record a decision with `records new --decision`")
    if record["decision"] not in supporting:
        raise UndecidedCaseError(
            f"the last decision is {record['decision']}; a hand-over needs one of {', '.join(supporting)}"
        )


def last_decision(records: Iterable[Mapping[str, Any]], report: RiskReport) -> Mapping[str, Any]:
    """Return the record of a report whose decision counts: the one with the latest time, else the last one.

    Args:
        records: of a log, in order.
        report: the report.

    Returns:
        The record.

    Raises:
        UndecidedCaseError: none of them belongs to the report.
    """
    wanted = digest(report.to_dict())
    same = [record for record in records if record.get("report_digest") == wanted]
    if not same:
        raise UndecidedCaseError("the log has no record of this report; record a decision with `records new`")
    return max(enumerate(same), key=lambda item: (str(item[1].get("decided_at") or ""), item[0]))[1]
