"""Regression tests for faults that fuzzing found: every kept input is checked again, without atheris."""

from pathlib import Path

import pytest

from fuzzing.targets import TARGETS

CASES = sorted(path for path in (Path(__file__).parents[1] / "fuzz_cases").rglob("*") if path.is_file())


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_case_stays_fixed(path):
    TARGETS[path.parent.name].check(path.read_bytes())


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.name)
def test_targets_pass_on_their_seeds(target):
    seeds = list(target.seeds())
    assert seeds
    for seed in seeds:
        target.check(seed)
