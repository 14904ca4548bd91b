"""Results as rows: nested for JSON, flat for tables. Bad input becomes an error row, never a lost job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from grooming_risk.errors import GroomingRiskError, InvalidConversationError
from grooming_risk.report import RiskReport
from grooming_risk.rows.conversations import IdentifiedConversation
from grooming_risk.rows.identifiers import Identifier, ids_by_index


@dataclass(frozen=True, slots=True)
class Column:
    """A column of flat results; every column may be null.

    Attributes:
        name: Its name.
        kind: "string", "double" or "long".
        meaning: What it holds.
    """

    name: str
    kind: str
    meaning: str


COLUMNS = (
    Column("conversation", "string", "id of the conversation, as text"),
    Column("outcome", "string", "review, no_review or abstained; null in an error row"),
    Column("abstention", "string", "why the scorer abstained"),
    Column("probability", "double", "highest window probability, in [0, 1]; null when the scorer abstained"),
    Column("probability_low", "double", "lower end of its interval"),
    Column("probability_high", "double", "upper end of its interval"),
    Column("messages", "long", "number of messages"),
    Column("first_flag", "long", "index of the message that reaches the threshold"),
    Column("first_flag_id", "string", "its id, as text, where the caller gave one"),
    Column("report", "string", "the whole report with the ids of the messages that it cites, as JSON"),
    Column("error", "string", "name of the error's class; null where there is a report"),
    Column("error_message", "string", "what is wrong, and what to do; never text of a message"),
)


def result_row(item: IdentifiedConversation, report: RiskReport) -> dict[str, Any]:
    """Return a report with the ids of its caller, as plain JSON types.

    Args:
        item: The conversation that was scored.
        report: Its report.

    Returns:
        The fields of the report; "conversation", the id or None; and, where messages have ids, "message_ids": the id of
        each message that the report cites, by index.
    """
    return report_row(item.name, item.message_ids, report)


def report_row(name: Identifier | None, message_ids: Sequence[Identifier | None], report: RiskReport) -> dict[str, Any]:
    """Return a report with the ids of its caller, as plain JSON types.

    Args:
        name: Id of the conversation, or None.
        message_ids: Id of each message, None for those without; empty when no message has an id.
        report: The report.

    Returns:
        As `result_row` returns it.
    """
    ids = {"message_ids": ids_by_index(message_ids, _cited(report))} if message_ids else {}
    return {"conversation": name, **report.to_dict(), **ids}


def error_row(name: Identifier | None, error: GroomingRiskError) -> dict[str, Any]:
    """Return the row of a conversation that cannot be used, as plain JSON types.

    Args:
        name: Id of the conversation, or None.
        error: Why it cannot be used.

    Returns:
        "conversation" and "error".
    """
    return {"conversation": name, "error": error_fields(error)}


def error_fields(error: GroomingRiskError) -> dict[str, Any]:
    """Return an error as plain JSON types: type, message and, where one message is at fault, its index."""
    at_fault = error.index if isinstance(error, InvalidConversationError) else None
    fields: dict[str, Any] = {"type": type(error).__name__, "message": str(error)}
    return fields if at_fault is None else {**fields, "index": at_fault}


def flat_row(row: dict[str, Any], report: str | None) -> dict[str, Any]:
    """Return a row with the columns of `COLUMNS`.

    Args:
        row: What `result_row` or `error_row` returned.
        report: The row of a report as JSON; None in the row of an error.

    Returns:
        Column → value.
    """
    low, high = row.get("interval") or (None, None)
    error, first = row.get("error", {}), row.get("first_flag")
    first_id = row.get("message_ids", {}).get(str(first))
    values = {
        "conversation": None if row["conversation"] is None else str(row["conversation"]),
        "probability_low": low,
        "probability_high": high,
        "first_flag_id": None if first_id is None else str(first_id),
        "report": report,
        "error": error.get("type"),
        "error_message": error.get("message"),
    }
    return {column.name: values.get(column.name, row.get(column.name)) for column in COLUMNS}


def _cited(report: RiskReport) -> Iterator[int]:
    """Yield the indices of the messages that a report cites, the first and last message of each stretch included."""
    if report.first_flag is not None:
        yield report.first_flag
    for span in report.spans:
        for start, stop in span.stretches:
            yield from (start, stop - 1)
    for item in report.evidence:
        yield item.message
    for indices in report.timeline.values():
        yield from indices
