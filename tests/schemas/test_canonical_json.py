"""RFC 8785, held to the examples of the RFC itself."""

import json
import struct
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.schemas.canonical_json import LARGEST_INTEGER, canonical_json

APPENDIX_B = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]
CANARY = "xylophone" + "canary"  # in two parts: a traceback shows lines of this file
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(("bits", "wanted"), APPENDIX_B)
def test_numbers_of_appendix_b(bits, wanted):
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical_json(number).decode() == wanted


def test_the_example_of_section_3_2_2():
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert canonical_json(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_keys_are_sorted_as_in_section_3_2_3():
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    pairs = json.loads(canonical_json(dict.fromkeys(keys, 0)), object_pairs_hook=list)
    assert [key for key, _ in pairs] == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@given(JSON)
def test_what_is_written_reads_back_and_is_canonical_already(value):
    written = canonical_json(value)
    # Every number a double, as RFC 8785 has it: Python would read 1e17, printed in plain digits, as a long integer.
    read = json.loads(written, parse_int=float)
    assert read == value
    assert canonical_json(read) == written


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers(0, 9)), st.randoms())
def test_the_order_of_keys_does_not_matter(value, random):
    shuffled = list(value.items())
    random.shuffle(shuffled)
    assert canonical_json(dict(shuffled)) == canonical_json(value)


# Shallow enough for the standard library's parser, of which a line of a log may come.
DEEP = json.loads("[" * 900 + f'"{CANARY}"' + "]" * 900)


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), LARGEST_INTEGER + 1, -(10**400), "\ud800", {"\udfff": 1}, {1: 2}, {3}, b"", DEEP],
    ids=[
        "nan",
        "infinity",
        "large",
        "very large",
        "surrogate",
        "surrogate in a key",
        "number as key",
        "set",
        "bytes",
        "deep",
    ],
)
def test_what_has_no_one_spelling_is_refused_without_the_text(value):
    with pytest.raises(ValueError, match=r"number|integer|surrogate|key|type|deeply") as caught:
        canonical_json([CANARY, value])
    assert CANARY not in "".join(traceback.format_exception(caught.value))
