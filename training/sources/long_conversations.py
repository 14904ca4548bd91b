"""Real conversations joined into long ones: a person's conversations in a row, the days of a room, a source in order.

Public conversations are short. In an application, one conversation of two people lasts for months, and a room never
ends; what a model flags there is measured and calibrated on these.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np

from training.sources.proxies import ProxyConversation

LENGTH_CLASSES = (50, 500, 5_000)  # largest number of messages of each class
SHORTEST = 10  # messages of a conversation of the first class
ROOM = 40  # people who come and go in a room; the two of a conversation stay the same two
_WINDOW = re.compile(r"-w(\d+)$")  # identifiers of stretches of a room, which overlap its disentangled conversations
_NUMBERS = re.compile(r"\d+")
_PAUSE = timedelta(hours=1)  # before a conversation that really began before the one in front of it ended


def joined_conversations(
    proxies: Sequence[ProxyConversation], length: int, random: np.random.Generator
) -> list[ProxyConversation]:
    """Join conversations into conversations of one length class; every message is used at most once.

    Conversations are joined with others of the same source, language and split only. What is left over at the end of a
    source, and is too short for the class, is left out.

    Args:
        proxies: Real conversations of one split or of several.
        length: Largest number of messages, one of `LENGTH_CLASSES`; the largest of the class below is the smallest.
        random: Generator of the lengths, whose logarithms are uniform.

    Returns:
        The joined conversations, source by source.

    Raises:
        ValueError: The length is not that of a class.
    """
    if length not in LENGTH_CLASSES:
        raise ValueError(f"length must be one of {', '.join(map(str, LENGTH_CLASSES))}, got {length}")
    shortest = max((other + 1 for other in LENGTH_CLASSES if other < length), default=SHORTEST)
    alike: dict[tuple[str, str, str], list[ProxyConversation]] = defaultdict(list)
    for proxy in proxies:
        alike[proxy.source, proxy.language, proxy.split].append(proxy)
    return [joined for key in sorted(alike) for joined in _joined(alike[key], shortest, length, random)]


def in_a_row(proxies: Iterable[ProxyConversation]) -> list[ProxyConversation]:
    """Return the conversations of one source and language in an order in which they could be one conversation.

    Conversations of a person follow each other by time, those of a room by day. Where a source has stretches of a whole
    room, they are used instead of the conversations that were separated from them.

    Args:
        proxies: Conversations of one source and language.

    Returns:
        All of them in order, except those that overlap a stretch of their room.
    """
    found = list(proxies)
    windows = [proxy for proxy in found if _WINDOW.search(proxy.identifier)]
    rooms = {proxy.identifier.rsplit("-", 1)[0] for proxy in windows}
    kept = windows + [proxy for proxy in found if proxy.identifier.rsplit("-", 1)[0] not in rooms]
    talks = Counter(person for proxy in kept for person in proxy.people)

    def place(proxy: ProxyConversation) -> tuple[object, ...]:
        busiest = max(proxy.people, key=lambda person: (talks[person], person), default="")
        first = next((at for _, _, at in proxy.messages if at), "")
        return (-talks[busiest], busiest, first, _natural(proxy.identifier))

    return sorted(kept, key=place)


def people_in_turn(proxies: Sequence[ProxyConversation]) -> list[list[int]]:
    """Return the number of the speaker of every message once the conversations are one.

    Args:
        proxies: Conversations in order.

    Returns:
        For each conversation the numbers of its messages' speakers, from 0: the two of a conversation stay the same
        two; in a room new people come with each conversation, and come back after a while.
    """
    speakers = [list(dict.fromkeys(speaker for speaker, _, _ in proxy.messages)) for proxy in proxies]
    is_room = any(len(names) > 2 for names in speakers)
    found, first = [], 0
    for proxy, names in zip(proxies, speakers, strict=True):
        number = {name: (first + place) % ROOM if is_room else place for place, name in enumerate(names)}
        found.append([number[speaker] for speaker, _, _ in proxy.messages])
        first += len(names)
    return found


def _natural(identifier: str) -> tuple[str, tuple[int, ...]]:
    """Return a key that sorts identifiers by their words, then by their numbers as numbers."""
    return _NUMBERS.sub("", identifier), tuple(int(number) for number in _NUMBERS.findall(identifier)[:6])


def _joined(
    proxies: Sequence[ProxyConversation], shortest: int, longest: int, random: np.random.Generator
) -> Iterator[ProxyConversation]:
    row = in_a_row(proxies)
    messages = list(_messages(row))
    source, language, split = row[0].source, row[0].language, row[0].split
    start = number = 0
    while len(messages) - start >= shortest:
        drawn = int(np.exp(random.uniform(np.log(shortest), np.log(longest + 1))))
        stop = min(start + min(max(drawn, shortest), longest), len(messages))
        identifier = f"{source}:{language}:{split}:joined-{longest}-{number}"
        yield ProxyConversation(identifier, source, language, split, tuple(messages[start:stop]))
        start, number = stop, number + 1


def _messages(row: Sequence[ProxyConversation]) -> Iterator[tuple[str, str, str | None]]:
    """Yield the messages of conversations in a row, with times that never go back, or without any."""
    timed = all(at for proxy in row for _, _, at in proxy.messages)
    last: datetime | None = None
    for proxy, people in zip(row, people_in_turn(row), strict=True):
        stamps = [datetime.fromisoformat(at) for _, _, at in proxy.messages if at] if timed else []
        late = last + _PAUSE - stamps[0] if last and stamps and stamps[0] < last else timedelta(0)
        for place, (number, (_, text, _)) in enumerate(zip(people, proxy.messages, strict=True)):
            if timed:
                last = max(stamps[place] + late, last or stamps[place] + late)
            yield f"s{number + 1}", text, last.isoformat() if last else None
