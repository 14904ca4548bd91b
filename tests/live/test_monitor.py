"""The monitor with the shipped networks, its errors and its states; equality with scoring: test_monitor_properties."""

import dataclasses
import functools
import json
import pickle

import pytest

from grooming_risk import GroomingRiskError, OperatingPoint, Outcome, RiskScorer
from grooming_risk.commands.demo import SAMPLES
from grooming_risk.conversation import Limits
from grooming_risk.errors import (
    InputTooLargeError,
    InvalidConversationError,
    InvalidOptionError,
    UnknownOperatingPointError,
    UnsupportedFormatError,
)
from grooming_risk.live.monitor import ConversationMonitor
from grooming_risk.model.tokenization import batches
from grooming_risk.readers import read_file
from grooming_risk.scoring import message_encoding
from grooming_risk.testing import WINDOWS, StandInScorer

CANARY = "xylophonecanary"


def sample(number):
    (path,) = SAMPLES.glob(f"{number}_*.json")
    (exported,) = read_file(path)
    return list(exported.conversation)


def standin(**options):
    return ConversationMonitor(StandInScorer(), **options)


def chat(count):
    return [("ab"[number % 3 == 0], f"what about the match number {number}") for number in range(count)]


@pytest.fixture(scope="module")
def exact_scorer():
    """Int8 activations share a scale over a batch: only texts that are encoded alone have always the same vectors."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(message_encoding, "batches", functools.partial(batches, budget=1))
        yield RiskScorer(digest_key=b"a key of the tests only")


def test_the_shipped_networks_say_live_what_they_say_afterwards(exact_scorer):
    rows = [message for number in (1, 3, 6, 4, 2, 5) for message in sample(number)] * 2
    size = exact_scorer.artifact.window_spec.size
    assert len(rows) > size + exact_scorer.artifact.window_spec.stride
    monitor = ConversationMonitor(exact_scorer)
    steps = [monitor.update(row) for row in rows]
    for stop in (3, size, size + 1, len(rows)):
        report, step = exact_scorer.score(rows[:stop], explain=False), steps[stop - 1]
        assert (step.outcome, step.abstention) == (report.outcome, report.abstention)
        # A window's logit is rounded to four decimals; a sum in another order may fall on the other side.
        assert step.window.logit == pytest.approx(report.windows[-1].logit, abs=1.1e-4)
        assert step.probability == pytest.approx(report.probability, rel=1e-3)
        assert (step.window.start, step.window.stop) == (report.windows[-1].start, report.windows[-1].stop)


@pytest.mark.parametrize("number", [4, 5])
def test_a_warning_is_raised_once_and_stays(scorer, number):
    rows = [*sample(number), *chat(5)]
    monitor = ConversationMonitor(scorer)
    steps = [monitor.update(row) for row in rows]
    (first,) = [step.message for step in steps if step.raised]
    assert [step.warning for step in steps] == [index >= first for index in range(len(rows))]
    assert {step.first_flag for step in steps[first:]} == {first}
    assert steps[first].flagged
    assert steps[first].window.focus_speaker == "a"
    assert any(step.tactics for step in steps[: first + 1])


@pytest.mark.parametrize("number", [1, 2, 3, 6])
def test_benign_and_lookalike_samples_raise_none(scorer, number):
    monitor = ConversationMonitor(scorer)
    step = [monitor.update(row) for row in sample(number)][-1]
    assert not step.warning
    assert step.outcome is Outcome.NO_REVIEW


def test_a_conversation_that_is_abstained_from_has_no_probability(scorer):
    monitor = ConversationMonitor(scorer)
    step = [monitor.update(row) for row in sample(7)][-1]
    assert step.outcome is Outcome.ABSTAINED
    assert (step.probability, step.interval, step.window, step.flagged) == (None, None, None, False)


def test_steps_are_plain_values(scorer):
    step = ConversationMonitor(scorer).update(("me", f"see you at practice tomorrow {CANARY}"))
    assert CANARY not in repr(step) + json.dumps(dataclasses.asdict(step))
    assert pickle.loads(pickle.dumps(step)) == step
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.warning = True
    assert not hasattr(step, "__dict__")


@pytest.mark.parametrize("row", [("a", 7), {"speaker": "a"}, ("a", "b", CANARY), CANARY, ("a", CANARY * 9_000)])
def test_a_message_that_cannot_be_used_names_its_index_and_changes_nothing(row):
    monitor = standin()
    for message in chat(4):
        monitor.update(message)
    before = monitor.to_state()
    with pytest.raises((InvalidConversationError, InputTooLargeError), match="message 4") as caught:
        monitor.update(row)
    assert CANARY not in str(caught.value)
    assert monitor.to_state() == before
    assert monitor.update(("a", "what about the next match")).message == 4


def test_beyond_its_limits_a_monitor_reads_on_and_says_so():
    monitor = ConversationMonitor(StandInScorer(limits=Limits(messages=5, characters=40, speakers=2)))
    for message in chat(4):
        assert monitor.update(message).beyond_limits == ()
    assert monitor.update(("c", "hello to both of you")).speaker == "c"
    assert monitor.update(("b", "hello to both of you")).beyond_limits == ("messages", "speakers")
    assert monitor.update(("a", "hello to both of you " * 3)).speaker == "d"  # a was forgotten before
    assert monitor.update(("a", "hello")).beyond_limits == ("messages", "characters", "speakers")
    assert monitor.messages == 8 and len(monitor.to_state()["speakers"]) == 2


@pytest.mark.parametrize("options", [{"prior": 0}, {"prior": 1.5}, *({"skepticism": s} for s in (0, 11, 2.5, True))])
def test_options_out_of_range_are_refused(options):
    with pytest.raises(InvalidOptionError, match="must be"):
        standin(**options)


def test_an_unknown_operating_point_is_refused():
    with pytest.raises(UnknownOperatingPointError, match="balanced"):
        standin(operating_point="fast")


def test_no_text_and_no_name_is_in_a_state_or_a_repr():
    monitor = standin()
    for text in (f"what about {CANARY} then", CANARY, f"{CANARY} ok"):
        monitor.update((f"speaker-{CANARY}", text))
    shown = json.dumps(monitor.to_state()) + repr(monitor) + repr(monitor._memory)
    assert CANARY not in shown
    assert monitor.to_state()["reread_from"] == 1


def test_two_monitors_have_nothing_in_common_by_which_to_know_a_speaker_again():
    first, second = standin(), standin()
    for monitor in (first, second):
        monitor.update(("a", "what about the match"))
    ((one, _),), ((other, _),) = (monitor.to_state()["speakers"] for monitor in (first, second))
    assert one != other


def test_a_state_keeps_the_options():
    point = OperatingPoint("own", 1.25, 0.5, 10, 0, 0.3, 0.5)
    monitor = standin(operating_point=point, prior=0.125, skepticism=4)
    for message in chat(9):
        monitor.update(message)
    state = json.loads(json.dumps(monitor.to_state()))
    again = ConversationMonitor.from_state(state, StandInScorer())
    assert again.to_state() == state == monitor.to_state()
    assert again.update(chat(1)[0]) == monitor.update(chat(1)[0])


def test_a_state_does_not_load_into_another_artefact():
    monitor = standin()
    monitor.update(chat(1)[0])
    with pytest.raises(UnsupportedFormatError, match="another artefact"):
        ConversationMonitor.from_state(monitor.to_state(), StandInScorer(digest="1" * 64))


def damaged(**changes):
    return lambda state: {**state, **changes}


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: {},
        lambda _: None,
        lambda state: {name: value for name, value in state.items() if name != "rows"},
        damaged(format=99),
        damaged(messages=-1),
        damaged(messages="7"),
        damaged(rows=[]),
        damaged(speakers=[]),
        damaged(salt="no"),
        damaged(operating_point={"name": "x"}),
        damaged(prior=7),
        damaged(live={"start": 0}),
        damaged(skepticism=99),
        damaged(totals=None),
        damaged(totals_before={}),
        damaged(finished=3),
        damaged(first_flag="x"),
        lambda state: {**state, "rows": [{**row, "embedding": "?"} for row in state["rows"]]},
        lambda state: {**state, "rows": [{**row, "speaker": 5} for row in state["rows"]]},
        lambda state: {**state, "rows": [*state["rows"][:-1], {**state["rows"][-1], "embedding": "AAAA"}]},
    ],
)
def test_a_damaged_state_is_refused(damage):
    monitor = standin()
    for message in chat(2 * WINDOWS.size):
        monitor.update(message)
    with pytest.raises(UnsupportedFormatError) as caught:
        ConversationMonitor.from_state(damage(monitor.to_state()), StandInScorer())
    assert isinstance(caught.value, GroomingRiskError)


def test_recent_messages_are_the_ones_asked_for():
    monitor = standin()
    rows = [("a", "what about the match"), ("b", "ok"), ("b", "fine")]
    for message in rows:
        monitor.update(message)
    state = monitor.to_state()
    assert state["reread_from"] == 1
    ConversationMonitor.from_state(state, StandInScorer(), rows[1:])
    with pytest.raises(InvalidConversationError, match="but 2 are needed"):
        ConversationMonitor.from_state(state, StandInScorer(), rows)
    with pytest.raises(InvalidConversationError, match="message 2"):
        ConversationMonitor.from_state(state, StandInScorer(), [("b", "ok"), ("c", "fine")])
    with pytest.raises(InvalidConversationError, match="message 1"):
        ConversationMonitor.from_state(state, StandInScorer(), [("b", 7), ("b", "fine")])


def test_evidence_says_which_messages_moved_the_live_window(scorer):
    monitor = ConversationMonitor(scorer)
    assert monitor.evidence() == ()
    steps = [monitor.update(row) for row in sample(4)]
    evidence = monitor.evidence()
    assert {item.message for item in evidence} == {step.message for step in steps}
    assert evidence[0].delta_logit > 0
    assert evidence[0].speaker == "a"
