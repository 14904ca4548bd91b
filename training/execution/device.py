"""The device that networks are trained on."""

from __future__ import annotations

import argparse

import torch

from training.options import UsageError

DEVICES = ("cuda", "mps", "cpu")  # in the order in which they are preferred


def add_device(parser: argparse.ArgumentParser) -> None:
    """Add `--device`."""
    parser.add_argument("--device", choices=DEVICES, help="where networks are trained (default: what this machine has)")


def chosen_device(asked: str | None) -> str:
    """Return the device to train on.

    Args:
        asked: One of `DEVICES`, or None for the first of them that this machine has.

    Returns:
        One of `DEVICES`.

    Raises:
        UsageError: The device that was asked for is not there.
    """
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if asked is None:
        return next(name for name in DEVICES if present[name])
    if not present[asked]:
        raise UsageError(f"--device {asked}: torch sees no such device here; leave --device out to use what there is")
    return asked
