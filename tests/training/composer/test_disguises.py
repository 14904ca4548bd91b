"""The gate: writing that hides leaves the bundled warning samples flagged, and flags no benign one."""

import json
from importlib.resources import files

import numpy as np
import pytest

from grooming_risk import Conversation, Outcome
from grooming_risk.scoring.message_encoding import model_text
from grooming_risk.text.normalization import normalize
from training.composer.disguises import DISGUISES, NOT_READ
from training.composer.perturb import HELD_OUT_EVASION, TRAINED_EVASION

WARNING = ("4_stranger_in_a_game", "5_offer_from_abroad")
BENIGN = (
    "1_weekend_plans",
    "2_coach_and_parents",
    "3_surprise_party",
    "6_ayuda_con_los_deberes",
    "7_traning_pa_svenska",
)
KINDS = (*TRAINED_EVASION, *HELD_OUT_EVASION)
READ = 0.8  # least share of the kinds that leave both warning samples flagged
TEXT = "Are you coming to the match tomorrow, because I want to bring your jacket?"


def sample(name):
    return json.loads(files("grooming_risk").joinpath("samples", f"{name}.json").read_text(encoding="utf-8"))


def written(name, kind):
    random = np.random.default_rng(0)
    return [
        {**message, "text": part} for message in sample(name) for part in kind(message["text"], random) if part.strip()
    ]


@pytest.fixture(scope="module")
def outcomes(scorer):
    """Kind → sample → outcome at `balanced`; all at once, so that equal texts are encoded once."""
    keys = [(kind.__name__, name) for kind in KINDS for name in (*WARNING, *BENIGN)]
    conversations = [Conversation.from_messages(written(name, kind)) for kind in KINDS for name in (*WARNING, *BENIGN)]
    reports = scorer.score_batch(conversations, explain=False)
    found = {}
    for (kind, name), report in zip(keys, reports, strict=True):
        found.setdefault(kind, {})[name] = report.outcome
    return found


def test_most_ways_to_hide_leave_both_warning_samples_flagged(outcomes):
    missed = {kind for kind, of in outcomes.items() if any(of[name] is not Outcome.REVIEW for name in WARNING)}
    assert missed <= NOT_READ.keys()
    assert 1 - len(missed) / len(outcomes) >= READ


def test_no_benign_sample_is_flagged_however_it_is_written(outcomes):
    flagged = [(kind, name) for kind, of in outcomes.items() for name in BENIGN if of[name] is Outcome.REVIEW]
    assert flagged == []


def test_what_is_not_read_is_a_kind_and_says_why():
    assert NOT_READ.keys() <= {kind.__name__ for kind in DISGUISES}
    assert all(reason.endswith(".") for reason in NOT_READ.values())


@pytest.mark.parametrize("kind", DISGUISES, ids=lambda kind: kind.__name__)
def test_each_disguise_changes_a_message_and_follows_its_seed(kind):
    first, again = (kind(TEXT, np.random.default_rng(3)) for _ in range(2))
    assert first == again != [TEXT]
    assert kind("", np.random.default_rng(0)) in ([""], [])


# Undone to the letter, but for capitals.
EXACT = (
    "capitals",
    "alternating_case",
    "random_case",
    "stacked_marks",
    "accents",
    "small_capitals",
    "enclosed_letters",
    "turned_letters",
    "stretched",
    "html_entities",
    "url_encoding",
    "backwards",
    "right_to_left",
    "doubled_letters",
)


@pytest.mark.parametrize("kind", [kind for kind in DISGUISES if kind.__name__ in EXACT], ids=lambda kind: kind.__name__)
def test_these_disguises_are_undone_exactly(kind, artifact):
    for seed in range(5):
        (hidden,) = kind(TEXT, np.random.default_rng(seed))
        assert model_text(normalize(hidden), artifact.vocabulary, artifact.tokenizer).lower() == TEXT.lower()


@pytest.mark.parametrize(
    "kind", [kind for kind in DISGUISES if kind.__name__.startswith("glued")], ids=lambda k: k.__name__
)
def test_glued_words_are_words_again(kind, artifact):
    for seed in range(5):
        (hidden,) = kind(TEXT, np.random.default_rng(seed))
        read = model_text(normalize(hidden), artifact.vocabulary, artifact.tokenizer)
        assert read.replace(",", "").strip("?") == TEXT.replace(",", "").strip("?")
