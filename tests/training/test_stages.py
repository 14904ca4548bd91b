"""A stage runs once for its key, and an interrupted one goes on from its folder."""

import pytest

from training.stages import Stage, run_stage


def test_a_stage_runs_once_and_again_when_its_inputs_change(tmp_path):
    runs = []
    for inputs in (1, 1, 2):
        run_stage(Stage("s", 1, inputs, lambda folder: runs.append(folder)), tmp_path)
    assert len(runs) == 2


def test_an_interrupted_stage_goes_on_from_its_folder(tmp_path):
    def interrupted(folder):
        (folder / "half").write_text("x")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_stage(Stage("s", 1, 1, interrupted), tmp_path)
    seen = []
    run_stage(Stage("s", 1, 1, lambda folder: seen.append((folder / "half").exists())), tmp_path)
    run_stage(Stage("s", 1, 2, lambda folder: seen.append((folder / "half").exists())), tmp_path)
    assert seen == [True, False]
