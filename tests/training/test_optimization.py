"""The step that all trainers share: it descends, and a checkpoint of it goes on where it stopped."""

import pytest
import torch

from training.optimization import LARGEST_GRADIENT, Descent

STEPS = 6


def descent(rate=0.1):
    """A linear model, and its descent of a loss that is smallest where the weights are 1."""
    torch.manual_seed(0)
    model = torch.nn.Linear(3, 1, bias=False)
    return model, Descent(model, [(model.parameters(), rate)], STEPS, warm_up=0.3)


def loss_of(model):
    return ((model.weight - 1) ** 2).sum()


def test_the_loss_falls_and_the_schedule_allows_exactly_its_steps():
    model, own = descent()
    before = loss_of(model).item()
    for _ in range(STEPS):
        own.step(loss_of(model))
    assert loss_of(model).item() < before
    own.step(loss_of(model))  # the one step that is left over
    with pytest.raises(ValueError, match="total steps"):
        own.step(loss_of(model))


def test_gradients_are_clipped():
    model, own = descent()
    own.step(1e6 * loss_of(model))
    assert model.weight.grad.norm().item() == pytest.approx(LARGEST_GRADIENT, rel=1e-3)


def test_groups_learn_at_their_own_rates():
    torch.manual_seed(0)
    slow, fast = torch.nn.Parameter(torch.zeros(1)), torch.nn.Parameter(torch.zeros(1))
    model = torch.nn.ParameterList([slow, fast])
    own = Descent(model, [([slow], 1e-3), ([fast], 1e-2)], STEPS, warm_up=0.3, weight_decay=0.0)
    own.step((slow - 1).abs().sum() + (fast - 1).abs().sum())
    assert fast.item() == pytest.approx(10 * slow.item(), rel=1e-4)
    assert slow.item() > 0


def test_a_checkpoint_goes_on_where_the_descent_stopped(tmp_path):
    model, whole = descent()
    for _ in range(4):
        whole.step(loss_of(model))
    first, interrupted = descent()
    for _ in range(2):
        interrupted.step(loss_of(first))
    interrupted.checkpoint(tmp_path / "c.pt").save(2)
    second, resumed = descent()
    with torch.no_grad():
        second.weight += 5  # overwritten by the checkpoint
    assert resumed.checkpoint(tmp_path / "c.pt").load() == 2
    for _ in range(2):
        resumed.step(loss_of(second))
    assert torch.equal(second.weight, model.weight)
    assert resumed.checkpoint(tmp_path / "none.pt").load() == 0
