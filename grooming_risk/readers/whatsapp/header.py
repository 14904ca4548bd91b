"""Parse the heads of WhatsApp lines: `12/08/2016, 16:20 - Name: text`, `[13/11/23, 9:05:11 PM] Name: text`.

Source of the shapes: the header tables of lucasrodes/whatstk (header_format_support.json), starkdmi/whats_json and
notes on exports of WhatsApp 2.26 (SoongGuanLeong/footprint-messaging), all looked up 2026-11: `/ . -` between the parts
of a date, dates in any order, 24 or 12 hours, `:` or `.` in a time, U+202F or U+00A0 before AM, direction marks
anywhere, digits of any script, the day's half before the time (Korean, Chinese) or after it in the words of CLDR 45.
All heads of a file have the shape of its first line; a head of another shape is text of a message. Dates with month
names are not read, and years of calendars other than the Gregorian and the Thai Buddhist one give no time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from grooming_risk.readers.base.contract import DateOrder
from grooming_risk.readers.base.date_order import calendar_date
from grooming_risk.readers.whatsapp.phrases import MARKS


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


# CLDR 45 (read through Babel): abbreviated, wide and narrow forms without blanks and stops. Narrow forms of one Latin
# letter are included for English only. Chinese parts of the day, which iPhones write, count as their half of the day.
_MORNING = _words(
    """am a vm pd eparadites ص проб 上午 早上 清晨 凌晨 dop ap πμ de rn 午前 오전 ກ່ອນທ່ຽງ priekšp priekšpusdienā
priešpiet prp претпл pg قظ قبلازظهر ق fm ఉ ก่อนเที่ยง öö дп to sa ਪੂਦੁ ਸ ጥዋት ጠ पूर्वाह्न bn နံနက် පෙව inthemorning"""
)
_AFTERNOON = _words(
    """pm p nm md epasdites م слоб 下午 中午 傍晚 晚上 odp ip μμ du in 午後 오후 ຫຼັງທ່ຽງ pēcp pēcpusdienā popiet pop
попл ptg بظ بعدازظهر ب em సా หลังเที่ยง ös пп tk ch ਬਾਦੁ ਸ਼ ከሰዓት ከ अपराह्न pn ညနေ පව intheafternoon"""
)
_MARK = f"[{MARKS}]{{0,4}}"
_DATE = (
    rf"(\d{{1,4}}){_MARK}(?P<point>[./-])(?P<gap>\s?){_MARK}(\d{{1,2}}){_MARK}(?P=point)(?P=gap){_MARK}(\d{{1,4}})\.?"
    r"(?:\s(?:BE|г\.))?"
)
_TIME = rf"(?P<before>[^\d\s:\[\]]{{0,8}}\s?)(\d{{1,2}})[:.](\d{{2}})(?:[:.](\d{{2}}))?{_MARK}"
# All repetitions are bounded, so matching takes constant time for any line.
_HEAD = re.compile(
    rf"{_MARK}(?P<open>\[?){_MARK}(?:{_DATE}(?P<comma>[,،、]?)\s{{0,2}}{_MARK}{_TIME})"
    rf"(?P<after>[^\d\[\]<>:-]{{0,18}}?)(?P<close>\]|\s[-–](?=\s|$)|:(?=\s)){_MARK}\s?"
)
_PARTS = ("open", "close", 2, 5, 6, "point", "gap", "comma", 9, 10, 11, "before", "after")
_PERIOD_DROPPED = str.maketrans(dict.fromkeys(MARKS + " .\u00a0\u202f"))
# WhatsApp was released in 2009, so an order of dates that gives earlier years is wrong.
FIRST_YEAR = 2009


@dataclass(slots=True)  # not frozen: two are made for each message, and frozen ones take three times as long
class Head:
    """The head of a line, before the name.

    Attributes:
        shape: Properties that all heads of a file share.
        numbers: The three numbers of the date, in the order written.
        clock: Hour (0 to 23), minute and second.
        end: Index at which the rest of the line begins.
    """

    shape: tuple[object, ...]
    numbers: tuple[int, int, int]
    clock: tuple[int, int, int]
    end: int


def read_head(line: str) -> Head | None:
    """Parse the head of a line; return None when it has none."""
    match = _HEAD.match(line)
    if match is None:
        return None
    opened, close, first, second, third, point, gap, comma, hour, minute, seconds, before, after = match.group(*_PARTS)
    if bool(opened) != (close == "]"):
        return None
    half = before + after
    if half:
        half = half.translate(_PERIOD_DROPPED).casefold()
    clock = _clock(int(hour), int(minute), int(seconds or 0), half)
    if clock is None:
        return None
    year = 0 if len(first) > 2 else 2 if len(third) > 2 else None
    shape = (close.strip(), point, bool(gap), comma, year, bool(seconds), bool(half))
    return Head(shape, (int(first), int(second), int(third)), clock, match.end())


def _clock(hour: int, minute: int, second: int, half: str) -> tuple[int, int, int] | None:
    if half:
        if hour > 12 or not (half in _MORNING or half in _AFTERNOON):
            return None
        hour = hour % 12 + 12 * (half in _AFTERNOON)
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def moment_of(head: Head, order: DateOrder) -> datetime | None:
    """Return the time of a head, marked as UTC although the zone is unknown; None when the date does not exist."""
    day = calendar_date(head.numbers, order, FIRST_YEAR)
    return None if day is None else datetime(day.year, day.month, day.day, *head.clock, tzinfo=UTC)


def possible_orders(head: Head) -> tuple[DateOrder, ...]:
    """Return the orders that the date of a head may have: a four-digit year and Korean blanks show the year first."""
    _, _, gap, _, year, _, _ = head.shape
    if year == 0 or (gap and year is None):
        return (DateOrder.YEAR_MONTH_DAY,)
    return (DateOrder.DAY_MONTH_YEAR, DateOrder.MONTH_DAY_YEAR)
