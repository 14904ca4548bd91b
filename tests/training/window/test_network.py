"""The window network, and its exported file."""

import onnxruntime
import pytest
import torch

from grooming_risk.model.window_model import FEATURES
from training.config import WindowModelTraining
from training.window.network import WITHOUT_REASON, Dropout, WindowEnsemble, WindowNetwork
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
        "largest_contribution": 0.0,
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
    network = WindowEnsemble(members, [0.5, 0.6]).eval()
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


def test_one_message_adds_no_more_than_its_bound():
    torch.manual_seed(2)
    network = WindowNetwork(8, 5, settings(largest_contribution=0.05)).eval()
    inputs = [9 * torch.randn(4, 6, 8), 9 * torch.randn(4, 6, 5), torch.rand(4, 6, FEATURES), torch.ones(4, 6)]
    found = network.contributions(*inputs).abs()
    assert 0.01 < found.max() <= 0.05


@pytest.mark.parametrize(
    ("logit", "focus", "kept", "reason"),
    [(3.0, 1.0, 1.0, True), (0.2, 1.0, 1.0, False), (3.0, 0.0, 1.0, False), (3.0, 1.0, 0.0, False)],
)
def test_a_window_without_a_shown_tactic_stays_below_every_threshold(logit, focus, kept, reason):
    """The tactic counts where the focus speaker's own message shows it, and where the message is not hidden."""
    member = WindowNetwork(8, 5, settings()).eval()
    with torch.no_grad():
        member.bias += 7.0
    network = WindowEnsemble([member], [0.6, 0.7]).eval()
    logits, features, mask = torch.full((1, 3, 5), -5.0), torch.zeros(1, 3, FEATURES), torch.ones(1, 3)
    logits[0, :, 2:] = 9.0  # cues and other labels are no reason
    logits[0, 1, 1], features[0, 1, 0], mask[0, 1] = logit, focus, kept
    found, contributions = network(torch.randn(1, 3, 8), logits, features, mask)
    whole = float((contributions.sum(1) + member.bias).detach())
    assert whole > WITHOUT_REASON
    assert float(found.detach()) == pytest.approx(whole if reason else WITHOUT_REASON, abs=1e-4)
