"""Telling in one mail what came in several parts: the steps of an 8D handed in together."""

from escalations.enums import MessageEvent, MessageState
from escalations.models import Message

GATHERED = frozenset({MessageEvent.STEP_SUBMITTED, MessageEvent.STEP_ACCEPTED})


def gather(message: Message) -> None:
    """Let a mail that is about to be written tell what its like still wait to tell.

    In the transaction that writes it: if that fails, they wait as before. What comes once it is
    written gets a mail of its own.
    """
    if message.event not in GATHERED:
        return
    rows = Message.objects.filter(
        state=MessageState.WAITING,
        text="",
        kind=message.kind,
        event=message.event,
        audience=message.audience,
        recipient=message.recipient_id,
        about_name=message.about_name,
    )
    others = rows.exclude(pk=message.pk).select_for_update(of=("self",), skip_locked=True)
    found = [other.pk for other in others]
    Message.objects.filter(pk__in=found).update(
        state=MessageState.SUMMED_UP.value, digest=message.pk
    )
