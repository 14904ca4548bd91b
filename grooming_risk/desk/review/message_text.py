"""Texts of messages in parts: characters that hide or reorder the text around them are shown by their names."""

from __future__ import annotations

import re

# Control characters, lone surrogates, and characters that reorder or hide text; line breaks and tabs stay.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff]"
)
_NAMES = {
    0x00: "NUL",
    0x61C: "ALM",
    0x200B: "ZWSP",
    0x200E: "LRM",
    0x200F: "RLM",
    0x202A: "LRE",
    0x202B: "RLE",
    0x202C: "PDF",
    0x202D: "LRO",
    0x202E: "RLO",
    0x2066: "LRI",
    0x2067: "RLI",
    0x2068: "FSI",
    0x2069: "PDI",
}

TextPart = str | tuple[str, str]


def text_parts(text: str) -> list[TextPart]:
    """Divide a text.

    Args:
        text: as it was written.

    Returns:
        Plain text, and for each hidden character its name with its number, as in ("RLO", "U+202E").
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    parts: list[TextPart] = []
    end = 0
    for found in _INVISIBLE.finditer(plain):
        if found.start() > end:
            parts.append(plain[end : found.start()])
        number = f"U+{ord(found[0]):04X}"
        parts.append((_NAMES.get(ord(found[0]), number), number))
        end = found.end()
    if end < len(plain) or not parts:
        parts.append(plain[end:])
    return parts


def one_line(text: str) -> str:
    """Return a text, such as a name, on one line, with hidden characters replaced by their names."""
    parts = text_parts(text)
    shown = (part if isinstance(part, str) else f"[{part[1]}]" for part in parts)
    return " ".join("".join(shown).split())
