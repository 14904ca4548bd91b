"""The screen learns what the encoder says, and its whole numbers say the same as the network."""

import numpy as np
import pytest
import torch

from grooming_risk.model.screen import Screen, strength
from grooming_risk.model.tokenization import TokenizedTexts
from training.config import ScreenTraining
from training.screen.lines import TaughtTexts
from training.screen.network import ScreenNetwork, first_table, in_whole_numbers
from training.screen.train import bags, train_screen

VOCABULARY, LABELS = 60, 20
SETTINGS = ScreenTraining(
    width=8, hidden=16, epochs=30, learning_rate=2e-2, batch_size=32, real_messages=1, passed=0.25
)


def texts(count=400):
    """Texts in which token 7 shows the first tactic."""
    random = np.random.default_rng(1)
    rows = [random.integers(10, VOCABULARY, random.integers(1, 12)) for _ in range(count)]
    signs = random.random(count) < 0.3
    rows = [np.append(row, 7) if sign else row for row, sign in zip(rows, signs, strict=True)]
    tokens = TokenizedTexts(
        ids=np.concatenate(rows).astype(np.int32),
        starts=np.cumsum([0, *map(len, rows)]),
        owners=np.arange(count),
        count=count,
    )
    logits = np.full((count, LABELS), -6.0, np.float32)
    logits[signs, 0] = 4.0
    return TaughtTexts(tokens, logits), signs


def test_it_learns_which_texts_are_noteworthy(tmp_path):
    lessons, signs = texts()
    vectors = np.random.default_rng(0).normal(size=(VOCABULARY, 24)).astype(np.float32)
    network = train_screen(lessons, vectors, SETTINGS, 3, tmp_path)
    found = strength(Screen(in_whole_numbers(network, 0.0)).logits(lessons.tokens))
    assert found[signs].min() > found[~signs].max()


def test_whole_numbers_lose_next_to_nothing():
    torch.manual_seed(4)
    lessons, _ = texts(200)
    network = ScreenNetwork(torch.randn(VOCABULARY, 8) * 0.3, 16, LABELS).eval()
    wanted = network(*bags(lessons.tokens, np.arange(200))).detach().numpy()
    found = Screen(in_whole_numbers(network, 0.0)).logits(lessons.tokens)
    assert found == pytest.approx(wanted, abs=0.05)


def test_the_first_table_keeps_what_tells_words_apart_and_plays_down_frequent_ones():
    random = np.random.default_rng(5)
    vectors = random.normal(size=(VOCABULARY, 24)).astype(np.float32)
    vectors[7] = vectors[8] + 0.01
    counts = np.ones(VOCABULARY)
    counts[9] = 5_000
    table = first_table(vectors, counts, 8).numpy()
    assert table.shape == (VOCABULARY, 8)
    near, far = np.linalg.norm(table[7] - table[8]), np.linalg.norm(table[7] - table[12])
    assert near < far / 10
    assert np.linalg.norm(table[9]) < np.linalg.norm(table[10]) / 10
