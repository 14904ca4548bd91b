"""The processor that Spark calls with the messages of a live conversation. Imported only where Spark is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from pyspark.sql import Row
from pyspark.sql.streaming import StatefulProcessor, StatefulProcessorHandle
from pyspark.sql.types import BinaryType, StructField, StructType

from grooming_risk.engines.follower import Follower, worker_follower
from grooming_risk.engines.options import EngineOptions
from grooming_risk.engines.tables import conversation_column, name_of
from grooming_risk.errors import GroomingRiskError
from grooming_risk.row_keys import named
from grooming_risk.rows import LIVE_COLUMNS, error_row, flat_error

_STATE = StructType([StructField("state", BinaryType())])


class _Processor(StatefulProcessor):  # type: ignore[misc]
    """Reads the messages of a micro-batch, conversation by conversation."""

    def __init__(self, options: EngineOptions, forget_after: timedelta | None, columns: Sequence[str]) -> None:
        self._options, self._columns = options, tuple(columns)
        self._key = conversation_column(columns, options.keys)
        self._ttl = None if forget_after is None else max(1, round(forget_after.total_seconds() * 1_000))

    def init(self, handle: StatefulProcessorHandle) -> None:
        """Open the state of the conversations of this task."""
        self._kept = handle.getValueState("monitor", _STATE, self._ttl)
        self._follower: Follower = worker_follower(self._options)

    def handleInputRows(self, key: Any, rows: Iterator[Row], timerValues: Any) -> Iterator[Row]:  # noqa: ARG002
        """Read the messages of a conversation; yield flags and errors."""
        found = [{**dict(zip(self._columns, row, strict=True)), self._key: key[0]} for row in rows]
        for row in self._read(found):
            yield Row(**{column.name: row[column.name] for column in LIVE_COLUMNS})

    def _read(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        try:
            name = name_of(named(rows[0], self._options.keys, ("conversation",)))
        except GroomingRiskError as error:  # that of all of them
            return [flat_error(error_row(None, error)) for _ in rows]
        before = self._kept.get() if self._kept.exists() else None
        state = None if before is None else bytes(before[0])
        after, given = self._follower.read(name, state, rows)
        if after is not None and after is not state:
            self._kept.update((after,))
        return given

    def close(self) -> None:
        """Do nothing: the conversations stay in the memory of the worker for the next micro-batch."""


def processor(options: EngineOptions, forget_after: timedelta | None, columns: Sequence[str]) -> StatefulProcessor:
    """Return the processor of a stream.

    Args:
        options: What it is asked to do.
        forget_after: Time after which the state of a silent conversation is deleted; None for never.
        columns: Names of the columns of its rows.

    Returns:
        The processor.
    """
    return _Processor(options, forget_after, columns)
