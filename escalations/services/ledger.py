"""What people decide about messages that did not go out."""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction

from escalations.bell import ring
from escalations.enums import Audience, MessageState
from escalations.models import Message
from escalations.queries.readers import readers, row_of
from escalations.queries.recipients import recipients
from escalations.services.occasions import SEND, repeat_to
from escalations.services.telling import tell_those_found
from suppliers import access
from suppliers.models import User

RETRYABLE = frozenset({MessageState.DEAD, MessageState.KEPT, MessageState.NO_RECIPIENT})
DISCARDABLE = frozenset(
    {
        MessageState.WAITING,
        MessageState.COLLECTED,
        MessageState.DEAD,
        MessageState.NO_RECIPIENT,
    }
)


def may_retry(state: MessageState) -> bool:
    """Return whether sending again makes sense: a kept mail needs a mail server first."""
    if state is MessageState.KEPT and not settings.EMAIL_CONFIGURED:
        return False
    return state in RETRYABLE


class MessageNotHandledError(Exception):
    """The message is not in a state in which this can be done."""


class StillNobodyError(Exception):
    """There is still nobody to send the message to."""


@transaction.atomic
def retry(*, message: Message, by: User, at: datetime) -> None:
    """Send again with a fresh count of attempts; without a recipient, look for one again.

    Raises:
        MessageNotHandledError: it is sent, on its way or discarded.
        StillNobodyError: nobody has been named meanwhile.
    """
    locked = _locked(message, RETRYABLE)
    locked.handled_by, locked.handled_at = by, at
    if locked.state == MessageState.NO_RECIPIENT.value:
        _readdress(locked, at=at)
    else:
        locked.state = MessageState.WAITING.value
        locked.attempts, locked.due_at, locked.error = 0, at, ""
    locked.save()
    transaction.on_commit(partial(ring, SEND))


@transaction.atomic
def discard(*, message: Message, by: User, at: datetime) -> None:
    """Never send it; the row stays with who decided that.

    Raises:
        MessageNotHandledError: it is sent, on its way or discarded already.
    """
    locked = _locked(message, DISCARDABLE)
    locked.state = MessageState.DISCARDED.value
    locked.handled_by, locked.handled_at = by, at
    locked.save()


def _locked(message: Message, states: frozenset[MessageState]) -> Message:
    found: Message = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if MessageState(found.state) not in states:
        raise MessageNotHandledError(found.state)
    return found


def _readdress(message: Message, *, at: datetime) -> None:
    """Write the message to whoever is named now; this row stays as the one that had nobody.

    One about cases of several plants goes to whoever is responsible for any of these; what still
    concerns nobody keeps waiting in this row.
    """
    supplier_id = message.supplier_id or 0
    named = recipients([supplier_id]).get((supplier_id, Audience(message.audience)), [])
    told = list(message.steps.all())
    if len(told) > 1:
        if not tell_those_found(message, named, at=at):
            raise StillNobodyError
        return
    narrowed = access.narrowed_among({person.pk for person in named})
    people = readers(row_of(message), named, narrowed=narrowed)
    if not people:
        raise StillNobodyError
    for again in repeat_to(people, message=message, at=at):
        again.steps.set(told)
    message.state = MessageState.DISCARDED.value
