"""Writing the messages of a dispute's step in the transaction that makes the step."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from escalations.bell import ring
from escalations.enums import Audience, MessageEvent, MessageState
from escalations.models import Message
from escalations.queries.recipients import recipients
from escalations.services.telling import SEND
from scorecards.metrics import Metric
from scorecards.periods import Month
from scorecards.queries.lines import metric_of, month_of
from suppliers.enums import DisputeAction
from suppliers.models import Dispute, DisputeStep, Reject, User

# What of a dispute is told, and to whom; taking it up is seen on its page.
TOLD: dict[DisputeAction, tuple[MessageEvent, tuple[Audience, ...]]] = {
    DisputeAction.OPEN: (MessageEvent.DISPUTED, (Audience.QUALITY,)),
    DisputeAction.ESCALATE: (MessageEvent.OVERDUE, (Audience.MANAGER,)),
    DisputeAction.UPHOLD: (MessageEvent.ANSWERED, (Audience.SUPPLIER,)),
    DisputeAction.UPHOLD_PARTLY: (MessageEvent.ANSWERED, (Audience.SUPPLIER,)),
    DisputeAction.REJECT: (MessageEvent.ANSWERED, (Audience.SUPPLIER,)),
    DisputeAction.APPEAL: (MessageEvent.APPEALED, (Audience.MANAGER,)),
}


def tell_of_dispute(step: DisputeStep) -> None:
    """Write one message per audience and person; rings once the transaction commits.

    A message is unique per step, event and recipient; an audience with nobody in it gets a row
    that says so.
    """
    event, audiences = TOLD.get(DisputeAction(step.action), (None, ()))
    if event is None:
        return
    found = recipients([step.dispute.supplier_id])
    people: dict[Audience, Sequence[User | None]] = {
        audience: found.get((step.dispute.supplier_id, audience)) or [None]
        for audience in audiences
    }
    Message.objects.bulk_create(
        _message(step, event, audience, person, step.at)
        for audience in audiences
        for person in people[audience]
    )
    transaction.on_commit(partial(ring, SEND))


def repeat_dispute_to(people: Sequence[User], *, message: Message, at: datetime) -> None:
    """Write a dispute's message that had nobody to the people found since."""
    event, audience = MessageEvent(message.event), Audience(message.audience)
    step: Any = message.dispute_step
    for person in people:
        _message(step, event, audience, person, at).save()


def _message(
    step: DisputeStep, event: MessageEvent, audience: Audience, person: User | None, at: datetime
) -> Message:
    metric, month = _figure_of(step.dispute)
    return Message(
        event=event.value,
        audience=audience.value,
        dispute_step=step,
        supplier_id=step.dispute.supplier_id,
        metric=metric.value,
        month=month.first_day,
        recipient=person,
        address="" if person is None else person.email,
        language="" if person is None else person.language,
        message_id=_message_id(step, event, audience, person),
        state=(MessageState.NO_RECIPIENT if person is None else MessageState.WAITING).value,
        due_at=at,
        created_at=at,
    )


def _figure_of(dispute: Dispute) -> tuple[Metric, Month]:
    if line := dispute.line:
        return metric_of(line), month_of(line)
    record = dispute.record
    if isinstance(record, Reject):
        return Metric.EXTERNAL_PPM, Month.of(record.detected_on)
    return Metric.WARRANTY_PPM, Month.of(record.received_on)


def _message_id(
    step: DisputeStep, event: MessageEvent, audience: Audience, person: User | None
) -> str:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    who = "nobody" if person is None else person.pk
    return f"<dispute-{step.dispute_id}.{step.number}.{event}.{audience}.{who}@{host}>".lower()
