"""Words that are glued by signs in place of spaces are read as words: how_old, how/old, [how][old], how😀old."""

from __future__ import annotations

import re

# Signs between two letters or digits of which one is a letter. An apostrophe belongs to words, and a star may be a
# hidden letter.
_SIGNS = r"_/\\|~+=<>(){}\[\]^#;:,.•·&\-\u2010-\u2015"
_PICTURES = r"\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff"
_JOINT = re.compile(rf"(?:(?<=[^\W\d_])|(?<=[^\W_])(?=[^\w\s]+[^\W\d_]))[{_SIGNS}{_PICTURES}*]+(?=[^\W_])")
_PICTURE_JOINT = re.compile(rf"(?<=[^\W_])([{_PICTURES}]+)(?=[^\W_])")
_MAY_BE_GLUED = re.compile(rf"[{_SIGNS}*{_PICTURES}][^\W_]")
# Addresses of pages, files and persons are made of such signs.
_ADDRESS = re.compile(r"://|www\.|@|\.(?:com|org|net|io|eu|uk|ru|nl|pl|br|jpg|png|gif|pdf|mp[34])\b", re.I)
_BRACKETS = re.compile(r"[\])}>][\[({<]")
JOINTS = 2  # fewer are compounds, file names, and/or


def without_glue(text: str) -> str:
    """Return a text with spaces for the signs between its words; the same object where most words have spaces.

    Words count as glued where there are at least `JOINTS` joints and more of them than spaces. Pictures between two
    words get spaces around them in any text.
    """
    if not _MAY_BE_GLUED.search(text):
        return text
    joints = _JOINT.findall(text)
    enough = len(joints) >= JOINTS or any(_BRACKETS.fullmatch(joint) for joint in joints)
    if enough and len(joints) > len(text.split()) - 1 and not _ADDRESS.search(text):
        text = _JOINT.sub(" ", text).strip("[](){}<>")
    return text if text.isascii() else _PICTURE_JOINT.sub(r" \1 ", text)
