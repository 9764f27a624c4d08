"""All figures of a metric by scope and month, as rows for CSV, JSON and the API."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import Month, Window, months
from scorecards.queries.figures import (
    ALL_KEY,
    Key,
    WindowFigure,
    latest_month,
    monthly_counts,
    window_figure,
)
from suppliers.models import DefectCode, Part, Plant, Supplier, SupplierGroup, Tier

MILLIONTH = Decimal("0.000001")


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """One figure with the key and the label of what it is about."""

    key: Key
    scope: str
    figure: WindowFigure

    @property
    def value(self) -> Decimal | None:
        """PPM rounded once, to six decimals; None without receipts."""
        return ppm_number(self.figure)

    def as_dict(self) -> dict[str, Any]:
        """Return scope, month, window, counts, value and state, ready for JSON."""
        return {"scope": self.scope, **figure_dict(self.figure)}


def figure_dict(figure: WindowFigure) -> dict[str, Any]:
    """Return month, window, counts, value and state of a figure, ready for JSON."""
    value = ppm_number(figure)
    return {
        "month": str(figure.end),
        "window": figure.window.value,
        "metric": figure.metric.value,
        "numerator": plain(figure.counted),
        "denominator": plain(figure.received),
        "provisional": plain(figure.provisional),
        "value": None if value is None else f"{value:f}",
        "state": figure.state.value,
    }


def ppm_number(figure: WindowFigure) -> Decimal | None:
    """Return the PPM rounded once, to six decimals, for files; None without receipts."""
    return ppm_of(figure.ppm)


def ppm_of(ppm: Fraction | None) -> Decimal | None:
    """Round an exact PPM once, to six decimals, for files."""
    if ppm is None:
        return None
    return (Decimal(ppm.numerator) / Decimal(ppm.denominator)).quantize(MILLIONTH)


def plain(number: Decimal) -> str:
    """Write a quantity without exponent and without trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def figure_rows(
    *,
    metric: Metric,
    scope: ScopeKind,
    window: Window,
    suppliers: QuerySet[Supplier] | None = None,
    keys: list[Key] | None = None,
    first: Month | None = None,
    last: Month | None = None,
) -> Iterator[FigureRow]:
    """Yield a row per scope and month, ordered by label and month.

    A scope's rows begin with its first month of activity and go on to `last` (by default
    the newest month with activity anywhere); months in between without activity are rows
    with state *no activity*, not gaps and not zeros.
    """
    end = last or latest_month(suppliers)
    if end is None:
        return
    counts = monthly_counts(metric=metric, scope=scope, suppliers=suppliers, keys=keys, last=end)
    labels = scope_labels(scope, counts)
    for key in sorted(counts, key=lambda key: (labels[key], key)):
        series = counts[key]
        for month in months(max(min(series), first or min(series)), end):
            figure = window_figure(series, metric=metric, window=window, end=month)
            yield FigureRow(key=key, scope=labels[key], figure=figure)


def scope_labels(scope: ScopeKind, keys: Mapping[Key, Any]) -> dict[Key, str]:
    """Return the code, number or name of each key of a scope."""
    named: dict[ScopeKind, tuple[Any, str]] = {
        ScopeKind.SUPPLIER: (Supplier, "code"),
        ScopeKind.TIER: (Tier, "name"),
        ScopeKind.GROUP: (SupplierGroup, "name"),
        ScopeKind.PLANT: (Plant, "code"),
        ScopeKind.PART: (Part, "number"),
        ScopeKind.DEFECT_CODE: (DefectCode, "code"),
    }
    if scope is ScopeKind.ALL:
        return {ALL_KEY: "all"}
    if scope is ScopeKind.COMMODITY:
        return {key: key for key in keys}
    model, field = named[scope]
    return dict(model.objects.filter(pk__in=list(keys)).values_list("pk", field))
