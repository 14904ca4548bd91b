"""Write grooming_risk/text/confusables.py: letters of other alphabets that look like one ASCII letter.

    python -m training confusables

The source is Unicode's confusables.txt (UTS 39) as bundled in the package confusable-homoglyphs (MIT). Run it after an
update of that package; a test compares the file with its source.
"""

from __future__ import annotations

import argparse
import json
import unicodedata
from importlib.resources import files

from training.paths import ROOT

HELP = "write the library's table of look-alike letters"
TARGET = ROOT / "grooming_risk" / "text" / "confusables.py"
SCRIPTS = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
LINE = 48  # characters in a line of the generated file

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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the verb has no options."""


def run(arguments: argparse.Namespace) -> int:
    """Write the file; exit status 0."""
    TARGET.write_text(render(), encoding="utf-8")
    return 0


def render() -> str:
    """Return the content of grooming_risk/text/confusables.py."""
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
