"""Examples of the window model from conversations whose label says nothing of single messages."""

import numpy as np

from grooming_risk.conversation import Conversation
from grooming_risk.model.memory import WindowSpec
from grooming_risk.model.window_model import MessageVectors
from training.sources.labelled_conversations import LabelledConversation
from training.window.own_examples import own_examples

SPEC = WindowSpec(10, 5, 4)


def vectors(messages, strong):
    logits = np.full((messages, 20), -4.0, np.float32)
    logits[list(strong), 0] = 4.0
    return MessageVectors(
        embeddings=np.zeros((messages, 4), np.float16),
        logits=logits,
        noteworthy=np.ones(messages, dtype=bool),
        tokens=np.full(messages, 5),
        language=np.full(messages, 5.0, np.float32),
        speakers=np.arange(messages) % 2,
        seconds=np.full(messages, np.nan),
        positions=np.arange(messages),
        starts=np.arange(messages),
    )


def item(messages, label, focus=""):
    said = [("ab"[number % 2], "x") for number in range(messages)]
    return LabelledConversation(Conversation.from_messages(said), label, "", "", focus=focus)


def made(messages, strong, label, focus=""):
    return own_examples([(item(messages, label, focus), vectors(messages, strong))], 7, SPEC, np.random.default_rng(0))


def test_of_a_positive_the_windows_that_show_most_are_positive_for_its_focus():
    found = made(200, {101, 103, 105}, 1, "b")
    positive = [example for example in found if example.label]
    assert positive and all(example.window.focus == 1 for example in positive)
    assert all({101, 103, 105} & set(example.window.rows.tolist()) for example in positive)
    assert {example.window.focus for example in found if not example.label} == {0}
    assert {example.conversation for example in found} == {7}


def test_without_a_labelled_speaker_the_one_who_shows_most_is_assumed_and_nobody_is_negative():
    found = made(60, {20, 22}, 1)
    assert found and all(example.label and example.window.focus == 0 for example in found)


def test_every_window_of_a_negative_is_negative():
    found = made(20, {3}, 0)
    assert found and not any(example.label for example in found)
    assert len({tuple(example.window.rows.tolist()) for example in made(2_000, {3}, 0)}) <= 5


def test_a_conversation_without_text_gives_no_example():
    assert own_examples([(item(2, 1), MessageVectors.none())], 0, SPEC, np.random.default_rng(0)) == []
