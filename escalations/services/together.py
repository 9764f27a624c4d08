"""Telling in one mail what came in several parts: steps of an 8D, rejects that join a case."""

from escalations.enums import MessageEvent, MessageState
from escalations.models import Message

# By what their like are found: the same 8D, or the same subject of a supplier.
GATHERED: dict[str, tuple[str, ...]] = {
    MessageEvent.STEP_SUBMITTED: ("about_name",),
    MessageEvent.STEP_ACCEPTED: ("about_name",),
    MessageEvent.JOINED: ("supplier_id", "metric", "level_before", "level_after"),
}


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
        **{name: getattr(message, name) for name in GATHERED[message.event]},
    )
    others = rows.exclude(pk=message.pk).select_for_update(of=("self",), skip_locked=True)
    found = [other.pk for other in others]
    Message.objects.filter(pk__in=found).update(
        state=MessageState.SUMMED_UP.value, digest=message.pk
    )
