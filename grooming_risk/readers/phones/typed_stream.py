"""The text in `attributedBody` of iMessage's database, an archive of Apple's typedstream format.

Only the first string is needed: the class name NSString (or NSMutableString) is followed by a few bytes of the archive,
"+" and the length of the UTF-8 text. Source: readers of chat.db in public repositories; the archive has no published
schema.
"""

from __future__ import annotations

_CLASSES = (b"NSString", b"NSMutableString")
_NEAR = 12  # bytes between the class name and the text
_SHORT, _TWO, _FOUR = 0x80, 0x81, 0x82


def text_of(body: object) -> str:
    """Return the text of an `attributedBody`, or "" when it contains none.

    Args:
        body: Value of the column.

    Returns:
        The text.
    """
    if not isinstance(body, bytes):
        return ""
    for name in _CLASSES:
        at = body.find(name)
        plus = body.find(b"+", at + len(name), at + len(name) + _NEAR) if at >= 0 else -1
        if plus >= 0:
            return _counted(body, plus + 1)
    return ""


def _counted(body: bytes, at: int) -> str:
    """Return the text whose length begins at a position."""
    length = body[at] if at < len(body) else 0
    start = at + 1
    if length == _TWO:
        length, start = int.from_bytes(body[at + 1 : at + 3], "little"), at + 3
    elif length == _FOUR:
        length, start = int.from_bytes(body[at + 1 : at + 5], "little"), at + 5
    elif length > _SHORT:
        return ""
    return body[start : start + length].decode("utf-8", "replace")
