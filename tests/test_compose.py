import numpy as np
import pytest

from grooming_risk.tactics import Tactic
from training.baselines import fit_surface
from training.compose import compose, digest, gather
from training.corpus import load_corpus
from training.metrics import auroc
from training.near_duplicates import near_duplicate_pairs
from training.perturb import TYPING, split_message, typing_noise
from training.splits import NAMES, split_corpus


@pytest.fixture(scope="module")
def parts():
    return split_corpus(load_corpus(["en"]), 7)


@pytest.fixture(scope="module")
def composed(parts):
    return list(compose(gather(parts["train"], []), 1500, 1))


def test_splits_share_no_line_cluster_and_no_dialogue_family(parts):
    corpus = load_corpus(["en"])
    assert sum(len(part.lines) for part in parts.values()) == len(corpus.lines)
    assert sum(len(part.dialogues) for part in parts.values()) == len(corpus.dialogues)
    families = [{dialogue.context for dialogue in parts[name].dialogues} for name in NAMES]
    assert not families[0] & families[1]
    assert not families[0] & families[2]
    assert not families[1] & families[2]
    owner = {line.text: name for name in NAMES for line in parts[name].lines}
    texts = list(owner)
    for first, second, _ in near_duplicate_pairs(texts):
        assert owner[texts[first]] == owner[texts[second]]


def test_every_split_has_every_tactic_and_slotted_dialogues(parts):
    for part in parts.values():
        for kind in ("tactics", "lookalikes"):
            assert {line.label for line in part.of_kind(kind)} == {tactic.value for tactic in Tactic}
        assert any(message.slot for dialogue in part.dialogues for message in dialogue.messages)


def test_the_same_seed_gives_the_same_set(parts, composed):
    again = list(compose(gather(parts["train"], []), 1500, 1))
    assert digest(again) == digest(composed)
    assert digest(list(compose(gather(parts["train"], []), 1500, 2))) != digest(composed)


def test_positives_hold_two_tactics_of_one_speaker_and_negatives_none(composed):
    for item in composed:
        assert item.label == bool(item.tactic_messages) == bool(item.focus)
        if item.label:
            assert {item.messages[index].speaker for index, _ in item.tactic_messages} == {item.focus}
            assert len({tactic for _, tactic in item.tactic_messages}) >= 2
        assert len({message.speaker for message in item.messages}) >= 2
    assert 0.3 < np.mean([item.label for item in composed]) < 0.5


def test_no_positive_is_ever_a_stored_dialogue(composed):
    whole = {tuple(m.text for m in d.messages) for d in load_corpus(["en"]).dialogues}
    assert not any(tuple(m.text for m in item.messages) in whole for item in composed if item.label)


def test_times_speakers_and_lengths_tell_nothing(composed):
    generated = [item for item in composed if item.kind in ("counterfactual", "carrier")]
    labels = np.array([item.label for item in generated])
    texts = [item.conversation() for item in generated]
    half = len(generated) // 2
    scores = fit_surface(texts[:half], labels[:half])(texts[half:])
    assert auroc(labels[half:], scores) < 0.60
    timed = [
        np.mean([item.messages[0].sent_at is None for item in generated if item.label == label]) for label in (0, 1)
    ]
    assert abs(timed[0] - timed[1]) < 0.08


def test_repr_of_a_composed_conversation_hides_its_text(composed):
    item = composed[0]
    assert item.messages[0].text not in repr(item)


@pytest.mark.parametrize("noise", TYPING, ids=lambda noise: noise.__name__)
def test_each_noise_changes_something_and_leaves_most(noise):
    text = "Are you coming to the match tomorrow, because I want to bring your jacket?"
    random = np.random.default_rng(0)
    changed = [noise(text, random) for _ in range(20)]
    assert any(other != text for other in changed)
    assert all(0.5 < len(other) / len(text) < 1.5 for other in changed)


def test_noise_follows_its_seed_and_splitting_loses_no_word():
    first, second = (typing_noise("What are you doing tonight?", np.random.default_rng(5)) for _ in range(2))
    assert first == second
    text = "one two three four five"
    assert " ".join(split_message(text, np.random.default_rng(0))) == text
    assert split_message("one two", np.random.default_rng(0)) == ["one two"]
