"""Writing the messages of a dispute's step in the transaction that makes the step."""

from escalations.enums import MessageEvent, MessageKind
from escalations.services.occasions import Occasion, tell_of
from scorecards.metrics import Metric
from scorecards.periods import Month
from scorecards.queries.lines import metric_of, month_of
from suppliers.enums import DisputeAction
from suppliers.models import Dispute, DisputeStep, Reject

# What of a dispute is told; taking it up is seen on its page.
EVENTS: dict[DisputeAction, MessageEvent] = {
    DisputeAction.OPEN: MessageEvent.DISPUTED,
    DisputeAction.ESCALATE: MessageEvent.OVERDUE,
    DisputeAction.UPHOLD: MessageEvent.ANSWERED,
    DisputeAction.UPHOLD_PARTLY: MessageEvent.ANSWERED,
    DisputeAction.REJECT: MessageEvent.ANSWERED,
    DisputeAction.APPEAL: MessageEvent.APPEALED,
}


def tell_of_dispute(step: DisputeStep) -> None:
    """Tell of a step that was just written; rings once the transaction commits."""
    event = EVENTS.get(DisputeAction(step.action))
    if event is None:
        return
    metric, month = _figure_of(step.dispute)
    occasion = Occasion(
        kind=MessageKind.DISPUTE,
        row=step,
        name=f"dispute-{step.dispute_id}.{step.number}",
        about=str(step.dispute.subject)[:80],
        event=event,
        supplier_id=step.dispute.supplier_id,
        metric=metric.value,
        month=month.first_day,
    )
    tell_of([occasion], at=step.at)


def _figure_of(dispute: Dispute) -> tuple[Metric, Month]:
    if line := dispute.line:
        return metric_of(line), month_of(line)
    record = dispute.record
    if isinstance(record, Reject):
        return Metric.EXTERNAL_PPM, Month.of(record.detected_on)
    return Metric.WARRANTY_PPM, Month.of(record.received_on)
