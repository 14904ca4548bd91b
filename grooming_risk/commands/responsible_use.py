"""RESPONSIBLE_USE.md, which the wheel carries beside the package and a source tree has at its root."""

from __future__ import annotations

import re
from pathlib import Path

from grooming_risk.errors import GroomingRiskError

NAME = "RESPONSIBLE_USE.md"
_PACKAGE = Path(__file__).parents[1]
_MARKER = re.compile(r"^<!-- \w+:(?:begin|end) -->\n", re.MULTILINE)  # around what is rendered from measurements
PLACES = (_PACKAGE / NAME, _PACKAGE.parent / NAME)  # installed from a wheel; a source tree or editable installation


def responsible_use() -> str:
    """Return the text of RESPONSIBLE_USE.md.

    Returns:
        Markdown, without the markers around rendered blocks.

    Raises:
        GroomingRiskError: the file is missing from this installation.
    """
    for path in PLACES:
        if path.is_file():
            return _MARKER.sub("", path.read_text(encoding="utf-8"))
    raise GroomingRiskError(f"{NAME} is missing from this installation; install grooming-risk again")
