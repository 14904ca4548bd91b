"""What is said about an export that cannot be read: why, and what to do, in words that do not need a terminal."""

from __future__ import annotations

import re

from grooming_risk.errors import GroomingRiskError

_OPTIONS = (
    re.compile(r",? or (?:choose|name) (?:a|the) format with --from(?: \(`[^`]*` lists them\))?"),
    re.compile(r",? or choose a format with --from[^.;]*"),
    re.compile(r"\(`grooming-risk [^`]*`[^)]*\)"),
    re.compile(r"[;,]? ?(?:use|with|give|pass) `?--[^.;]*"),
)
_THE_FILE = "This file"
_PROGRAM = (
    "This file made the program fail. It was left out, and nothing of it was kept. Please report how it was exported."
)


def problem_of(error: GroomingRiskError, stored: str) -> str:
    """Return an error of a reader without names of files and without options of the command line."""
    words = str(error).replace(f"{stored}/", "").replace(stored, _THE_FILE)
    for pattern in _OPTIONS:
        words = pattern.sub("", words)
    words = " ".join(words.split())
    return words[:1].upper() + words[1:]


def problem_of_program() -> str:
    """Return what is said where the program itself failed; the error may quote the file, and is not kept."""
    return _PROGRAM
