"""Real lines among the training lines: how many of each language, and only assumed to show nothing."""

from __future__ import annotations

from collections import Counter

import numpy as np

from training.corpus.lines import Corpus
from training.encoder.labelled_lines import OTHER_LANGUAGE_SHARE, PROXY_TACTIC, TACTICS, labelled_lines
from training.sources.proxies import ProxyConversation

COUNT = 200
SHARE = int(COUNT * OTHER_LANGUAGE_SHARE)


def conversation(language, number):
    return ProxyConversation(f"{language}{number}", "s", language, "train", (("s1", f"{language} {number}", None),))


PROXIES = [conversation(language, number) for language in ("en", "de") for number in range(300)]
SINGLE = [(language, f"line {language} {number}") for language in ("en", "de", "pl") for number in range(300)]


def test_real_lines_of_each_language():
    lines = labelled_lines(Corpus((), ()), PROXIES, COUNT, 7, SINGLE)
    assert Counter(lines.languages) == {"en": COUNT + SHARE, "de": 2 * SHARE, "pl": SHARE}
    assert len(set(lines.texts)) == len(lines.texts)


def test_real_lines_are_assumed_to_show_nothing():
    lines = labelled_lines(Corpus((), ()), PROXIES, COUNT, 7, SINGLE)
    assert not lines.targets.any()
    explicit = lines.weights[:, :TACTICS] == 1  # whether the explicit token occurs is certain
    assert (explicit.sum(1) == 1).all()
    assert np.unique(lines.weights[:, :TACTICS][~explicit]) == np.float32(PROXY_TACTIC)
