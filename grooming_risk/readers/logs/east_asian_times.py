"""Write times of Korean, Japanese and Chinese apps as `base.written_times` reads them.

Words: CLDR 45 for ko, ja, zh-Hans and zh-Hant, abbreviated day periods. Chinese parts of the day count as their half of
it, as their clocks have twelve hours.
"""

from __future__ import annotations

import re

_DAY = re.compile(
    r"(\d{4})\s?[년年/.\-]\s?(\d{1,2})\s?[월月/.\-]\s?(\d{1,2})(?:\s?[일日.])?(?:\s?[(（]?[월화수목금토일日月火水木金土一二三四五六][曜요]?[日일]?[)）]?(?=\s|\Z))?"
)
_MORNING = "오전|上午|午前|凌晨|清晨|早上"
_AFTERNOON = "오후|下午|午後|中午|傍晚|晚上"
_CLOCK = re.compile(rf"(?:({_MORNING})|({_AFTERNOON}))\s?(\d{{1,2}}:\d{{2}}(?::\d{{2}})?)")
# Such a clock, for patterns of lines.
CLOCK = rf"(?:(?:{_MORNING}|{_AFTERNOON})\s?)?\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\s?[AaPp]\.?[Mm]\.?)?"


def western(text: str) -> str:
    """Return a time with its date as 2026-03-01 and its clock as 7:02 PM.

    Args:
        text: A time as an app writes it.

    Returns:
        The time; unchanged where it has no such parts.
    """
    text = _CLOCK.sub(lambda found: _clock(found[3], afternoon=found[1] is None), text)
    return _DAY.sub(lambda found: f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}", text)


def _clock(clock: str, *, afternoon: bool) -> str:
    hour, _, rest = clock.partition(":")
    if int(hour) > 12:
        return clock
    return f"{int(hour) or 12}:{rest} {'PM' if afternoon else 'AM'}"
