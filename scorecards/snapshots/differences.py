"""Which counts changed between two overviews of the same supplier and month."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.figures import WindowFigure
from scorecards.queries.overview import MetricOverview, SupplierOverview


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A figure whose counts changed, with both pairs; `end` is the window's last month."""

    metric: Metric
    window: Window
    end: Month
    counted_before: Decimal
    counted_after: Decimal
    received_before: Decimal
    received_after: Decimal
    provisional_before: Decimal
    provisional_after: Decimal


def differences(before: SupplierOverview, after: SupplierOverview) -> tuple[Difference, ...]:
    """Return the changed figures: the four windows first, then single months of the chart."""
    return tuple(
        difference
        for old, new in zip(before.metrics, after.metrics, strict=True)
        for difference in _of_metric(old, new)
    )


def _of_metric(before: MetricOverview, after: MetricOverview) -> Iterator[Difference]:
    known = {(figure.window, figure.end): figure for figure in _figures(before)}
    for figure in _figures(after):
        old = known.get((figure.window, figure.end))
        if old is not None and _counts(old) != _counts(figure):
            yield _difference(old, figure)


def _figures(overview: MetricOverview) -> Iterator[WindowFigure]:
    for judged in overview.figures:
        yield judged.figure
    for point in overview.series[:-1]:
        yield point.figure


def _counts(figure: WindowFigure) -> tuple[Decimal, Decimal, Decimal]:
    return figure.counted, figure.received, figure.provisional


def _difference(before: WindowFigure, after: WindowFigure) -> Difference:
    return Difference(
        metric=after.metric,
        window=after.window,
        end=after.end,
        counted_before=before.counted,
        counted_after=after.counted,
        received_before=before.received,
        received_after=after.received,
        provisional_before=before.provisional,
        provisional_after=after.provisional,
    )
