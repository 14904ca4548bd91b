"""Converter of chat rooms whose messages are annotated with the message that they answer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from training.fetching.rows import Files, Row, Said

SHORTEST = 4  # messages of a conversation
_MESSAGE = re.compile(r"^\[[^\]]*\] <([^>]+)> (.*)$")
_ANNOTATION = re.compile(r"data/(train|dev|test|channel-two)/([^/]+)\.annotation\.txt$")
_LEFT_OUT = ("channel-two.pilot", "channel-two.dev", "channel-two.test")  # parts of channel-two.all


def irc(files: Files) -> Iterator[Row]:
    """Yield the conversations of irc-disentanglement: messages joined by their answers, four at least."""
    for path in sorted(files):
        found = _ANNOTATION.search(path)
        if found and not found[2].startswith(_LEFT_OUT):
            stem = path.removesuffix(".annotation.txt")
            log = files.get(f"{stem}.ascii.txt", files.get(f"{stem}.raw.txt"))
            if log is not None:
                yield from _conversations(found[1], found[2], files[path], log)


def _conversations(split: str, name: str, annotation: bytes, log: bytes) -> Iterator[Row]:
    messages = [_MESSAGE.match(line) for line in log.decode("utf-8", "replace").splitlines()]
    members: dict[int, list[int]] = defaultdict(list)
    for number, root in _roots(annotation, len(messages)).items():
        if messages[number]:
            members[root].append(number)
    for root, numbers in sorted(members.items()):
        found = [messages[number] for number in sorted(numbers)]
        nicks = {match[1] for match in found if match}
        if len(numbers) >= SHORTEST and len(nicks) >= 2:
            said = tuple(_said(match, nicks) for match in found if match)
            yield Row(f"{name}-c{root}", "en", said, split)


def _roots(annotation: bytes, count: int) -> dict[int, int]:
    """Return the first message of each annotated message's conversation."""
    above: dict[int, int] = {}

    def root(number: int) -> int:
        while above.setdefault(number, number) != number:
            number = above[number]
        return number

    for line in annotation.decode("ascii").splitlines():
        pair = sorted(int(part) for part in line.split()[:2])
        if len(pair) == 2 and pair[1] < count:
            above[max(root(pair[0]), root(pair[1]))] = min(root(pair[0]), root(pair[1]))
    return {number: root(number) for number in list(above)}


def _said(match: re.Match[str], nicks: set[str]) -> Said:
    """Return a message; whom it is addressed to is only shown as somebody of the conversation."""
    first, mark, rest = match[2].partition(" ")
    addressed = first.rstrip(":,") in nicks
    return match[1], f"@someone {rest}" if addressed and mark else match[2], None
