"""What an epoch of the encoder is made of: targets follow what is said, not which line it came from."""

import numpy as np
import pytest

from grooming_risk.tactics import LABELS
from grooming_risk.text.masking import EXPLICIT_CHARACTER
from training.config import load_config
from training.corpus.explicit_terms import explicit_vocabulary
from training.corpus.lines import Corpus, Line
from training.encoder import train as train_encoder
from training.encoder.labelled_lines import EXPLICIT, labelled_lines

LINES = [
    Line("how old are you", "en", "tactics", "age_probing", "any", "teen", ""),
    Line("come and meet me", "en", "tactics", "meeting", "any", "teen", ""),
    Line(f"haha {EXPLICIT_CHARACTER}", "en", "tactics", "explicit_language", "any", "teen", ""),
    Line("ask your mum first", "en", "cues", "guardian_aware", "any", "teen", ""),
    Line("how old is the bike", "en", "lookalikes", "age_probing", "any", "teen", "trade"),
    Line("see you at practice", "en", "lookalikes", "meeting", "any", "teen", "coach"),
    Line("cuántos años tienes", "es", "tactics", "age_probing", "any", "teen", ""),
    Line("nos vemos en clase", "es", "lookalikes", "meeting", "any", "teen", "peer"),
]
SHOWN = {"how old are you": "age_probing", "come and meet me": "meeting", "ask your mum first": "guardian_aware"}


@pytest.fixture
def epochs(monkeypatch, root, artifact):
    """Texts with targets and weights of many epochs, without noise."""
    settings = load_config(root / "training" / "configs" / "base.toml").encoder
    monkeypatch.setattr(train_encoder, "BOTH_SHOW", 0.5)
    monkeypatch.setattr(train_encoder, "_as_typed", lambda text, *_: text)
    said = []
    monkeypatch.setattr(train_encoder, "token_ids", lambda texts, *_: said.extend(texts) or [[5]] * len(texts))
    lines = labelled_lines(Corpus(tuple(LINES), ()), [], 0, 0)
    found = []
    for seed in range(40):
        said.clear()
        epoch = train_encoder._epoch(
            lines, artifact.tokenizer, explicit_vocabulary(), settings, np.random.default_rng(seed)
        )
        found += list(zip(list(said), epoch.targets.numpy(), epoch.weights.numpy(), strict=True))
    return found


def test_whatever_a_message_says_is_in_its_targets(epochs):
    both = 0
    for text, targets, weights in epochs:
        wanted = {label for line, label in SHOWN.items() if line in text}
        if "cuántos" in text:
            wanted.add("age_probing")
        if EXPLICIT_CHARACTER in text:
            wanted.add("explicit_language")
        assert {LABELS[row] for row in np.flatnonzero(targets)} == wanted
        assert all(weights[LABELS.index(label)] == 1 for label in wanted)
        both += len(wanted) > 1
    assert both > 50


def test_languages_are_not_said_in_one_message(epochs):
    spanish = ("cuántos", "nos vemos")
    for text, _, _ in epochs:
        assert not (any(word in text for word in spanish) and any(line in text for line in SHOWN))


def test_the_words_around_the_token_show_nothing_without_it(epochs):
    without = [row for row in epochs if "haha" in row[0] and EXPLICIT_CHARACTER not in row[0]]
    assert without
    assert all(targets[EXPLICIT] == 0 and weights[EXPLICIT] > 0 for _, targets, weights in without)


def test_a_doubtful_negative_stays_doubtful_in_a_longer_message(epochs):
    alone = {text: weights for text, _, weights in epochs if text in SHOWN}
    for text, targets, weights in epochs:
        for line, known in alone.items():
            if line in text:
                assert (weights[targets == 0] <= known[targets == 0]).all()
