"""The int8 encoder against its float32 network: close to it, and independent of the other texts in a batch."""

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from training.encoder.base_encoder import tiny_model
from training.encoder.quantization import Range, quantize
from training.encoder.stage import export_encoder
from training.encoder.train import MessageEncoder

OUTLIER = 7  # a hidden channel that is made an outlier


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    """A float32 network one of whose channels runs away on begin tokens, its int8 network, and the inputs."""
    torch.manual_seed(0)
    model = MessageEncoder(tiny_model(500, 32)).eval()
    with torch.no_grad():
        for layer in model.backbone.encoder.layer:
            layer.intermediate.dense.weight[OUTLIER] *= 40
    folder = tmp_path_factory.mktemp("networks")
    export_encoder(model, folder / "float.onnx")
    random = np.random.default_rng(1)
    feeds = [_feed(random.integers(5, 500, (16, length))) for length in (4, 9, 17)]
    quantize(folder / "float.onnx", folder / "int8.onnx", feeds)
    return folder / "float.onnx", folder / "int8.onnx"


def _feed(ids, mask=None):
    ids = np.concatenate([np.zeros((len(ids), 1), dtype=np.int64), ids], 1)
    return {"token_ids": ids, "attention_mask": np.ones_like(ids) if mask is None else mask}


def _run(path, feed):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(["embeddings", "logits"], feed)


def test_int8_gives_nearly_the_logits_of_float32(networks):
    feed = _feed(np.random.default_rng(2).integers(5, 500, (64, 12)))
    (vectors, logits), (small_vectors, small_logits) = (_run(path, feed) for path in networks)
    assert (vectors * small_vectors).sum(1).min() > 0.995
    spread = logits.std()
    assert np.abs(logits - small_logits).mean() < 0.05 * spread
    assert not np.array_equal(logits, small_logits)


def test_a_text_is_read_the_same_alone_and_beside_any_other(networks):
    ids = np.random.default_rng(3).integers(5, 500, (24, 10))
    together = _run(networks[1], _feed(ids))[1]
    alone = np.concatenate([_run(networks[1], _feed(ids[row : row + 1]))[1] for row in range(len(ids))])
    np.testing.assert_allclose(alone, together, atol=2e-5)
    padded = np.concatenate([ids, np.ones((24, 6), dtype=np.int64)], 1)
    mask = np.concatenate([np.ones((24, 11)), np.zeros((24, 6))], 1).astype(np.int64)
    np.testing.assert_allclose(_run(networks[1], _feed(padded, mask))[1], together, atol=2e-5)


def test_weights_are_int8_and_outlier_channels_are_not(networks):
    model = onnx.load(networks[1])
    kept = {item.name: item for item in model.graph.initializer}
    floats = sum(np.prod(item.dims) for item in kept.values() if item.data_type == onnx.TensorProto.FLOAT)
    assert floats < 0.2 * sum(np.prod(item.dims) for item in kept.values())
    apart = [name for name in kept if name.endswith("_channels")]
    assert any(OUTLIER in onnx.numpy_helper.to_array(kept[name]) for name in apart)


def test_a_channel_is_an_outlier_by_its_largest_activation():
    span = Range(np.full(200, -1.0), np.full(200, 1.0))
    assert not len(span.outliers)
    span.low[3], span.high[150] = -9.0, 2.5
    assert span.outliers.tolist() == [3, 150]
