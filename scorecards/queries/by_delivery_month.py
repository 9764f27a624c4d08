"""Rejects of twelve months by the month in which their parts were delivered.

For analysis alone: targets, levels and scores follow the day a reject was detected.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from scorecards.formulas.rates import Figure, figure
from scorecards.metrics import Metric
from scorecards.models import CountedReject
from scorecards.periods import Month, Window, window_months
from scorecards.queries.figures import MonthCounts
from scorecards.queries.scopes import Scope


@dataclass(frozen=True, kw_only=True)
class DeliveryMonth:
    """What was received in a month, and what of it counts as rejected until the table's end."""

    month: Month
    shape: Figure
    provisional: Decimal


@dataclass(frozen=True, kw_only=True)
class DeliveryMonths:
    """The table, newest month last, and what it cannot place.

    `unplaced` are counted pieces of rejects that name no delivery, `outside` of deliveries beyond
    the months shown. Rows, `unplaced` and `outside` add up to `counted`, the numerator of the
    rolling twelve months by day of detection.
    """

    end: Month
    rows: Sequence[DeliveryMonth]
    unplaced: Decimal
    outside: Decimal
    counted: Decimal


def delivery_month_table(*, scope: Scope, end: Month) -> DeliveryMonths:
    """Return a scope's rejects detected in the twelve months until `end`, by delivery month."""
    months = window_months(Window.ROLLING_12, end=end)
    rejected = _by_delivery_month(scope, first=months[0], last=end)
    series = scope.series(metric=Metric.EXTERNAL_PPM, first=months[0], last=end)
    rows = [
        _row(month, rejected.get(month, MonthCounts()), series.get(month, MonthCounts()).received)
        for month in months
    ]
    placed = set(months)
    return DeliveryMonths(
        end=end,
        rows=rows,
        unplaced=rejected.get(None, MonthCounts()).counted,
        outside=sum(
            (
                counts.counted
                for month, counts in rejected.items()
                if month is not None and month not in placed
            ),
            Decimal(0),
        ),
        counted=sum((counts.counted for counts in rejected.values()), Decimal(0)),
    )


def _row(month: Month, rejected: MonthCounts, received: Decimal) -> DeliveryMonth:
    return DeliveryMonth(
        month=month,
        shape=figure(counted=rejected.counted, received=max(received, Decimal(0))),
        provisional=rejected.provisional,
    )


def _by_delivery_month(
    scope: Scope, *, first: Month, last: Month
) -> dict[Month | None, MonthCounts]:
    """Add counted pieces up by the month of the delivery they name; None where they name none."""
    rows = (
        CountedReject.objects.filter(
            scope.rejects, month__range=(first.first_day, last.first_day), counted_qty__gt=0
        )
        .values_list("reject__delivery__received_on")
        .annotate(counted=Sum("counted_qty"), provisional=Sum("provisional_qty"))
        .order_by()
    )
    counted: dict[Month | None, Decimal] = defaultdict(Decimal)
    provisional: dict[Month | None, Decimal] = defaultdict(Decimal)
    for received_on, pieces, undecided in rows:
        month = None if received_on is None else Month.of(received_on)
        counted[month] += pieces
        provisional[month] += undecided
    return {
        month: MonthCounts(counted=pieces, provisional=provisional[month])
        for month, pieces in counted.items()
    }
