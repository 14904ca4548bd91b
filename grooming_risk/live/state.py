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
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from grooming_risk.decision.abstention import TokenStatistics
from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.limits import Limits, SpeakerNumbers
from grooming_risk.live.memory import DIGEST_BYTES, PREDICTIONS, Memory, ScoredWindow
from grooming_risk.model.memory import WindowSpec
from grooming_risk.model.window_model import MessageVectors
from grooming_risk.schemas.canonical_json import LARGEST_INTEGER

FORMAT = 4
_LARGEST = 1e30  # sums of numbers up to this stay finite, in single precision too


def dump_memory(memory: Memory) -> dict[str, Any]:
    """Return the memory as plain JSON types, without text."""
    return {
        "messages": memory.messages,
        "reread_from": memory.run.start,
        "salt": memory.salt.hex(),
        "speakers": [[digest.hex(), number] for digest, number in memory.speakers.known],
        "speakers_given": memory.speakers.given,
        "long": memory.long,
        "text_messages": memory.text_messages,
        "totals": _dump_totals(memory.totals),
        "totals_before": _dump_totals(memory.totals_before),
        "unread": memory.unread,
        "live": _dump_window(memory.live),
        "finished": _dump_window(memory.finished),
        "predictions": list(memory.predictions),
        "first_flag": memory.first_flag,
        "rows": _dump_rows(memory.rows, memory.numbers) if memory.rows else [],
    }


def load_memory(state: Mapping[str, Any], spec: WindowSpec, width: int, limits: Limits) -> Memory:
    """Return the memory that `dump_memory` wrote.

    Args:
        state: Plain JSON types.
        spec: Length of the windows.
        width: Length of the message vectors.
        limits: How many speakers are in mind.

    Returns:
        The memory, without its run of short messages.

    Raises:
        KeyError: A field is missing.
        TypeError: A field has another type.
        ValueError: A field has an impossible value.
        OverflowError: A number is too large.
    """
    speakers = [(_load_digest(digest), _load_count(number)) for digest, number in state["speakers"]]
    given = _load_count(state["speakers_given"])
    rows = _load_rows(state["rows"], width)
    memory = Memory(
        salt=_load_digest(state["salt"]),
        speakers=SpeakerNumbers(limits.speakers, speakers, given),
        messages=_load_count(state["messages"]),
        text_messages=_load_count(state["text_messages"]),
        totals=_load_totals(state["totals"]),
        totals_before=_load_totals(state["totals_before"]),
        numbers=[_load_count(row["number"]) for row in state["rows"]],
        long=_load_flag(state["long"]),
        unread=_load_flag(state["unread"]),
        rows=rows,
        live=_load_window(state["live"]),
        finished=_load_window(state["finished"]),
        predictions=deque(map(bool, state["predictions"]), maxlen=PREDICTIONS),
        first_flag=None if state["first_flag"] is None else _load_count(state["first_flag"]),
    )
    recent = min(memory.text_messages, spec.size)
    if not recent <= len(state["rows"]) <= recent + (spec.remembered if recent == spec.size else 0):
        raise ValueError("rows are missing")
    if not len(dict(speakers)) == len({number for _, number in speakers}) == len(speakers):
        raise ValueError("a speaker is there twice")
    if bool(speakers) != bool(given):
        raise ValueError("speakers are missing")
    if not all(number < given for _, number in speakers):
        raise ValueError("the number of a speaker was not given")
    if rows is not None and rows.speakers.max() >= given:
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


def _dump_totals(totals: TokenStatistics) -> list[Any]:
    strongest = totals.strongest_tactic if math.isfinite(totals.strongest_tactic) else None
    return [totals.texts, totals.tokens, totals.language, strongest]


def _load_totals(values: Sequence[Any]) -> TokenStatistics:
    texts, tokens, language, strongest = values
    return TokenStatistics(
        _load_count(texts),
        _load_number(tokens),
        _load_number(language),
        -math.inf if strongest is None else _load_number(strongest),
    )


def _dump_rows(rows: MessageVectors, numbers: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {
            "number": numbers[row],
            "position": int(rows.positions[row]),
            "start": int(rows.starts[row]),
            "speaker": int(rows.speakers[row]),
            "seconds": float(rows.seconds[row]) if np.isfinite(rows.seconds[row]) else None,
            "tokens": int(rows.tokens[row]),
            "language": float(rows.language[row]),
            "embedding": _dump_vector(rows.embeddings[row], "<f2") if rows.noteworthy[row] else None,
            "logits": _dump_vector(rows.logits[row], "<f4"),
        }
        for row in range(len(rows))
    ]


def _load_rows(rows: list[dict[str, Any]], width: int) -> MessageVectors | None:
    if not rows:
        return None
    nothing = np.zeros(width, dtype=np.float16)
    return MessageVectors(
        embeddings=np.stack(
            [nothing if row["embedding"] is None else _load_vector(row["embedding"], "<f2") for row in rows]
        ),
        logits=np.stack([_load_vector(row["logits"], "<f4") for row in rows]),
        noteworthy=np.array([row["embedding"] is not None for row in rows], dtype=np.bool_),
        tokens=np.array([_load_count(row["tokens"]) for row in rows], dtype=np.int64),
        language=np.array([_load_number(row["language"]) for row in rows], dtype=np.float32),
        speakers=np.array([_load_count(row["speaker"]) for row in rows], dtype=np.int64),
        seconds=np.array([np.nan if row["seconds"] is None else _load_number(row["seconds"]) for row in rows]),
        positions=np.array([_load_count(row["position"]) for row in rows], dtype=np.int64),
        starts=np.array([_load_count(row["start"]) for row in rows], dtype=np.int64),
    )


def _dump_vector(values: npt.NDArray[Any], kind: str) -> str:
    return base64.b64encode(values.astype(kind).tobytes()).decode("ascii")


def _load_vector(text: str, kind: str) -> npt.NDArray[Any]:
    values = np.frombuffer(base64.b64decode(text, validate=True), dtype=kind).astype(kind[1:])
    if not np.isfinite(values).all():
        raise ValueError("a vector is not finite")
    return values


def _dump_window(window: ScoredWindow | None) -> dict[str, Any] | None:
    return None if window is None else {**asdict(window), "remembered": list(window.remembered)}


def _load_window(values: Mapping[str, Any] | None) -> ScoredWindow | None:
    if values is None:
        return None
    start, stop, focus = (_load_count(values[name]) for name in ("start", "stop", "focus"))
    return ScoredWindow(
        start,
        stop,
        focus,
        _load_number(values["logit"]),
        tuple(map(_load_count, values["remembered"])),
        _load_flag(values["flagged"]),
        _load_flag(values["unread"]),
    )


def _load_flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("a flag is neither true nor false")
    return value


def _load_count(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST_INTEGER:
        raise ValueError("a count is not a whole number of 0 or more")
    return value


def _load_number(value: Any) -> float:
    number = float(value)
    if isinstance(value, (str, bool)) or not abs(number) < _LARGEST:
        raise ValueError("a number is not finite, or far too large")
    return number


def _load_digest(text: str) -> bytes:
    """Load the digest of a speaker, or its salt."""
    digest = bytes.fromhex(text)
    if len(digest) != DIGEST_BYTES:
        raise ValueError("a digest has another length")
    return digest
