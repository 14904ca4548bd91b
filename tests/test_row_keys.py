"""Names of the fields of a message, usual ones and one's own, in every entry point."""

import pytest

from grooming_risk import (
    Conversation,
    ConversationMonitor,
    GroomingRiskError,
    Message,
    score_conversation,
    score_conversations,
)
from grooming_risk.errors import InvalidConversationError, InvalidOptionError
from grooming_risk.outcome import Outcome
from grooming_risk.row_keys import SPEAKER_KEYS, TEXT_KEYS, TIME_KEYS, renamed
from grooming_risk.testing import CONVERSATIONS, StandInScorer

TIME = "2026-03-01T19:02:00Z"


@pytest.mark.parametrize("speaker", SPEAKER_KEYS)
@pytest.mark.parametrize("text", TEXT_KEYS)
@pytest.mark.parametrize("time", TIME_KEYS)
def test_usual_names(speaker, text, time):
    (message,) = Conversation.from_messages([{speaker: "ana", text: "hello", time: TIME}])
    assert (message.speaker, message.text, message.sent_at.hour) == ("ana", "hello", 19)


def test_names_of_ones_own():
    scorer = StandInScorer()
    usual = [{"speaker": who, "text": what} for who, what in CONVERSATIONS[Outcome.REVIEW]]
    own = [{"who": row["speaker"], "what": row["text"], "text": "not this"} for row in usual]
    keys = {"speaker": "who", "text": "what"}
    report = score_conversation(own, keys=keys, scorer=scorer)
    assert report == score_conversation(usual, scorer=scorer)
    assert list(score_conversations([own, own], keys=keys, scorer=scorer)) == [report, report]
    assert list(renamed([("ana", "hi"), Message("b", "x")], keys)) == [("ana", "hi"), Message("b", "x")]


def test_other_things_are_refused_as_ever():
    keys = {"speaker": "who", "text": "what"}
    (error,) = score_conversations(["no list"], keys=keys, scorer=StandInScorer(), errors="return")
    assert isinstance(error, GroomingRiskError)
    with pytest.raises(InvalidConversationError, match="message 0 has none of the keys"):
        score_conversation([{"who": "ana"}], keys=keys, scorer=StandInScorer())


def test_unknown_fields_are_refused():
    with pytest.raises(InvalidOptionError, match="keys names 'colour', which is not a field"):
        score_conversation([{"a": 1}], keys={"colour": "a"}, scorer=StandInScorer())
    with pytest.raises(InvalidOptionError):
        next(iter(score_conversations([[{"a": 1}]], keys={"colour": "a"}, scorer=StandInScorer())))


def test_a_batch_names_what_it_cannot_use():
    good = Conversation.from_messages([("ana", "hello")])
    with pytest.raises(InvalidConversationError, match="conversation 1 of the batch is a list"):
        StandInScorer().score_batch([good, [("ana", "hello")]])


def test_a_step_is_plain_json_and_a_report_knows_whether_it_is_flagged():
    scorer = StandInScorer()
    monitor = ConversationMonitor(scorer)
    steps = [monitor.update(row).to_dict() for row in CONVERSATIONS[Outcome.REVIEW]]
    assert steps[-1]["outcome"] == "review" and isinstance(steps[-1]["outcome"], str)
    assert steps[0]["abstention"] is None or isinstance(steps[0]["abstention"], str)
    assert scorer.score(CONVERSATIONS[Outcome.REVIEW]).flagged
    assert not scorer.score(CONVERSATIONS[Outcome.NO_REVIEW]).flagged


def test_a_monitor_needs_no_arguments(artifact):
    step = ConversationMonitor().update(("ana", "are you coming to the game tonight?"))
    assert step.message == 0
