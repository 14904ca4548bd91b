"""A monitor driven in any order of messages, bad rows, restarts and twins, against scoring what it has read."""

import json

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from grooming_risk import ConversationMonitor, GroomingRiskError
from grooming_risk.conversation import Limits, MessageKind
from grooming_risk.errors import UnsupportedFormatError
from grooming_risk.testing import WINDOWS, StandInScorer
from tests.live.test_monitor_properties import MESSAGES, conversation
from tests.support.examples import examples

BAD_ROWS = st.sampled_from(
    [
        None,
        7,
        "text",
        ("a",),
        ("", "hi"),
        ("a", b"hi"),
        {"text": "hi"},
        ("a", "x" * 3_201),
        ("a", "hi", "yesterday"),
        {"speaker": "a", "text": "hi", "kind": "other"},
    ]
)
LIMITS = Limits(messages=200, characters=200, speakers=3)


class MonitorMachine(RuleBasedStateMachine):
    """Subclasses name the scorer, and what may differ between one at a time and all at once."""

    def __init__(self):
        super().__init__()
        self.rows, self.steps, self.kept = [], [], None

    def scorer(self):
        raise NotImplementedError

    @initialize(prior=st.sampled_from([None, 0.2]))
    def begin(self, prior):
        self.options = {"prior": prior}
        self.monitor = ConversationMonitor(self.scorer(), **self.options)

    @rule(message=MESSAGES)
    def read(self, message):
        (row,) = conversation([message])
        self.rows.append(row)
        self.steps.append(self.monitor.update(row))

    @rule(messages=st.lists(MESSAGES, min_size=WINDOWS.size, max_size=3 * WINDOWS.size))
    def read_until_the_first_ones_are_forgotten(self, messages):
        for message in messages:
            self.read(message)

    @rule(row=BAD_ROWS)
    def refuse(self, row):
        before = self.monitor.to_state()
        with pytest.raises(GroomingRiskError):
            self.monitor.update(row)
        assert self.monitor.to_state() == before

    @rule(name=st.sampled_from(["somebody else", "anybody"]), words=st.integers(1, 200))
    def go_beyond_a_limit(self, name, words):
        self.read((name, "how old is it. " * words, None, MessageKind.TEXT))

    @rule()
    def restart(self):
        state = json.loads(json.dumps(self.monitor.to_state(), allow_nan=False))
        start = state["reread_from"]
        recent = [] if start is None else self.rows[start:]
        resumed = ConversationMonitor.from_state(state, self.scorer(), recent)
        assert resumed.to_state() == state
        self.monitor = resumed

    @rule()
    def keep_a_state(self):
        self.kept = len(self.rows), json.dumps(self.monitor.to_state())

    @precondition(lambda self: self.kept is not None)
    @rule()
    def go_on_from_the_kept_one(self):
        """An old state is as good as on the day it was written: nothing of it is shared."""
        length, text = self.kept
        state = json.loads(text)
        start = state["reread_from"]
        recent = [] if start is None else self.rows[start:length]
        twin = ConversationMonitor.from_state(state, self.scorer(), recent)
        assert [twin.update(row) for row in self.rows[length:]] == self.steps[length:]
        assert twin.to_state() == self.monitor.to_state()

    @rule(name=st.sampled_from(["format", "artifact", "rows", "speakers", "messages", "salt", "live"]))
    def refuse_a_damaged_state(self, name):
        state = {**self.monitor.to_state(), name: "damaged"}
        with pytest.raises(UnsupportedFormatError):
            ConversationMonitor.from_state(state, self.scorer())
        del state[name]
        with pytest.raises(UnsupportedFormatError):
            ConversationMonitor.from_state(state, self.scorer())

    @invariant()
    def it_says_what_scoring_says(self):
        if not self.steps:
            return
        report, step = self.scorer().score(self.rows, explain=False, **self.options), self.steps[-1]
        assert (step.outcome, step.abstention) == (report.outcome, report.abstention)
        assert (step.probability, step.interval) == (report.probability, report.interval)
        assert step.beyond_limits == report.beyond_limits
        assert step.window == (report.windows[-1] if report.windows else None)
        assert [step.message for step in self.steps] == list(range(len(self.rows)))

    @invariant()
    def it_remembers_a_window_and_no_more(self):
        if self.steps:
            spec = self.scorer().artifact.window_spec
            assert len(self.monitor.to_state()["rows"]) <= spec.size + spec.remembered
            flags = [step.first_flag for step in self.steps]
            raised = next((flag for flag in flags if flag is not None), None)
            assert flags == [None if raised is None or n < raised else raised for n in range(len(flags))]


class WithStandin(MonitorMachine):
    standin = StandInScorer(digest_key=b"a key of the tests only", limits=LIMITS)

    def scorer(self):
        return self.standin


@pytest.mark.scaled
def test_a_monitor_of_the_standin():
    run_state_machine_as_test(WithStandin, settings=settings(max_examples=examples(80), stateful_step_count=30))


def test_a_monitor_of_the_artefact(scorer):
    class WithArtifact(MonitorMachine):
        def scorer(self):
            scorer._limits = LIMITS
            return scorer

    before = scorer._limits
    try:
        run_state_machine_as_test(WithArtifact, settings=settings(max_examples=4, stateful_step_count=10))
    finally:
        scorer._limits = before
