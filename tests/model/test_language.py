"""The language model: bounded, neutral without tokens, and the same alone and among other texts."""

import numpy as np
import pytest

from grooming_risk.model.language import MOST_LOG_ODDS, LanguageModel
from grooming_risk.model.screen import ScreenWeights
from grooming_risk.model.tokenization import TokenizedTexts

VOCABULARY = 50


def model(scale=3e-8):
    random = np.random.default_rng(4)
    return LanguageModel(
        ScreenWeights(
            table=random.integers(-127, 128, (VOCABULARY, 6)).astype(np.int8),
            hidden=random.integers(-999, 1000, (12, 5)).astype(np.int16),
            hidden_scale=1e-6,
            hidden_bias=random.normal(size=5),
            output=random.integers(-9999, 10_000, (5, 1)).astype(np.int16),
            output_scale=scale,
            output_bias=np.zeros(1),
            threshold=0.0,
        )
    )


def texts(rows):
    lengths = [len(row) for row in rows]
    ids = np.concatenate([np.array(row, dtype=np.int32) for row in rows])
    return TokenizedTexts(ids, np.cumsum([0, *lengths]), np.arange(len(rows)), len(rows))


ROWS = [list(np.random.default_rng(n).integers(0, VOCABULARY, 1 + n % 9)) for n in range(40)]


def test_a_text_gets_the_same_alone_and_among_others():
    together = model().log_odds(texts(ROWS))
    alone = [model().log_odds(texts([row]))[0] for row in ROWS]
    assert together.tolist() == alone
    assert len(set(alone)) > 30


def test_log_odds_are_bounded():
    found = model(scale=10.0).log_odds(texts(ROWS))
    assert np.abs(found).max() == MOST_LOG_ODDS
    assert found.dtype == np.float32


def test_a_text_without_tokens_says_nothing():
    found = model().log_odds(texts([[3, 4], [], [5]]))
    assert found[1] == 0.0
    assert found[0] != 0.0


@pytest.mark.parametrize("order", [slice(None, None, -1), slice(3, 20)])
def test_the_order_of_texts_does_not_matter(order):
    assert model().log_odds(texts(ROWS[order])).tolist() == model().log_odds(texts(ROWS))[order].tolist()
