"""On a linear scorer whose answer is known, and on the bundled samples with the shipped scorer."""

import numpy as np
import pytest

from grooming_risk.commands.demo import SAMPLES
from grooming_risk.readers import read_file
from grooming_risk.scoring.message_encoding import encode_conversations
from training.evaluation.faithfulness import (
    DRAWS,
    faithfulness_results,
    normalised_areas,
    removals,
    without,
)
from training.evaluation.metrics import Resampling
from training.evaluation.scoring import ABSTAINED, highest_logit, logit_of, usual_point

# Dynamic int8 rounds the activations of a batch together, so what else is read moves a logit by this much at most.
TOLERANCE = 0.25
WEIGHTS = np.array([0.5, -1.0, 3.0, 0.1, 2.0, -0.2, 1.0])


def linear(kept):
    return kept @ WEIGHTS


def test_the_order_of_a_linear_scorers_weights_is_the_best_and_its_reverse_the_worst():
    best = np.argsort(-WEIGHTS)
    areas = normalised_areas(linear, [best, best[::-1], np.arange(7)])
    assert areas[:2] == pytest.approx([1, 0])
    drops = [WEIGHTS[np.arange(7)[:size]].sum() for size in (1, 3, 5)]
    highest, lowest = (np.mean([WEIGHTS[order[:size]].sum() for size in (1, 3, 5)]) for order in (best, best[::-1]))
    assert areas[2] == pytest.approx((np.mean(drops) - lowest) / (highest - lowest))


def test_limits_hold_where_single_messages_say_nothing_of_pairs():
    """The score falls only when the last two are both hidden: a greedy search misses it, the given order does not."""

    def pairs(kept):
        return (kept[:, 5] | kept[:, 6]).astype(float) + 0.01 * kept[:, 0]

    areas = normalised_areas(pairs, [np.array([5, 6, 0, 1, 2, 3, 4]), np.array([1, 2, 3, 4, 5, 6, 0])])
    assert areas[0] == 1
    assert areas[1] < 0.1


def test_what_cannot_be_measured_is_not_a_number():
    assert np.isnan(normalised_areas(linear, [np.array([0])])).all()
    assert np.isnan(normalised_areas(lambda kept: np.zeros(len(kept)), [np.arange(5)])).all()
    assert np.isfinite(normalised_areas(lambda kept: kept @ [1.0, 0.0], [np.arange(2)])).all()


@pytest.fixture(scope="module")
def flagged(scorer):
    conversations = [next(iter(read_file(path))).conversation for path in sorted(SAMPLES.glob("*.json"))]
    point = usual_point(scorer.artifact)
    reports = scorer.score_batch(conversations, operating_point=point.name)
    found = [pair for pair in zip(conversations, reports, strict=True) if pair[1].spans]
    assert len(found) >= 2
    return found


def test_a_removal_is_the_shipped_scorers_answer_on_what_is_left(scorer, flagged):
    for conversation, report in flagged:
        logits = removals(conversation, report, scorer.artifact, np.random.default_rng(0))
        strongest = sorted(report.evidence, key=lambda item: -item.delta_logit)[:3]
        (rest,) = scorer.score_batch([without(conversation, [item.message for item in strongest])])
        assert logits[0] == pytest.approx(logit_of(rest), abs=TOLERANCE)
        assert logit_of(rest) < max(window.logit for window in report.windows) - 3 * TOLERANCE
        assert logits.shape == (1 + DRAWS,)
        assert logits[0] < logits[1:].mean()


def test_the_quick_logit_is_that_of_the_report(scorer, flagged):
    conversations = [conversation for conversation, _ in flagged] + [without(flagged[0][0], range(100))]
    readings = encode_conversations(conversations, scorer.artifact)
    wanted = [logit_of(report) for report in scorer.score_batch(conversations, explain=False)]
    assert [highest_logit(reading, scorer.artifact) for reading in readings] == wanted
    assert wanted[-1] == ABSTAINED


def test_evidence_of_the_shipped_model_carries_the_score(scorer, flagged):
    conversations = [conversation for conversation, _ in flagged]
    found = faithfulness_results(scorer, conversations, [str(n) for n in range(len(flagged))], Resampling(50, 0))
    assert (found["conversations"], found["draws"]) == (len(flagged), DRAWS)
    assert found["random_three"]["n"] == DRAWS * len(flagged)
    assert found["random_three"]["value"] == pytest.approx(found["random_three"]["count"] / found["random_three"]["n"])
    assert found["top_three"]["value"] > found["random_three"]["value"]
    assert found["normalised_aopc"]["value"] > found["normalised_aopc_random"]["value"] + 0.2
    assert found["normalised_aopc"]["value"] <= 1


def test_the_sample_is_bounded_and_nothing_flagged_is_no_error(scorer, flagged, monkeypatch):
    monkeypatch.setattr("training.evaluation.faithfulness.CONVERSATIONS", 1)
    conversations = [conversation for conversation, _ in flagged]
    found = faithfulness_results(scorer, conversations, ["a", "b", "c"][: len(flagged)], Resampling(10, 0))
    assert found["conversations"] == 1
    assert faithfulness_results(scorer, [], [], Resampling(10, 0)) == {}
    rest = without(flagged[0][0], [item.message for item in flagged[0][1].evidence if item.delta_logit > 0.5])
    assert faithfulness_results(scorer, [rest], ["a"], Resampling(10, 0)) == {}  # not flagged on its own
