"""Write grooming_risk/confusables.py: letters of other alphabets that look like one ASCII letter.

Source: Unicode confusables.txt (UTS 39) as bundled in the package `confusable-homoglyphs` (MIT).
Run `python -m training.confusables_table` after raising that package; a test compares the file with its source.
"""

from __future__ import annotations

import json
import unicodedata
from importlib.resources import files
from pathlib import Path

TARGET = Path(__file__).parents[1] / "grooming_risk" / "text" / "confusables.py"
SCRIPTS = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
# Characters a line of the generated file.
LINE = 48

TEMPLATE = '''"""Letters that look like one ASCII letter. Written by training/confusables_table.py; do not edit."""

LATIN_LOOKALIKES: dict[int, str] = dict(
    zip(
        map(
            ord,
            (
{sources}
            ),
        ),
        (
{targets}
        ),
        strict=True,
    )
)
'''


def render() -> str:
    """Text of grooming_risk/confusables.py."""
    source = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_text(encoding="utf-8"))
    pairs: dict[str, str] = {}
    for character, alike in source.items():
        letters = {
            entry["c"] for entry in alike if len(entry["c"]) == 1 and entry["c"].isascii() and entry["c"].isalpha()
        }
        if len(character) != 1 or not unicodedata.name(character, "").startswith(SCRIPTS) or not letters:
            continue
        if unicodedata.normalize("NFKC", character) == character:
            same_case = {letter for letter in letters if letter.isupper() == character.isupper()}
            # TR39 folds capital I to l; a capital that looks like l is read as I.
            pairs[character] = "I" if character.isupper() and letters == {"l"} else min(same_case or letters)
    ordered = sorted(pairs)
    return TEMPLATE.format(
        sources=_wrapped("".join(ordered), " " * 16),
        targets=_wrapped("".join(pairs[character] for character in ordered), " " * 12),
    )


def _wrapped(text: str, indent: str) -> str:
    return "\n".join(f'{indent}"{ascii(text[i : i + LINE])[1:-1]}"' for i in range(0, len(text), LINE))


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
