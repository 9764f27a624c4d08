"""Figures of record: what the newest published scorecards say, read for many suppliers."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models.fields.json import KT

from scorecards.metrics import Metric
from scorecards.models import Scorecard, SupplierMonth
from scorecards.periods import Month, Window
from scorecards.queries.figures import WindowFigure
from scorecards.queries.overview import WINDOWS

# The overview's field of each metric.
FIELDS: Final = {Metric.EXTERNAL_PPM: "external", Metric.WARRANTY_PPM: "warranty"}
# What a supplier's month counts of each, above and below the line.
COUNTED: Final = {
    Metric.EXTERNAL_PPM: ("counted_qty", "received_qty"),
    Metric.WARRANTY_PPM: ("returned_qty", "parts_in_field"),
}


@dataclass(frozen=True, kw_only=True)
class PublishedFigure:
    """A published figure and the version of the scorecard it stands in."""

    figure: WindowFigure
    version: int


def published_figures(
    *,
    metric: Metric,
    window: Window,
    month: Month,
    supplier_ids: Collection[int] | None = None,
) -> dict[int, PublishedFigure]:
    """Return the figures of the versions in force, by supplier, in one query.

    Only the numbers leave the database, not the snapshots. A window that scorecards do not
    show (rolling 6) has none.
    """
    if window not in WINDOWS:
        return {}
    place = f"snapshot__overview__{FIELDS[metric]}__figures__{WINDOWS.index(window)}__figure"
    rows: Any = Scorecard.objects.of_month(month).newest()
    if supplier_ids is not None:
        rows = rows.filter(supplier__in=supplier_ids)
    numbers = rows.annotate(
        counted=KT(f"{place}__counted"),
        received=KT(f"{place}__received"),
        provisional=KT(f"{place}__provisional"),
    ).values_list("supplier", "version", "counted", "received", "provisional")
    return {
        supplier_id: PublishedFigure(
            figure=WindowFigure(
                metric=metric,
                window=window,
                end=month,
                counted=Decimal(counted),
                received=Decimal(received),
                provisional=Decimal(provisional),
            ),
            version=version,
        )
        for supplier_id, version, counted, received, provisional in numbers
    }


def changed_since(month: Month) -> set[int]:
    """Return the suppliers whose month counts something else today than was published."""
    published = {
        metric: published_figures(metric=metric, window=Window.MONTH, month=month)
        for metric in COUNTED
    }
    suppliers = set[int]().union(*published.values())
    if not suppliers:
        return suppliers
    kept = SupplierMonth.objects.filter(month=month.first_day, supplier__in=suppliers)
    today = {row.supplier_id: row for row in kept}
    return {
        supplier_id
        for metric, figures in published.items()
        for supplier_id, one in figures.items()
        if (one.figure.counted, one.figure.received) != _counts(today.get(supplier_id), metric)
    }


def _counts(kept: SupplierMonth | None, metric: Metric) -> tuple[Decimal, ...]:
    return tuple(Decimal(0) if kept is None else getattr(kept, name) for name in COUNTED[metric])
