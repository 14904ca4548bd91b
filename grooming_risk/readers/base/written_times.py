"""Parse times as people and programs write them: numeric dates in any order, month names, 12- and 24-hour clocks.

Numeric dates are ambiguous, so a file is read twice: `WrittenTimes.add` collects all its times, then
`WrittenTimes.moment` converts them with the order inferred from the whole file. Times without a zone are read as UTC.
Month names are those of CLDR 45 in English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Turkish,
Russian, Ukrainian, Swedish, Danish, Norwegian, Czech, Romanian, Greek and Indonesian, cut to three letters where that
is unambiguous.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

from grooming_risk.readers.base.contract import DateOrder
from grooming_risk.readers.base.date_order import OrderInference, calendar_date
from grooming_risk.readers.base.half_days import TWELVE_HOURS, HalfDays

_MONTHS = (
    "jan ene gen sty oca янв січ led ian ιαν",
    "feb fév fev lut şub фев лют úno φεβ",
    "mar mär mrz maa мар бер bře μαρ",
    "apr avr abr kwi nis апр кві dub απρ",
    "may mai mag mei maj май мая тра kvě μαΐ",
    "jun giu cze haz июн чер čvn iun ιου",
    "lug lip tem июл лип iul",
    "aug aoû ago sie ağu авг сер srp agu agt αυγ",
    "sep set wrz eyl сен вер zář σεπ",
    "oct okt ott out paź eki окт жов říj οκτ",
    "nov lis kas ноя лис noi νοε",
    "dec dez déc dic gru ara дек гру pro des δεκ",
)
_MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
# Names whose first three letters are those of another month.
_MONTH_NUMBERS |= {
    **dict.fromkeys(("juin", "ιουνίου", "ιουν"), 6),
    **dict.fromkeys(("jul", "juli", "july", "julio", "julho", "juil", "juillet", "ιουλίου", "ιουλ", "července"), 7),
    "mai": 5,
    "mars": 3,
    "março": 3,
    "märz": 3,
    "listopad": 11,
    "listopada": 11,
    "listopadu": 11,
}
_NUMBERS = r"\d{1,4}(?P<point>[./-])\s?\d{1,2}(?P=point)\s?\d{1,4}\.?"
_WEEKDAY = r"(?:[^\W\d_]{2,12}\.?,? )?"
_NAME = r"[^\W\d_]{3,10}\.?"
_NAMED = rf"{_WEEKDAY}(?:\d{{1,2}}(?:st|nd|rd|th|\.)?(?: de)? {_NAME},?(?: de)? \d{{4}}|{_NAME} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}}-{_NAME}-\d{{2,4}})"  # noqa: E501 (one expression)
_WORDS = r"(?:[Tt]oday|[Yy]esterday|[Hh]eute|[Gg]estern|[Hh]oy|[Aa]yer|[Aa]ujourd['’]hui|[Hh]ier)"
_CLOCK = r"\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?(?:[ \u00a0\u202f]?[AaPp]\.?[ \u00a0\u202f]?[Mm]\b\.?)?(?: ?(?:(?:UTC|GMT)?[+-]\d{2}:?\d{2}|Z|UTC|GMT))?"  # noqa: E501 (one expression)
_DAY = rf"(?:{_NUMBERS}|{_NAMED}|{_WORDS})"
# A date, a clock, or both in either order. All repetitions are bounded.
STAMP = (
    rf"(?:{_DAY}(?:[T_]|,? ?[-–—]? ?(?:(?:at|um|à|alle|a las|às|om) )?){_CLOCK}"
    rf"|{_CLOCK},? (?:[-–—] )?{_DAY.replace('point', 'point2')}|{_DAY.replace('point', 'point3')}|{_CLOCK})"
)
_NUMERIC = re.compile(r"(?<![\d:.])(\d{1,4})[./-]\s?(\d{1,2})[./-]\s?(\d{1,4})(?![\d:])")
_BY_NAME = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?(?:-|(?: de)? )(?P<month>{_NAME})(?:-|,?(?: de)? )(?P<year>\d{{2,4}})"
    rf"|(?P<month2>{_NAME}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year2>\d{{4}})"
)
_TIME = re.compile(
    r"(?<!\d)(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?"
    r"(?:[ \u00a0\u202f]?([AaPp])\.?[ \u00a0\u202f]?[Mm]\b)?"
    # Cellebrite writes the zone as "(UTC+1)" or "(UTC+5:30)".
    r"(?: ?\(?((?:UTC|GMT)?[+-]\d{2}:?\d{2}|(?:UTC|GMT)[+-]\d{1,2}(?::\d{2})?|Z|UTC|GMT))?"
)
# The usual forms, which one search reads. The first one has the year first and needs no inference.
_PLAIN = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[ T](\d{1,2}):(\d{2})(?::(\d{2}))?(?: ([AP])M)?\Z")
_USUAL = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4}),? (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ([AaPp])[Mm])?\Z")
_GREGORIAN = range(1985, 2500)
_LONGEST = 80
UNDECIDED = (
    "day and month cannot be distinguished, so times were left out; give --date-order dmy or --date-order mdy "
    "(date_order of ReadingOptions)"
)
GUESSED = "day and month cannot be distinguished; all messages are of one day, which was read with the day first"


# One is made for every message, and a frozen one takes three times as long to make.
@dataclass(slots=True)
class WrittenTime:
    """The parts of a written time.

    Attributes:
        numbers: The three numbers of a numeric date, in the order written, or None.
        day: The date, where it is unambiguous.
        clock: Hour, minute, second and microsecond, or None.
        zone: Offset from UTC, or None when it is not written.
        marked: Whether AM or PM is written.
    """

    numbers: tuple[int, int, int] | None
    day: date | None
    clock: tuple[int, int, int, int] | None
    zone: timezone | None = None
    marked: bool = False


def read_written(text: str) -> WrittenTime | None:
    """Parse a written time.

    Args:
        text: A time, at most 80 characters.

    Returns:
        Its parts, or None when it contains neither a date nor a clock.
    """
    if len(text) > _LONGEST:
        return None
    usual = _USUAL.match(text)
    if usual is not None:
        date_numbers = int(usual[1]), int(usual[3]), int(usual[4])
        return WrittenTime(date_numbers, None, _clock_of(usual[5], usual[6], usual[7], usual[8]), None, bool(usual[8]))
    numeric = _NUMERIC.search(text)
    named = None if numeric else _BY_NAME.search(text)
    found = numeric or named
    rest = text if found is None else f"{text[: found.start()]} {text[found.end() :].removeprefix('T')}"
    clock, zone, marked = _clock(rest)
    numbers = (int(numeric[1]), int(numeric[2]), int(numeric[3])) if numeric else None
    day = _named_day(named) if named else None
    if numbers is None and day is None and clock is None:
        return None
    return WrittenTime(numbers, day, clock, zone, marked)


def _named_day(found: re.Match[str]) -> date | None:
    words = (found["month"] or found["month2"]).casefold().strip(".")
    month = _MONTH_NUMBERS.get(words) or _MONTH_NUMBERS.get(words[:3])
    year = int(found["year"] or found["year2"])
    try:
        return date(year + 2000 if year < 100 else year, month or 0, int(found["day"] or found["day2"]))
    except ValueError:
        return None


def _clock(text: str) -> tuple[tuple[int, int, int, int] | None, timezone | None, bool]:
    found = _TIME.search(text)
    if found is None:
        return None, None, False
    clock = _clock_of(found[1], found[2], found[3], found[5], found[4])
    return (clock, _zone(found[6]), bool(found[5])) if clock is not None else (None, None, False)


def _clock_of(
    hours: str, minutes: str, seconds: str | None, half: str | None, fraction: str | None = None
) -> tuple[int, int, int, int] | None:
    """Return hour, minute, second and microsecond, or None when one is out of its range."""
    hour, minute, second = int(hours), int(minutes), int(seconds or 0)
    if half:
        hour = 99 if hour > 12 else hour % 12 + 12 * (half in "Pp")
    if hour > 23 or minute > 59 or second > 59:
        return None
    return hour, minute, second, int(f"{fraction:0<6}"[:6]) if fraction else 0


def _zone(text: str | None) -> timezone | None:
    if not text or text in ("Z", "UTC", "GMT"):
        return UTC if text else None
    text = text.removeprefix("UTC").removeprefix("GMT")
    hours, part = text[1:].split(":") if ":" in text else (text[1:3], text[3:])
    sign, minutes = -1 if text[0] == "-" else 1, int(hours) * 60 + int(part or 0)
    return timezone(sign * timedelta(minutes=minutes)) if minutes < 1_440 else None


def orders_of(numbers: tuple[int, int, int]) -> tuple[DateOrder, ...]:
    """Return the orders that three numbers of a date may have; a number above 31 is a year."""
    if numbers[0] > 31:
        return (DateOrder.YEAR_MONTH_DAY,)
    return (DateOrder.DAY_MONTH_YEAR, DateOrder.MONTH_DAY_YEAR)


@dataclass(slots=True)
class WrittenTimes:
    """The times of one file: collected in a first pass, converted in a second.

    Attributes:
        asked: Order of numeric dates given by the caller, or None.
        clock_hours: 12 or 24 given by the caller for clocks without AM or PM, or None.
        zoned: Whether any time names its zone.
    """

    asked: DateOrder | None = None
    clock_hours: int | None = None
    zoned: bool = False
    _inference: OrderInference = field(default_factory=OrderInference)
    _ambiguous: bool = False
    _order: DateOrder | None = None
    _known: bool = False
    _halves: HalfDays = field(default_factory=HalfDays)
    _numbers: tuple[int, int, int] | None = None
    _day_order: DateOrder | None = None
    _day: date | None = None

    def __post_init__(self) -> None:
        """Pass on what the caller asked for."""
        self._halves.asked = self.clock_hours

    def add(self, text: str) -> None:
        """Collect a time in the first pass."""
        plain = _PLAIN.match(text) if self.clock_hours is None else None
        if plain is not None:
            if plain[7]:
                self._halves.add(None, (0, 0, 0), marked=True)
            return
        written = read_written(text)
        if written is None:
            return
        if written.clock is not None:
            self._halves.add(written.numbers or written.day, written.clock[:3], marked=written.marked)
        if written.numbers is None:
            return
        orders = orders_of(written.numbers)
        if len(orders) > 1:
            self._ambiguous = True
            self._inference.add(written.numbers, orders)

    @property
    def undecided(self) -> bool:
        """Whether day and month cannot be distinguished although the file has numeric dates of several days."""
        return self._ambiguous and self._chosen() is None and not self._inference.one_day

    @property
    def guessed(self) -> bool:
        """Whether all dates are of one day and were read with the day first without evidence."""
        return self._ambiguous and self._chosen() is None and self._inference.one_day

    def warnings(self) -> tuple[str, ...]:
        """Return the warnings on the order of dates, once all times have been collected."""
        self._halves.begin()
        days = (UNDECIDED,) if self.undecided else (GUESSED,) if self.guessed else ()
        return (*days, TWELVE_HOURS) if self._halves.twelve and self.clock_hours is None else days

    def moment(self, text: str) -> datetime | None:
        """Return a time in the second pass, or None when it has no readable date."""
        plain = _PLAIN.match(text)
        if plain is not None and int(plain[1]) in _GREGORIAN and not self._halves.twelve:
            clock = _clock_of(plain[4], plain[5], plain[6], plain[7])
            with suppress(ValueError):
                if clock is not None:
                    return datetime(int(plain[1]), int(plain[2]), int(plain[3]), *clock, tzinfo=UTC)
        written = read_written(text)
        if written is None:
            return None
        day = written.day
        if written.numbers is not None:
            fixed = orders_of(written.numbers)
            order = fixed[0] if len(fixed) == 1 and self.asked is not DateOrder.YEAR_MONTH_DAY else self._chosen()
            if written.numbers != self._numbers or order is not self._day_order:  # most messages are of one day
                self._numbers, self._day_order = written.numbers, order
                self._day = calendar_date(written.numbers, order or DateOrder.DAY_MONTH_YEAR)
            day = self._day
        if day is None:
            return None
        hour, minute, second, part = written.clock or (0, 0, 0, 0)
        self.zoned = self.zoned or written.zone is not None
        try:
            moment = datetime(day.year, day.month, day.day, hour, minute, second, part, tzinfo=written.zone or UTC)
            if written.clock is not None and not written.marked and self._halves.twelve:
                moment += self._halves.shift(written.numbers or written.day, written.clock[:3])
            return moment if written.zone is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def _chosen(self) -> DateOrder | None:
        if not self._known:
            self._order, self._known = self._inference.order(self.asked), True
        return self._order
