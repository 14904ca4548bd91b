"""Mutations that keep the structure of an input (JSON, lines, members), to get past the parser."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from fuzzing.members import packed, unpacked
from fuzzing.oracle import CANARY
from fuzzing.structure import restructured, swapped_members

_AS_BYTES = 0.35  # share of libFuzzer's own mutations, which find what structured ones do not
_RESTRUCTURED = 0.25  # share of the structured mutations that `structure` makes
_CHANGES = 3
_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2**31,
    2**63,
    10**30,
    1e308,
    float("nan"),
    float("inf"),
    -1e15,
    "",
    " ",
    "\0",
    "\ud800",
    "\u202e\u200b",
    "\u0663",
    "0",
    "x" * 300,
    CANARY,
    "2026-02-30T25:61:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    [],
    {},
    [[]],
    {"": ""},
    [None],
    {"text": None},
    {"id": {}},
)
_LINES = ("", "{}", "[]", "null", f'"{CANARY}"', "{", "\t", "x" * 300)


class Mutator:
    """Mutates inputs with the words of a target."""

    def __init__(self, words: list[str], as_bytes: Callable[[bytes, int], bytes]) -> None:
        """Collect the values to insert.

        Args:
            words: Strings to insert.
            as_bytes: Mutates any bytes; takes them and the largest size of the result.
        """
        self._values = (*_VALUES, *words)
        self._words = words
        self._as_bytes = as_bytes

    def __call__(self, data: bytes, most: int, seed: int) -> bytes:
        """Return a mutated input of at most `most` bytes; deterministic if `as_bytes` is."""
        source = random.Random(seed)
        if source.random() >= _AS_BYTES:
            changed = self._changed(data, source)
            if changed is not None and changed != data and len(changed) <= most:
                return changed
        return self._as_bytes(data, most)

    def _changed(self, data: bytes, source: random.Random) -> bytes | None:
        several = unpacked(data)
        if several is not None:
            members, zipped = several
            if source.random() < 0.02:
                zipped = not zipped
            return packed(self._members(list(members), source), zipped)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return None
        if source.random() < _RESTRUCTURED:
            return restructured(text, source)
        return self._text(text, source).encode("utf-8", "replace")

    def _members(self, members: list[tuple[str, bytes]], source: random.Random) -> list[tuple[str, bytes]]:
        at = source.randrange(len(members))
        name, content = members[at]
        choice = source.random()
        if choice < 0.1:
            return swapped_members(members, source)
        if choice < 0.7:
            members[at] = name, self(content, len(content) + 500, source.getrandbits(32))
        elif choice < 0.8:
            del members[at]
        elif choice < 0.9:
            members.append((source.choice([name, name + "x", "../" + name, name.upper(), "a/" + name]), content))
        else:
            members[at] = (source.choice(members)[0], content)
        return members or [("x.json", b"")]

    def _text(self, text: str, source: random.Random) -> str:
        try:
            tree = json.loads(text)
        except (ValueError, RecursionError):
            return self._lines(text.split("\n"), source)
        return self._tree(tree, source, source.choice([None, None, 1]))

    def _lines(self, lines: list[str], source: random.Random) -> str:
        at = source.randrange(len(lines))
        choice = source.randrange(6)
        if choice == 0:
            lines.insert(at, source.choice(lines))
        elif choice == 1:
            del lines[at]
        elif choice == 2:
            other = source.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif choice == 3:
            lines.insert(at, source.choice(_LINES))
        else:
            lines[at] = self._line(lines[at], source)
        return "\n".join(lines)

    def _line(self, line: str, source: random.Random) -> str:
        try:
            return self._tree(json.loads(line), source, None)
        except (ValueError, RecursionError):
            at, other = sorted(source.randrange(len(line) + 1) for _ in range(2))
            put_in = source.choice([str(source.choice(self._values)), line[at:other], ""])
            return (line[:at] + put_in + line[other if source.random() < 0.5 else at :]).replace("\n", " ")

    def _tree(self, tree: Any, source: random.Random, indent: int | None) -> str:
        holder = [tree]
        for _ in range(source.randint(1, _CHANGES)):
            places = list(_places(holder))
            self._change(*source.choice(places), source.choice(places), source)
        try:
            return json.dumps(holder[0], ensure_ascii=source.random() < 0.5, indent=indent)
        except RecursionError:
            return "[]"

    def _change(self, parent: Any, key: Any, other: tuple[Any, Any], source: random.Random) -> None:
        choice = source.randrange(7)
        if choice <= 1:
            parent[key] = copy.deepcopy(source.choice(self._values))
        elif choice == 2:
            parent[key] = json.loads(json.dumps(other[0][other[1]]))  # a copy of another place
        elif choice == 3:
            parent[key] = source.choice([[parent[key]], {"": parent[key]}])
        elif choice == 4 and isinstance(parent[key], str):
            parent[key] = self._line(parent[key], source)
        elif choice == 5 and isinstance(parent, list):
            parent.insert(key, json.loads(json.dumps(parent[key])))
        elif isinstance(parent, dict) and choice == 6:
            parent[source.choice([*self._words, key])] = parent.pop(key)
        elif len(parent) > 1:
            del parent[key]


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Yield (container, key) of every value below a container, without recursion."""
    open_ = [tree]
    while open_:
        container = open_.pop()
        keys = range(len(container)) if isinstance(container, list) else list(container)
        for key in keys:
            yield container, key
            if isinstance(container[key], (list, dict)):
                open_.append(container[key])
