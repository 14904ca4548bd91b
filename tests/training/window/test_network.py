"""The window network, and its exported file."""

import onnxruntime
import pytest
import torch

from grooming_risk.model.window_model import FEATURES
from training.config import WindowModelTraining
from training.window.network import Dropout, WindowEnsemble, WindowNetwork
from training.window.stage import export_window_model


def settings(**changed):
    """Settings of a tiny network; everything that is random is off unless it is changed."""
    values = {
        "width": 16,
        "bottleneck": 4,
        "layers": 1,
        "heads": 2,
        "epochs": 1,
        "learning_rate": 1e-3,
        "batch_size": 8,
        "message_dropout": 0.1,
        "vector_dropout": 0.0,
        "logit_noise": 0.0,
        "other_penalty": 0.1,
        "members": 1,
    }
    return WindowModelTraining(**{**values, **changed})


def test_the_window_network_ignores_what_the_mask_hides():
    torch.manual_seed(0)
    network = WindowNetwork(8, 5, settings()).eval()
    inputs = [torch.randn(1, 6, 8), torch.randn(1, 6, 5), torch.rand(1, 6, FEATURES), torch.ones(1, 6)]
    inputs[3][0, 4:] = 0
    before = network(*inputs)
    inputs[0][0, 4:] = 99
    assert torch.allclose(before, network(*inputs), atol=1e-5)
    assert network.contributions(*inputs)[0, 4:].abs().sum() == 0


def run_onnx(path, inputs):
    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    return session.run(None, {name: tensor.numpy() for name, tensor in inputs.items()})


def test_the_exported_window_model_is_the_trained_one(tmp_path):
    torch.manual_seed(1)
    members = [WindowNetwork(8, 5, settings(layers=2, vector_dropout=0.3, logit_noise=0.5)) for _ in range(2)]
    network = WindowEnsemble(members).eval()
    export_window_model(network, 8, 5, tmp_path / "w.onnx")
    for windows, messages in ((1, 1), (3, 11), (2, 50)):
        shape = (windows, messages)
        sizes = {"vectors": (*shape, 8), "logits": (*shape, 5), "features": (*shape, FEATURES), "mask": shape}
        inputs = {name: torch.rand(size) for name, size in sizes.items()}
        inputs["mask"] = (inputs["mask"] > 0.3).float()
        wanted = [part.detach().numpy() for part in network(*inputs.values())]
        for part, found in zip(wanted, run_onnx(tmp_path / "w.onnx", inputs), strict=True):
            assert found == pytest.approx(part, abs=1e-4)


def test_dropout_keeps_the_mean_and_drops_its_share():
    torch.manual_seed(2)
    dropout = Dropout(0.3)
    states = torch.ones(64, 50, 30)
    found = dropout.train()(states)
    assert float((found == 0).float().mean()) == pytest.approx(0.3, abs=0.01)
    assert float(found.mean()) == pytest.approx(1.0, abs=0.02)
    assert torch.equal(dropout.eval()(states), states)
    assert torch.equal(Dropout(0.0).train()(states), states)
