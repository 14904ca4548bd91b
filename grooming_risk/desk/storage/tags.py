"""Tags of languages (BCP 47: language, script, region), as people type them and as records take them."""

from __future__ import annotations

import re

# The pattern is for the attribute of a field too, so that a browser says at once what is wrong.
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?")
PATTERN = _TAG.pattern
_SCRIPT = 4  # letters of a script, as in ur-Latn


def language_tag(text: str | None) -> str | None:
    """Return a tag in its usual case, such as en, pt-BR or ur-Latn; None where the text is not one."""
    typed = (text or "").strip()
    if not _TAG.fullmatch(typed):
        return None
    language, *others = typed.split("-")
    return "-".join((language.lower(), *(part.title() if len(part) == _SCRIPT else part.upper() for part in others)))
