"""What is read of a text: explicit language shows where explicit words were masked, and nowhere else."""

from __future__ import annotations

import numpy as np

from grooming_risk.model.artifact import Artifact
from grooming_risk.scoring.message_encoding import ABSENT, only_where_masked, read_texts
from grooming_risk.tactics import LABELS, Tactic
from grooming_risk.text.masking import EXPLICIT_CHARACTER

ARTIFACT = Artifact()
ROW = LABELS.index(Tactic.EXPLICIT_LANGUAGE.value)
TEXTS = ["gg", f"send me {EXPLICIT_CHARACTER}", "the bus was late again", "do you live near the park"]


def test_only_masked_words_show_explicit_language():
    logits = read_texts(TEXTS, ARTIFACT).logits
    assert [logit == ABSENT for logit in logits[:, ROW]] == [True, False, True, True]


def test_other_labels_are_as_the_networks_give_them():
    before = np.arange(2 * len(LABELS), dtype=np.float32).reshape(2, -1)
    found = only_where_masked(["gg", EXPLICIT_CHARACTER], before)
    assert (found[1] == before[1]).all()
    assert (np.delete(found[0], ROW) == np.delete(before[0], ROW)).all()
