"""The monitor against scoring the messages so far, over any conversation, at every message, through any state.

The stand-in scorer's vectors do not depend on what a text is encoded together with, so equality here is exact.
"""

import json
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk import Conversation, Message, Outcome
from grooming_risk.conversation import MessageKind
from grooming_risk.decision.abstention import AbstentionThresholds
from grooming_risk.limits import Limits
from grooming_risk.live.monitor import ConversationMonitor
from grooming_risk.scoring.message_encoding import encode_conversations
from grooming_risk.testing import WINDOWS, StandInScorer
from grooming_risk.text import short_messages
from grooming_risk.text.message_text import visible_text
from grooming_risk.text.short_messages import SHORT
from tests.support.examples import examples

SCORER = StandInScorer(digest_key=b"a key of the tests only")
# Abstains until there are thirty tokens, so that windows are flagged before anything is said of them.
PATIENT = StandInScorer(digest_key=b"a key of the tests only", abstention=AbstentionThresholds(30, 1.0, 10**6, 0.0))
SETTINGS = settings(max_examples=examples(150))

# Few texts, so that runs of short messages, repeated texts and spread letters are common; some show nothing.
SHORT_TEXTS = st.sampled_from(["how", "old", "well", "are you", "s e c", "r.e.t", "ok", "😀", "о", "h o", "w"])
LONG_TEXTS = st.sampled_from([f"{word} about the match at nine" for word in ("what", "how", "why", "who")])
LETTERS = st.sampled_from(["h", "o", "w", "?", "é", "e\u0301\u0323", "\u0939\u0947"])
INVISIBLE = st.sampled_from(["", " ", "\u200b", "\n\t", "\u0301\u200b"])
TEXTS = SHORT_TEXTS | LETTERS | LETTERS | LONG_TEXTS | LONG_TEXTS | INVISIBLE | st.text(max_size=12)
KINDS = st.sampled_from([MessageKind.TEXT] * 7 + [MessageKind.SYSTEM, MessageKind.MEDIA, MessageKind.DELETED])
TIMES = st.none() | st.integers(1_700_000_000, 1_701_000_000)
MESSAGES = st.builds(
    lambda speaker, text, at, kind: (speaker, text if kind is MessageKind.TEXT else "", at, kind),
    st.sampled_from("aaabbc"),
    TEXTS,
    TIMES,
    KINDS,
)


def conversation(rows):
    return [{"speaker": speaker, "text": text, "sent_at": at, "kind": kind.value} for speaker, text, at, kind in rows]


CONVERSATIONS = (
    st.lists(MESSAGES, min_size=1, max_size=2 * WINDOWS.size)
    | st.lists(MESSAGES, min_size=3 * WINDOWS.size, max_size=5 * WINDOWS.size)
).map(conversation)


WORDS_OF_A_TEXT = 3


