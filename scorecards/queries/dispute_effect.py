"""What one dispute does to its supplier's figure: with it, and without."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from django.db.models import Q

from scorecards.metrics import Metric
from scorecards.models import CountedReject
from scorecards.periods import Month, Window, window_months
from scorecards.queries.claimed import Less, RecordCounter, without_claims
from scorecards.queries.figures import WindowFigure, supplier_series, window_figure
from scorecards.queries.lines import counted_now, metric_of, month_of
from scorecards.queries.lots import counts_the_lot_of
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
    says, None while the month is not published. `instead` names the rejects that would count
    without the claim, with how much more; `lot_counted_by` the one that counts the lot now.
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
    instead: Mapping[int, Decimal]
    lot_counted_by: int | None

    @property
    def restatement_due(self) -> bool:
        """Whether the published month counts something else than the facts do now."""
        if self.published is None:
            return False
        now, then = self.windows[0].figure, self.published.figure
        return (now.counted, now.received) != (then.counted, then.received)


def dispute_effect(dispute: Dispute) -> DisputeEffect:
    """Return what a dispute does to the figures of its record's or its line's month."""
    metric, month = _month(dispute)
    counted, disputed, lost = _counted(dispute, metric, month)
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
            WithAndWithout(figure=figure, without=_without(figure, lost)) for figure in figures
        ],
        published=_published(dispute.supplier_id, metric, month),
        of_line=bool(dispute.published_line),
        instead={
            each.record_id: -each.quantity for each in lost if each.record_id and each.quantity < 0
        },
        lot_counted_by=_lot_counted_by(dispute),
    )


def _lot_counted_by(dispute: Dispute) -> int | None:
    reject = dispute.reject
    if reject is None:
        return None
    return counts_the_lot_of(reject, CountedReject.objects.get(pk=reject.pk))


def _published(supplier_id: int, metric: Metric, month: Month) -> PublishedFigure | None:
    found = published_figures(
        metric=metric, window=Window.MONTH, month=month, supplier_ids=[supplier_id]
    )
    return found.get(supplier_id)


def _month(dispute: Dispute) -> tuple[Metric, Month]:
    if line := dispute.line:
        return metric_of(line), month_of(line)
    record = dispute.record
    if isinstance(record, Reject):
        return Metric.EXTERNAL_PPM, Month.of(record.detected_on)
    return Metric.WARRANTY_PPM, Month.of(record.received_on)


def _without(figure: WindowFigure, lost: Sequence[Less]) -> WindowFigure:
    """Return a figure less what its months lose, another record counting instead included."""
    months = window_months(figure.window, end=figure.end)
    less = sum((each.quantity for each in lost if each.month in months), Decimal(0))
    return replace(figure, counted=figure.counted - min(max(less, Decimal(0)), figure.counted))


def _counted(
    dispute: Dispute, metric: Metric, month: Month
) -> tuple[Decimal, Decimal, Sequence[Less]]:
    """Return what counts, what of it is disputed, and what the supplier's months lose without."""
    claimed = dispute.still_claimed_qty
    if line := dispute.line:
        counted = counted_now(line, supplier_id=dispute.supplier_id)
        disputed = min(claimed, counted)
        less = Less(supplier_id=dispute.supplier_id, month=month, quantity=disputed, record_id=None)
        return counted, disputed, [less]
    record = dispute.record
    of_record = RecordCounter().counted(record)
    lost = without_claims(metric, {record.pk: claimed}, rows=Q(supplier=dispute.supplier_id))
    return of_record.quantity, of_record.disputed(claimed), lost
