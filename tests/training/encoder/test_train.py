"""Weights in the encoder's loss: what is shown counts most, and a doubtful assumption least."""

from __future__ import annotations

import pytest
import torch

from grooming_risk.model.artifact import Artifact
from grooming_risk.tactics import Tactic
from grooming_risk.text.masking import EXPLICIT_CHARACTER
from training.corpus.explicit_terms import explicit_vocabulary
from training.corpus.lines import languages_of, load_corpus
from training.encoder.token_batches import token_ids
from training.encoder.train import LEAST_TRUST, POSITIVE_WEIGHT, trusted


def weight(target, weight, logit):
    return float(trusted(*(torch.tensor([[value]]) for value in (target, weight, logit))))


def test_what_is_shown_counts_more():
    assert weight(1.0, 1.0, -9.0) == weight(1.0, 1.0, 9.0) == POSITIVE_WEIGHT


def test_a_sure_counterexample_counts_whatever_is_read():
    assert weight(0.0, 1.0, -9.0) == weight(0.0, 1.0, 9.0) == 1


def test_an_assumption_counts_less_the_more_it_is_doubted():
    found = [weight(0.0, 0.5, logit) for logit in (-9.0, -1.0, 0.0, 1.0, 9.0)]
    assert found == sorted(found, reverse=True)
    assert found[0] == pytest.approx(0.5, abs=1e-3)
    assert found[-1] == pytest.approx(0.5 * LEAST_TRUST)


def test_the_networks_read_the_explicit_token_where_the_corpus_has_it():
    tokenizer, vocabulary = Artifact().tokenizer, explicit_vocabulary()
    token = tokenizer.ids([EXPLICIT_CHARACTER])[0][0][-2]
    lines = [line for line in load_corpus(languages_of()).lines if line.kind == "tactics"]
    shown = [line.text for line in lines if line.label == Tactic.EXPLICIT_LANGUAGE]
    assert len(shown) > 300
    assert all(token in ids for ids in token_ids(shown, tokenizer, vocabulary))
