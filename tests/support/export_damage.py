"""Exports damaged in every way JSON, lines and bytes can be, and what must hold of whatever is read of them.

An export is a dictionary of members to bytes; one that is a file alone has the empty name.
"""

import json
import tempfile
from contextlib import contextmanager
from pathlib import Path

from hypothesis import strategies as st

from fuzzing.reader_targets import check_read
from grooming_risk.errors import GroomingRiskError
from grooming_risk.readers import ReadingOptions, UnreadableConversation, read_file
from tests.support.canary import TEXT as CANARY
from tests.support.canary import leaks, told_by

# Keys of what people wrote and are called, in the JSON of all formats.
_WRITTEN = (
    *("text", "body", "formatted_body", "content", "caption", "fallback", "comment", "note"),
    *("displayname", "display_name", "real_name", "username", "nickname", "from", "actor", "sender_name", "senderName"),
)
_ODD = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1.5,
        1e308,
        10**40,
        10**400,
        float("nan"),
        float("inf"),
        "",
        "x",
        "\0",
        "\ud800",
        "9" * 5_000,
        [],
        {},
        [[]],
        [None],
        [CANARY],
        [[CANARY]],
        {"a": 1},
        {"id": []},
        {"text": 7},
        {CANARY: [CANARY]},
        {"text": {"body": {"x": CANARY}}},
    ]
)
_JUNK = st.sampled_from([_ODD, _ODD, st.just(CANARY), st.integers() | st.floats() | st.text(max_size=5)]).flatmap(
    lambda kind: kind
)


def as_json(*documents):
    """A JSON document, or several as JSON lines."""
    return "\n".join(map(json.dumps, documents)).encode()


def files_below(path, *words):
    """Members of an export whose texts and names hold the canary, and in files that are no JSON some words."""
    if path.is_file():
        return {"": _marked(path.read_bytes(), words)}
    members = sorted(member for member in path.rglob("*") if member.is_file())
    return {str(member.relative_to(path)): _marked(member.read_bytes(), words) for member in members}


def _marked(data, words):
    documents = _documents(data)
    if documents:
        return as_json(*map(_mark, documents))
    for word in words:
        data = data.replace(word.encode(), CANARY.encode())
    return data


def _mark(node):
    if isinstance(node, list):
        return [_mark(item) for item in node]
    if isinstance(node, dict):
        return {
            key: f"{CANARY} {value}" if key in _WRITTEN and isinstance(value, str) and value else _mark(value)
            for key, value in node.items()
        }
    return node


def _documents(data):
    """JSON of a file or, failing that, of each of its lines; none when it is neither."""
    for parts in ([data], data.split(b"\n")):
        try:
            return [json.loads(part) for part in parts if part.strip()]
        except ValueError:
            continue
    return []


@st.composite
def damaged(draw, files):
    """The files with one to four damages: a member, JSON nodes, lines or bytes."""
    found = dict(files)
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(sorted(found)))
        documents = _documents(found[name])
        usual = [_node] * 12 if documents else [_line] * 4 + [_flip]
        damage = draw(st.sampled_from([*usual, _line, _flip, _cut, *([None] if len(found) > 1 else [])]))
        if damage is None:
            del found[name]
        else:
            found[name] = draw(_node(documents) if damage is _node else damage(found[name]))
    return found


@st.composite
def _node(draw, documents):
    """One node dropped, replaced by another type, or doubled; written as JSON may be."""
    holder, key = draw(st.sampled_from(list(_places(documents))))
    change = draw(st.sampled_from(["drop", "replace", "replace", "double"]))
    if change == "drop":
        del holder[key]
    elif change == "replace":
        holder[key] = draw(_JUNK)
    elif isinstance(holder, list):
        holder.insert(key, holder[key])
    indent = draw(st.sampled_from([None, None, None, 1])) if len(documents) == 1 else None
    ascii_only = draw(st.booleans())
    written = [json.dumps(document, ensure_ascii=ascii_only, indent=indent) for document in documents]
    return "\n".join(written).encode(errors="surrogatepass")


def _places(node):
    """(holder, key) of every node below one."""
    for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield node, key
        yield from _places(node[key])


@st.composite
def _line(draw, data):
    lines = data.split(b"\n")
    at, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    change = draw(st.sampled_from(["drop", "double", "swap", "break", "insert"]))
    if change == "drop":
        del lines[at]
    elif change == "double":
        lines.insert(at, lines[other])
    elif change == "swap":
        lines[at], lines[other] = lines[other], lines[at]
    elif change == "break":
        cut = draw(st.integers(0, len(lines[at])))
        lines[at : at + 1] = [lines[at][:cut], lines[at][cut:]]
    else:
        written = st.text(max_size=40).map(lambda text: text.encode(errors="replace"))
        lines.insert(at, draw(st.binary(max_size=40) | written))
    return b"\n".join(lines)


@st.composite
def _flip(draw, data):
    """One to four bytes replaced, the bits of one alone or all of them."""
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 4)) if data else 0):
        at = draw(st.integers(0, len(changed) - 1))
        changed[at] = draw(st.integers(0, 255) | st.sampled_from([changed[at] ^ 1 << bit for bit in range(8)]))
    return bytes(changed)


def _cut(data):
    return st.integers(0, len(data)).map(lambda length: data[:length])


@contextmanager
def on_disk(files, name):
    """The export on disk under a name, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        for member, data in files.items():
            file = path / member
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        yield path


def check_reading(path, format_name=None, options=None):
    """A reader gives results that hold together, or a named error without text. Gives the results."""
    options = options or ReadingOptions()
    found = []
    try:
        for item in read_file(path, format_name, options):
            found.append(item)
            check_item(item, options)
    except GroomingRiskError as error:
        check_error(error)
    return found


def check_item(item, options=None):
    """What was read holds together, and shows no text."""
    check_read(item, (options or ReadingOptions()).limits)
    assert not leaks(repr(item), *getattr(item, "warnings", ()))
    if isinstance(item, UnreadableConversation):
        check_error(item.error)


def check_error(error):
    """An error of the library's own without text, in itself or in anything that Python ties to it."""
    assert isinstance(error, GroomingRiskError)
    assert not leaks(*told_by(error))
