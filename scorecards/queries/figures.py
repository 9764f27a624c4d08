"""The one path to every PPM: monthly counts of a scope, added up over a window, divided last.

Page, API, PDF, export, mail and escalation all come through here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import Max, Q, QuerySet, Sum
from django.utils import timezone

from scorecards.enums import ScopeKind
from scorecards.formulas.rates import Figure, FigureState, figure
from scorecards.metrics import Metric
from scorecards.models import CountedReject, PartMonth, SupplierMonth
from scorecards.periods import Month, Window, window_months
from scorecards.queries.counts import (
    ALL_KEY,
    COLUMNS,
    EXTERNAL_SOURCES,
    MEMBER_SOURCES,
    Key,
    MonthCounts,
    Series,
    by_code,
    external,
    of_code,
    of_keys,
    of_months,
    ranked,
    warranty,
)
from suppliers.models import Supplier

# What whoever asks for figures names as well.
__all__ = [
    "ALL_KEY",
    "COLUMNS",
    "MEMBER_SOURCES",
    "Key",
    "MonthCounts",
    "PooledCounts",
    "Series",
    "UnsupportedScopeError",
    "WindowFigure",
    "latest_month",
    "member_counts",
    "monthly_counts",
    "ranked_keys",
    "supplier_series",
    "window_figure",
    "window_figures",
]


class UnsupportedScopeError(ValueError):
    """The metric has no figure for this scope."""


@dataclass(frozen=True, kw_only=True)
class PooledCounts:
    """Pieces added up over several months, with the PPM they give: one division, last."""

    counted: Decimal
    received: Decimal
    provisional: Decimal

    @property
    def exposure(self) -> Decimal:
        """What a rate may be formed over: `received`, and none where reversals outweigh it."""
        return max(self.received, Decimal(0))

    @cached_property
    def shape(self) -> Figure:
        """The pure figure of the counts: ratio and state."""
        return figure(counted=self.counted, received=self.exposure)

    @property
    def ppm(self) -> Fraction | None:
        """Parts per million, exact; None without receipts."""
        return self.shape.ppm

    @property
    def state(self) -> FigureState:
        """Whether there is a figure, no activity, or rejects without receipts."""
        return self.shape.state


@dataclass(frozen=True, kw_only=True)
class WindowFigure(PooledCounts):
    """A PPM with its counts, over a window that ends with `end`."""

    metric: Metric
    window: Window
    end: Month


def window_figure(series: Series, *, metric: Metric, window: Window, end: Month) -> WindowFigure:
    """Add a scope's months up over `window`: counts first, one division last.

    Warranty relates the returns of the window to the parts in field at its end.
    """
    months = [series.get(month, MonthCounts()) for month in window_months(window, end=end)]
    received = (
        months[-1].received
        if metric is Metric.WARRANTY_PPM
        else sum((month.received for month in months), Decimal(0))
    )
    return WindowFigure(
        metric=metric,
        window=window,
        end=end,
        counted=sum((month.counted for month in months), Decimal(0)),
        received=received,
        provisional=sum((month.provisional for month in months), Decimal(0)),
    )


def monthly_counts(  # noqa: PLR0913  every narrowing by its name
    *,
    metric: Metric,
    scope: ScopeKind,
    keys: Collection[Key] | None = None,
    suppliers: QuerySet[Supplier] | None = None,
    plant: int | None = None,
    part: int | None = None,
    commodity: str = "",
    defect_code: int | None = None,
    first: Month | None = None,
    last: Month | None = None,
) -> dict[Key, dict[Month, MonthCounts]]:
    """Return counts by scope key and month.

    The key is the id of the supplier, tier, group, plant, part or defect code, the name of the
    commodity, or ALL_KEY.

    Args:
        metric: external or warranty PPM.
        scope: what the figures are about.
        keys: only these; None for all.
        suppliers: only what these suppliers delivered; None for every supplier. Give the
            `visible_to(user)` of whoever asks.
        plant: only what this plant received and rejected.
        part: only what concerns this part.
        commodity: only what concerns parts of this commodity.
        defect_code: only its rejects, over everything received: a code has no receipts of its own.
        first: earliest month; None for no limit.
        last: latest month; None for no limit.

    Raises:
        UnsupportedScopeError: warranty by plant or defect code (a return names neither), tiers and
            groups of some suppliers, plants, parts or codes only (they are sums over everything).
    """
    of_codes = defect_code is not None or scope is ScopeKind.DEFECT_CODE
    narrowed = plant is not None or part is not None or bool(commodity)
    if scope in MEMBER_SOURCES and (suppliers is not None or narrowed or of_codes):
        raise UnsupportedScopeError(f"a {scope.value}'s figure needs everything its suppliers did")
    selected = of_months(first, last) & _within(
        plant=plant, part=part, part__commodity=commodity or None, supplier__in=suppliers
    )
    if of_codes and metric is Metric.WARRANTY_PPM:
        raise UnsupportedScopeError(
            "warranty returns carry no defect code: choose supplier, part or tier"
        )
    if scope is ScopeKind.DEFECT_CODE:
        return by_code(keys, selected, narrowed=narrowed)
    selected &= of_keys(scope, keys)
    if metric is Metric.EXTERNAL_PPM:
        source = PartMonth if narrowed else EXTERNAL_SOURCES[scope]
        found = external(source, scope, selected)
        return found if defect_code is None else of_code(defect_code, found, scope, selected)
    if plant is not None or scope is ScopeKind.PLANT:
        raise UnsupportedScopeError(
            "warranty returns carry no plant: choose supplier, part or tier"
        )
    by_part = narrowed or scope in {ScopeKind.PART, ScopeKind.COMMODITY}
    return warranty(scope, selected, by_part=by_part)


def ranked_keys(
    scope: ScopeKind,
    *,
    suppliers: QuerySet[Supplier],
    first: Month,
    last: Month,
    keys: Collection[Key] | None = None,
    plant: int | None = None,
    part: int | None = None,
) -> list[Key]:
    """Return the keys with external activity from `first` to `last`, most rejected pieces first.

    The order of the figures that `monthly_counts` gives for the same choice.
    """
    selected = of_months(first, last) & of_keys(scope, keys)
    selected &= _within(plant=plant, part=part, supplier__in=suppliers)
    if scope is ScopeKind.DEFECT_CODE:
        return ranked(CountedReject, scope, selected)
    narrowed = plant is not None or part is not None
    return ranked(PartMonth if narrowed else EXTERNAL_SOURCES[scope], scope, selected)


def _within(**narrowing: Any) -> Q:
    return Q(**{name: value for name, value in narrowing.items() if value is not None})


def member_counts(
    *, metric: Metric, members: Q, suppliers: QuerySet[Supplier], first: Month, last: Month
) -> dict[int, dict[Month, MonthCounts]]:
    """Return counts by supplier and month, of those months only in which it was a member."""
    selected = of_months(first, last) & members & Q(supplier__in=suppliers)
    if metric is Metric.EXTERNAL_PPM:
        return external(SupplierMonth, ScopeKind.SUPPLIER, selected)
    return warranty(ScopeKind.SUPPLIER, selected, by_part=False)


def window_figures(
    *,
    metric: Metric,
    window: Window,
    end: Month,
    keys: Collection[int] | None = None,
    suppliers: QuerySet[Supplier] | None = None,
) -> dict[int, WindowFigure]:
    """Return one window of every supplier, for ordering long lists.

    The same figure as `window_figure` of the supplier's `monthly_counts`, with the months
    added up by the database, so that a list of thousands costs a row each.
    """
    first = window_months(window, end=end)[0]
    selected = of_months(first, end)
    if suppliers is not None:
        selected &= Q(supplier__in=suppliers)
    if keys is not None:
        selected &= Q(supplier__in=list(keys))
    rows = SupplierMonth.objects.filter(selected).values("supplier")
    if metric is Metric.EXTERNAL_PPM:
        sums = rows.annotate(
            counted=Sum("counted_qty"),
            received=Sum("received_qty"),
            provisional=Sum("provisional_qty"),
        )
    else:
        at_end = Q(month=end.first_day)
        sums = rows.annotate(
            counted=Sum("returned_qty"),
            received=Sum("parts_in_field", filter=at_end, default=Decimal(0)),
            provisional=Sum("returned_provisional_qty"),
        )
    return {
        row.pop("supplier"): WindowFigure(metric=metric, window=window, end=end, **row)
        for row in sums.order_by()
    }


def supplier_series(
    *, supplier_id: int, metric: Metric, first: Month | None = None, last: Month | None = None
) -> dict[Month, MonthCounts]:
    """Return one supplier's counts by month; whoever asks has fetched the supplier first."""
    found = monthly_counts(
        metric=metric, scope=ScopeKind.SUPPLIER, keys=[supplier_id], first=first, last=last
    )
    return found.get(supplier_id, {})


def latest_month(suppliers: QuerySet[Supplier] | None = None) -> Month | None:
    """Return the newest month in which anything was received, rejected or returned.

    None that is still to come: a mistyped year would be everybody's newest month.
    """
    active = ~Q(received_qty=0) | ~Q(counted_qty=0) | ~Q(returned_qty=0)
    rows: Any = SupplierMonth.objects.filter(active, month__lte=timezone.localdate())
    if suppliers is not None:
        rows = rows.filter(supplier__in=suppliers)
    newest = rows.aggregate(newest=Max("month"))["newest"]
    return None if newest is None else Month.of(newest)
