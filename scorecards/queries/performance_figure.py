"""Deliveries on time and the incident rate taken apart: months, rule, and the rows behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from django.db.models import QuerySet, Sum

from scorecards.models import CountedDelivery, CountedReject, CountingPolicy
from scorecards.periods import Month, Window, window_months
from scorecards.queries.performance import performance
from scorecards.queries.scores import delivered
from scorecards.scoring import PER, Criterion, Measure
from suppliers.access import AnyUser
from suppliers.models import Supplier


class PerformanceKind(StrEnum):
    """A figure beside the PPMs, as addresses write it."""

    ON_TIME = "on-time"
    INCIDENTS = "incidents"

    @property
    def criterion(self) -> Criterion:
        """What the score calls it."""
        return CRITERIA[self]


CRITERIA: Final = {
    PerformanceKind.ON_TIME: Criterion.ON_TIME,
    PerformanceKind.INCIDENTS: Criterion.INCIDENTS,
}
# The view of its rows, which of them count at all, the column that counts, and their order.
ROWS: Final[dict[PerformanceKind, tuple[Any, dict[str, Any], str, tuple[str, ...]]]] = {
    PerformanceKind.ON_TIME: (
        CountedDelivery,
        {"promised": 1},
        "on_time",
        ("on_time", "-received_on", "pk"),
    ),
    PerformanceKind.INCIDENTS: (
        CountedReject,
        {"incidents__gt": 0},
        "weighted_incidents",
        ("-weighted_incidents", "-detected_on", "pk"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class PerformanceFigure:
    """One figure of a supplier over a window; `measures` are its months, oldest first."""

    kind: PerformanceKind
    supplier: Supplier
    window: Window
    end: Month
    measure: Measure
    measures: Sequence[tuple[Month, Measure]]
    policy: CountingPolicy

    @property
    def first(self) -> Month:
        """The first month of the window."""
        return window_months(self.window, end=self.end)[0]

    @property
    def value(self) -> Fraction | None:
        """Numerator ÷ denominator in the figure's unit; None without denominator."""
        return value_of(self.kind, self.measure)


def value_of(kind: PerformanceKind, measure: Measure) -> Fraction | None:
    """Return percent, or weighted incidents per 10⁹ pieces; None without denominator."""
    if not measure.denominator:
        return None
    return Fraction(measure.numerator) * PER[kind.criterion] / Fraction(measure.denominator)


def performance_figure(
    kind: PerformanceKind, *, supplier: Supplier, window: Window, end: Month
) -> PerformanceFigure:
    """Return the figure as the score counts it; whoever asks has fetched the supplier."""
    span = window_months(window, end=end)
    months = performance([supplier.pk], first=span[0], last=end).get(supplier.pk, {})
    return PerformanceFigure(
        kind=kind,
        supplier=supplier,
        window=window,
        end=end,
        measure=delivered(months, kind.criterion, window, end),
        measures=[
            (month, delivered(months, kind.criterion, Window.MONTH, month)) for month in span
        ],
        policy=CountingPolicy.objects.in_force(),
    )


@dataclass(frozen=True, kw_only=True)
class PerformanceRows:
    """The rows behind a figure: lines that were promised, or issues with their weight.

    `numerator` and `denominator` are their sums; of incidents the denominator is that of the
    external PPM, the pieces received.
    """

    rows: QuerySet[Any]
    numerator: Decimal
    denominator: Decimal


def performance_rows(figure: PerformanceFigure, *, user: AnyUser) -> PerformanceRows:
    """Return the rows of the views that the roll-up sums, of those `user` may see."""
    view, counting, column, order = ROWS[figure.kind]
    span = {
        "supplier": figure.supplier,
        "month__range": (figure.first.first_day, figure.end.first_day),
    }
    rows = view.objects.visible_to(user).filter(**span, **counting)
    total = rows.aggregate(counted=Sum(column))["counted"] or 0
    if figure.kind is PerformanceKind.ON_TIME:
        denominator = Decimal(rows.count())
        rows = rows.select_related("delivery", "plant", "part")
    else:
        received: Any = CountedDelivery.objects.visible_to(user).filter(**span)
        denominator = received.aggregate(sum=Sum("received_qty"))["sum"] or Decimal(0)
        rows = rows.select_related("reject", "plant", "part")
    return PerformanceRows(
        rows=rows.order_by(*order), numerator=Decimal(total), denominator=denominator
    )
