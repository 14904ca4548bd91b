"""Tables in memory: data frames, and columns as `datasets`, Daft and others hand them to functions.

Nothing is imported for it: a data frame is asked for its rows, and its own class makes the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from grooming_risk.engines.options import EngineOptions
from grooming_risk.engines.tables import conversation_column
from grooming_risk.engines.worker import score_conversation_rows, score_message_rows
from grooming_risk.rows import COLUMNS

_Score = Callable[[Iterable[Mapping[str, Any]], EngineOptions], Iterator[dict[str, Any]]]


def score_conversations(frame: Any, options: EngineOptions | None = None) -> Any:
    """Score a data frame with a conversation in each row.

    Args:
        frame: A pandas data frame, or one of the same interface, with "messages", a list of mappings as
            `score_conversation` accepts them, and the id of the conversation as "conversation".
        options: What is asked; None for the defaults.

    Returns:
        A data frame with the columns of `grooming_risk.rows.COLUMNS` and the index of the given one: a row for each
        conversation, in order; one that cannot be used gives an error row.
    """
    return _frame(frame, _rows(frame), score_conversation_rows, options, index=frame.index)


def score_messages(frame: Any, options: EngineOptions | None = None) -> Any:
    """Score a data frame with a message in each row, grouped by conversation.

    Args:
        frame: A pandas data frame, or one of the same interface, with "conversation", "speaker", "text", and "sequence"
            or "sent_at".
        options: What is asked; None for the defaults.

    Returns:
        A data frame with the columns of `grooming_risk.rows.COLUMNS`: a row for each conversation, and an error row for
        each message without an id of a conversation.
    """
    key = conversation_column(frame.columns, None if options is None else options.keys)
    rows = sorted(_rows(frame), key=lambda row: str(row.get(key)))
    return _frame(frame, rows, score_message_rows, options)


def score_columns(columns: Mapping[str, Sequence[Any]], options: EngineOptions | None = None) -> dict[str, list[Any]]:
    """Score columns with a conversation in each place, for `datasets.map` and the like.

    Args:
        columns: Name → values, "messages" and "conversation" among them.
        options: What is asked; None for the defaults.

    Returns:
        The columns of `grooming_risk.rows.COLUMNS` → values, as many as were given, in order.
    """
    rows = (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))
    found = list(score_conversation_rows(rows, options or EngineOptions()))
    return {column.name: [row[column.name] for row in found] for column in COLUMNS}


def _rows(frame: Any) -> Iterator[dict[str, Any]]:
    """Yield the rows of a frame, where what pandas takes for a missing value is None."""
    for row in frame.to_dict("records"):
        yield {name: None if _missing(value) else value for name, value in row.items()}


def _missing(value: Any) -> bool:
    """Check whether a value is not equal to itself, as NaN and NaT are, or is pandas' NA."""
    return (isinstance(value, float) and value != value) or type(value).__name__ in ("NAType", "NaTType")


def _frame(
    frame: Any, rows: Iterable[Mapping[str, Any]], score: _Score, options: EngineOptions | None, index: Any = None
) -> Any:
    found = list(score(rows, options or EngineOptions()))
    return frame.__class__({column.name: [row[column.name] for row in found] for column in COLUMNS}, index=index)
