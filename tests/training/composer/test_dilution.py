"""Long conversations keep what was composed: messages, their order, indices of tactic lines; both halves are alike."""

import dataclasses
import itertools

import numpy as np
import pytest

from training.composer.compose import compose, digest
from training.composer.composed_set import composed_set, rows
from training.composer.material import gather
from training.config import Dilution
from training.corpus.lines import load_corpus
from training.sources.proxies import ProxyConversation

SETTINGS = Dilution(
    near=0.3, near_between=15, far=0.12, far_messages=500, farthest=0.03, farthest_messages=2_000, joined=0.04, noise=0
)
ALL_NEAR = dataclasses.replace(SETTINGS, near=1, far=0, farthest=0, joined=0)
ALL_FAR = dataclasses.replace(SETTINGS, near=0, far=0.7, farthest=0.3, joined=0)
COUNT = 300


def talks(count=120, source="byu_chitchat", language="en"):
    """Real conversations with texts that no corpus holds: each message is told from those that were composed."""
    return [
        ProxyConversation(
            f"{source}:{number}",
            source,
            language,
            "train",
            tuple(
                (f"s{1 + place % 2}", f"filler {number}-{place} {language}", None) for place in range(6 + number % 40)
            ),
            (f"p{number % 7}", f"q{number}"),
        )
        for number in range(count)
    ]


def texts(item):
    return [message.text for message in item.messages]


def is_filler(message):
    """Check whether a message was put in; only where the draft holds no real conversation itself."""
    return message.text.startswith("filler ")


def authored(made):
    return [item for item in made if item.kind in ("counterfactual", "dialogue")]


@pytest.fixture(scope="module")
def material():
    """Material of English; only fillers, stretches of real conversations and some carriers come from `talks`."""
    return [dataclasses.replace(gather(load_corpus(["en"]), [])[0], proxies={"byu_chitchat": talks()})]


@pytest.fixture(scope="module")
def short(material):
    return list(compose(material, COUNT, 7))


@pytest.fixture(scope="module", params=[SETTINGS, ALL_NEAR, ALL_FAR], ids=["usual", "near", "far"])
def long(material, request):
    return list(compose(material, COUNT, 7, dilution=request.param))


def beside(short, long):
    """Each composed conversation as it is short and as it is long; joined ones have no short form."""
    return list(zip(short, [item for item in long if item.kind != "joined"], strict=False))


def test_every_own_message_is_there_once_and_in_order(short, long):
    for before, after in beside(short, long):
        rest = iter(after.messages)
        assert all(text in (message.text for message in rest) for text in texts(before))
        assert len(after.messages) == len(before.messages) + after.fillers
        assert (before.label, before.kind, before.group, before.evasion) == (
            after.label,
            after.kind,
            after.group,
            after.evasion,
        )


def test_indices_of_tactics_point_to_the_same_texts_of_the_focus_speaker(short, long):
    found = 0
    for before, after in beside(short, long):
        assert [tactic for _, tactic in before.tactic_messages] == [tactic for _, tactic in after.tactic_messages]
        for (short_index, _), (long_index, _) in zip(before.tactic_messages, after.tactic_messages, strict=True):
            assert after.messages[long_index].text == before.messages[short_index].text
            assert after.messages[long_index].speaker == after.focus
            found += 1
    assert found > 100


def test_speakers_are_numbered_by_first_appearance_and_fillers_bring_no_new_ones(short, long):
    for item in long:
        names = list(dict.fromkeys(message.speaker for message in item.messages))
        assert names == [f"s{number + 1}" for number in range(len(names))]
    for before, after in beside(short, long):
        assert len({m.speaker for m in after.messages}) == len({m.speaker for m in before.messages})


def test_times_never_go_back_and_all_or_none_are_given(long):
    spans = []
    for item in long:
        stamps = [message.sent_at for message in item.messages if message.sent_at]
        assert len(stamps) in (0, len(item.messages))
        assert stamps == sorted(stamps)
        if stamps and item.fillers:
            spans.append((stamps[-1] - stamps[0]).total_seconds() / 86_400)
    assert min(spans) < 1  # days
    assert 30 < max(spans) < 1_000


