"""What suppliers are scored by besides PPM: incidents, deliveries on time, months with data."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from scorecards.models import SupplierMonth
from scorecards.periods import Month


@dataclass(frozen=True, kw_only=True)
class MonthPerformance:
    """Counts of one supplier in one month; `active` when anything came, failed or returned."""

    received: Decimal
    weighted_incidents: int
    lines_promised: int
    lines_on_time: int
    active: bool


Performance = Mapping[Month, MonthPerformance]

COLUMNS = (
    "supplier",
    "month",
    "received_qty",
    "weighted_incidents",
    "lines_promised",
    "lines_on_time",
    "counted_qty",
    "returned_qty",
)


def performance(
    supplier_ids: Collection[int], *, first: Month, last: Month
) -> dict[int, dict[Month, MonthPerformance]]:
    """Return the counts by supplier and month; months without facts have no key."""
    rows = SupplierMonth.objects.filter(
        supplier__in=list(supplier_ids), month__range=(first.first_day, last.first_day)
    ).values_list(*COLUMNS)
    found: dict[int, dict[Month, MonthPerformance]] = defaultdict(dict)
    for supplier, month, received, incidents, promised, on_time, counted, returned in rows:
        found[supplier][Month.of(month)] = MonthPerformance(
            received=received,
            weighted_incidents=incidents,
            lines_promised=promised,
            lines_on_time=on_time,
            active=bool(received or counted or returned),
        )
    return found
