"""A monitor's memory as JSON, without text.

A state holds no message and no name, but it is not harmless. It keeps message vectors unrounded, because the model
compares rounded logits, and rounding the vectors would change them. Much of a short text can be guessed from such
vectors (Morris et al. 2023, "Text Embeddings Reveal (Almost) As Much As Text", arXiv 2310.06816). Speakers are digests
under a salt that is part of the state, so anyone with a list of names can look for them. The times of the last messages
are kept as well. Keep a state as safe as the conversation, and no longer than it is needed.
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
from grooming_risk.live.memory import DIGEST_BYTES, PREDICTIONS, Memory, ScoredWindow, Totals
from grooming_risk.model.window_model import Floats, MessageVectors
from grooming_risk.schemas.canonical_json import LARGEST_INTEGER

FORMAT = 2


def dump_memory(memory: Memory) -> dict[str, Any]:
    """Return the memory as plain JSON types, without text."""
    return {
        "messages": memory.messages,
        "reread_from": memory.run.start,
        "salt": memory.salt.hex(),
        "speakers": [digest.hex() for digest in memory.speakers],
        "text_messages": memory.text_messages,
        "totals": _dump_totals(memory.totals),
        "totals_before": _dump_totals(memory.totals_before),
        "live": asdict(memory.live) if memory.live else None,
        "finished": asdict(memory.finished) if memory.finished else None,
        "predictions": list(memory.predictions),
        "first_flag": memory.first_flag,
        "rows": _dump_rows(memory.rows) if memory.rows else [],
    }


def load_memory(state: Mapping[str, Any], size: int) -> Memory:
    """Return the memory that `dump_memory` wrote.

    Args:
        state: Plain JSON types.
        size: Messages of a window.

    Returns:
        The memory, without its run of short messages.

    Raises:
        KeyError: A field is missing.
        TypeError: A field has another type.
        ValueError: A field has an impossible value.
        OverflowError: A number is too large.
    """
    speakers = [_load_digest(digest) for digest in state["speakers"]]
    rows = _load_rows(state["rows"])
    memory = Memory(
        salt=_load_digest(state["salt"]),
        speakers={digest: number for number, digest in enumerate(speakers)},
        messages=_load_count(state["messages"]),
        text_messages=_load_count(state["text_messages"]),
        totals=_load_totals(state["totals"]),
        totals_before=_load_totals(state["totals_before"]),
        rows=rows,
        live=_load_window(state["live"]),
        finished=_load_window(state["finished"]),
        predictions=deque(map(bool, state["predictions"]), maxlen=PREDICTIONS),
        first_flag=None if state["first_flag"] is None else _load_count(state["first_flag"]),
    )
    if len(state["rows"]) != min(memory.text_messages, size) or len(memory.speakers) != len(speakers):
        raise ValueError("rows or speakers are missing")
    if rows is not None and not 0 <= rows.speakers.min() <= rows.speakers.max() < len(speakers):
        raise ValueError("the speaker of a row is missing")
    return memory


def load_operating_point(values: Mapping[str, Any]) -> OperatingPoint:
    """Return the operating point of a state.

    Args:
        values: Its fields, as plain JSON types.

    Returns:
        The operating point.

    Raises:
        TypeError: A field is missing, unknown or has another type.
        ValueError: A field has an impossible value.
        OverflowError: A number is too large.
    """
    point = OperatingPoint(**values)
    for name, value in values.items():
        if not (isinstance(value, str) if name == "name" else _load_number(value) == value):
            raise ValueError("a field of the operating point has another type")
    return point


def _dump_totals(totals: Totals) -> dict[str, Any]:
    return {**asdict(totals), "strongest": totals.strongest if math.isfinite(totals.strongest) else None}


def _load_totals(values: Mapping[str, Any]) -> Totals:
    strongest = -math.inf if values["strongest"] is None else _load_number(values["strongest"])
    return Totals(_load_count(values["tokens"]), _load_number(values["language"]), strongest)


def _dump_rows(rows: MessageVectors) -> list[dict[str, Any]]:
    return [
        {
            "position": int(rows.positions[row]),
            "start": int(rows.starts[row]),
            "speaker": int(rows.speakers[row]),
            "seconds": float(rows.seconds[row]) if np.isfinite(rows.seconds[row]) else None,
            "embedding": _dump_vector(rows.embeddings[row]),
            "logits": _dump_vector(rows.logits[row]),
        }
        for row in range(len(rows))
    ]


def _load_rows(rows: list[dict[str, Any]]) -> MessageVectors | None:
    if not rows:
        return None
    return MessageVectors(
        embeddings=np.stack([_load_vector(row["embedding"]) for row in rows]),
        logits=np.stack([_load_vector(row["logits"]) for row in rows]),
        speakers=np.array([_load_count(row["speaker"]) for row in rows], dtype=np.int64),
        seconds=np.array([np.nan if row["seconds"] is None else _load_number(row["seconds"]) for row in rows]),
        positions=np.array([_load_count(row["position"]) for row in rows], dtype=np.int64),
        starts=np.array([_load_count(row["start"]) for row in rows], dtype=np.int64),
    )


def _dump_vector(values: Floats) -> str:
    return base64.b64encode(values.astype("<f4").tobytes()).decode("ascii")


def _load_vector(text: str) -> Floats:
    values = np.frombuffer(base64.b64decode(text, validate=True), dtype="<f4").astype(np.float32)
    if not np.isfinite(values).all():
        raise ValueError("a vector is not finite")
    return values


def _load_window(values: Mapping[str, Any] | None) -> ScoredWindow | None:
    if values is None:
        return None
    start, stop, focus = (_load_count(values[name]) for name in ("start", "stop", "focus"))
    return ScoredWindow(start, stop, focus, _load_number(values["logit"]))


def _load_count(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST_INTEGER:
        raise ValueError("a count is not a whole number of 0 or more")
    return value


def _load_number(value: Any) -> float:
    number = float(value)
    if isinstance(value, (str, bool)) or not math.isfinite(number):
        raise ValueError("a number is not finite")
    return number


def _load_digest(text: str) -> bytes:
    """Load the digest of a speaker, or its salt."""
    digest = bytes.fromhex(text)
    if len(digest) != DIGEST_BYTES:
        raise ValueError("a digest has another length")
    return digest
