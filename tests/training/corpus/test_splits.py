"""Splits of the corpus: near-duplicates and families together, shares as asked, and stable when lines are added."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from training.corpus.lines import Corpus, Dialogue, DialogueMessage, Line
from training.corpus.splits import NAMES, SHARES, split_corpus

LABELS = ("secrecy", "meeting")


def line(number, label):
    text = " ".join(
        f"{word:05x}" for word in np.random.default_rng((number, LABELS.index(label))).integers(1 << 20, size=5)
    )
    return Line(text, "en", "tactics", label, "any", "neutral", "")


def dialogue(number, context):
    messages = tuple(DialogueMessage("ab"[n % 2], f"{context} {number} {n}", ("secrecy",)) for n in range(4))
    return Dialogue(f"d{number}", "en", context, "any", "plain", messages)


LINES = tuple(line(number, label) for label in LABELS for number in range(500))
DIALOGUES = tuple(dialogue(number, f"context {number // 2}") for number in range(200))


def owners(corpus, seed=7):
    parts = split_corpus(corpus, seed)
    lines = {line.text: name for name in NAMES for line in parts[name].lines}
    return lines | {dialogue.identifier: name for name in NAMES for dialogue in parts[name].dialogues}


def test_added_lines_move_no_other_line():
    half = owners(Corpus(LINES[::2], DIALOGUES[: len(DIALOGUES) // 2]))
    whole = owners(Corpus(LINES, DIALOGUES))
    assert {item: whole[item] for item in half} == half


def test_order_does_not_matter():
    assert owners(Corpus(LINES, DIALOGUES)) == owners(Corpus(LINES[::-1], DIALOGUES[::-1]))


def test_another_seed_deals_anew():
    assert owners(Corpus(LINES, DIALOGUES)) != owners(Corpus(LINES, DIALOGUES), seed=8)


def test_parts_have_their_shares():
    parts = split_corpus(Corpus(LINES, ()), 7)
    for name, share in zip(NAMES, SHARES, strict=True):
        assert abs(len(parts[name].lines) / len(LINES) - share) < 0.05


def test_a_near_duplicate_goes_where_the_first_went():
    copies = tuple(replace(item, text=item.text + "!") for item in LINES)
    found = owners(Corpus(LINES + copies, ()))
    assert all(found[first.text] == found[copy.text] for first, copy in zip(LINES, copies, strict=True))


def test_families_stay_together_and_small_strata_reach_every_part():
    found = owners(Corpus(LINES[:3], DIALOGUES[:6]))
    assert {found[item.text] for item in LINES[:3]} == set(NAMES)
    assert all(found[DIALOGUES[n].identifier] == found[DIALOGUES[n + 1].identifier] for n in (0, 2, 4))
    assert {found[item.identifier] for item in DIALOGUES[:6]} == set(NAMES)
