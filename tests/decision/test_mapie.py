"""Our walks and steps against MAPIE, an independent implementation of Learn-then-Test and of Venn-Abers."""

import numpy as np
import pytest

pytest.importorskip("mapie")
from mapie.calibration import VennAbersCalibrator
from mapie.risk_control import BinaryClassificationController
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin

from grooming_risk import OperatingPoint
from grooming_risk.decision.calibration import Calibrator
from grooming_risk.errors import InvalidOptionError
from grooming_risk.scoring.assessment import DECIMALS
from training.calibration.fit import STEP, fit_curve, fit_operating_points, venn_abers_steps

# MAPIE warns when no threshold is allowed, which is one of the answers compared here, and divides 0 by 0.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:mapie", "ignore::RuntimeWarning:mapie")
CASES = [(n, target) for n in (300, 1000, 3000) for target in (0.02, 0.005, 0.002)]


def mapie_threshold(benign, positives, target, grid):
    """Laxest threshold of the grid that MAPIE's fixed-sequence test of the false-positive rate allows, or None."""
    controller = BinaryClassificationController(
        lambda logits: np.column_stack([-logits, logits]),  # it compares the second column with each threshold
        risk="fpr",
        target_level=target,
        confidence_level=0.95,
        best_predict_param_choice="recall",
        list_predict_params=grid,
        fwer_method="fixed_sequence",
    )
    controller.calibrate(np.concatenate([benign, positives]), np.repeat([0, 1], [len(benign), len(positives)]))
    return min(controller.valid_predict_params, default=None)


@pytest.mark.parametrize("decimals", [DECIMALS, 1], ids=["few ties", "many ties"])
@pytest.mark.parametrize(("conversations", "target"), CASES)
def test_operating_points_are_those_of_mapie_over_every_logit(conversations, target, decimals):
    random = np.random.default_rng(conversations)
    for _ in range(3):
        benign, positives = random.normal(size=conversations).round(decimals), random.normal(3, 1, 50).round(decimals)
        # The walk ends long before the hundredth-strictest logit at the highest of these targets.
        grid = np.round(np.unique(benign)[::-1][:100] + STEP, DECIMALS)
        expected = mapie_threshold(benign, positives, target, grid)
        if expected is None:
            with pytest.raises(ValueError, match="cannot support"):
                fit_operating_points(benign, positives, {"point": target})
        else:
            assert fit_operating_points(benign, positives, {"point": target})["point"].threshold == expected


@pytest.mark.parametrize(("conversations", "target"), CASES)
def test_a_point_by_capacity_is_that_of_mapie_over_the_curve(conversations, target):
    random = np.random.default_rng(conversations + 1)
    benign, positives = random.normal(size=conversations).round(DECIMALS), random.normal(3, 1, 50).round(DECIMALS)
    curve = fit_curve(benign, positives)
    prevalence, volume = 1e-3, 100_000
    asked = {
        "alerts_per_day": volume * (prevalence + (1 - prevalence) * target),
        "conversations_per_day": volume,
        "prevalence": prevalence,
    }
    expected = mapie_threshold(benign, positives, target, np.array([step.threshold for step in curve.steps]))
    if expected is None:
        with pytest.raises(InvalidOptionError, match="cannot be promised"):
            OperatingPoint.for_review_capacity(curve, **asked)
    else:
        assert OperatingPoint.for_review_capacity(curve, **asked).operating_point.threshold == expected


class Logits(ClassifierMixin, BaseEstimator):
    """A fitted classifier whose only feature is its own logit."""

    def fit(self, features, labels):
        self.classes_ = np.unique(labels)
        return self

    def predict_proba(self, features):
        positive = expit(features[:, 0])
        return np.column_stack([1 - positive, positive])


def mapie_interval(logits, labels, points):
    fitted = VennAbersCalibrator(Logits().fit(logits[:, None], labels), cv="prefit").fit(logits[:, None], labels)
    return fitted.predict_proba(points[:, None], p0_p1_output=True)[1]


def our_interval(logits, labels, points):
    steps, low, high = venn_abers_steps(logits, labels)
    places = np.searchsorted(steps, points, side="right")  # as `Calibrator.interval` looks them up
    return np.column_stack([np.array(low)[places], np.array(high)[places]])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("decimals", [DECIMALS, 1], ids=["few ties", "many ties"])
def test_venn_abers_steps_are_those_of_mapie(seed, decimals):
    random = np.random.default_rng(seed)
    logits = random.normal(size=120).round(decimals)
    labels = (random.random(120) < expit(2 * logits - 1)).astype(int)
    between = random.uniform(-4, 4, 400).round(6) + 1e-7  # never on a calibration logit
    assert our_interval(logits, labels, between) == pytest.approx(mapie_interval(logits, labels, between), abs=1e-6)


def test_on_a_calibration_logit_our_interval_is_as_wide_or_wider():
    """There we give p1 of the gap above, which is no lower."""
    random = np.random.default_rng(9)
    logits = random.normal(size=200).round(2)
    labels = (random.random(200) < expit(2 * logits - 1)).astype(int)
    ours, theirs = our_interval(logits, labels, logits), mapie_interval(logits, labels, logits)
    assert ours[:, 0] == pytest.approx(theirs[:, 0], abs=1e-6)
    assert (ours[:, 1] >= theirs[:, 1] - 1e-6).all()


def test_the_shipped_lookup_reads_the_steps_as_these_tests_do():
    random = np.random.default_rng(2)
    logits = random.normal(size=60).round(DECIMALS)
    labels = (random.random(60) < expit(2 * logits)).astype(int)
    steps, low, high = venn_abers_steps(logits, labels)
    points = np.concatenate([logits, random.uniform(-3, 3, 50)])
    for point, pair in zip(points, our_interval(logits, labels, points), strict=True):
        given = Calibrator(1.0, 0.0, 0.5, 0.5, steps, low, high).interval(float(point))
        probability = float(expit(point))  # the interval is widened to hold it
        assert given == pytest.approx((min(pair[0], probability), max(pair[1], probability)), abs=1e-6)
