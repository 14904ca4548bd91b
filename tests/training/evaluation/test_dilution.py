"""Harmless talk between every two messages: the same in both classes, at the same places, for every number."""

import dataclasses
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from grooming_risk.conversation import Conversation, Message
from grooming_risk.decision.operating_points import OperatingPoint
from training.composer.compose import compose
from training.composer.material import gather
from training.composer.talk import Filler, Talk
from training.corpus.lines import load_corpus
from training.evaluation.benign import length_class_results
from training.evaluation.dilution import (
    BETWEEN,
    CONVERSATIONS,
    FILLERS,
    Subject,
    at_unseen,
    composed_subjects,
    dilution_results,
    harmless_talk,
    own_subjects,
    spaced,
)
from training.evaluation.long_parts import before_of
from training.evaluation.metrics import Resampling
from training.sources.labelled_conversations import LabelledConversation
from training.sources.proxies import ProxyConversation

POINTS = {"balanced": OperatingPoint("balanced", 1.0, 0.5, 10, 0, 0.3, 0.5)}
TALK = Talk("all", tuple(Filler(n % 2, f"filler {n}", n % 5 == 0) for n in range(40)), np.arange(0, 40, 5))
START = datetime(2026, 1, 1, tzinfo=UTC)


def subject(number, label, language="en", length=9):
    rows = [
        Message("ab"[place % 2], f"own {number}.{place}", START + timedelta(hours=place)) for place in range(length)
    ]
    return Subject(Conversation(tuple(rows)), label, f"g{number}", language)


@pytest.mark.parametrize("between", BETWEEN)
def test_messages_keep_their_order_and_what_is_between_is_coherent(between):
    own = subject(1, 1).conversation
    found = spaced(own, between, TALK, 10)
    assert found.messages[:: between + 1] == own.messages
    added = [message for place, message in enumerate(found) if place % (between + 1)]
    assert [m.text for m in added] == [f"filler {(10 + n) % 40}" for n in range(between * (len(own) - 1))]
    assert {m.speaker for m in found} == {"a", "b"}
    stamps = [message.sent_at for message in found]
    assert stamps == sorted(stamps)
    assert len(set(stamps)) == len(stamps)  # evenly spaced, never at once


def test_conversations_without_times_get_none():
    own = Conversation.from_messages([("a", "one"), ("b", "two")])
    assert [message.sent_at for message in spaced(own, 3, TALK, 0)] == [None] * 5


def test_every_number_is_measured_on_the_same_conversations():
    subjects = [subject(n, n % 2) for n in range(30)] + [subject(99, 1, "xx")]
    asked = []

    def logits(conversations, name):
        asked.append([(len(c), c.messages[1].text) for c in conversations])
        return np.array([3.0 - len(c) / 40 if c.messages[0].text[4:-2] in "13579" else -1.0 for c in conversations])

    found = dilution_results(subjects, {"en": TALK}, logits, POINTS, Resampling(20, 0), np.linspace(-5, 0, 200))
    assert (found["n"], found["positives"]) == (30, 15)  # there is no talk in the language of the last
    assert list(found["between"]) == [str(between) for between in BETWEEN]
    assert [row["messages"] for row in found["between"].values()] == [9 + 8 * between for between in BETWEEN]
    assert len({text for _, text in asked[1]}) > 3  # each begins somewhere else
    assert all([text for _, text in row] == [text for _, text in asked[1]] for row in asked[2:])
    recall = [row["operating_points"]["balanced"]["recall"]["value"] for row in found["between"].values()]
    assert recall == sorted(recall, reverse=True)
    assert found["between"]["0"]["recall_at_unseen"]["n"] == 15
    assert dilution_results(subjects, {}, logits, POINTS, Resampling(20, 0)) is None
    assert dilution_results(subjects[::2], {"en": TALK}, logits, POINTS, Resampling(20, 0)) is None


def test_recall_at_unseen_flags_at_most_its_share_of_them():
    unseen = np.arange(200.0)
    found = at_unseen(np.array([150.0, 197.5, 198.0, 250.0]), unseen)
    assert (unseen > found["threshold"]).mean() <= 0.01
    assert found["threshold"] == 197.0
    assert (found["recall"]["count"], found["recall"]["n"]) == (3, 4)
    # Ties with the first one beyond the share are not flagged.
    assert at_unseen(np.array([5.0]), np.full(50, 5.0))["recall"]["count"] == 0


def test_subjects_are_neither_evasive_nor_long_already():
    composed = list(compose(gather(load_corpus(["en"]), []), 120, 4))
    found = composed_subjects(composed)
    assert len(found) == min(CONVERSATIONS, sum(not item.evasion for item in composed))
    assert composed_subjects([dataclasses.replace(item, fillers=3) for item in composed]) == []
    own = [LabelledConversation(found[0].conversation, label, "", "") for label in (0, 1)]
    assert [(item.label, item.language) for item in own_subjects(own)] == [(0, "en"), (1, "en")]


def test_talk_is_little_and_from_every_source():
    (english,) = gather(load_corpus(["en"]), [])
    proxies = {
        source: [
            ProxyConversation(
                f"{source}{n}", source, "en", "test", tuple(("ab"[i % 2], f"{source} {n} {i}", None) for i in range(30))
            )
            for n in range(60)
        ]
        for source in ("one", "two")
    }
    talk = harmless_talk([dataclasses.replace(english, proxies=proxies)], 0)["en"]
    assert len(talk.fillers) == FILLERS
    assert {filler.text.split()[0] for filler in talk.fillers} == {"one", "two"}
    assert all(talk.fillers[start].opens for start in talk.starts)
    assert harmless_talk([dataclasses.replace(english, proxies={}, dialogues=[])], 0) == {}


def test_false_flags_by_length_leave_translations_and_trained_splits_out():
    proxies = [
        ProxyConversation(
            f"{source}:{split}{n}",
            source,
            language,
            split,
            tuple((f"s{1 + i % 2}", f"{source} {language} {split}", None) for i in range(40)),
        )
        for source, language in (("casino", "en"), ("xpersona", "en"), ("xpersona", "fr"))
        for split in ("train", "test", "unseen")
        for n in range(40)
    ]
    seen = []

    def logits(conversations, name):
        seen.extend(message.text for conversation in conversations for message in conversation)
        return np.array([float(len(conversation) > 800) * 2 for conversation in conversations])

    found = length_class_results(proxies, logits, POINTS, 0)
    assert list(found) == ["50", "500", "5000"]
    assert {split for row in found.values() for split in row} == {"test", "unseen"}
    assert not [text for text in seen if "fr" in text or "train" in text]
    assert found["50"]["test"]["balanced"]["count"] == found["500"]["test"]["balanced"]["count"] == 0
    assert found["50"]["test"]["messages"] <= 50 < found["500"]["test"]["messages"]
    assert found["5000"]["unseen"]["balanced"]["n"] == found["5000"]["unseen"]["n"]


def test_earlier_results_without_diluted_conversations_are_refused():
    earlier = {"model_version": "1.3.0", "dilution": {"own": {}}, "n": 1}
    assert before_of(earlier) == {"model_version": "1.3.0", "dilution": {"own": {}}}
    assert before_of({**earlier, "evasion": {"n": 1}})["evasion"] == {"n": 1}
    with pytest.raises(ValueError, match="evaluate that version again"):
        before_of({"model_version": "1.2.0"})
