"""Rows that misbehave when they are read: a score or a refusal by index, never the row's own exception or text."""

import traceback
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

import pytest

from grooming_risk import Conversation, GroomingRiskError, Message, Outcome, score_conversation, score_conversations
from grooming_risk.conversation import Limits, MessageKind
from grooming_risk.errors import InputTooLargeError, InvalidConversationError
from grooming_risk.live.monitor import ConversationMonitor

CANARY = "xylophonecanary"
TEXT = f"see you at practice tomorrow {CANARY}"
GOOD = [("a", "see you at practice tomorrow"), ("b", "yes, and bring the ball please")]


def raising(*_, **__):
    raise RuntimeError(CANARY)


def subclass(base, *names):
    """Return a subclass of `base` whose named methods raise an exception with message text."""
    return type("Hostile", (base,), dict.fromkeys(names, raising))


class Zone(tzinfo):
    utcoffset = dst = tzname = raising


class LyingKeys(Mapping):
    """A mapping that claims every key and returns none."""

    def __contains__(self, key):
        return True

    def __getitem__(self, key):
        raise KeyError(CANARY)

    def __iter__(self):
        return iter(["speaker", "text"])

    def __len__(self):
        return 2


class Disguised:
    @property
    def __class__(self):
        raise RuntimeError(CANARY)


def nested(depth, wrap):
    value = wrap("a")
    for _ in range(depth):
        value = wrap(value)
    return value


AT = datetime(2026, 3, 1, tzinfo=UTC)
REFUSED = {
    "a mapping whose get raises": subclass(dict, "get")(speaker="a", text=TEXT),
    "a mapping whose items raise": subclass(dict, "__getitem__")(speaker="a", text=TEXT),
    "a mapping whose membership raises": subclass(dict, "__contains__")(speaker="a", text=TEXT),
    "a mapping that lies about its keys": LyingKeys(),
    "a list whose items raise": subclass(list, "__getitem__")(["a", TEXT]),
    "a list whose length raises": subclass(list, "__len__")(["a", TEXT]),
    "a class that hides itself": Disguised(),
    "a time zone that raises": ("a", TEXT, datetime(2026, 3, 1, tzinfo=Zone())),
    "a datetime that raises": ("a", TEXT, subclass(datetime, "astimezone")(2026, 3, 1, tzinfo=UTC)),
    "a number that raises": ("a", TEXT, subclass(int, "__float__")(3)),
    "a time that is text of its own kind": ("a", TEXT, subclass(str, "strip")("2026-03-01")),
    "a kind that cannot be hashed": {"speaker": "a", "text": TEXT, "kind": subclass(str, "__hash__", "__eq__")(CANARY)},
    "a kind that is text": Message("a", TEXT, None, CANARY),
    "a kind that is a list": {"speaker": "a", "text": TEXT, "kind": [CANARY]},
    "a message without a speaker": Message("", TEXT),
    "a message without text": Message("a", None),
    "a speaker of thousands of digits": (10**5_000, TEXT),
    "a negative speaker of thousands of digits": (-(10**5_000), TEXT),
    "a speaker that is a truth value": (True, TEXT),
    "a speaker inside speakers": {"speaker": nested(50_000, lambda value: {"id": value}), "text": TEXT},
    "a row of lists in lists": nested(50_000, lambda value: [value]),
    "a text of lists in lists": ("a", nested(50_000, lambda value: [value])),
    "bytes": ("a", TEXT.encode()),
    "time: not a number": ("a", TEXT, float("nan")),
    "time: infinite": ("a", TEXT, float("-inf")),
    "time: 1e308": ("a", TEXT, 1e308),
    "time: 401 digits": ("a", TEXT, 10**400),
    "time: 100,000 digits as text": ("a", TEXT, "9" * 100_000),
    "time: a megabyte of text": ("a", TEXT, ".1" * 500_000),
    "time: a truth value": ("a", TEXT, True),
    "time: before the year 1 in UTC": ("a", TEXT, "0001-01-01T00:00:00+23:59"),
    "time: after the year 9999 in UTC": ("a", TEXT, "9999-12-31T23:59:59-23:59"),
    "time: digits outside of ASCII": ("a", TEXT, "١٧٧٢٣٩١٧٢٠"),
}


def assert_no_text(error):
    assert isinstance(error, GroomingRiskError)
    assert CANARY not in "".join(traceback.format_exception(error)) + repr(error)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_index_without_its_words(name):
    with pytest.raises(InvalidConversationError) as caught:
        score_conversation([*GOOD, REFUSED[name]])
    assert caught.value.index == 2
    assert_no_text(caught.value)


@pytest.mark.parametrize("name", REFUSED)
def test_a_monitor_continues_as_if_the_row_had_not_come(scorer, name):
    plain, disturbed = ConversationMonitor(scorer), ConversationMonitor(scorer)
    for good in GOOD:
        with pytest.raises(InvalidConversationError) as caught:
            disturbed.update(REFUSED[name])
        assert_no_text(caught.value)
        assert disturbed.update(good) == plain.update(good)


OWN_METHODS = (
    "__len__",
    "__str__",
    "__repr__",
    "__eq__",
    "__hash__",
    "__iter__",
    "__format__",
    "__getitem__",
    "isascii",
    "isprintable",
    "encode",
    "split",
    "casefold",
)


