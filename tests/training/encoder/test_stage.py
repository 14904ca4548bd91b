"""The exported encoder computes what the trained one does."""

import onnxruntime
import pytest
import torch

from training.encoder.base_encoder import tiny_model
from training.encoder.stage import export_encoder
from training.encoder.train import MessageEncoder


def run_onnx(path, inputs):
    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    return session.run(None, {name: tensor.numpy() for name, tensor in inputs.items()})


def test_the_exported_encoder_is_the_trained_one(tmp_path):
    torch.manual_seed(1)
    model = MessageEncoder(tiny_model(50, 32)).eval()
    export_encoder(model, tmp_path / "e.onnx")
    for texts, tokens in ((1, 2), (5, 9), (2, 32)):
        mask = torch.ones((texts, tokens), dtype=torch.int64)
        mask[0, tokens // 2 + 1 :] = 0
        inputs = {"token_ids": torch.randint(4, 50, (texts, tokens)), "attention_mask": mask}
        wanted = model(*inputs.values())
        found = run_onnx(tmp_path / "e.onnx", inputs)
        for given, original in zip(found, wanted, strict=True):
            assert given == pytest.approx(original.detach().numpy(), abs=1e-4)
