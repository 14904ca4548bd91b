"""Spark: batches of conversations or messages, and live conversations with state (extra `spark`, Java 17).

Rows travel as Arrow (`mapInArrow`), so that nulls and nested messages arrive as they are, which a detour over pandas
would change. Live conversations use `transformWithState` with rows, for the same reason and because Spark's
documentation prefers it for very many keys. `PYSPARK_PYTHON` must name an interpreter with this package on every
machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from grooming_risk.engines.arrow import batches, ddl
from grooming_risk.engines.options import EngineOptions
from grooming_risk.engines.tables import conversation_column
from grooming_risk.engines.worker import score_conversation_rows, score_message_rows
from grooming_risk.rows import COLUMNS, LIVE_COLUMNS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def score_conversations(frame: DataFrame, options: EngineOptions | None = None) -> DataFrame:
    """Score a table with a conversation in each row.

    Args:
        frame: Columns "messages", an array of structs as `score_conversation` accepts them, and the id of the
            conversation as "conversation", "conversation_id" or "id".
        options: What the workers are asked to do; None for the defaults.

    Returns:
        A table with the columns of `grooming_risk.rows.COLUMNS`: a row for each conversation, in order within its
        partition; one that cannot be used gives an error row.
    """
    asked = options or EngineOptions()

    def work(given: Iterable[Any]) -> Iterator[Any]:
        rows = (row for batch in given for row in batch.to_pylist())
        yield from batches(score_conversation_rows(rows, asked), COLUMNS)

    return frame.mapInArrow(work, ddl(COLUMNS))


def score_messages(frame: DataFrame, options: EngineOptions | None = None) -> DataFrame:
    """Score a table with a message in each row, grouped by conversation.

    The messages of a conversation are brought together and read in the order of "sequence", or of their times.
    Conversations of a partition are scored together, which a function called for each group could not do.

    Args:
        frame: Columns "conversation", "speaker", "text"; "sequence" or "sent_at"; and, where there are, "message_id"
            and "kind". The other names that `score_conversation` accepts are accepted too.
        options: What the workers are asked to do; None for the defaults.

    Returns:
        A table with the columns of `grooming_risk.rows.COLUMNS`: a row for each conversation, and an error row for each
        message without an id of a conversation.
    """
    asked = options or EngineOptions()

    def work(given: Iterable[Any]) -> Iterator[Any]:
        rows = (row for batch in given for row in batch.to_pylist())
        yield from batches(score_message_rows(rows, asked), COLUMNS)

    key = conversation_column(frame.columns, asked.keys)
    return frame.repartition(key).sortWithinPartitions(key).mapInArrow(work, ddl(COLUMNS))


def follow_messages(
    frame: DataFrame, options: EngineOptions | None = None, *, forget_after: timedelta | None = None
) -> DataFrame:
    """Follow live conversations of a stream of messages.

    Spark keeps the state of each conversation as bytes; it needs the RocksDB provider of state stores. The messages of
    a conversation within a micro-batch are read in the order of "sequence" or of their times.

    Args:
        frame: A streaming table with the columns that `score_messages` takes.
        options: What the workers are asked to do; None for the defaults.
        forget_after: Time without a message after which the state of a conversation is deleted; None for never.

    Returns:
        A streaming table with the columns of `grooming_risk.rows.LIVE_COLUMNS`, in append mode: flags and errors, or
        with `steps` a row for each message.
    """
    from grooming_risk.engines.spark_state import processor

    asked = options or EngineOptions()
    key = conversation_column(frame.columns, asked.keys)
    return frame.groupBy(key).transformWithState(
        processor(asked, forget_after, frame.columns),
        ddl(LIVE_COLUMNS),
        "Append",
        "None" if forget_after is None else "ProcessingTime",
    )
