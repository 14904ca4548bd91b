"""The sample that `bench` reads: what it may hold, and how alike its variations are to real chat."""

import json
import re
from collections import Counter
from datetime import datetime
from itertools import islice

import pytest

from grooming_risk.commands.bench import sample
from grooming_risk.commands.bench.sample import Sample
from grooming_risk.scoring.batch import MESSAGES
from grooming_risk.text.masking import mask_explicit
from grooming_risk.text.normalization import normalize

ROWS = json.loads(sample._FILE.read_text(encoding="utf-8"))
TEXTS = [text for row in ROWS for _, _, text in row["messages"]]


def texts_of(conversations):
    return [row["text"] for rows in conversations for row in rows]


def repeated(texts):
    return 1 - len(set(texts)) / len(texts)


def test_it_is_small_and_about_as_long_as_a_batch():
    assert sample._FILE.stat().st_size <= 150_000
    assert len(TEXTS) >= MESSAGES
    assert {row["language"] for row in ROWS} >= {"ar", "de", "en", "es", "hi", "ru", "tr", "ur"}
    assert all(len(row["messages"]) >= 4 for row in ROWS)


def test_it_names_nobody_and_nothing_that_leads_to_somebody():
    hint = re.compile(r"@|https?:|www\.|\d{5}|my name is|call me\b|\b[\w.]+\.(?:com|net|org)\b", re.IGNORECASE)
    assert [index for index, text in enumerate(TEXTS) if hint.search(text)] == []


def test_nothing_in_it_is_explicit(artifact):
    found = [
        i
        for i, text in enumerate(TEXTS)
        if mask_explicit(normalize(text), artifact.vocabulary).text != normalize(text).text
    ]
    assert found == []


def test_the_first_round_is_the_sample_and_repeats_as_real_chat_does():
    first = texts_of(Sample().conversations(len(TEXTS)))
    assert first == TEXTS
    assert 0.01 <= repeated(first[:MESSAGES]) <= 0.06
    assert 0.05 <= repeated(texts_of(Sample().conversations(10 * MESSAGES))) <= 0.2


def test_later_rounds_have_the_same_lengths_and_words():
    count = len(TEXTS)
    later = texts_of(Sample().conversations(3 * count))[count:]
    assert Counter(len(text.split()) for text in later) == Counter(2 * [len(text.split()) for text in TEXTS])
    known = {word for text in TEXTS for word in text.split()}
    assert {word for text in later for word in text.split()} <= known
    assert all(text in TEXTS for text in later if len(text.split()) < 3)


def test_what_was_given_out_does_not_come_again_but_for_short_messages():
    source = Sample()
    first, second = (set(texts_of(source.conversations(MESSAGES))) for _ in range(2))
    assert len(first & second) < 0.2 * len(first)
    long_ones = [text for text in first & second if len(text.split()) > 2]
    assert len(long_ones) < 0.05 * len(first)  # a word may be exchanged for itself


@pytest.mark.parametrize("messages", [1, 7, 2_500])
def test_as_many_messages_as_asked_for_and_the_same_ones_again(messages):
    one, again = (list(Sample(seed=3).conversations(messages)) for _ in range(2))
    assert sum(map(len, one)) == messages
    assert one == again
    assert all(one)


def test_other_seeds_give_other_texts_after_the_first_round():
    count = len(TEXTS)
    one, other = (texts_of(Sample(seed).conversations(2 * count))[count:] for seed in (1, 2))
    assert one != other


def test_time_goes_forward_in_one_long_conversation():
    rows = list(Sample().one_long_conversation(3_000))
    times = [datetime.fromisoformat(row["sent_at"]) for row in rows]
    assert len(rows) == 3_000
    assert times == sorted(times)


def test_many_conversations_take_turns():
    rows = list(islice(Sample().interleaved(10_000, 40), 4_000))
    assert [row["conversation"] for row in rows[:80]] == [f"c{n % 40}" for n in range(80)]
    assert set(Counter(row["conversation"] for row in rows).values()) == {100}
    assert set(rows[0]) == {"conversation", "speaker", "text", "sent_at"}
    assert repeated([row["text"] for row in rows]) < 0.25


def test_texts_stay_out_of_the_repr():
    assert all(text not in repr(sample._read()) for text in TEXTS if len(text) > 12)
