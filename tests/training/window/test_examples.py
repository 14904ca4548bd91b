import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.conversation import Message
from grooming_risk.model.memory import WindowSpec
from grooming_risk.model.window_model import MessageVectors
from training.composer.composed import Composed
from training.window.examples import FULLEST, OTHERS, examples

SPEC = WindowSpec(10, 5, 4)


def conversation(messages, places, label=1):
    rows = tuple(Message(f"s{1 + number % 2}", "x") for number in range(messages))
    tactics = tuple((place, name) for place, name in zip(places, "abcdefgh", strict=False))
    return Composed(rows, label, "carrier", "x", "x", "en", tactics if label else (), "s1" if label else "")


def vectors(messages, noteworthy):
    return MessageVectors(
        embeddings=np.zeros((messages, 4), np.float16),
        logits=np.zeros((messages, 20), np.float32),
        noteworthy=np.isin(np.arange(messages), list(noteworthy)),
        tokens=np.full(messages, 5),
        language=np.full(messages, 5.0, np.float32),
        speakers=np.arange(messages) % 2,
        seconds=np.full(messages, np.nan),
        positions=np.arange(messages),
        starts=np.arange(messages),
    )


@given(st.integers(1, 80), st.sets(st.integers(0, 39), min_size=2, max_size=6), st.integers(0, 1), st.integers(0, 9))
def test_a_window_is_positive_if_its_focus_has_two_tactics_in_what_it_reads(messages, places, label, seed):
    places = sorted({2 * place for place in places if 2 * place < messages})  # all of the first speaker
    item = conversation(messages, places, label)
    found = examples([(item, vectors(messages, places))], SPEC, np.random.default_rng(seed))
    assert found
    for example in found:
        rows = set(example.window.rows.tolist())
        signs = sum(place in rows for place in places)
        assert example.label == int(label == 1 and example.window.focus == 0 and signs >= 2)


def test_of_a_long_conversation_the_fullest_windows_are_used_and_a_few_others():
    item = conversation(1_000, [500, 502, 504])
    found = examples([(item, vectors(1_000, {500, 502, 504, 900}))], SPEC, np.random.default_rng(0))
    ends = {int(example.window.rows[-1]) for example in found}
    assert len(ends) <= FULLEST + OTHERS + 1  # and a beginning of one of them
    assert any(example.label for example in found)


def test_signs_that_are_far_apart_meet_in_one_window():
    item = conversation(1_000, [0, 998])
    found = examples([(item, vectors(1_000, {0, 998}))], SPEC, np.random.default_rng(0))
    positive = [example for example in found if example.label]
    assert positive
    assert all({0, 998} <= set(example.window.rows.tolist()) for example in positive)
