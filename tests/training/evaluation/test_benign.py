"""Each source is counted at thresholds that were fitted on the others alone."""

import numpy as np
import pytest

from training.evaluation.benign import left_out

QUIET = np.linspace(-8, -1, 700)


def test_a_source_is_counted_at_thresholds_fitted_without_it():
    loud = np.array([3.0, 2.0, -5.0, -6.0])
    logits, sources = np.concatenate([QUIET, QUIET - 1, loud]), ["a"] * 700 + ["b"] * 700 + ["loud"] * 4
    found = left_out(logits, sources, {"balanced": 0.005})
    # With its own logits among those of the fit, the threshold would lie above 2.
    assert found["loud"]["n"] == 4
    assert found["loud"]["rates"]["balanced"]["count"] == 2
    assert found["b"]["rates"]["balanced"]["count"] == 0


def test_a_point_that_the_others_cannot_support_is_left_out():
    found = left_out(np.concatenate([QUIET, QUIET[:20]]), ["many"] * 700 + ["few"] * 20, {"lax": 0.3, "strict": 0.005})
    assert set(found["few"]["rates"]) == {"lax", "strict"}
    assert set(found["many"]["rates"]) == {"lax"}  # twenty conversations cannot bound a rate by 0.5 %


@pytest.mark.parametrize("logits", [QUIET, QUIET[:1], QUIET[:0]])
def test_a_single_source_leaves_nothing_to_fit_on(logits):
    assert left_out(logits, ["only"] * len(logits), {"balanced": 0.005}) == {}
