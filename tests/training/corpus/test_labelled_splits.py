"""Splits of one's own conversations: no person and no conversation in two parts, and additions move nobody."""

import pytest

from grooming_risk.conversation import Conversation
from training.corpus.labelled_splits import people_groups, split_labelled
from training.errors import TrainingError
from training.sources.labelled_conversations import LabelledConversation


def item(number, *people, label=0, given=True):
    names = people or (f"p{number}", f"q{number}")
    conversation = Conversation.from_messages([(name, f"talk {number}") for name in names])
    return LabelledConversation(conversation, label, "", "", participants=names if given else None)


def place_of(parts):
    return {id(item): name for name, items in parts.items() for item in items}


def test_nobody_is_in_two_parts():
    items = [item(n, f"p{n % 60}", f"q{n}", label=n % 2) for n in range(200)]
    parts = split_labelled(items, 1)
    assert sum(map(len, parts.values())) == 200
    people = {name: {p for i in found for p in i.participants} for name, found in parts.items()}
    assert not people["train"] & people["test"] and not people["train"] & people["calibration"]
    assert all({i.label for i in found} == {0, 1} for found in parts.values())


def test_names_count_as_people_unless_they_are_local():
    items = [item(n, "a", "b", given=False) for n in range(20)]
    with pytest.raises(TrainingError, match=r'20 of 20 .* speakers = "local"'):
        split_labelled(items, 1)
    assert all(split_labelled(items, 1, "local").values())


def test_a_repeated_conversation_stays_together_and_additions_move_nothing():
    items = [item(n) for n in range(30)]
    before = place_of(split_labelled(items, 5))
    after = place_of(split_labelled([*items, *(item(n) for n in range(30, 60)), item(0, "x", "y")], 5))
    assert all(after[key] == name for key, name in before.items())
    twice = [item(1, "a", "b"), LabelledConversation(item(1, "a", "b").conversation, 0, "", "", participants=("z",))]
    assert len(set(people_groups(twice))) == 1


def test_no_conversations_make_empty_parts():
    assert split_labelled([], 1) == {"train": [], "calibration": [], "test": []}
