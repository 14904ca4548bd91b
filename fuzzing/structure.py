"""Damage that keeps the shape of an export: types swapped, keys doubled, depth, huge numbers, other encodings."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

_PAIR = re.compile(r'"(?:[^"\\]|\\.)*"\s*:\s*(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)')
_NUMBER = re.compile(r"(?<=[:,\[ ])-?\d[\d.eE+-]*(?=[,\]} \n])")
_NUMBERS = ("1e999", "-1e999", "1" + "0" * 400, "9" * 5_000, "-0", "0.1e-400", "1E400", "18446744073709551616", "00")
_DEPTHS = (3, 50, 500, 2_000)
_ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "shift_jis", "utf-7", "cp037")


def restructured(text: str, source: random.Random) -> bytes:
    """Return a text with one kind of damage, as bytes.

    Args:
        text: An export or a member of one.
        source: Source of all choices.

    Returns:
        The damaged bytes.
    """
    damage = source.choice(_DAMAGES)
    return damage(text, source)


def swapped_members(members: list[tuple[str, bytes]], source: random.Random) -> list[tuple[str, bytes]]:
    """Return members two of which have each other's content."""
    changed = list(members)
    one, other = (source.randrange(len(members)) for _ in range(2))
    changed[one] = changed[one][0], members[other][1]
    changed[other] = changed[other][0], members[one][1]
    return changed


def _with_swapped_types(text: str, source: random.Random) -> bytes:
    """Write strings as numbers or lists, numbers as strings, objects as lists of pairs, for one key everywhere."""
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return _with_other_encoding(text, source)
    keys = sorted({key for value in _below(tree) if isinstance(value, dict) for key in value})
    if not keys:
        return json.dumps([tree]).encode()
    key, swap = source.choice(keys), source.choice(_SWAPS)
    for value in _below(tree):
        if isinstance(value, dict) and key in value:
            value[key] = swap(value[key])
    return json.dumps(tree).encode()


def _with_doubled_key(text: str, source: random.Random) -> bytes:
    """Write a field twice, once with the value of another one: parsers differ in which they take."""
    pairs = list(_PAIR.finditer(text))
    if not pairs:
        return (text + text).encode("utf-8", "replace")
    found, other = source.choice(pairs), source.choice(pairs).group().partition(":")[2]
    key = found.group().partition(":")[0]
    twice = source.choice([f"{found.group()}, {key}: {other}", f"{key}: {other}, {found.group()}"])
    return (text[: found.start()] + twice + text[found.end() :]).encode("utf-8", "replace")


def _with_depth(text: str, source: random.Random) -> bytes:
    """Nest the document, or one of its values, in lists and objects."""
    depth = source.choice(_DEPTHS)
    opening, closing = source.choice([("[", "]"), ('{"messages":', "}"), ('{"":[', "]}")])
    pairs = list(_PAIR.finditer(text))
    start, stop = 0, len(text)
    if pairs and source.random() < 0.7:
        found = source.choice(pairs)
        start, stop = found.start() + found.group().index(":") + 1, found.end()
    nested = opening * depth + text[start:stop] + closing * depth
    return (text[:start] + nested + text[stop:]).encode("utf-8", "replace")


def _with_huge_number(text: str, source: random.Random) -> bytes:
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return (text + source.choice(_NUMBERS)).encode("utf-8", "replace")
    found = source.choice(numbers)
    return (text[: found.start()] + source.choice(_NUMBERS) + text[found.end() :]).encode("utf-8", "replace")


def _with_other_encoding(text: str, source: random.Random) -> bytes:
    """Encode the text in another way, sometimes cut in the middle of a character or with a mark of another one."""
    data = text.encode(source.choice(_ENCODINGS), "replace")
    choice = source.random()
    if choice < 0.2:
        return data[: source.randrange(len(data) + 1)]
    if choice < 0.3:
        return source.choice([b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x00"]) + data
    if choice < 0.4:
        at = source.randrange(len(data) + 1)
        return data[:at] + source.choice([b"\xed\xa0\x80", b"\xc0\xaf", b"\xf8\x88\x80\x80\x80", b"\x1a"]) + data[at:]
    return data


def _below(tree: Any) -> list[Any]:
    """Return every value of a document, without recursion."""
    found = [tree]
    for value in found:
        if isinstance(value, (list, dict)):
            found.extend(value.values() if isinstance(value, dict) else value)
    return found


_SWAPS: tuple[Callable[[Any], Any], ...] = (
    lambda value: str(value),
    lambda value: [value],
    lambda value: {"text": value, "id": ""},  # held once: twice, at each of 30 levels, is 2^30 values
    lambda value: list(value.items()) if isinstance(value, dict) else {"": value},
    lambda value: len(value) if isinstance(value, (str, list, dict)) else str(value),
    lambda value: list(value) if isinstance(value, str) else bool(value),
)
_DAMAGES: tuple[Callable[[str, random.Random], bytes], ...] = (
    _with_swapped_types,
    _with_doubled_key,
    _with_depth,
    _with_huge_number,
    _with_other_encoding,
)
