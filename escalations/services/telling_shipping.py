"""Writing the messages of a controlled shipping's event in the transaction that makes it."""

from escalations.enums import MessageEvent, MessageKind
from escalations.models import ShippingEvent, ShippingLogEntry
from escalations.services.occasions import Occasion, tell_of
from escalations.shipping_workflow import ShippingAction

# What is told; the rest is seen on its page. The letter, not the bare entry, is what the
# supplier is asked to confirm: of the level itself the case tells.
EVENTS: dict[ShippingAction, MessageEvent] = {
    ShippingAction.SEND_LETTER: MessageEvent.SHIPPING_ENTERED,
    ShippingAction.CONFIRM: MessageEvent.SHIPPING_CONFIRMED,
    ShippingAction.FIND: MessageEvent.SHIPPING_FIND,
    ShippingAction.ESCAPE: MessageEvent.SHIPPING_ESCAPE,
    ShippingAction.READY: MessageEvent.SHIPPING_READY,
    ShippingAction.END: MessageEvent.SHIPPING_EXITED,
    ShippingAction.CLEAR_ESCAPE: MessageEvent.SHIPPING_CLEARED,
    ShippingAction.WITHDRAW: MessageEvent.SHIPPING_WITHDRAWN,
}


def tell_of_shipping(event: ShippingEvent) -> None:
    """Tell of an event that was just written; rings once the transaction commits."""
    told = EVENTS.get(ShippingAction(event.action))
    if told is None:
        return
    shipping = event.shipping
    episode = shipping.episode
    occasion = Occasion(
        kind=MessageKind.SHIPPING,
        row=event,
        name=f"{shipping.number}.{event.number}",
        about=shipping.number,
        event=told,
        supplier_id=episode.supplier_id,
        metric=episode.metric,
        month=event.at.date().replace(day=1),
        level_before=shipping.level,
        level_after=shipping.level if shipping.is_open else "",
    )
    tell_of([occasion], at=event.at)


def tell_of_find_taken_back(entry: ShippingLogEntry) -> None:
    """Tell quality that a correction took a find out of the log, with those of the same upload."""
    shipping = entry.shipping
    episode = shipping.episode
    occasion = Occasion(
        kind=MessageKind.SHIPPING_LOG,
        row=entry,
        name=f"{shipping.number}.log-{entry.pk}",
        about=shipping.number,
        event=MessageEvent.SHIPPING_FIND_CORRECTED,
        supplier_id=episode.supplier_id,
        metric=episode.metric,
        month=entry.recorded_at.date().replace(day=1),
        level_before=shipping.level,
        level_after=shipping.level,
    )
    tell_of([occasion], at=entry.recorded_at)
