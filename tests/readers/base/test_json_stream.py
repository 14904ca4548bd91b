"""The streamed parser agrees with the standard library's, and is bounded."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.errors import InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers.base import json_stream
from grooming_risk.readers.base.json_stream import json_items
from tests.support.export_damage import CANARY, check_error

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=9,
)


def items(text, wanted=lambda keys: True, size=7):
    data = text.encode()
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return list(json_items(parts, "x", wanted, lambda _count: None))


@given(st.lists(VALUES, max_size=4), st.dictionaries(st.text(max_size=5), VALUES, max_size=3), st.integers(1, 9))
def test_items_are_those_of_the_standard_library(rows, more, size):
    document = {**more, "rows": rows, "list": {"inner": rows}}
    text = json.dumps(document, ensure_ascii=False, indent=1)
    found = items(text, lambda keys: keys in (("rows",), ("list",), ("list", "inner")), size)
    assert [value for keys, value in found if keys == ("rows",)] == rows
    assert [value for keys, value in found if keys == ("list", "inner")] == rows
    others = {keys[0]: value for keys, value in found if len(keys) == 1 and keys != ("rows",)}
    assert others == {key: value for key, value in more.items() if key not in ("rows", "list")}


def test_a_list_at_the_top():
    assert [value for _, value in items('[1, {"a": [2]}, "x"]', lambda keys: False)] == [1, {"a": [2]}, "x"]


@pytest.mark.parametrize("text", ["", "{", "[1", '{"a" 1}', "[1 2]", "{1: 2}", '{"a": }', "[1]]", f'["{CANARY}', "nul"])
def test_damage_is_a_named_error(text):
    with pytest.raises(UnsupportedFormatError) as caught:
        items(text)
    check_error(caught.value)


def test_bytes_that_are_not_text():
    with pytest.raises(UnsupportedFormatError, match="UTF-8"):
        list(json_items([b'["\xff\xff"]'], "x", lambda keys: True, lambda _count: None))


def test_an_item_is_bounded(monkeypatch):
    monkeypatch.setattr(json_stream, "_LARGEST", 100_000)
    with pytest.raises(InputTooLargeError, match="split it"):
        items(json.dumps(["x" * 300_000]), size=10_000)
