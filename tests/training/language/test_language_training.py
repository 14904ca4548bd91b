"""The language model learns to tell served languages from others, and to say little about what is the same in all."""

import numpy as np
import pytest

from grooming_risk.model.language import LanguageModel
from grooming_risk.model.tokenization import TokenizedTexts
from training.config import LanguageTraining
from training.language.drawing import Pool, draw, weights
from training.language.texts import pseudo_lines
from training.language.train import train_language
from training.screen.network import in_whole_numbers

VOCABULARY = 60
# Two served and two other languages with words of their own, and words of all of them.
WORDS = {"aa": range(12), "bb": range(12, 24), "cc": range(24, 36), "dd": range(36, 48)}
SHARED = range(48, 60)
SETTINGS = LanguageTraining(width=8, hidden=12, epochs=12, learning_rate=2e-2, batch_size=64, texts=200)


def tokens(rows):
    ids = np.concatenate([np.array(row, dtype=np.int32) for row in rows])
    return TokenizedTexts(ids, np.cumsum([0, *map(len, rows)]), np.arange(len(rows)), len(rows))


def pool(each=120):
    random = np.random.default_rng(2)
    rows, numbers = [], []
    for number, words in enumerate(WORDS.values()):
        for _ in range(each):
            own = random.choice(list(words), random.integers(2, 9))
            rows.append([*own, *random.choice(list(SHARED), 1)])
            numbers.append(number)
    neutral = [[index] for index in SHARED]
    return Pool(tokens([*rows, *neutral]), list(WORDS), 2, np.array([*numbers, *[-1] * len(neutral)]))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    vectors = np.random.default_rng(0).normal(size=(VOCABULARY, 16)).astype(np.float32)
    network = train_language(pool(), vectors, SETTINGS, 3, tmp_path_factory.mktemp("language"))
    return LanguageModel(in_whole_numbers(network, 0.0))


def test_served_languages_score_above_others(trained):
    served = trained.log_odds(tokens([[1, 5, 7], [13, 20, 14, 22]]))
    others = trained.log_odds(tokens([[25, 30, 33], [40, 38, 47, 44]]))
    assert served.min() > 1.5
    assert others.max() < -1.5


def test_what_is_the_same_in_all_languages_says_little(trained):
    assert np.abs(trained.log_odds(tokens([[index] for index in SHARED]))).mean() < 1.0


def test_as_many_texts_are_drawn_of_either_side():
    batches = list(draw(pool(), 200, 64, np.random.default_rng(1)))
    served = np.concatenate([batch.served.numpy() for batch in batches])
    named = np.concatenate([batch.language.numpy() for batch in batches])
    assert served.sum() == len(served) / 2
    assert [int((named == number).sum()) for number in range(4)] == [200] * 4
    assert ((named < 2) == (served == 1))[named >= 0].all()


def test_draws_are_repeatable():
    first, second = (list(draw(pool(), 50, 64, np.random.default_rng(9))) for _ in range(2))
    assert all((a.ids == b.ids).all() and (a.starts == b.starts).all() for a, b in zip(first, second, strict=True))


def test_a_language_close_to_a_served_one_weighs_more():
    rows = tokens([[1]] * 4)
    found = weights(Pool(rows, ["en", "es", "gl", "fi"], 2, np.arange(4)))
    assert found[0] == pytest.approx(3 * found[1])
    assert found[2] > 2 * found[3]
    assert found.sum() == pytest.approx(2.0)


def test_pseudo_lines_follow_frequencies():
    lines = pseudo_lines({"often": 1.0, "seldom": 1e-2}, 300, np.random.default_rng(6))
    words = [word.lower() for line in lines for word in line.split()]
    assert len(lines) == 300
    assert set(words) == {"often", "seldom"}
    assert words.count("often") > 15 * words.count("seldom")
