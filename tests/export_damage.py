"""Exports damaged in every way JSON and bytes can be, for the readers' tests: results or named errors come back."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from grooming_risk.errors import GroomingRiskError
from grooming_risk.readers import UnreadableConversation, read_file

CANARY = "CANARY"
JUNK = [None, True, 0, -1, 1e308, 10**400, "", "x", CANARY, "\x00", [], {}, [[]], [None], {"a": 1}, {"id": []}]
TEXTS = (
    "text",
    "body",
    "formatted_body",
    "fallback",
    "comment",
    "displayname",
    "display_name",
    "real_name",
    "username",
)


def files_below(folder: Path) -> dict[str, bytes]:
    """Member → bytes of an export, its texts and names marked by the canary."""
    members = {"": folder} if folder.is_file() else {str(path.relative_to(folder)): path for path in folder.rglob("*")}
    return {name: _marked(path) for name, path in members.items() if path.is_file()}


def _marked(path: Path) -> bytes:
    documents = path.read_text(encoding="utf-8").splitlines() if path.suffix == ".jsonl" else [path.read_text("utf-8")]
    return "\n".join(json.dumps(_mark(json.loads(document))) for document in documents).encode()


def _mark(node: Any) -> Any:
    if isinstance(node, list):
        return [_mark(item) for item in node]
    if isinstance(node, dict):
        return {
            key: f"{CANARY} {value}" if key in TEXTS and isinstance(value, str) and value else _mark(value)
            for key, value in node.items()
        }
    return node


@st.composite
def damaged(draw: st.DrawFn, files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with one to three damages."""
    found = dict(files)
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(found)))
        damage = draw(st.sampled_from([_tree, _tree, _tree, _cut, _flip]))
        found[name] = damage(draw, found[name])
    return found


def _tree(draw: st.DrawFn, data: bytes) -> bytes:
    try:
        lines = [json.loads(line) for line in data.split(b"\n")]
    except ValueError:
        return _flip(draw, data)
    whole = copy.deepcopy(lines)
    places = [place for place in _places(whole) if place[0] is not whole]
    if not places:
        return data
    holder, key = draw(st.sampled_from(places))
    change = draw(st.sampled_from(["drop", "junk", "junk", "twice"]))
    if change == "drop":
        del holder[key]
    elif change == "junk":
        holder[key] = copy.deepcopy(draw(st.sampled_from(JUNK)))
    elif isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    return b"\n".join(json.dumps(line).encode() for line in whole)


def _places(node: Any) -> list[tuple[Any, Any]]:
    keys = range(len(node)) if isinstance(node, list) else list(node) if isinstance(node, dict) else ()
    return [place for key in keys for place in [(node, key), *_places(node[key])]]


def _cut(draw: st.DrawFn, data: bytes) -> bytes:
    return data[: draw(st.integers(0, len(data)))]


def _flip(draw: st.DrawFn, data: bytes) -> bytes:
    at = draw(st.integers(0, max(len(data) - 1, 0)))
    return data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]


def check_reading(files: dict[str, bytes], path: Path, format_name: str | None) -> None:
    """Write the files, read them, and look for the canary in whatever is said of them."""
    for name, data in files.items():
        member = path / name if name else path
        member.parent.mkdir(parents=True, exist_ok=True)
        member.write_bytes(data)
    try:
        for item in read_file(path, format_name):
            assert CANARY not in repr(item)
            if isinstance(item, UnreadableConversation):
                _check_error(item.error)
            else:
                assert CANARY not in "".join(item.warnings)
                for message in item.conversation:
                    assert isinstance(message.text, str) and (message.text == "" or message.kind.carries_text)
    except GroomingRiskError as error:
        _check_error(error)


def _check_error(error: BaseException | None) -> None:
    while error is not None:
        assert isinstance(error, GroomingRiskError)
        assert CANARY not in str(error) and CANARY not in repr(error.args)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
