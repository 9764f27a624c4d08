"""Writing the notices of a control chart's signals in the transaction that raises them."""

from collections.abc import Sequence

from django.utils.translation import override

from escalations.enums import MessageEvent, MessageKind
from escalations.services.occasions import Occasion, tell_of
from scorecards.models import ChartSignal


def tell_of_signals(signals: Sequence[ChartSignal]) -> None:
    """Tell supplier quality of each month that signals, whatever number of reasons it has.

    A signal asks somebody to look and raises no level, so it goes with the daily summary.
    """
    first_of_month = {one.month: one for one in reversed(signals)}
    tell_of(
        [_occasion(first_of_month[month]) for month in sorted(first_of_month)],
        at=signals[0].raised_at,
    )


def _occasion(signal: ChartSignal) -> Occasion:
    return Occasion(
        kind=MessageKind.SIGNAL,
        row=signal,
        name=f"signal-{signal.pk}",
        about=_about(signal),
        event=MessageEvent.SIGNALLED,
        supplier_id=signal.baseline.supplier_id,
        metric=signal.baseline.metric,
        month=signal.month,
    )


def _about(signal: ChartSignal) -> str:
    """Name the chart as the ledger lists it, in its own language."""
    baseline = signal.baseline
    with override("en"):
        metric = str(baseline.get_metric_display())
    part = "" if baseline.part is None else f", {baseline.part.number}"
    return f"{metric}{part}, {signal.period}"[:80]
