"""Infer whether the clocks of a file have twelve hours without AM or PM, and which half of the day each one is in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

# A clock of twelve hours goes from 10, 11 or 12 to 1, 2 or 3 at noon; one of 24 hours does so at midnight only.
_LATE, _EARLY = (10, 11, 12), (1, 2, 3)
TWELVE_HOURS = (
    "clocks seem to have twelve hours without AM or PM; halves of days were inferred from the order of messages and "
    "may be wrong; --clock-hours 12 or --clock-hours 24 decides it (clock_hours of ReadingOptions)"
)


@dataclass(slots=True)
class HalfDays:
    """The clocks of one file in order: collected in a first pass, placed in a half of the day in a second.

    Attributes:
        asked: 12 or 24 when the caller says it; None to infer it.
    """

    asked: int | None = None
    _whole_day: bool = False
    _noons: int = 0
    _falls: int = 0
    _day: object = None
    _latest: tuple[int, int, int] = (0, 0, 0)
    _afternoon: bool = False

    def add(self, day: object, clock: tuple[int, int, int], *, marked: bool) -> None:
        """Collect a clock in the first pass.

        Args:
            day: Anything that is equal for clocks of one day.
            clock: Hour, minute and second as written.
            marked: Whether AM or PM is written.
        """
        self._whole_day = self._whole_day or marked or not 1 <= clock[0] <= 12
        if self._whole_day:
            return
        if day == self._day and clock < self._latest:
            noon = self._latest[0] in _LATE and clock[0] in _EARLY
            self._noons, self._falls = self._noons + noon, self._falls + (not noon)
        self._day, self._latest = day, clock

    @property
    def twelve(self) -> bool:
        """Whether the clocks have twelve hours: at noon some day, and never before, they go back."""
        if self.asked is not None:
            return self.asked == 12
        return not self._whole_day and self._noons > 0 and self._falls == 0

    def begin(self) -> None:
        """Begin the second pass."""
        self._day, self._latest, self._afternoon = None, (0, 0, 0), False

    def shift(self, day: object, clock: tuple[int, int, int]) -> timedelta:
        """Return what to add to a clock in the second pass, where the clocks come in the same order.

        Args:
            day: As in `add`.
            clock: Hour, minute and second as written, without AM or PM.

        Returns:
            Twelve hours in the afternoon, else none; 12 o'clock is noon.
        """
        if day != self._day:
            self._afternoon = False
        elif clock < self._latest:
            self._afternoon = True
        self._day, self._latest = day, clock
        if clock[0] == 12:
            self._afternoon = True
            return timedelta()
        return timedelta(hours=12 if self._afternoon else 0)
