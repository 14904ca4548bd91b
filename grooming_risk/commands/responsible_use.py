"""RESPONSIBLE_USE.md, which the wheel carries beside the package and a source tree has at its root."""

from __future__ import annotations

from pathlib import Path

from grooming_risk.errors import GroomingRiskError

NAME = "RESPONSIBLE_USE.md"
_PACKAGE = Path(__file__).parents[1]
PLACES = (_PACKAGE / NAME, _PACKAGE.parent / NAME)  # installed from a wheel; a source tree or editable installation


def responsible_use() -> str:
    """Return the text of RESPONSIBLE_USE.md.

    Returns:
        Markdown.

    Raises:
        GroomingRiskError: the file is missing from this installation.
    """
    for path in PLACES:
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise GroomingRiskError(f"{NAME} is missing from this installation; install grooming-risk again")
