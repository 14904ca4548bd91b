"""The reader of the 4-bit weight file, on a made-up file of its layout."""

import struct

import numpy as np
import pytest

from training.encoder.q4_weights import MAGIC, read_q4


def q4_file():
    """A made-up file with one tensor of each type, and the values of the 4-bit one."""
    blocks = b""
    values = []
    for scale, shift in ((0.5, 0), (2.0, 3)):
        nibbles = [(n + shift) % 16 for n in range(32)]
        blocks += np.float16(scale).tobytes() + bytes(nibbles[j] | nibbles[j + 16] << 4 for j in range(16))
        values += [(nibble - 8) * scale for nibble in nibbles]
    head = MAGIC + struct.pack("<I7ifi", 1, 32, 1, 2, 64, 2, 16, 2, 1e-12, 32)
    tokenizer = struct.pack("<5iQ", 2, 0, 2, 1, 3, 3) + struct.pack("<3I", 0, 1, 3) + struct.pack("<2f", 0, 0) + b"abc"
    tokenizer += struct.pack("<iI", 1, 5) + b"norms"
    names = ((b"emb.word", 1, 64, len(blocks)), (b"emb.ln.w", 0, 2, 8))
    start = len(head) + len(tokenizer) + 4 + sum(2 + len(name) + 21 for name, *_ in names)
    directory = struct.pack("<i", 2)
    for name, kind, elements, size in names:
        directory += struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", kind, elements, start, size)
        start += size
    return head + tokenizer + directory + blocks + np.array([1.5, -2.0], dtype="<f4").tobytes(), values


def test_four_bit_weights_are_read():
    data, values = q4_file()
    header, tensors = read_q4(data)
    assert (header.hidden, header.vocabulary, header.positions) == (32, 2, 16)
    assert tensors["emb.word"].tolist() == values
    assert tensors["emb.ln.w"].tolist() == [1.5, -2.0]
    with pytest.raises(ValueError, match="not an E5S1"):
        read_q4(b"GGUF" + data[4:])
