"""Which months have something to show, and which one a page opens with."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from scorecards.models import SupplierMonth
from scorecards.periods import Month, months
from suppliers.models import Supplier

ACTIVITY = ~Q(received_qty=0) | ~Q(counted_qty=0) | ~Q(returned_qty=0)


@dataclass(frozen=True, kw_only=True)
class ActivitySpan:
    """First and last month with receipts, rejects or returns, and the one to open with."""

    first: Month
    last: Month
    default: Month
    running: Month

    @property
    def latest(self) -> Month:
        """The last month that can be looked at."""
        return max(self.last, self.running)

    def choices(self, chosen: Month) -> list[Month]:
        """Return the months to choose from, newest first; the chosen one is among them."""
        return list(months(self.first, max(self.last, chosen)))[::-1]

    def choose(self, wanted: Month | None) -> Month:
        """Return the wanted month unless it lies before the first fact or in the future."""
        return wanted if wanted and self.first <= wanted <= self.latest else self.default


def activity_span(suppliers: QuerySet[Supplier], *, running: Month) -> ActivitySpan | None:
    """Return the span of what these suppliers did; None before the first fact.

    It opens with the newest month that is over; a month still running looks better or
    worse than it will be, and is the default only when there is no other.
    """
    rows: Any = SupplierMonth.objects.filter(ACTIVITY, supplier__in=suppliers)
    first, last = _first(rows.order_by("month")), _first(rows.order_by("-month"))
    if first is None or last is None:
        return None
    over = _first(rows.filter(month__lt=running.first_day).order_by("-month"))
    return ActivitySpan(first=first, last=last, default=over or last, running=running)


def _first(rows: Any) -> Month | None:
    """Return the month of the first row; the index on months ends the scan there."""
    day = rows.values_list("month", flat=True).first()
    return None if day is None else Month.of(day)
