"""From a decision that can no longer be undone to a sealed record in the log, in one transaction."""

from __future__ import annotations

import sqlite3
from typing import Any

from grooming_risk.desk.storage import chain
from grooming_risk.desk.storage.cases import CaseRow, case_row, report_of
from grooming_risk.desk.storage.decisions import MadeDecision, pending, sealed
from grooming_risk.desk.storage.desk import Desk
from grooming_risk.desk.storage.moments import read
from grooming_risk.desk.storage.policy import Policy
from grooming_risk.desk.storage.reading import first_opened, viewed_by
from grooming_risk.desk.storage.tags import language_tag
from grooming_risk.records.review_record import Decision, make_review_record
from grooming_risk.records.unflagged_record import Sampling, SamplingMethod, UnflaggedDecision, make_unflagged_record

_FLAGGED = {
    "escalate": Decision.CONFIRMED,
    "no_concern": Decision.OVERTURNED,
    "not_sure": Decision.INCONCLUSIVE,
}
_UNFLAGGED = {
    "escalate": UnflaggedDecision.MISSED,
    "no_concern": UnflaggedDecision.NOTHING_FOUND,
    "not_sure": UnflaggedDecision.INCONCLUSIVE,
}


def seal_due(desk: Desk, *, case: int | None = None) -> int:
    """Seal decisions, and return how many there were.

    Args:
        desk: where they are.
        case: seal the pending decision of this case now; None for those whose ten seconds are over.

    Returns:
        The number of records that were written.
    """
    with desk.database.reading() as connection:
        if not pending(connection, desk.vault, case=case):
            return 0
    policy = desk.policy()
    with desk.database.writing() as connection:
        waiting = pending(connection, desk.vault, case=case)
        for decision in waiting:
            _seal(connection, decision, desk, policy)
    return len(waiting)


def needs_second(stage: str, choice: str, policy: Policy) -> bool:
    """Return whether a decision needs a second reader."""
    if stage != "first" or policy.second_reading == "never":
        return False
    return policy.second_reading == "always" or choice == "escalate"


def _seal(connection: sqlite3.Connection, decision: MadeDecision, desk: Desk, policy: Policy) -> None:
    case = case_row(connection, decision.case_id, desk.vault)
    if case is None:
        return
    viewed = viewed_by(connection, case.id, decision.reader, decision.decided_at)
    again = needs_second(decision.stage, decision.choice, policy)
    record = _record(connection, case, decision, viewed, desk, policy, again)
    opened = first_opened(connection, case.id, decision.reader)
    decided = read(decision.decided_at)
    origin = chain.Origin(
        case.id,
        decision.id,
        max(0, int((decided - read(case.created_at)).total_seconds())),
        None if opened is None else max(0, int((decided - read(opened)).total_seconds())),
    )
    chain.append(connection, record, origin)
    sealed(connection, decision, "second" if again else "decided")


def _record(
    connection: sqlite3.Connection,
    case: CaseRow,
    decision: MadeDecision,
    viewed: list[int],
    desk: Desk,
    policy: Policy,
    again: bool,
) -> dict[str, Any]:
    created = read(case.created_at)
    decided = max(created, read(decision.decided_at))  # a clock that was set back
    report = report_of(connection, case.id, desk.vault)
    common: dict[str, Any] = {
        "language": language_tag(case.language),
        "key": desk.record_key,
        "previous": chain.last_digest(connection),
        "retention_days": policy.record_days,
        "clock": lambda: decided,
    }
    if case.flagged:
        choice = Decision.ESCALATED if again and decision.choice == "escalate" else _FLAGGED[decision.choice]
        return make_review_record(report, choice, viewed, created_at=created, **common)
    return make_unflagged_record(report, _UNFLAGGED[decision.choice], viewed, _sampling(connection, case), **common)


def _sampling(connection: sqlite3.Connection, case: CaseRow) -> Sampling:
    if case.sample is None:
        return Sampling(SamplingMethod.OTHER)
    row = connection.execute("SELECT drawn, population FROM samples WHERE name = ?", (case.sample,)).fetchone()
    return Sampling(SamplingMethod.RANDOM, case.sample, row["drawn"], row["population"])
