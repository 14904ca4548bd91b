import numpy as np

from training.evaluation.benign import Benign
from training.evaluation.languages import DRAWS, MESSAGES, drawn_conversations, served_results


def test_conversations_have_ten_messages_by_two_people_of_distinct_lines():
    lines = [f"line {number}" for number in range(12)]
    found = drawn_conversations(lines, np.random.default_rng(1))
    assert len(found) == DRAWS
    for conversation in found:
        texts = [message.text for message in conversation]
        assert len(texts) == len(set(texts)) == MESSAGES
        assert [message.speaker for message in conversation] == ["a", "b"] * (MESSAGES // 2)


def test_lines_are_repeated_only_where_there_are_too_few():
    found = drawn_conversations(["one", "two", "three"], np.random.default_rng(1))
    assert {message.text for conversation in found for message in conversation} == {"one", "two", "three"}
    assert all(len(conversation) == MESSAGES for conversation in found)


def test_abstentions_in_served_languages_are_counted_by_language():
    items = [Benign((), language, "g", False, 0.0, abstained) for language, abstained in (("tr", True), ("tr", False))]
    found = served_results([*items, Benign((), "en", "g", False, 0.0, False)])
    assert [(name, row["count"], row["n"]) for name, row in found.items()] == [("en", 0, 1), ("tr", 1, 2)]
