"""Several scorers used in any order, pickled in between, over good and bad conversations: none disturbs another."""

import pickle

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from grooming_risk import Conversation, GroomingRiskError, RiskReport, RiskScorer, score_conversations
from grooming_risk.conversation import Limits
from grooming_risk.errors import InputTooLargeError, InvalidConversationError, InvalidOptionError
from grooming_risk.scoring import batch
from grooming_risk.testing import StandInScorer
from tests.live.test_monitor_properties import MESSAGES, conversation
from tests.support.examples import examples

LIMITS = Limits(messages=40, characters=200, speakers=3)


def breaking():
    yield ("a", "what about the match at nine")
    raise OSError("gone")


GOOD = st.lists(MESSAGES, min_size=1, max_size=20).map(conversation)
BAD = {
    "empty": (list, InvalidConversationError),
    "nothing": (lambda: None, InvalidConversationError),
    "a row that is none": (lambda: [("a", "hi"), 7], InvalidConversationError),
    "a source that breaks off": (breaking, InvalidConversationError),
    "too long": (lambda: [("a", "hi")] * 201, InputTooLargeError),
    "a message far too long": (lambda: [("a", "x" * 3_201)], InputTooLargeError),
}
MIXED = st.lists(GOOD | st.sampled_from(sorted(BAD)), max_size=8)


class ScorerMachine(RuleBasedStateMachine):
    """Subclasses make scorers."""

    def __init__(self):
        super().__init__()
        self.scorers = [self.make(b"a key of the tests only"), self.make(b"another key of the tests")]
        self.known = []  # (which scorer, conversation, explain, what it said)
        self.streams = []  # (which scorer, what is still to come, what was put in)

    def make(self, key):
        raise NotImplementedError

    @rule(which=st.integers(0, 1), rows=GOOD, explain=st.booleans())
    def score(self, which, rows, explain):
        self.known.append((which, rows, explain, self.scorers[which].score(rows, explain=explain)))

    @rule(which=st.integers(0, 1))
    def travel(self, which):
        self.scorers[which] = pickle.loads(pickle.dumps(self.scorers[which]))

    @rule(which=st.integers(0, 1), name=st.sampled_from(sorted(BAD)))
    def refuse(self, which, name):
        make, kind = BAD[name]
        with pytest.raises(kind):
            self.scorers[which].score(make())

    @rule(which=st.integers(0, 1))
    def refuse_options(self, which):
        with pytest.raises(InvalidOptionError):
            self.scorers[which].score([("a", "hi")], prior=2)
        with pytest.raises(GroomingRiskError):
            self.scorers[which].score([("a", "hi")], operating_point="none")

    @rule(which=st.integers(0, 1), mixed=MIXED)
    def open_a_stream(self, which, mixed):
        source = (BAD[item][0]() if isinstance(item, str) else item for item in mixed)
        self.streams.append(
            (which, score_conversations(source, scorer=self.scorers[which], errors="return"), list(mixed))
        )

    @precondition(lambda self: self.streams)
    @rule(number=st.integers(0, 10))
    def take_one(self, number):
        """From any stream, in any order."""
        which, stream, left = self.streams[number % len(self.streams)]
        result = next(stream, None)
        if not left:
            assert result is None
            return
        item = left.pop(0)
        if isinstance(item, str):
            assert type(result) is BAD[item][1]
        else:
            assert isinstance(result, RiskReport)
            self.known.append((which, item, True, result))

    @rule(which=st.integers(0, 1), mixed=MIXED)
    def stop_at_the_first_bad_one(self, which, mixed):
        before = next((n for n, item in enumerate(mixed) if isinstance(item, str)), len(mixed))
        found, source = [], (BAD[item][0]() if isinstance(item, str) else item for item in mixed)
        try:
            for report in score_conversations(source, scorer=self.scorers[which]):
                found.append(report)
        except GroomingRiskError as error:
            assert type(error) is BAD[mixed[before]][1]
        else:
            assert before == len(mixed)
        assert [report.messages for report in found] == [len(item) for item in mixed[:before]]

    @precondition(lambda self: len(self.known) > 1)
    @rule(data=st.data())
    def together_or_alone(self, data):
        some = data.draw(st.lists(st.sampled_from(self.known), min_size=1, max_size=6))
        for which in (0, 1):
            own = [item for item in some if item[0] == which and item[2]]
            read = [Conversation.from_messages(rows) for _, rows, _, _ in own]
            assert self.scorers[which].score_batch(read) == [report for *_, report in own]

    @invariant()
    def what_was_said_is_said_again(self):
        if self.known:
            which, rows, explain, report = self.known[-1]
            assert self.scorers[which].score(rows, explain=explain) == report
            other = self.scorers[1 - which].score(rows, explain=explain)
            assert other.windows == report.windows
            assert other.provenance.input_digest != report.provenance.input_digest
            assert RiskReport.from_json(report.to_json()) == report


class WithStandin(ScorerMachine):
    def make(self, key):
        return StandInScorer(digest_key=key, limits=LIMITS)


class WithArtifact(ScorerMachine):
    def make(self, key):
        return RiskScorer(digest_key=key, limits=LIMITS)


@pytest.mark.scaled
def test_scorers_of_the_standin(monkeypatch):
    # Few messages fill a batch, so that streams stop between batches too.
    monkeypatch.setattr(batch, "MESSAGES", 20)
    run_state_machine_as_test(WithStandin, settings=settings(max_examples=examples(80), stateful_step_count=30))


def test_scorers_of_the_artefact(monkeypatch):
    monkeypatch.setattr(batch, "MESSAGES", 20)
    run_state_machine_as_test(WithArtifact, settings=settings(max_examples=3, stateful_step_count=8))
