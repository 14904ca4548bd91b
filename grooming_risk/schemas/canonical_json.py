"""Canonical JSON, in which equal values have equal bytes and so equal digests: RFC 8785 (JCS).

UTF-8, no white space, keys sorted by their UTF-16 code units, numbers as ECMAScript prints a double, and only the
escapes that JSON requires. Every implementation of RFC 8785 gives the same bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

# A double cannot hold every larger integer, so two programs may read the same number differently (RFC 7493, 2.2).
LARGEST_INTEGER = 2**53 - 1
# ECMAScript prints numbers without an exponent up to 21 digits before the point and 6 zeros after it.
_PLAIN_PLACES, _PLAIN_ZEROS = 21, 6
_spell_string = json.JSONEncoder(ensure_ascii=False).encode


def canonical_json(value: Any) -> bytes:
    """Serialize a value of plain JSON types; tuples count as lists.

    Args:
        value: The value.

    Returns:
        Its canonical form, UTF-8.

    Raises:
        ValueError: The value has no canonical form: it contains a number that is not finite, an integer beyond
            2**53 - 1, a lone surrogate, a key that is not a string, or another type; or it is nested too deeply.
    """
    try:
        return _spell(value).encode("utf-8")
    except UnicodeEncodeError:
        fault = "a string contains a lone surrogate"
    except RecursionError:
        fault = "a value is nested too deeply"
    # Raised outside the handler, because Python would chain the codec's error, which holds the whole text.
    raise ValueError(fault)


def _spell(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _spell_string(value)
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError("an integer is beyond 2**53 - 1")
        return str(int(value))
    if isinstance(value, float):
        return _spell_double(value)
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(_spell, value))}]"
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a key is not a string")
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return f"{{{','.join(f'{_spell(key)}:{_spell(value[key])}' for key in keys)}}}"
    raise ValueError(f"{type(value).__name__} is not a JSON type")


def _spell_double(value: float) -> str:
    """Print a double as ECMAScript does (Number::toString): the digits are Python's, the notation is not."""
    if not math.isfinite(value):
        raise ValueError("a number is not finite")
    if value == 0:
        return "0"
    mantissa, _, exponent = float.__repr__(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # The value is 0.digits times ten to the power of `point`.
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    sign = "-" if value < 0 else ""
    if len(digits) <= point <= _PLAIN_PLACES:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= _PLAIN_PLACES:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -_PLAIN_ZEROS < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    return f"{sign}{digits[0]}{'.' if len(digits) > 1 else ''}{digits[1:]}e{point - 1:+d}"
