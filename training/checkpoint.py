"""Checkpoints of a training loop: weights and optimizer state, written whole or not at all, without pickled code."""

from __future__ import annotations

from pathlib import Path

import torch


class Checkpoint:
    """The state of a training loop in a file that holds tensors and numbers only, never text."""

    def __init__(
        self,
        path: Path,
        model: torch.nn.Module,
        optimizer: torch.optim.Optimizer,
        schedule: torch.optim.lr_scheduler.LRScheduler,
    ) -> None:
        self._path = path
        self._parts: dict[str, torch.nn.Module | torch.optim.Optimizer | torch.optim.lr_scheduler.LRScheduler] = {
            "model": model,
            "optimizer": optimizer,
            "schedule": schedule,
        }

    def save(self, step: int) -> None:
        """Write the state after `step` steps in place of the one before."""
        state = {name: part.state_dict() for name, part in self._parts.items()}  # type: ignore[no-untyped-call]
        temporary = self._path.with_suffix(".part")
        with temporary.open("wb") as stream:  # a full disk is then an OSError
            torch.save({"step": step, **state}, stream)
        temporary.replace(self._path)

    def load(self) -> int:
        """Restore the state if the file exists, and return the number of steps done, 0 without a file."""
        if not self._path.exists():
            return 0
        state = torch.load(self._path, map_location="cpu", weights_only=True)
        for name, part in self._parts.items():
            part.load_state_dict(state[name])
        return int(state["step"])
