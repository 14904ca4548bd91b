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
from grooming_risk.live import ConversationWatch, WatchOptions
from grooming_risk.outcome import Outcome
from grooming_risk.row_keys import FIELDS, SPEAKER_KEYS, TEXT_KEYS, TIME_KEYS, is_identifier, named, renamed
from grooming_risk.testing import CONVERSATIONS, StandInScorer

TIME = "2026-03-01T19:02:00Z"
CANARY = "xylophonecanary"
USUAL = [{"speaker": who, "text": what} for who, what in CONVERSATIONS[Outcome.REVIEW]]
OWN = [{"who": row["speaker"], "what": row["text"], "text": "not this"} for row in USUAL]
KEYS = {"speaker": "who", "text": "what"}


@pytest.fixture(scope="module")
def scorer():
    return StandInScorer(digest_key=b"a key of the tests only")


@pytest.mark.parametrize("speaker", SPEAKER_KEYS)
@pytest.mark.parametrize("text", TEXT_KEYS)
@pytest.mark.parametrize("time", TIME_KEYS)
def test_usual_names(speaker, text, time):
    (message,) = Conversation.from_messages([{speaker: "ana", text: "hello", time: TIME}])
    assert (message.speaker, message.text, message.sent_at.hour) == ("ana", "hello", 19)


def monitored(scorer, rows, keys):
    monitor = ConversationMonitor(scorer)
    return [monitor.update(row, keys=keys) for row in rows]


def watched(scorer, rows, keys):
    found = []
    options = WatchOptions(keys=None if keys is None else {**keys, "conversation": "thread"})
    thread = "conversation" if keys is None else "thread"
    with ConversationWatch(scorer, options, write=found.extend) as watch:
        steps = [watch.update({**row, thread: "7f3"}) for row in rows]
        watch.finish()
    return steps, found


def resumed(scorer, rows, keys):
    """The steps of a monitor that goes on in the middle of a run of short messages."""
    first = ConversationMonitor(scorer)
    for row in rows[:3]:
        first.update(row, keys=keys)
    state = first.to_state()
    recent = [] if state["reread_from"] is None else rows[state["reread_from"] : 3]
    monitor = ConversationMonitor.from_state(state, scorer, recent, keys=keys)
    return [monitor.update(row, keys=keys) for row in rows[3:]]


ENTRANCES = {
    "from_messages": lambda scorer, rows, keys: Conversation.from_messages(rows, keys=keys),
    "score": lambda scorer, rows, keys: scorer.score(rows, keys=keys),
    "score_conversation": lambda scorer, rows, keys: score_conversation(rows, scorer=scorer, keys=keys),
    "score_conversations": lambda scorer, rows, keys: list(score_conversations([rows] * 2, scorer=scorer, keys=keys)),
    "monitor": monitored,
    "from_state": resumed,
    "watch": watched,
    "to_html": lambda scorer, rows, keys: scorer.score(rows, keys=keys).to_html(rows, keys=keys),
}


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_names_of_ones_own(entrance, scorer):
    call = ENTRANCES[entrance]
    expected = call(scorer, USUAL, None)
    assert call(scorer, OWN, KEYS) == expected
    assert call(scorer, USUAL, KEYS) == expected  # fields that are not there keep their usual names
    with pytest.raises(InvalidOptionError, match="keys names 'colour', which is not a field"):
        call(scorer, USUAL, {"colour": "a"})


def test_names_may_be_those_of_other_fields():
    row = {"text": "ana", "speaker": "hello", "body": 7}
    assert named(row, {"speaker": "text", "text": "speaker"}) == {"speaker": "ana", "text": "hello", "body": 7}
    assert row["text"] == "ana"
    assert named(row, None) is row
    assert list(renamed([("ana", "hi"), Message("b", "x")], KEYS)) == [("ana", "hi"), Message("b", "x")]


@pytest.mark.parametrize("keys", ["speaker", ["speaker"], {"speaker": 3}, {"speaker": ""}, {"speaker": None}])
def test_names_that_cannot_be_used_are_refused(keys):
    with pytest.raises(InvalidOptionError, match="keys must"):
        Conversation.from_messages(USUAL, keys=keys)
    assert set(KEYS) < set(FIELDS)


def test_other_things_are_refused_as_ever():
    (error,) = score_conversations(["no list"], keys=KEYS, scorer=StandInScorer(), errors="return")
    assert isinstance(error, GroomingRiskError)
    with pytest.raises(InvalidConversationError, match="message 0 has none of the keys"):
        score_conversation([{"who": "ana"}], keys=KEYS, scorer=StandInScorer())


def test_a_monitor_goes_on_after_names_that_it_does_not_know(scorer):
    monitor = ConversationMonitor(scorer)
    with pytest.raises(InvalidOptionError):
        monitor.update(USUAL[0], keys={"colour": "a"})
    assert monitor.update(OWN[0], keys=KEYS).message == 0


def test_a_row_that_fails_by_itself_is_named_by_its_index(scorer):
    class Failing(dict):
        def items(self):
            raise ValueError(CANARY)

    row = Failing(who="ana", what="hello")
    for call in (
        lambda: Conversation.from_messages([USUAL[0], row], keys=KEYS),
        lambda: list(score_conversations([[USUAL[0], row]], scorer=scorer, keys=KEYS)),
    ):
        with pytest.raises(InvalidConversationError, match="message 1 raised ValueError") as caught:
            call()
        assert CANARY not in repr(caught.value.__context__)
        assert caught.value.index == 1


LONG = [pytest.param(10**digits, id=f"{digits} digits") for digits in (1_000, 9_999)]
HALVES = [pytest.param(text, id="half a pair") for text in ("\ud83d", "a\udfff")]  # which UTF-8 does not have


@pytest.mark.parametrize("value", ["7f3", "x" * 1_000, 0, -7, pytest.param(10**999, id="long"), "é"])
def test_what_can_be_an_id(value):
    assert is_identifier(value)


@pytest.mark.parametrize("value", ["", "x" * 1_001, True, None, 1.5, [], *LONG, *HALVES])
def test_what_cannot_be_an_id(value):
    assert not is_identifier(value)


def test_a_stream_may_have_ids_that_only_json_can_write(scorer):
    assert is_identifier("\ud83d", halves=True) and not is_identifier("", halves=True)
    flags = []
    with ConversationWatch(scorer, write=flags.extend) as watch:
        for row in USUAL:
            watch.update({**row, "conversation": "\ud83d"})
        watch.finish()
    assert len(flags) == 1 and flags[0].isascii()


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


def test_a_monitor_and_a_watch_need_no_scorer():
    monitor = ConversationMonitor()
    assert monitor.update(("ana", "are you coming to the game tonight?")).message == 0
    again = ConversationMonitor.from_state(monitor.to_state())
    assert again.update(("ben", "yes, mum drives us")).message == 1
    with ConversationWatch(write=print) as watch:
        assert watch.update({"conversation": 7, "speaker": "ana", "text": "hello there"}).message == 0