def test_shares_and_lengths_are_as_configured(material):
    made = list(compose(material, 1_500, 3, dilution=SETTINGS))
    lengths = np.array([len(item.messages) for item in made])
    assert lengths.max() <= SETTINGS.farthest_messages
    assert abs(np.mean([item.kind == "joined" for item in made]) - SETTINGS.joined) < 0.01
    assert abs(np.mean([item.fillers > 0 for item in made]) - 0.44) < 0.06
    assert 0 < np.mean(lengths > SETTINGS.far_messages) < 0.12
    for item in made:
        if item.kind == "joined":
            assert not item.label
            assert len(item.messages) >= 60


def test_near_dilution_is_within_its_bound_between_every_two(material):
    regular = 0
    for item in authored(compose(material, 120, 5, dilution=ALL_NEAR)):
        gaps = [len(list(run)) for filler, run in itertools.groupby(map(is_filler, item.messages)) if filler]
        regular += len(set(gaps)) == 1 and gaps[0] <= ALL_NEAR.near_between
        assert np.mean(gaps) < 4 * ALL_NEAR.near_between
    assert regular > 10


def test_both_halves_of_a_pair_have_the_same_fillers_and_pauses(material):
    pairs = 0
    for seed in range(12):
        # Composed without noise in fillers, so equal texts mean equal fillers.
        drawn = list(compose(material, 40, seed, dilution=ALL_FAR))
        for first, second in itertools.pairwise(drawn):
            if (first.kind, first.label, second.label) == ("counterfactual", 1, 0) and first.group == second.group:
                pairs += 1
                own = [[m.text for m in item.messages if is_filler(m)] for item in (first, second)]
                shared = min(map(len, own))
                assert own[0][:shared] == own[1][:shared]
                # The longest allowed length is the only thing that may cut one half and not the other.
                assert own[0] == own[1] or max(len(first.messages), len(second.messages)) >= 2_000
                assert (first.messages[0].sent_at is None) == (second.messages[0].sent_at is None)
    assert pairs > 100


def test_places_are_the_same_in_both_halves_of_a_counterfactual(material):
    """However a message was sent, in one part or two, as many fillers are before it and after it in both halves."""
    compared = 0
    for first, second in itertools.pairwise(compose(material, 200, 11, dilution=ALL_NEAR)):
        if (first.kind, first.label, second.label) == ("counterfactual", 1, 0) and first.group == second.group:
            compared += 1
            runs = [itertools.groupby(map(is_filler, item.messages)) for item in (first, second)]
            gaps = [[len(list(run)) for filler, run in half if filler] for half in runs]
            assert gaps[0] == gaps[1]
    assert compared > 20


def test_without_dilution_the_set_is_as_before_and_with_it_the_same_seed_gives_the_same_set(material, short):
    assert digest(compose(material, COUNT, 7, dilution=None)) == digest(short)
    assert digest(compose(material, 60, 7, dilution=SETTINGS)) == digest(compose(material, 60, 7, dilution=SETTINGS))


def test_fillers_are_few_distinct_texts_unless_they_are_noisy(material):
    def distinct(noise):
        made = authored(compose(material, 200, 5, dilution=dataclasses.replace(ALL_FAR, noise=noise)))
        return {message.text for item in made for message in item.messages if "iller" in message.text.lower()}

    known = {text for proxy in talks() for _, text, _ in proxy.messages}
    assert {text for text in distinct(0) if text.startswith("filler ")} <= known
    assert len(distinct(0)) < len(distinct(0.5))


def test_a_language_without_real_conversations_gets_its_authored_dialogues(material):
    spanish = gather(load_corpus(["es"]), [])
    plain = {message.text for d in spanish[0].dialogues if d.kind == "plain" for message in d.messages}
    diluted = [item for item in compose(spanish, 40, 2, dilution=ALL_FAR) if item.fillers]
    assert len(diluted) > 30
    for item in diluted:
        assert sum(message.text in plain for message in item.messages) >= item.fillers
    mute = [dataclasses.replace(spanish[0], dialogues=[d for d in spanish[0].dialogues if d.kind == "hard"])]
    assert not any(item.fillers for item in compose(mute, 20, 2, dilution=ALL_FAR))


def test_a_set_in_memory_gives_long_conversations_back_whole(material):
    made = composed_set(material, 40, 3, 0.4, SETTINGS)
    assert list(rows(made)) == list(compose(material, 40, 3, dilution=SETTINGS))
    assert not [text for item in rows(made) for text in texts(item) if len(text) > 9 and text in repr(item)]
