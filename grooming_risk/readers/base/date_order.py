"""Infer the order of day, month and year from all numeric dates of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from grooming_risk.readers.base.contract import DateOrder

EARLIEST = 1985  # no chat is older
_BUDDHIST = 543
_CLEARLY = 4  # an order of dates is chosen when it has this many times fewer faults


def calendar_date(numbers: tuple[int, int, int], order: DateOrder, first_year: int = EARLIEST) -> date | None:
    """Return the date of three numbers.

    Args:
        numbers: Day, month and year in the order written. A two-digit year is in this century; a year of the Thai
            Buddhist calendar is converted.
        order: Their order.
        first_year: Earliest plausible year.

    Returns:
        The date, or None when it does not exist or is too early.
    """
    parts = dict(zip(order.value, numbers, strict=True))
    year = parts["y"] + 2000 if parts["y"] < 100 else parts["y"]
    year = year - _BUDDHIST if year > first_year + _BUDDHIST - 1 else year
    try:
        return date(year, parts["m"], parts["d"]) if year >= first_year else None
    except ValueError:
        return None


@dataclass(slots=True)
class _Faults:
    """Evidence against one order of dates."""

    impossible: int = 0
    backward: int = 0
    months: set[tuple[int, int]] = field(default_factory=set)
    latest: date | None = None

    def add(self, day: date | None) -> None:
        if day is None:
            self.impossible += 1
            return
        if self.latest is not None and day < self.latest:
            self.backward += 1
        self.months.add((day.year, day.month))
        self.latest = day


@dataclass(slots=True)
class OrderInference:
    """Inference of the order of day, month and year from all dates of a file.

    Day and month are distinguished by a number above 12, then by the order in which fewer dates go back, then by the
    number of months: a chat on five days in a row is likelier than one on the same day of five months.

    Attributes:
        first_year: Earliest plausible year.
    """

    first_year: int = EARLIEST
    _orders: dict[DateOrder, _Faults] = field(default_factory=dict)
    _first: tuple[int, int, int] | None = None
    _several: bool = False
    _latest: tuple[int, int, int] | None = None
    _days: tuple[date | None, ...] = ()

    def add(self, numbers: tuple[int, int, int], orders: Sequence[DateOrder]) -> None:
        """Add the next date of the file.

        Args:
            numbers: The three numbers of the date, in the order written.
            orders: Orders that this date may have.
        """
        if self._first is None:
            self._first = numbers
            self._orders = {order: _Faults() for order in orders}
        elif len(orders) < len(self._orders):
            self._orders = {order: faults for order, faults in self._orders.items() if order in orders} or self._orders
        self._several = self._several or numbers != self._first
        if numbers != self._latest or len(self._days) != len(self._orders):  # most messages are of one day
            self._latest = numbers
            self._days = tuple(calendar_date(numbers, order, self.first_year) for order in self._orders)
        for faults, day in zip(self._orders.values(), self._days, strict=True):
            faults.add(day)

    def order(self, asked: DateOrder | None = None) -> DateOrder | None:
        """Return the order of the dates in the file.

        Args:
            asked: Order given by the caller; a four-digit year overrules it.

        Returns:
            The order, or None when it cannot be inferred.
        """
        orders = list(self._orders)
        if len(orders) < 2:
            return orders[0] if orders else asked
        if asked is not None:
            return asked
        one, other = (self._orders[order] for order in orders)
        for left, right in (
            (one.impossible, other.impossible),
            (one.backward, other.backward),
            (len(one.months), len(other.months)),
        ):
            if left > _CLEARLY * right:
                return orders[1]
            if right > _CLEARLY * left:
                return orders[0]
        return None

    @property
    def one_day(self) -> bool:
        """Whether all dates are equal, so that a wrong order shifts all times alike."""
        return not self._several