@pytest.fixture(scope="module", autouse=True)
def few_words_are_one_text():
    """So that more of them than are one text come up often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(short_messages, "LONGEST", WORDS_OF_A_TEXT)
        yield


POINTS = sorted(SCORER.artifact.operating_points)


def follow(monitor, rows):
    return [monitor.update(row) for row in rows]


def batch(rows, scorer=SCORER, **options):
    """The report after each message."""
    return [scorer.score(rows[:stop], explain=False, **options) for stop in range(1, len(rows) + 1)]


@SETTINGS
@given(CONVERSATIONS, st.sampled_from([SCORER, PATIENT]), st.sampled_from([None, 0.2]), st.sampled_from(POINTS))
def test_every_step_says_what_scoring_the_messages_so_far_says(rows, scorer, prior, point):
    steps = follow(ConversationMonitor(scorer, prior=prior, operating_point=point), rows)
    reports = batch(rows, scorer, prior=prior, operating_point=point)
    for number, (step, report) in enumerate(zip(steps, reports, strict=True)):
        assert step.message == number
        assert (step.outcome, step.abstention) == (report.outcome, report.abstention)
        assert (step.probability, step.interval) == (report.probability, report.interval)
        assert step.window == (report.windows[-1] if report.windows else None)
        point_of = scorer.artifact.operating_points[point]
        # A window that reaches the threshold without a flag is in a language that is not scored.
        read = [window for window in report.windows if window.flagged or not point_of.flags(window.logit)]
        assert step.highest == max(read, key=lambda window: window.logit, default=None)
        review = [other.outcome is Outcome.REVIEW for other in reports[: number + 1]]
        assert step.warning == any(review)
        assert step.first_flag == (review.index(True) if any(review) else None)
        assert step.raised == (any(review) and review.index(True) == number)


# So small that most conversations go beyond all of them.
TINY = Limits(messages=8, characters=40, speakers=2)
LONG = st.lists(LONG_TEXTS | SHORT_TEXTS, min_size=2, max_size=10).map(". ".join)
CROWD = st.builds(
    lambda speaker, text, at: (speaker, text, at, MessageKind.TEXT), st.sampled_from("abcde"), TEXTS | LONG, TIMES
)
CROWDS = st.lists(MESSAGES | CROWD, min_size=1, max_size=3 * WINDOWS.size).map(conversation)


@SETTINGS
@given(CROWDS, st.lists(st.integers(0, 4 * WINDOWS.size), max_size=3))
def test_beyond_its_limits_a_monitor_says_what_scoring_says(rows, places):
    scorer = StandInScorer(digest_key=b"a key of the tests only", limits=TINY)
    monitor, reports = ConversationMonitor(scorer), batch(rows, scorer)
    for number, (row, report) in enumerate(zip(rows, reports, strict=True)):
        if number in places:
            monitor = resumed(monitor, rows, number, with_recent=True, scorer=scorer)
        step = monitor.update(row)
        assert step.beyond_limits == report.beyond_limits
        assert (step.outcome, step.abstention, step.probability) == (
            report.outcome,
            report.abstention,
            report.probability,
        )
        assert step.window == (report.windows[-1] if report.windows else None)
        assert len(monitor.to_state()["speakers"]) <= TINY.speakers
    assert all(len(row["text"]) <= TINY.characters for row in rows) or "characters" in report.beyond_limits
    again = monitor.evidence()
    if len(report.windows) == 1:
        assert again == scorer.score(rows).evidence


@SETTINGS
@given(CONVERSATIONS)
def test_the_windows_of_the_whole_were_live_windows_once(rows):
    steps = follow(ConversationMonitor(SCORER), rows)
    report = SCORER.score(rows)
    live = {(step.window.start, step.window.stop): step.window for step in steps if step.window}
    for window in report.windows:
        if steps[window.stop - 1].abstention is None:
            assert live[window.start, window.stop] == window


@SETTINGS
@given(CONVERSATIONS)
def test_tactics_and_evidence_are_those_of_the_report(rows):
    monitor = ConversationMonitor(SCORER)
    steps = follow(monitor, rows)
    report = SCORER.score(rows)
    (reading,) = encode_conversations([Conversation.from_messages(rows)], SCORER.artifact)
    read = set(reading.vectors.positions)
    timeline = {}
    for step in steps:
        # A short message that is followed by one more of the same text shows no longer what it showed alone.
        for tactic in step.tactics if step.message in read else ():
            timeline.setdefault(tactic, []).append(step.message)
    assert {tactic: tuple(messages) for tactic, messages in timeline.items()} == report.timeline
    if len(report.windows) == 1:
        assert monitor.evidence() == report.evidence


@SETTINGS
@given(CONVERSATIONS)
def test_how_the_warning_stands_to_the_first_flag_found_afterwards(rows):
    monitor = ConversationMonitor(SCORER)
    steps = follow(monitor, rows)
    report = SCORER.score(rows)
    if report.outcome is not Outcome.REVIEW:
        return
    window = next(window for window in report.windows if window.flagged)
    if steps[window.stop - 1].abstention is None:
        assert steps[-1].first_flag <= window.stop - 1
    if window is report.windows[0] and steps[report.first_flag].abstention is None:
        assert steps[-1].first_flag <= report.first_flag


@SETTINGS
@given(CONVERSATIONS, st.integers(1, 10))
def test_skepticism_counts_the_last_ten_windows(rows, skepticism):
    steps = follow(ConversationMonitor(SCORER, skepticism=skepticism), rows)
    last, expected = deque([False] * 10, maxlen=10), None
    for number, (step, report) in enumerate(zip(steps, batch(rows), strict=True)):
        message = Message(rows[number]["speaker"], rows[number]["text"], None, MessageKind(rows[number]["kind"]))
        if visible_text(message) is not None and report.windows:
            last.append(report.windows[-1].flagged)
        if expected is None and sum(last) >= skepticism:
            expected = number
        assert (step.first_flag, step.warning) == (expected, expected is not None)


PLACES = st.lists(st.integers(0, 5 * WINDOWS.size), max_size=4)


def resumed(monitor, rows, read, with_recent, scorer=SCORER):
    state = json.loads(json.dumps(monitor.to_state(), allow_nan=False))
    start = state["reread_from"]
    recent = rows[start:read] if with_recent and start is not None else []
    return ConversationMonitor.from_state(state, scorer, recent)


@SETTINGS
@given(CONVERSATIONS, PLACES, st.sampled_from([None, 3]))
def test_a_resumed_monitor_goes_on_as_if_it_had_never_stopped(rows, places, skepticism):
    expected = follow(ConversationMonitor(SCORER, skepticism=skepticism), rows)
    monitor, steps = ConversationMonitor(SCORER, skepticism=skepticism), []
    for number, row in enumerate(rows):
        for _ in range(places.count(number)):
            monitor = resumed(monitor, rows, number, with_recent=True)
        steps.append(monitor.update(row))
    assert steps == expected
    again = resumed(monitor, rows, len(rows), with_recent=True)
    assert again.to_state() == monitor.to_state()


@SETTINGS
@given(CONVERSATIONS, st.integers(0, 5 * WINDOWS.size))
def test_without_the_recent_messages_only_a_run_of_short_ones_is_read_apart(rows, place):
    place = min(place, len(rows))
    monitor = ConversationMonitor(SCORER)
    follow(monitor, rows[:place])
    cut = monitor.to_state()["reread_from"] is not None
    runner = rows[monitor.to_state()["reread_from"]]["speaker"] if cut else None
    monitor = resumed(monitor, rows, place, with_recent=False)
    following = (
        (row, visible_text(Message(row["speaker"], row["text"], None, MessageKind(row["kind"]))))
        for row in rows[place:]
    )
    row, text = next(((row, text) for row, text in following if text is not None), (None, None))
    goes_on = cut and text is not None and row["speaker"] == runner and len(text.text.split()) <= SHORT
    steps = follow(monitor, rows[place:])
    if not goes_on:
        whole = ConversationMonitor(SCORER)
        assert steps == follow(whole, rows)[place:]


@settings(SETTINGS, max_examples=examples(15))
@given(CONVERSATIONS)
def test_what_is_remembered_does_not_grow_with_the_conversation(rows):
    once, often = ConversationMonitor(SCORER), ConversationMonitor(SCORER)
    most = WINDOWS.size + WINDOWS.remembered
    enough = rows * most * 4 * WORDS_OF_A_TEXT  # that the rows are full also where all are letters
    follow(once, enough)
    follow(often, enough * 3)
    assert len(once.to_state()["rows"]) == len(often.to_state()["rows"]) <= most
    # Counters and the three numbers of a row may have a digit more each, and a finished window may have come.
    assert len(json.dumps(often.to_state())) <= len(json.dumps(once.to_state())) + 3 * most + 150
