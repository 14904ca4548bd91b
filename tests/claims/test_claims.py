"""Statistical claims: how often they fail when all data are drawn again."""

import numpy as np
import pytest
from scipy.stats import norm

pytest.importorskip("sklearn")
from training.calibration.fit import fit_operating_points, upper_bound


@pytest.mark.parametrize(("conversations", "target"), [(700, 0.01), (1500, 0.005)])
def test_an_operating_point_keeps_its_bound_in_19_of_20_draws(conversations, target):
    random = np.random.default_rng(11)
    draws, broken = 400, 0
    for _ in range(draws):
        benign = random.normal(size=conversations)
        point = fit_operating_points(benign, random.normal(3, 1, 50), {"balanced": target})["balanced"]
        broken += norm.sf(point.threshold) > target
    # 5 % expected; 8 % leaves room for 400 draws (three standard errors).
    assert broken / draws <= 0.08


def test_a_target_that_the_data_cannot_support_is_refused():
    with pytest.raises(ValueError, match="cannot support"):
        fit_operating_points(np.zeros(100), np.ones(5), {"high_precision": 0.001})


def test_three_thousand_clean_conversations_are_needed_for_one_in_a_thousand():
    assert upper_bound(0, 2995) <= 0.001 < upper_bound(0, 2990)


def test_shipped_bounds_recompute(artifact):
    for point in artifact.operating_points.values():
        assert point.upper_bound == pytest.approx(upper_bound(point.false_flags, point.conversations))
