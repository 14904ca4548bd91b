"""A run never overwrites the packaged model or its results unless it is told to."""

from pathlib import Path

import pytest
import torch

from grooming_risk.model.artifact import BUNDLED
from training.__main__ import main
from training.execution.destinations import destinations
from training.execution.device import chosen_device
from training.options import UsageError
from training.paths import RESULTS


def test_everything_goes_into_the_work_folder():
    found = destinations(None, None, None, False, False)
    assert (found.artifact, found.results) == (Path("work/artifact"), Path("work/results.json"))
    smoke = destinations(None, None, None, False, True)
    assert (smoke.work, smoke.artifact) == (Path("work/smoke"), Path("work/smoke/artifact"))


@pytest.mark.parametrize(
    ("artifact", "results"),
    [(BUNDLED, None), (BUNDLED / "x", None), (BUNDLED.parent / "artifact_v9", None), (BUNDLED.parent, None),
     (None, RESULTS), (None, RESULTS.parent / "other.json")],
)  # fmt: skip
def test_the_packaged_files_are_refused(artifact, results):
    with pytest.raises(UsageError, match="give another, or --replace-packaged"):
        destinations(None, artifact, results, False, False)


def test_they_are_replaced_only_when_asked_and_never_by_tiny_data():
    found = destinations(None, None, None, True, False)
    assert (found.artifact, found.results) == (BUNDLED, RESULTS)
    with pytest.raises(SystemExit, match="2"):
        main(["run", "--smoke", "--replace-packaged"])


def test_a_device_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert chosen_device(None) == chosen_device("cpu") == "cpu"
    with pytest.raises(UsageError, match="--device cuda: torch sees no such device"):
        chosen_device("cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert chosen_device(None) == "cuda"
