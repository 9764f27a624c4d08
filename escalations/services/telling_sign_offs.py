"""Writing the messages of a sign-off's step in the transaction that makes the step."""

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
from scorecards.models import SignOffStep
from scorecards.sign_off_steps import SignOff
from suppliers.models import User

# What of a sign-off is told, and to whom; that it was viewed or signed is seen on its page.
TOLD: dict[SignOff, tuple[MessageEvent, Audience]] = {
    SignOff.ASKED: (MessageEvent.PUBLISHED, Audience.SUPPLIER),
    SignOff.REMINDED: (MessageEvent.REMINDER, Audience.SUPPLIER),
    SignOff.REMINDED_AGAIN: (MessageEvent.REMINDER, Audience.SUPPLIER),
    SignOff.PASSED_ON: (MessageEvent.UNSIGNED, Audience.PURCHASING),
    SignOff.QUERIED: (MessageEvent.QUERIED, Audience.QUALITY),
}


def tell_of_sign_off(step: SignOffStep) -> None:
    """Write one message per person; rings once the transaction commits.

    A supplier without a log-in is not asked: many have none, and nobody can mend all of them.
    Among the OEM's people, an audience with nobody in it gets a row that says so.
    """
    event, audience = TOLD.get(SignOff(step.action), (None, None))
    if event is None or audience is None:
        return
    if event is MessageEvent.PUBLISHED and step.scorecard.version > 1:
        event = MessageEvent.RESTATED
    supplier = step.scorecard.supplier_id
    people: Sequence[User | None] = recipients([supplier]).get((supplier, audience)) or (
        [] if audience is Audience.SUPPLIER else [None]
    )
    Message.objects.bulk_create(
        _message(step, event, audience, person, step.at) for person in people
    )
    transaction.on_commit(partial(ring, SEND))


def repeat_sign_off_to(people: Sequence[User], *, message: Message, at: datetime) -> None:
    """Write a message that had nobody to the people found since."""
    event, audience = MessageEvent(message.event), Audience(message.audience)
    step: Any = message.sign_off_step
    for person in people:
        _message(step, event, audience, person, at).save()


def _message(
    step: SignOffStep, event: MessageEvent, audience: Audience, person: User | None, at: datetime
) -> Message:
    return Message(
        event=event.value,
        audience=audience.value,
        sign_off_step=step,
        supplier_id=step.scorecard.supplier_id,
        metric="",
        month=step.scorecard.month,
        recipient=person,
        address="" if person is None else person.email,
        language="" if person is None else person.language,
        message_id=_message_id(step, event, audience, person),
        state=(MessageState.NO_RECIPIENT if person is None else MessageState.WAITING).value,
        due_at=at,
        created_at=at,
    )


def _message_id(
    step: SignOffStep, event: MessageEvent, audience: Audience, person: User | None
) -> str:
    who = "nobody" if person is None else f"u{person.pk}"
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<sign-off-{step.pk}.{event.value}.{audience.value}.{who}@{domain}>"
