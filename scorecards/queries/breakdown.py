"""A figure split by plant, part or supplier: the pieces add up to the whole."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.db.models import QuerySet

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import Month, Window, window_months
from scorecards.queries.figures import Series, WindowFigure, monthly_counts, window_figure
from suppliers.models import Part, Plant, Supplier

MODELS: Final[dict[ScopeKind, Any]] = {
    ScopeKind.PLANT: Plant,
    ScopeKind.PART: Part,
    ScopeKind.SUPPLIER: Supplier,
}
LABELS: Final = {
    ScopeKind.PLANT: "code",
    ScopeKind.PART: "number",
    ScopeKind.SUPPLIER: "code",
}


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One plant, part or supplier with its figures over the month and twelve months.

    `target_ppm` is what was agreed for a part of a supplier, None for anything else.
    """

    key: int
    label: str
    name: str
    month: WindowFigure
    rolling_12: WindowFigure
    trend: tuple[Fraction | None, ...]
    target_ppm: Decimal | None = None


def slices(
    scope: ScopeKind,
    *,
    suppliers: QuerySet[Supplier],
    end: Month,
    keys: Collection[int] | None = None,
    plant: int | None = None,
    part: int | None = None,
    metric: Metric = Metric.EXTERNAL_PPM,
    targets: Mapping[int, Decimal] | None = None,
) -> list[Slice]:
    """Return the plants, parts or suppliers that share a figure, most rejected pieces first.

    `keys`: only these; `plant`, `part`: only what concerns it. What neither delivered nor
    failed in the twelve months is left out. `targets` are those of the slices by their key.
    """
    agreed = targets or {}
    counts = monthly_counts(
        metric=metric,
        scope=scope,
        suppliers=suppliers,
        keys=keys,
        plant=plant,
        part=part,
        first=end.minus(11),
        last=end,
    )
    named = MODELS[scope].objects.in_bulk(list(counts))
    found = [
        replace(_slice(scope, named[key], series, metric, end), target_ppm=agreed.get(key))
        for key, series in counts.items()
    ]
    active = [row for row in found if row.rolling_12.received or row.rolling_12.counted]
    return sorted(
        active, key=lambda row: (-row.rolling_12.counted, -row.rolling_12.received, row.label)
    )


def _slice(scope: ScopeKind, of: Any, series: Series, metric: Metric, end: Month) -> Slice:
    def over(window: Window) -> WindowFigure:
        return window_figure(series, metric=metric, window=window, end=end)

    return Slice(
        key=of.pk,
        label=getattr(of, LABELS[scope]),
        name=of.name,
        month=over(Window.MONTH),
        rolling_12=over(Window.ROLLING_12),
        trend=tuple(
            window_figure(series, metric=metric, window=Window.MONTH, end=month).ppm
            for month in window_months(Window.ROLLING_12, end=end)
        ),
    )
