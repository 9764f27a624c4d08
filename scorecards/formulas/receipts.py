"""How many parts came between two days, and at most since a delivery that a reject may be of."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Self


@dataclass(frozen=True, kw_only=True)
class Receipts:
    """Days with receipts, in order, and what had come by the end of each, after a leading 0."""

    days: tuple[date, ...]
    sums: tuple[Decimal, ...]

    @classmethod
    def of(cls, daily: Iterable[tuple[date, Decimal]]) -> Self:
        """Return the receipts of days in order, each with its parts; reversals are negative."""
        rows = list(daily)
        return cls(
            days=tuple(day for day, _qty in rows),
            sums=(Decimal(0), *accumulate(qty for _day, qty in rows)),
        )

    def between(self, after: date, until: date) -> Decimal:
        """Return what came after one day until the end of the other; reversals take it away."""
        return max(self._until(until) - self._until(after), Decimal(0))

    def lot(self, on: date, *, until: date, delivered_on: date | None = None) -> Decimal:
        """Return how much more may lie between a reject and a later one than came between them.

        Parts come in deliveries and are used one by one: two rejects of one delivery have nothing
        between them by receipts, and may have all of it between them in truth.

        Args:
            on: the day of the earlier reject.
            until: the day of the later one.
            delivered_on: when what the earlier one is of was last delivered; None for the last
                day until then on which anything came.
        """
        begin = delivered_on or self._last_delivery(on)
        if begin is None:
            return Decimal(0)
        whole = self.between(begin - timedelta(days=1), until)
        return max(whole - self.between(on, until), Decimal(0))

    def _until(self, day: date) -> Decimal:
        return self.sums[bisect_right(self.days, day)]

    def _last_delivery(self, day: date) -> date | None:
        """Return the last day until then on which more came than was reversed."""
        known = range(bisect_right(self.days, day) - 1, -1, -1)
        return next((self.days[n] for n in known if self.sums[n + 1] > self.sums[n]), None)
