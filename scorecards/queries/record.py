"""Figures of record: what the newest published scorecards say, read for many suppliers."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models.fields.json import KT

from scorecards.metrics import Metric
from scorecards.models import Scorecard
from scorecards.periods import Month, Window
from scorecards.queries.figures import WindowFigure
from scorecards.queries.overview import WINDOWS

# The overview's field of each metric.
FIELDS: Final = {Metric.EXTERNAL_PPM: "external", Metric.WARRANTY_PPM: "warranty"}


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
