"""A figure split by supplier, plant, part, commodity or defect code: month and twelve months."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import Month, Window, window_months
from scorecards.queries.figures import (
    Key,
    Series,
    WindowFigure,
    monthly_counts,
    window_figure,
)
from suppliers.models import DefectCode, Part, Plant, Supplier

MODELS: Final[dict[ScopeKind, Any]] = {
    ScopeKind.PLANT: Plant,
    ScopeKind.PART: Part,
    ScopeKind.SUPPLIER: Supplier,
    ScopeKind.DEFECT_CODE: DefectCode,
}
LABELS: Final = {
    ScopeKind.PLANT: "code",
    ScopeKind.PART: "number",
    ScopeKind.SUPPLIER: "code",
    ScopeKind.DEFECT_CODE: "code",
}


@dataclass(frozen=True, kw_only=True)
class Named:
    """What a slice is called; `note` is what else tells it apart, empty for most."""

    label: str
    name: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One of what shares a figure, with its figures over the month and twelve months.

    `note` says what kind of defect a code is and how it counts; `target_ppm` is what was agreed
    for a part of a supplier, None for anything else.
    """

    key: Key
    label: str
    name: str
    note: str
    month: WindowFigure
    rolling_12: WindowFigure
    trend: tuple[Fraction | None, ...]
    target_ppm: Decimal | None = None


def slices(
    scope: ScopeKind,
    *,
    suppliers: QuerySet[Supplier],
    end: Month,
    keys: Collection[Key] | None = None,
    plant: int | None = None,
    part: int | None = None,
    metric: Metric = Metric.EXTERNAL_PPM,
    targets: Mapping[int, Decimal] | None = None,
) -> list[Slice]:
    """Return what shares a figure, most rejected pieces first.

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
    names = _names(scope, list(counts))
    found = [
        replace(_slice(key, names[key], series, metric, end), target_ppm=agreed.get(key))
        for key, series in counts.items()
    ]
    active = [row for row in found if row.rolling_12.received or row.rolling_12.counted]
    return sorted(
        active, key=lambda row: (-row.rolling_12.counted, -row.rolling_12.received, row.label)
    )


def _names(scope: ScopeKind, keys: list[Key]) -> dict[Key, Named]:
    if scope is ScopeKind.COMMODITY:
        return {key: Named(label=key) for key in keys}
    found = MODELS[scope].objects.in_bulk(keys)
    return {
        key: Named(label=getattr(of, LABELS[scope]), name=of.name, note=_note(of))
        for key, of in found.items()
    }


def _note(of: Any) -> str:
    if not isinstance(of, DefectCode):
        return ""
    words = {"category": of.get_category_display(), "rule": of.get_counts_display()}
    return _("%(category)s · counts: %(rule)s") % words


def _slice(key: Key, named: Named, series: Series, metric: Metric, end: Month) -> Slice:
    def over(window: Window) -> WindowFigure:
        return window_figure(series, metric=metric, window=window, end=end)

    return Slice(
        key=key,
        label=named.label,
        name=named.name,
        note=named.note,
        month=over(Window.MONTH),
        rolling_12=over(Window.ROLLING_12),
        trend=tuple(
            window_figure(series, metric=metric, window=Window.MONTH, end=month).ppm
            for month in window_months(Window.ROLLING_12, end=end)
        ),
    )
