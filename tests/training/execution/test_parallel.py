"""The same results, whatever the number of jobs: composed sets, intervals, baselines."""

import numpy as np
import pytest

from training.composer.compose import BLOCK, compose, digest
from training.composer.composed_set import composed_set, rows
from training.composer.material import gather
from training.config import Dilution
from training.corpus.lines import load_corpus
from training.evaluation.baselines import fit_baselines
from training.evaluation.metrics import Resampling
from training.evaluation.ranking import ranking
from training.execution.parallel import jobs_here, using_jobs
from training.options import UsageError

DILUTION = Dilution(0.2, 5, 0.1, 90, 0.05, 120, 0.04, 0.01)


@pytest.fixture(scope="module")
def material():
    return gather(load_corpus(["en"]), [])


def test_composed_sets_do_not_depend_on_the_number_of_jobs(material):
    made = []
    for jobs in (1, 2):
        with using_jobs(jobs):
            made.append(digest(rows(composed_set(material, BLOCK + 60, 3, 0.4, DILUTION))))
    assert made[0] == made[1] == digest(compose(material, BLOCK + 60, 3, 0.4, DILUTION))


def test_intervals_do_not_depend_on_the_number_of_jobs():
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, 900)
    scores, groups = random.normal(size=900) + labels, random.integers(0, 200, 900)
    found = []
    for jobs in (1, 2, 3):
        with using_jobs(jobs):
            found.append(ranking(labels, scores, groups, Resampling(300, 5)))
    assert found[0] == found[1] == found[2]


def test_baselines_do_not_depend_on_the_number_of_jobs(material):
    items = list(compose(material, 120, 3))
    conversations, labels = [item.conversation() for item in items], np.array([item.label for item in items])
    found = []
    for jobs in (1, 2):
        with using_jobs(jobs):
            found.append({name: score(conversations) for name, score in fit_baselines(conversations, labels).items()})
    assert all(np.array_equal(found[0][name], found[1][name]) for name in found[0])


def test_the_number_of_jobs_is_that_of_the_context():
    assert jobs_here() == 1
    with using_jobs(3):
        assert jobs_here() == 3
    with pytest.raises(UsageError, match="at least 1"):
        using_jobs(0)