def test_strings_and_numbers_of_subclasses_are_read_without_calling_their_methods(scorer):
    text, number = subclass(str, *OWN_METHODS), subclass(int, "__str__", "__repr__", "__format__", "__hash__")
    rows = [(text("a"), text(GOOD[0][1])), {"speaker": {"id": number(7)}, "text": text(GOOD[1][1])}] * 3
    plain = [("a", GOOD[0][1]), (7, GOOD[1][1])] * 3
    conversation = Conversation.from_messages(rows)
    assert {type(part) for message in conversation for part in (message.speaker, message.text)} == {str}
    assert conversation == Conversation.from_messages(plain)
    assert scorer.score(rows) == scorer.score(plain)


def test_a_length_that_lies_does_not_pass_the_limit():
    short = type("Short", (str,), {"__len__": lambda self: 1})
    with pytest.raises(InputTooLargeError, match="128001 characters"):
        score_conversation([("a", short("x" * 128_001))])


def test_a_time_of_a_subclass_becomes_a_plain_one():
    moment = type("Moment", (datetime,), {"timestamp": raising, "isoformat": raising, "__hash__": raising})
    (message,) = Conversation.from_messages([("a", "hi", moment(2026, 3, 1, 12, 30, 5, 9, tzinfo=UTC))])
    assert type(message.sent_at) is datetime
    assert message.sent_at == datetime(2026, 3, 1, 12, 30, 5, 9, tzinfo=UTC)


def broken(rows, error):
    yield from rows
    raise error


@pytest.mark.parametrize("error", [RuntimeError(CANARY), KeyError(CANARY), RecursionError(CANARY), OSError(CANARY)])
def test_a_source_that_breaks_off_is_named_with_the_place(scorer, error):
    with pytest.raises(InvalidConversationError, match=type(error).__name__) as caught:
        score_conversation(broken(GOOD, error))
    assert caught.value.index == 2
    assert caught.value.__context__ is None
    assert_no_text(caught.value)
    first, second, third = score_conversations([GOOD, broken(GOOD, error), GOOD], scorer=scorer, errors="return")
    assert first == third
    assert isinstance(second, InvalidConversationError)


def test_an_interrupt_is_not_turned_into_a_refusal():
    with pytest.raises(KeyboardInterrupt):
        score_conversation(broken(GOOD, KeyboardInterrupt()))


@pytest.mark.parametrize("rows", [None, 5, 0.5, object(), CANARY, CANARY.encode(), {"speaker": "a", "text": CANARY}])
def test_a_value_that_is_not_a_conversation_is_refused(scorer, rows):
    with pytest.raises(InvalidConversationError) as caught:
        score_conversation(rows)
    assert_no_text(caught.value)
    first, second, third = score_conversations([GOOD, rows, GOOD], scorer=scorer, errors="return")
    assert first == third
    assert_no_text(second)


def test_results_before_a_broken_source_of_conversations_are_not_lost(scorer):
    found = []
    with pytest.raises(OSError, match="disk"):
        for report in score_conversations(broken([GOOD, GOOD], OSError("disk")), scorer=scorer):
            found.append(report)
    assert len(found) == 2


def test_a_ready_conversation_is_held_to_the_limits_of_who_scores_it():
    lax = Conversation.from_messages([("a", "x" * 129_000)], Limits(characters=10_000))
    with pytest.raises(InputTooLargeError, match="129000 characters"):
        score_conversation(lax)
    for wrong in ((), ("x",), (Message("a", CANARY, None, CANARY),)):
        with pytest.raises(InvalidConversationError) as caught:
            score_conversation(Conversation(wrong))
        assert_no_text(caught.value)


def test_no_row_is_asked_for_beyond_the_limits():
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield ("a", "x")

    with pytest.raises(InputTooLargeError, match="more than 250 messages"):
        Conversation.from_messages(endless(), Limits(messages=50))
    assert taken == 251


def test_more_speakers_than_are_told_apart_are_scored_and_marked(scorer):
    rows = [(f"s{n}", GOOD[n % 2][1]) for n in range(1_001)]
    for count, beyond in ((1_000, ()), (1_001, ("speakers",))):
        report = scorer.score(rows[:count], explain=False)
        assert (report.outcome, report.beyond_limits) == (Outcome.NO_REVIEW, beyond)
        assert report.windows[-1].stop == count


def test_a_repeated_id_does_not_change_the_score(scorer):
    rows = [{"id": 1, "speaker": speaker, "text": text} for speaker, text in GOOD * 3]
    assert scorer.score(rows) == scorer.score(GOOD * 3)


def clocks(count):
    return {
        "none": [None] * count,
        "backwards": [2_000_000_000 - 60 * n for n in range(count)],
        "still": [AT] * count,
        "year 1 and year 9999 in turn": [datetime(9998 * (n % 2) + 1, 1, 2) for n in range(count)],
        "one known": [AT, *[None] * (count - 1)],
        "a microsecond apart": [AT.replace(microsecond=n) for n in range(count)],
    }


@pytest.mark.parametrize("name", clocks(1))
def test_no_clock_changes_the_outcome_of_plain_talk(scorer, name):
    rows = [(*row, at) for row, at in zip(GOOD * 6, clocks(12)[name], strict=True)]
    report = scorer.score(rows)
    assert report.outcome is Outcome.NO_REVIEW
    assert all(abs(window.logit) < 100 for window in report.windows)  # false for NaN too


def test_every_kind_of_message_is_a_kind():
    rows = [
        {"speaker": "a", "text": "", "kind": kind} for kind in (*MessageKind, *[kind.value for kind in MessageKind])
    ]
    assert {type(message.kind) for message in Conversation.from_messages(rows)} == {MessageKind}
