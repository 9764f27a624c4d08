"""What one dispute does to its supplier's figure: with it, and without."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from scorecards.metrics import Metric
from scorecards.models import CountedReject, CountedReturn
from scorecards.periods import Month, Window, window_months
from scorecards.queries.figures import WindowFigure, supplier_series, window_figure
from suppliers.models import Dispute, Reject, Supplier

SHOWN: Final = (Window.MONTH, Window.ROLLING_12)


@dataclass(frozen=True, kw_only=True)
class WithAndWithout:
    """A figure as it stands, and as it would be without the disputed pieces."""

    figure: WindowFigure
    without: WindowFigure


@dataclass(frozen=True, kw_only=True)
class DisputeEffect:
    """The figures that a dispute touches; `counted` is what its record counts now."""

    supplier: Supplier
    metric: Metric
    month: Month
    open: bool
    counted: Decimal
    disputed: Decimal
    windows: Sequence[WithAndWithout]


def dispute_effect(dispute: Dispute) -> DisputeEffect:
    """Return what a dispute of a record does to the figures of the record's month."""
    metric, month, counted = _record(dispute.record)
    disputed = min(dispute.claimed_qty, counted)
    series = supplier_series(
        supplier_id=dispute.supplier_id,
        metric=metric,
        first=window_months(Window.ROLLING_12, end=month)[0],
        last=month,
    )
    figures = [window_figure(series, metric=metric, window=window, end=month) for window in SHOWN]
    return DisputeEffect(
        supplier=dispute.supplier,
        metric=metric,
        month=month,
        open=dispute.is_open,
        counted=counted,
        disputed=disputed,
        windows=[
            WithAndWithout(
                figure=figure, without=replace(figure, counted=figure.counted - disputed)
            )
            for figure in figures
        ],
    )


def _without(figure: WindowFigure, disputed: Decimal) -> WithAndWithout:
    return WithAndWithout(figure=figure, without=replace(figure, counted=figure.counted - disputed))


def _record(record: Any) -> tuple[Metric, Month, Decimal]:
    if isinstance(record, Reject):
        counts = CountedReject.objects.get(pk=record.pk).counted_qty
        return Metric.EXTERNAL_PPM, Month.of(record.detected_on), counts
    counts = CountedReturn.objects.get(pk=record.pk).returned_qty
    return Metric.WARRANTY_PPM, Month.of(record.received_on), counts
