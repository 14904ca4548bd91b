"""Damage to a good JSON export: a node dropped, replaced or retyped; bytes cut or flipped."""

import copy
import json

from hypothesis import strategies as st

CANARY = "CANARY"  # stands in every text of the export that is damaged
_JUNK = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1.5,
        10**40,
        float("nan"),
        float("inf"),
        "",
        CANARY,
        "\ud800",
        [],
        {},
        [[]],
        {"text": 7},
        [None],
    ]
)


@st.composite
def damaged(draw, export, most=4):
    """Bytes of an export (JSON data) with up to `most` damages."""
    data = copy.deepcopy(export)
    for _ in range(draw(st.integers(0, most))):
        data = draw(_changed(data))
    content = bytearray(json.dumps(data, ensure_ascii=draw(st.booleans())).encode(errors="surrogatepass"))
    for _ in range(draw(st.integers(0, 2))):
        content[draw(st.integers(0, len(content) - 1))] ^= 1 << draw(st.integers(0, 7))
    return bytes(content[: draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))]) or b" "


@st.composite
def _changed(draw, data):
    places = list(_places(data))
    if not places:
        return _junk(draw)
    holder, key = draw(st.sampled_from(places))
    if draw(st.booleans()):
        del holder[key]
    else:
        holder[key] = _junk(draw)
    return data


def _junk(draw):
    return copy.deepcopy(draw(_JUNK))  # it may be damaged again


def _places(node):
    keys = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield node, key
        yield from _places(node[key])


def chain(error):
    """The error and everything it carries along."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
