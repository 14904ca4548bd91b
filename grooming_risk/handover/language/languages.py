"""Languages of summaries, questions and channels: translations, dates and numbers as a reader expects them.

Translations are gettext catalogues: a translator edits `handover.po` below `locale/`, and the compiled `handover.mo`
beside it is what is read. Dates and numbers follow Unicode's CLDR, of which `locale/data.json` holds what is used.
"""

from __future__ import annotations

import gettext
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from grooming_risk.errors import InvalidOptionError

FOLDER = Path(__file__).parent / "locale"
DOMAIN = "handover"
ENGLISH = "en"
# First strong isolate and pop directional isolate: what lies between them cannot reorder the text around it.
_ISOLATE, _POP = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Language:
    """One language.

    Attributes:
        code: ISO 639-1 code, as in the names of the catalogues.
        name: what its speakers call it.
        right_to_left: whether it is written so.
        translations: its catalogue.
        data: months, patterns and names of countries.
    """

    code: str
    name: str
    right_to_left: bool
    translations: gettext.NullTranslations = field(repr=False)
    data: Mapping[str, Any] = field(repr=False)

    def text(self, message: str, **values: str) -> str:
        """Return a translated text with its values put in.

        Args:
            message: English text, which is also its key; it may hold placeholders such as {count}.
            **values: for the placeholders. In languages that are written from right to left, each is set apart, so that
                an address or a number keeps its own direction.

        Returns:
            The text; the English one where there is no translation.
        """
        shown = {name: self.isolated(value) for name, value in values.items()}
        return self.translations.gettext(message).format(**shown) if shown else self.translations.gettext(message)

    def isolated(self, value: str) -> str:
        """Set a value apart from text that is written from right to left."""
        return f"{_ISOLATE}{value}{_POP}" if self.right_to_left and value else value

    def number(self, value: int) -> str:
        """Return a whole number, grouped as the language groups digits."""
        digits, groups = str(abs(value)), []
        first, others = self.data["grouping"]
        size = first
        while len(digits) > size:
            digits, group = digits[:-size], digits[-size:]
            groups.append(group)
            size = others
        return ("-" if value < 0 else "") + str(self.data["group"]).join([digits, *reversed(groups)])

    def date(self, iso: str) -> str:
        """Return a date in words; the month has its name, so that no reader mistakes it for the day.

        Args:
            iso: date or time, of which the first ten characters are read.

        Returns:
            The date.
        """
        day = date.fromisoformat(iso[:10])
        fields = {"d": str(day.day), "MMMM": self.data["months"][day.month - 1], "y": str(day.year)}
        # CLDR quotes words; what is left are names of fields.
        parts = str(self.data["date"]).split("'")
        return "".join(part if place % 2 else _filled(part, fields) for place, part in enumerate(parts))

    def country(self, code: str) -> str:
        """Return the name of a country, and its code where the name is not known."""
        return str(self.data["countries"].get(code, code))


def language(code: str) -> Language:
    """Return a language.

    Args:
        code: such as en, es or ar.

    Returns:
        The language.

    Raises:
        InvalidOptionError: there is no catalogue of it.
    """
    known = languages()
    if code not in known:
        raise InvalidOptionError(f"there is no translation into this language; use one of {', '.join(known)}")
    return _open(code)


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Return the codes of the languages, English first."""
    return tuple(_data())


@lru_cache(maxsize=16)
def _open(code: str) -> Language:
    data = _data()[code]
    translations = (
        gettext.NullTranslations() if code == ENGLISH else gettext.translation(DOMAIN, FOLDER, languages=[code])
    )
    return Language(code, data["name"], data["direction"] == "rtl", translations, data)


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return dict(json.loads((FOLDER / "data.json").read_text(encoding="utf-8"))["languages"])


def _filled(pattern: str, fields: Mapping[str, str]) -> str:
    """Replace the names of fields, longest first; the months' names hold letters that name fields."""
    found, rest = "", pattern
    while rest:
        name = next((name for name in ("MMMM", "d", "y") if rest.startswith(name)), None)
        found, rest = found + (fields[name] if name else rest[0]), rest[len(name or rest[0]) :]
    return found
