"""Steps of live conversations as rows of tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from grooming_risk.live.step import MonitorStep
from grooming_risk.rows.identifiers import Identifier
from grooming_risk.rows.results import Column

LIVE_COLUMNS = (
    Column("conversation", "string", "id of the conversation, as text"),
    Column("message", "long", "index of the message in its conversation"),
    Column("message_id", "string", "its id, as text, where the caller gave one"),
    Column("outcome", "string", "review, no_review or abstained, for the messages so far; null in an error row"),
    Column("abstention", "string", "why the monitor abstains"),
    Column("probability", "double", "highest window probability so far, in [0, 1]; null when the monitor abstains"),
    Column("probability_low", "double", "lower end of its interval"),
    Column("probability_high", "double", "upper end of its interval"),
    Column("first_flag", "long", "index of the message that raised the warning"),
    Column(
        "flag", "string", "the flag as monitor_flag_schema.json describes it, in the row of the message that raised it"
    ),
    Column("message_ids", "string", "ids of the messages that this row and its flag cite, by index, as JSON"),
    Column("error", "string", "name of the error's class; null where the message was read"),
    Column("error_message", "string", "what is wrong, and what to do; never text of a message"),
)


def flat_step(name: Identifier, step: MonitorStep, flag: str | None, ids: Mapping[str, Identifier]) -> dict[str, Any]:
    """Return a step with the columns of `LIVE_COLUMNS`.

    Args:
        name: Id of the conversation.
        step: What is known after the message.
        flag: The flag, where the message raised one.
        ids: Index, as a decimal string → id of the messages that are cited.

    Returns:
        Column → value.
    """
    low, high = step.interval or (None, None)
    own = ids.get(str(step.message))
    return _with_columns(
        {
            "conversation": str(name),
            "message": step.message,
            "message_id": None if own is None else str(own),
            "outcome": step.outcome.value,
            "abstention": None if step.abstention is None else step.abstention.value,
            "probability": step.probability,
            "probability_low": low,
            "probability_high": high,
            "first_flag": step.first_flag,
            "flag": flag,
            "message_ids": json.dumps(ids) if ids else None,
        }
    )


def flat_error(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the error of a message with the columns of `LIVE_COLUMNS`.

    Args:
        row: What `error_row` returned.

    Returns:
        Column → value.
    """
    name, error = row["conversation"], row["error"]
    return _with_columns(
        {
            "conversation": None if name is None else str(name),
            "message": error.get("index"),
            "error": error["type"],
            "error_message": error["message"],
        }
    )


def _with_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: values.get(column.name) for column in LIVE_COLUMNS}
