import numpy as np
import pytest

from grooming_risk.tactics import Tactic
from training.composer.carriers import draw_plan
from training.composer.compose import compose, digest
from training.composer.composed_set import composed_set, rows
from training.composer.finish import evaded
from training.composer.material import gather, pick_alike
from training.composer.perturb import HELD_OUT_EVASION, TRAINED_EVASION, cut_messages
from training.composer.profiles import FEWEST, MOST, PROFILES, draw_profile
from training.corpus.lines import Corpus, load_corpus
from training.corpus.near_duplicates import near_duplicate_pairs
from training.corpus.splits import NAMES, first_text, split_corpus
from training.encoder.labelled_lines import labelled_lines
from training.evaluation.baselines import fit_surface
from training.evaluation.metrics import auroc


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
    assert sum(len(part.exchanges) for part in parts.values()) == len(corpus.exchanges)
    items = [(item, name) for name in NAMES for item in [*parts[name].lines, *parts[name].exchanges]]
    owner: dict[str, str] = {}
    for item, name in items:
        assert owner.setdefault(first_text(item), name) == name
    texts = list(owner)
    for first, second, _ in near_duplicate_pairs(texts):
        assert owner[texts[first]] == owner[texts[second]]


def test_every_split_has_every_tactic_and_slotted_dialogues(parts):
    for part in parts.values():
        for kind in ("tactics", "lookalikes"):
            assert {line.label for line in part.of_kind(kind)} == {tactic.value for tactic in Tactic}
        assert any(message.slot for dialogue in part.dialogues for message in dialogue.messages)


@pytest.mark.slow
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


def test_no_repr_shows_a_text(parts, composed):
    material = gather(parts["calibration"], [])
    random = np.random.default_rng(0)
    plans = [draw_plan(material[0], random) for _ in range(9)]
    lines = labelled_lines(parts["calibration"], [], 0, 0)
    texts = [text for text in lines.texts if len(text) > 15]
    texts += [message.text for item in composed[:20] for message in item.messages if len(message.text) > 15]
    shown = repr([plans, material, lines, composed[:20], parts["calibration"]])
    assert any(plan.answers for plan in plans)
    assert not [text for text in texts if text in shown]


def test_lists_of_a_set_stay_in_memory_and_come_back_whole(parts, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    material = gather(parts["train"], [])
    made = composed_set(material, 60, 3, 0.4)
    assert made.cache_files == []
    assert list(tmp_path.iterdir()) == []
    assert digest(rows(made)) == digest(compose(material, 60, 3))
    assert list(rows(made)) == list(compose(material, 60, 3))


def test_languages_keep_to_themselves_and_have_their_shares():
    corpus = load_corpus(["en", "de", "ru"])
    made = list(compose(gather(corpus, []), 600, 5, english=0.5))
    shares = {name: np.mean([item.language == name for item in made]) for name in ("en", "de", "ru")}
    assert abs(shares["en"] - 0.5) < 0.08
    assert abs(shares["de"] - shares["ru"]) < 0.08
    for item in made:
        letters = [letter for message in item.messages for letter in message.text if letter.isalpha()]
        cyrillic = np.mean(["\u0400" <= letter <= "\u04ff" for letter in letters])
        assert cyrillic > 0.5 if item.language == "ru" else cyrillic < 0.5


def test_every_manner_profile_and_trained_evasion_occurs_and_no_held_out_one(composed):
    assert {item.manner for item in composed} == {"", "answering", "one_sided", "refusing"}
    trained = {kind.__name__ for kind in TRAINED_EVASION}
    assert {item.evasion for item in composed} == trained | {""}
    assert not trained & {kind.__name__ for kind in HELD_OUT_EVASION}
    random = np.random.default_rng(0)
    drawn = [draw_profile(random) for _ in range(500)]
    assert {name for name, _ in drawn} == set(PROFILES)
    assert all(len(set(tactics)) == len(tactics) for _, tactics in drawn)
    assert {len(tactics) for _, tactics in drawn} == set(range(FEWEST, MOST + 1))
    assert np.mean([len({m.speaker for m in item.messages}) >= 3 for item in composed if item.label]) > 0.15


def test_exchanges_are_used_and_their_answers_stand_in_both_classes(parts, composed):
    answers = {text for exchange in parts["train"].exchanges for role, text in exchange.messages if role == "other"}
    shares = [
        np.mean([any(m.text in answers for m in item.messages) for item in composed if item.label == label])
        for label in (0, 1)
    ]
    assert min(shares) > 0.2
    assert abs(shares[0] - shares[1]) < 0.1


def test_the_line_that_looks_most_alike_is_taken(parts):
    lookalikes = gather(parts["train"], [])[0].lookalikes["age_probing"]
    like = "how old r u"
    random = np.random.default_rng(0)
    chosen = [pick_alike(lookalikes, "any", like, random) for _ in range(200)]
    assert np.mean([abs(len(text) - len(like)) for text in chosen]) < np.mean(
        [abs(len(line.text) - len(like)) for line in lookalikes]
    )
    assert len(set(chosen)) > 10  # never always the same one


def test_evading_speakers_change_alone_and_their_tactics_are_still_found(composed):
    item = next(item for item in composed if item.label and not item.evasion and len(item.tactic_messages) > 3)
    changed = evaded(item, cut_messages, item.focus, np.random.default_rng(0))
    assert len(changed.messages) > len(item.messages)
    assert [m for m in changed.messages if m.speaker != item.focus] == [
        m for m in item.messages if m.speaker != item.focus
    ]
    for (before, tactic), (after, same) in zip(item.tactic_messages, changed.tactic_messages, strict=True):
        assert tactic == same
        assert item.messages[before].text.split()[0] == changed.messages[after].text.split()[0]


def test_without_slotted_dialogues_or_proxies_nothing_hangs(parts):
    without = tuple(d for d in parts["train"].dialogues if not any(message.slot for message in d.messages))
    plain = Corpus(parts["train"].lines, without)
    made = list(compose(gather(plain, []), 20, 0))
    assert {item.kind for item in made} <= {"carrier", "dialogue"}
