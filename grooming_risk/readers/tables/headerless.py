"""Find the columns of a table without a header line from its first rows."""

from __future__ import annotations

from collections.abc import Sequence

from grooming_risk.readers.base.contract import Columns
from grooming_risk.readers.base.times import known_time
from grooming_risk.readers.base.written_times import read_written

_ROWS = 4  # fewer rows are not enough evidence
_MOST_SPEAKERS = 12


def guess_columns(rows: Sequence[Sequence[str]]) -> Columns | None:
    """Return the positions of time, speaker and text, or None when they are not clear.

    Args:
        rows: The first rows, all of one width.

    Returns:
        Columns by position. A table needs one column of times, one with few and repeated values, and one of text.
    """
    if len(rows) < _ROWS or len({len(row) for row in rows}) != 1 or len(rows[0]) not in range(3, 9):
        return None
    columns = list(zip(*rows, strict=True))
    times = [at for at, cells in enumerate(columns) if all(map(_is_time, cells))]
    speakers = [at for at, cells in enumerate(columns) if at not in times and _is_speaker(cells)]
    texts = [at for at, cells in enumerate(columns) if at not in (*times, *speakers)]
    if len(times) != 1 or len(speakers) != 1 or not texts:
        return None
    text = max(texts, key=lambda at: len(set(columns[at])) * 100 + sum(map(len, columns[at])))
    if sum(" " in cell.strip() for cell in columns[text]) < len(rows) // 3:
        return None
    return Columns(speaker=f"#{speakers[0] + 1}", text=f"#{text + 1}", sent_at=f"#{times[0] + 1}")


def _is_time(cell: str) -> bool:
    text = cell.strip()
    if text.replace(".", "", 1).isdecimal():
        return len(text) > 8 and known_time(text) is not None
    written = read_written(text)
    return written is not None and (written.numbers is not None or written.day is not None) and len(text) < 40


def _is_speaker(cells: Sequence[str]) -> bool:
    values = {cell.strip() for cell in cells}
    return 1 < len(values) <= min(_MOST_SPEAKERS, len(cells) // 2) and all(0 < len(value) < 60 for value in values)
