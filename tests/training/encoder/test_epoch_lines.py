"""The messages of an epoch of the encoder's training: targets follow the text, not the line that it came from."""

import numpy as np
import pytest

from grooming_risk.tactics import LABELS
from training.corpus.lines import EXPLICIT_WORD, Corpus, Line
from training.encoder import epoch_lines as room
from training.encoder.epoch_lines import epoch_lines
from training.encoder.labelled_lines import EXPLICIT, labelled_lines

LINES = [
    Line("how old are you", "en", "tactics", "age_probing", "any", "teen", ""),
    Line("come and meet me", "en", "tactics", "meeting", "any", "teen", ""),
    Line(f"haha {EXPLICIT_WORD}", "en", "tactics", "explicit_language", "any", "teen", ""),
    Line("ask your mum first", "en", "cues", "guardian_aware", "any", "teen", ""),
    Line("how old is the bike", "en", "lookalikes", "age_probing", "any", "teen", "trade"),
    Line("see you at practice", "en", "lookalikes", "meeting", "any", "teen", "coach"),
    Line("cuántos años tienes", "es", "tactics", "age_probing", "any", "teen", ""),
    Line("nos vemos en clase", "es", "lookalikes", "meeting", "any", "teen", "peer"),
]
SHOWN = {"how old are you": "age_probing", "come and meet me": "meeting", "ask your mum first": "guardian_aware"}
EPOCHS = 40


@pytest.fixture
def lines():
    return labelled_lines(Corpus(tuple(LINES), ()), [], 0, 0)


@pytest.fixture
def messages(lines, monkeypatch):
    """Texts with targets and weights of many epochs, without noise and evasion, often with two labels."""
    monkeypatch.setattr(room, "BOTH_SHOW", 0.5)
    monkeypatch.setattr(room, "EVASIVE", 0.0)
    epochs = [epoch_lines(lines, 0.0, np.random.default_rng(seed)) for seed in range(EPOCHS)]
    return [row for epoch in epochs for row in zip(epoch.texts, epoch.targets, epoch.weights, strict=True)]


def test_the_targets_of_a_message_are_the_labels_it_shows(messages):
    both = 0
    for text, targets, weights in messages:
        wanted = {label for line, label in SHOWN.items() if line in text}
        if "cuántos" in text:
            wanted.add("age_probing")
        if EXPLICIT_WORD in text:
            wanted.add("explicit_language")
        assert {LABELS[row] for row in np.flatnonzero(targets)} == wanted
        assert all(weights[LABELS.index(label)] == 1 for label in wanted)
        both += len(wanted) > 1
    assert both > 50


def test_a_message_has_one_language(messages):
    spanish = ("cuántos", "nos vemos")
    for text, _, _ in messages:
        assert not (any(word in text for word in spanish) and any(line in text for line in SHOWN))


def test_the_words_around_the_token_show_nothing_without_it(messages):
    without = [row for row in messages if "haha" in row[0] and EXPLICIT_WORD not in row[0]]
    assert without
    assert all(targets[EXPLICIT] == 0 and weights[EXPLICIT] > 0 for _, targets, weights in without)


def test_a_doubtful_negative_stays_doubtful_in_a_longer_message(messages):
    alone = {text: weights for text, _, weights in messages if text in SHOWN}
    for text, targets, weights in messages:
        for line, known in alone.items():
            if line in text:
                assert (weights[targets == 0] <= known[targets == 0]).all()


def test_lines_that_show_something_are_repeated_and_others_halved(lines):
    epoch = epoch_lines(lines, 0.0, np.random.default_rng(0))
    showing = int(lines.targets.any(1).sum())
    empty = len(lines.texts) - showing
    assert len(epoch.texts) == len(epoch.languages) == room.POSITIVE_REPEATS * showing + int(room.EMPTY_SHARE * empty)


def test_noise_changes_the_messages_and_the_same_seed_gives_the_same_ones(lines):
    plain, noisy, again = (epoch_lines(lines, noise, np.random.default_rng(3)) for noise in (0.0, 1.0, 1.0))
    assert noisy.texts == again.texts
    assert sum(text not in plain.texts for text in noisy.texts) > len(noisy.texts) / 2
