import itertools

import numpy as np
import pytest

from grooming_risk.model.encoder import Encoder
from grooming_risk.model.tokenization import Tokenizer, batches
from training.encodings import RememberingEncoder

TEXTS = ["see you at practice", "is it a secret", "ok", "see you at practice", "home " * 60]


@pytest.fixture
def network(tiny_artifact):
    return (tiny_artifact / "encoder.onnx").read_bytes()


@pytest.fixture
def tokens(tiny_artifact):
    return Tokenizer((tiny_artifact / "tokenizer.json").read_text(encoding="utf-8"), 32).tokenize(TEXTS)


def distinct_rows(tokens):
    return len({tuple(tokens.ids[start:stop]) for start, stop in itertools.pairwise(tokens.starts)})


def counted(encoder, monkeypatch):
    """Count the rows that the network reads."""
    read = []
    plain = Encoder.encode
    monkeypatch.setattr(Encoder, "encode", lambda self, batch: read.append(len(batch.texts)) or plain(self, batch))
    return read


def test_it_gives_what_the_encoder_gives_and_reads_each_row_once(network, tokens, monkeypatch):
    wanted = Encoder(network, 1).encode_texts(batches(tokens), len(TEXTS))
    encoder = RememberingEncoder(network, 1)
    read = counted(encoder, monkeypatch)
    for _ in range(2):
        found = encoder.encode_texts(batches(tokens), len(TEXTS))
        assert np.allclose(found.embeddings.astype(float), wanted.embeddings.astype(float), atol=1e-3)
        assert np.allclose(found.logits, wanted.logits, atol=1e-5)
    assert sum(read) == distinct_rows(tokens) < len(tokens.owners)


def test_the_next_run_remembers_and_the_file_holds_no_ids(network, tokens, tmp_path, monkeypatch):
    encoder = RememberingEncoder(network, 1, tmp_path)
    first = encoder.encode_texts(batches(tokens), len(TEXTS))
    encoder.save()
    (path,) = tmp_path.iterdir()
    with np.load(path, allow_pickle=False) as file:
        assert sorted(file) == ["digests", "embeddings", "key", "logits"]
        assert file["digests"].shape == (distinct_rows(tokens), 16)
    again = RememberingEncoder(network, 1, tmp_path)
    read = counted(again, monkeypatch)
    second = again.encode_texts(batches(tokens), len(TEXTS))
    assert np.array_equal(first.embeddings, second.embeddings)
    assert np.array_equal(first.logits, second.logits)
    assert not read


def test_another_network_does_not_use_these_vectors(network, tokens, tmp_path):
    encoder = RememberingEncoder(network, 1, tmp_path)
    encoder.encode_texts(batches(tokens), len(TEXTS))
    encoder.save()
    assert RememberingEncoder(network + b"", 1, tmp_path)._rows
    other = tmp_path / "0123456789abcdef.npz"
    next(tmp_path.glob("*.npz")).rename(other)
    assert not RememberingEncoder(network, 1, tmp_path)._rows
