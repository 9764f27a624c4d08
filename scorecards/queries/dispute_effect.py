"""What one dispute does to its supplier's figure: with it, and without."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from scorecards.metrics import Metric
from scorecards.models import CountedReject, CountedReturn
from scorecards.periods import Month, Window, window_months
from scorecards.queries.figures import WindowFigure, supplier_series, window_figure
from scorecards.queries.lines import counted_now, metric_of, month_of
from scorecards.queries.record import PublishedFigure, published_figures
from suppliers.models import Dispute, Reject, Supplier

SHOWN: Final = (Window.MONTH, Window.ROLLING_12)


@dataclass(frozen=True, kw_only=True)
class WithAndWithout:
    """A figure as it stands, and as it would be without the disputed pieces."""

    figure: WindowFigure
    without: WindowFigure


@dataclass(frozen=True, kw_only=True)
class DisputeEffect:
    """The figures that a dispute touches.

    `counted` is what its record, or its line, counts now; `published` what the scorecard in force
    says, None while the month is not published.
    """

    supplier: Supplier
    metric: Metric
    month: Month
    open: bool
    counted: Decimal
    disputed: Decimal
    windows: Sequence[WithAndWithout]
    published: PublishedFigure | None
    of_line: bool

    @property
    def restatement_due(self) -> bool:
        """Whether the published month counts something else than the facts do now."""
        if self.published is None:
            return False
        now, then = self.windows[0].figure, self.published.figure
        return (now.counted, now.received) != (then.counted, then.received)


def dispute_effect(dispute: Dispute) -> DisputeEffect:
    """Return what a dispute does to the figures of its record's or its line's month."""
    metric, month, counted = _subject(dispute)
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
        published=_published(dispute.supplier_id, metric, month),
        of_line=bool(dispute.published_line),
    )


def _published(supplier_id: int, metric: Metric, month: Month) -> PublishedFigure | None:
    found = published_figures(
        metric=metric, window=Window.MONTH, month=month, supplier_ids=[supplier_id]
    )
    return found.get(supplier_id)


def _subject(dispute: Dispute) -> tuple[Metric, Month, Decimal]:
    if line := dispute.line:
        counts = counted_now(line, supplier_id=dispute.supplier_id)
        return metric_of(line), month_of(line), counts
    return _record(dispute.record)


def _record(record: Any) -> tuple[Metric, Month, Decimal]:
    if isinstance(record, Reject):
        counts = CountedReject.objects.get(pk=record.pk).counted_qty
        return Metric.EXTERNAL_PPM, Month.of(record.detected_on), counts
    counts = CountedReturn.objects.get(pk=record.pk).returned_qty
    return Metric.WARRANTY_PPM, Month.of(record.received_on), counts
