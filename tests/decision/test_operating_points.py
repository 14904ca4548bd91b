import pytest

from grooming_risk.decision.operating_points import OperatingPoint, select
from grooming_risk.errors import UnknownOperatingPointError

POINT = OperatingPoint("balanced", 1.0, 0.005, 1000, 1, 0.0047, 0.9)


def test_a_logit_at_the_threshold_is_flagged():
    assert POINT.flags(1.0)
    assert not POINT.flags(0.9999)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(UnknownOperatingPointError, match="use one of balanced") as caught:
        select({"balanced": POINT}, "fast")
    assert isinstance(caught.value, KeyError)
    assert not str(caught.value).startswith("'")


def test_a_point_whose_bound_does_not_hold_cannot_exist():
    with pytest.raises(ValueError, match="exceeds the target"):
        OperatingPoint("balanced", 1.0, 0.004, 1000, 1, 0.0047, 0.9)


def test_the_shipped_points_hold_their_targets_in_order(artifact):
    points = [artifact.operating_points[name] for name in ("high_recall", "balanced", "high_precision")]
    assert all(point.upper_bound <= point.target for point in points)
    assert points[0].threshold <= points[1].threshold <= points[2].threshold
