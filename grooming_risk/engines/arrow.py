"""Results as Arrow tables, for engines that exchange them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from grooming_risk.rows import Column

# Rows of a batch that goes back to the engine; a report with evidence has a few kilobytes.
BATCH = 1_024


def schema(columns: Sequence[Column]) -> Any:
    """Return the Arrow schema of columns."""
    import pyarrow

    types = {"string": pyarrow.string(), "double": pyarrow.float64(), "long": pyarrow.int64()}
    return pyarrow.schema([(column.name, types[column.kind]) for column in columns])


def batches(rows: Iterable[dict[str, Any]], columns: Sequence[Column]) -> Iterator[Any]:
    """Yield rows as Arrow record batches of these columns."""
    import pyarrow

    source, wanted = iter(rows), schema(columns)
    while some := list(islice(source, BATCH)):
        yield pyarrow.RecordBatch.from_pylist(some, schema=wanted)


def ddl(columns: Sequence[Column]) -> str:
    """Return columns as a schema in SQL's words, as Spark reads it."""
    return ", ".join(f"{column.name} {column.kind.replace('long', 'bigint')}" for column in columns)
