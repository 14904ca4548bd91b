"""Fast or fitted code against slow, obvious code."""

import numpy as np
import pytest
from scipy.stats import binomtest

pytest.importorskip("sklearn")
from training.calibration.fit import fit_calibrator, upper_bound, venn_abers_steps
from training.corpus.near_duplicates import clusters, near_duplicate_pairs
from training.evaluation.metrics import (
    adaptive_calibration_error,
    brier_skill,
    rate_with_interval,
    recall_at_false_flags,
    with_interval,
)

RNG = np.random.default_rng(3)


def pool_adjacent_violators(values):
    blocks = []
    for value in values:
        blocks.append([value, 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            mean, size = blocks.pop()
            before, count = blocks.pop()
            blocks.append([(mean * size + before * count) / (size + count), size + count])
    return [mean for mean, size in blocks for _ in range(size)]


def venn_abers_by_hand(logits, labels, point):
    pair = []
    for assumed in (0, 1):
        xs, ys = np.append(logits, point), np.append(labels, assumed)
        order = np.argsort(xs, kind="stable")
        pair.append(pool_adjacent_violators(ys[order].astype(float))[list(order).index(len(logits))])
    return tuple(pair)


def test_venn_abers_steps_are_the_definition():
    logits = RNG.permutation(60) / 7.0
    labels = (RNG.random(60) < 1 / (1 + np.exp(-(logits - 4)))).astype(int)
    steps, low, high = venn_abers_steps(logits, labels)
    for point in RNG.uniform(-1, 10, 40):
        step = np.searchsorted(steps, point, side="right")
        assert (low[step], high[step]) == pytest.approx(venn_abers_by_hand(logits, labels, point), abs=1e-6)
    assert all(a <= b for a, b in zip(low, high, strict=True))


@pytest.mark.slow
def test_the_sigmoid_recovers_what_made_the_labels():
    logits = RNG.normal(size=20_000) * 3
    labels = (RNG.random(20_000) < 1 / (1 + np.exp(-(1.7 * logits - 0.8)))).astype(int)
    calibrator = fit_calibrator(logits[:4000], labels[:4000], 0.01)
    assert calibrator.slope == pytest.approx(1.7, abs=0.25)
    assert calibrator.intercept == pytest.approx(-0.8, abs=0.25)
    prior = labels.mean()
    probabilities = np.array([calibrator.probability(logit, prior) for logit in logits[4000:]])
    assert adaptive_calibration_error(labels[4000:], probabilities) < 0.02
    assert brier_skill(labels[4000:], probabilities) > 0.5


@pytest.mark.parametrize(("count", "total"), [(0, 300), (3, 5000), (7, 90), (5, 5)])
def test_bounds_are_clopper_pearson(count, total):
    exact = binomtest(count, total, alternative="less").proportion_ci(0.95, method="exact").high
    assert upper_bound(count, total) == pytest.approx(exact)
    both = binomtest(count, total).proportion_ci(0.95, method="exact")
    found = rate_with_interval(count, total)
    assert (found["low"], found["high"]) == pytest.approx((both.low, both.high))


def test_recall_at_false_flags_by_hand():
    labels = np.array([0] * 100 + [1] * 4)
    scores = np.concatenate([np.arange(100), [98.5, 99.5, 97.5, 10]])
    assert recall_at_false_flags(0.01)(labels, scores) == 0.5
    assert recall_at_false_flags(0.05)(labels, scores) == 0.75


def test_the_bootstrap_draws_groups():
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    groups = np.array(["a", "a", "b", "b", "c", "c", "d", "d"])
    sizes = set()

    def metric(drawn, scores):
        sizes.add((int((drawn == 0).sum()), int((drawn == 1).sum())))
        return float(scores.mean())

    with_interval(metric, labels, np.arange(8.0), groups, 50, 0)
    assert sizes == {(4, 4)}


def test_near_duplicates_against_brute_force():
    texts = ["don't tell your mum", "dont tell your mum", "see you at five", "see you at five!", "hello", "what's up"]

    def grams(text):
        padded = [f" {word} " for word in text.casefold().split()]
        return {word[i : i + 3] for word in padded for i in range(len(word) - 2)}

    wanted = {
        (i, j)
        for i in range(len(texts))
        for j in range(i + 1, len(texts))
        if len(grams(texts[i]) & grams(texts[j])) >= 0.6 * len(grams(texts[i]) | grams(texts[j]))
    }
    assert {(i, j) for i, j, _ in near_duplicate_pairs(texts, 0.6)} == wanted
    numbers = clusters(texts, 0.6)
    assert all(numbers[i] == numbers[j] for i, j in wanted)
    assert numbers[4] != numbers[5]
