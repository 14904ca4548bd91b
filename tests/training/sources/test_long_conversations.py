"""Real conversations in a row: each message once, lengths within a class, people and rooms kept together."""

from datetime import datetime

import numpy as np
import pytest

from training.sources.long_conversations import (
    LENGTH_CLASSES,
    ROOM,
    SHORTEST,
    in_a_row,
    joined_conversations,
    people_in_turn,
)
from training.sources.proxies import ProxyConversation


def talk(identifier, source="byu_chitchat", count=30, people=(), times=None, speakers=2, language="en", split="test"):
    messages = tuple(
        (f"s{1 + place % speakers}", f"{identifier} {place}", times[place] if times else None) for place in range(count)
    )
    return ProxyConversation(identifier, source, language, split, messages, people)


@pytest.mark.parametrize("length", LENGTH_CLASSES)
@pytest.mark.parametrize("seed", range(3))
def test_each_message_is_used_at_most_once_and_lengths_are_within_the_class(length, seed):
    proxies = [talk(f"t:{number}", count=1 + 7 * number % 90) for number in range(400)]
    found = joined_conversations(proxies, length, np.random.default_rng(seed))
    below = max((other for other in LENGTH_CLASSES if other < length), default=SHORTEST - 1)
    assert found
    assert {below < len(proxy.messages) <= length for proxy in found} == {True}
    used = [text for proxy in found for _, text, _ in proxy.messages]
    known = [text for proxy in proxies for _, text, _ in proxy.messages]
    assert len(used) == len(set(used))
    assert set(used) <= set(known)
    assert len(known) - len(used) <= below  # only what is too short for the class is left over
    assert len({proxy.identifier for proxy in found}) == len(found)
    assert len({len(proxy.messages) for proxy in found}) > min(3, len(found) - 1)


def test_another_length_is_refused():
    with pytest.raises(ValueError, match="length must be one of 50, 500, 5000, got 60"):
        joined_conversations([talk("a")], 60, np.random.default_rng(0))


def test_sources_languages_and_splits_are_not_mixed():
    proxies = [
        talk(f"{source}:{language}:{split}:{number}", source, language=language, split=split)
        for source in ("byu_chitchat", "xpersona")
        for language in ("en", "fr")
        for split in ("test", "unseen")
        for number in range(9)
    ]
    for proxy in joined_conversations(proxies, 500, np.random.default_rng(0)):
        wanted = f"{proxy.source}:{proxy.language}:{proxy.split}:"
        assert all(text.startswith(wanted) for _, text, _ in proxy.messages)


def test_a_person_s_conversations_follow_each_other_by_time():
    def at(day):
        return [f"2018-05-{day:02}T10:00:{place:02}Z" for place in range(30)]

    proxies = [
        talk("b", people=("p", "x"), times=at(9)),
        talk("c", people=("q", "y"), times=at(1)),
        talk("a", people=("p", "z"), times=at(3)),
        talk("d", people=("p", "w"), times=at(5)),
    ]
    assert [proxy.identifier for proxy in in_a_row(proxies)] == ["a", "d", "b", "c"]
    joined = joined_conversations(proxies, 500, np.random.default_rng(3))
    stamps = [datetime.fromisoformat(time) for proxy in joined for _, _, time in proxy.messages]
    assert len(stamps) > 50
    assert stamps == sorted(stamps)
    assert joined[0].conversation().messages[0].sent_at == stamps[0]


def test_times_are_left_out_where_a_conversation_has_none():
    proxies = [talk(f"a{number}", times=[f"2018-05-02T19:38:{n:02}Z" for n in range(30)]) for number in range(3)]
    joined = joined_conversations([*proxies, talk("b", people=("p",))], 500, np.random.default_rng(0))
    assert {time for proxy in joined for _, _, time in proxy.messages} == {None}


def test_the_days_of_a_room_follow_each_other_and_its_windows_replace_what_was_cut_from_them():
    days = [talk(f"irc:{day}-c{number}", "irc") for day in ("2005-01-02", "2004-12-31") for number in (1000, 20)]
    assert [proxy.identifier for proxy in in_a_row(days)] == [
        "irc:2004-12-31-c20",
        "irc:2004-12-31-c1000",
        "irc:2005-01-02-c20",
        "irc:2005-01-02-c1000",
    ]
    room = [talk(f"irc:two.all-w{start}", "irc") for start in (100, 25)]
    row = [proxy.identifier for proxy in in_a_row([*room, talk("irc:two.all-c7", "irc"), days[0]])]
    assert row == ["irc:2005-01-02-c1000", "irc:two.all-w25", "irc:two.all-w100"]


def test_two_people_stay_two_and_a_room_has_many():
    assert {number for turns in people_in_turn([talk("a"), talk("b")]) for number in turns} == {0, 1}
    turns = people_in_turn([talk(f"r{number}", "irc", speakers=7) for number in range(20)])
    assert turns[1][:7] == list(range(7, 14))
    assert {number for row in turns for number in row} == set(range(ROOM))
