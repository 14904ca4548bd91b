"""A monitor's memory as JSON, without text.

A state holds no message and no name, yet it is not harmless. Message vectors are kept as they are: the model's logits
are what is rounded before a comparison, and rounding the vectors would move them. From vectors like these much of a
short text can be guessed (Morris et al. 2023, "Text Embeddings Reveal (Almost) As Much As Text", arXiv 2310.06816).
Speakers are digests under a salt that the state itself holds, so whoever has a list of names can look for them in it.
Times of the last messages are kept as well. Keep a state as safe as the chat, and no longer than it is needed.
"""

from __future__ import annotations

import base64
import math
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.live.memory import DIGEST_BYTES, PREDICTIONS, Memory, Peak, Totals
from grooming_risk.model.window_model import Floats, MessageVectors
from grooming_risk.schemas.canonical_json import LARGEST_INTEGER

FORMAT = 2


def written(memory: Memory) -> dict[str, Any]:
    """The memory as plain JSON types, without text."""
    return {
        "messages": memory.messages,
        "reread_from": memory.run.start,
        "salt": memory.salt.hex(),
        "speakers": [digest.hex() for digest in memory.speakers],
        "text_messages": memory.text_messages,
        "totals": _written_totals(memory.totals),
        "totals_before": _written_totals(memory.totals_before),
        "live": asdict(memory.live) if memory.live else None,
        "finished": asdict(memory.finished) if memory.finished else None,
        "predictions": list(memory.predictions),
        "first_flag": memory.first_flag,
        "rows": _written_rows(memory.rows) if memory.rows else [],
    }


def read(state: Mapping[str, Any], size: int) -> Memory:
    """What `written` wrote.

    Args:
        state: plain JSON types.
        size: messages of a window.

    Raises:
        KeyError, TypeError, ValueError, OverflowError: it is not what `written` writes.
    """
    speakers = [_digest(digest) for digest in state["speakers"]]
    rows = _read_rows(state["rows"])
    memory = Memory(
        salt=_digest(state["salt"]),
        speakers={digest: number for number, digest in enumerate(speakers)},
        messages=_count(state["messages"]),
        text_messages=_count(state["text_messages"]),
        totals=_read_totals(state["totals"]),
        totals_before=_read_totals(state["totals_before"]),
        rows=rows,
        live=_peak(state["live"]),
        finished=_peak(state["finished"]),
        predictions=deque(map(bool, state["predictions"]), maxlen=PREDICTIONS),
        first_flag=None if state["first_flag"] is None else _count(state["first_flag"]),
    )
    if len(state["rows"]) != min(memory.text_messages, size) or len(memory.speakers) != len(speakers):
        raise ValueError("rows or speakers are missing")
    if rows is not None and not 0 <= rows.speakers.min() <= rows.speakers.max() < len(speakers):
        raise ValueError("a row has no speaker")
    return memory


def read_point(values: Mapping[str, Any]) -> OperatingPoint:
    """The operating point that a state names.

    Raises:
        TypeError, ValueError, OverflowError: it is none.
    """
    point = OperatingPoint(**values)
    for name, value in values.items():
        if not (isinstance(value, str) if name == "name" else _number(value) == value):
            raise ValueError("no operating point")
    return point


def _written_totals(totals: Totals) -> dict[str, Any]:
    return {**asdict(totals), "strongest": totals.strongest if math.isfinite(totals.strongest) else None}


def _read_totals(values: Mapping[str, Any]) -> Totals:
    strongest = -math.inf if values["strongest"] is None else _number(values["strongest"])
    return Totals(_count(values["tokens"]), _number(values["language"]), strongest)


def _written_rows(rows: MessageVectors) -> list[dict[str, Any]]:
    return [
        {
            "position": int(rows.positions[row]),
            "start": int(rows.starts[row]),
            "speaker": int(rows.speakers[row]),
            "seconds": float(rows.seconds[row]) if np.isfinite(rows.seconds[row]) else None,
            "embedding": _packed(rows.embeddings[row]),
            "logits": _packed(rows.logits[row]),
        }
        for row in range(len(rows.positions))
    ]


def _read_rows(rows: list[dict[str, Any]]) -> MessageVectors | None:
    if not rows:
        return None
    return MessageVectors(
        embeddings=np.stack([_unpacked(row["embedding"]) for row in rows]),
        logits=np.stack([_unpacked(row["logits"]) for row in rows]),
        speakers=np.array([_count(row["speaker"]) for row in rows], dtype=np.int64),
        seconds=np.array([np.nan if row["seconds"] is None else _number(row["seconds"]) for row in rows]),
        positions=np.array([_count(row["position"]) for row in rows], dtype=np.int64),
        starts=np.array([_count(row["start"]) for row in rows], dtype=np.int64),
    )


def _packed(values: Floats) -> str:
    return base64.b64encode(values.astype("<f4").tobytes()).decode("ascii")


def _unpacked(text: str) -> Floats:
    values = np.frombuffer(base64.b64decode(text, validate=True), dtype="<f4").astype(np.float32)
    if not np.isfinite(values).all():
        raise ValueError("no vector")
    return values


def _peak(values: Mapping[str, Any] | None) -> Peak | None:
    if values is None:
        return None
    start, stop, focus = (_count(values[name]) for name in ("start", "stop", "focus"))
    return Peak(start, stop, focus, _number(values["logit"]))


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST_INTEGER:
        raise ValueError("no count")
    return value


def _number(value: Any) -> float:
    number = float(value)
    if isinstance(value, (str, bool)) or not math.isfinite(number):
        raise ValueError("no number")
    return number


def _digest(text: str) -> bytes:
    """What a speaker's digest and its salt are written as."""
    digest = bytes.fromhex(text)
    if len(digest) != DIGEST_BYTES:
        raise ValueError("no digest")
    return digest
