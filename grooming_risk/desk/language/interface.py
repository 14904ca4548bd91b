"""The interface in one language: the desk's own catalogue over that of the hand-over, dates, numbers, direction.

Translations are gettext catalogues: a translator edits `desk.po` below `locale/`, and the compiled `desk.mo` beside it
is what is read.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path

from grooming_risk.handover.language.languages import ENGLISH, Language, language, languages

FOLDER = Path(__file__).parent / "locale"
DOMAIN = "desk"


@dataclass(frozen=True, slots=True)
class Interface:
    """One language of the desk.

    Attributes:
        base: the language as the hand-over knows it: dates, numbers, countries, direction.
        translations: the desk's catalogue.
    """

    base: Language
    translations: gettext.NullTranslations = field(repr=False)

    @property
    def code(self) -> str:
        """ISO 639-1 code."""
        return self.base.code

    @property
    def direction(self) -> str:
        """Direction of the script, as HTML names it."""
        return "rtl" if self.base.right_to_left else "ltr"

    def text(self, message: str, **values: object) -> str:
        """Return a translated text with its values put in.

        Args:
            message: English text, which is also its key; it may hold placeholders such as {count}.
            **values: for the placeholders; whole numbers are grouped as the language groups digits.

        Returns:
            The text; the English one where there is no translation.
        """
        found = self.translations.gettext(message)
        if found == message:
            found = self.base.text(message)
        if not values:
            return found
        return found.format(**{name: self.base.isolated(self._shown(value)) for name, value in values.items()})

    def day(self, moment: datetime | str, zone: tzinfo) -> str:
        """Return the day of a time in words, in the reader's zone."""
        return self.base.date(_local(moment, zone).isoformat())

    def time(self, moment: datetime | str, zone: tzinfo) -> str:
        """Return the hour and minute of a time, in the reader's zone."""
        return f"{_local(moment, zone):%H:%M}"

    def moment(self, moment: datetime | str, zone: tzinfo) -> str:
        """Return the day and time of a time, in the reader's zone."""
        return f"{self.day(moment, zone)}, {self.time(moment, zone)}"

    def listed(self, parts: Iterable[str]) -> str:
        """Return names in a row."""
        return ("\u060c " if self.code in ("ar", "ur") else ", ").join(parts)

    def number(self, value: int) -> str:
        """Return a whole number, grouped as the language groups digits."""
        return self.base.number(value)

    def _shown(self, value: object) -> str:
        return self.base.number(value) if isinstance(value, int) else str(value)


@lru_cache(maxsize=16)
def interface(code: str) -> Interface:
    """Return the interface in a language; in English where the language is not known."""
    base = language(code if code in languages() else ENGLISH)
    if base.code == ENGLISH:
        return Interface(base, gettext.NullTranslations())
    return Interface(base, gettext.translation(DOMAIN, FOLDER, languages=[base.code], fallback=True))


def preferred(header: str) -> str:
    """Return the first known language that a browser asks for; English where there is none."""
    for part in header.split(","):
        code = part.split(";")[0].strip().lower()[:2].replace("fi", "tl" if part.strip().lower()[:3] == "fil" else "fi")
        if code in languages():
            return code
    return ENGLISH


def _local(moment: datetime | str, zone: tzinfo) -> datetime:
    found = datetime.fromisoformat(moment.replace("Z", "+00:00")) if isinstance(moment, str) else moment
    return found.astimezone(zone)
