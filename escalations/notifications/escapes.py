"""The words about an escape: what it asks, what is proposed after it, and what holds already."""

from django.utils.translation import gettext as _

from escalations.enums import Audience, MessageEvent
from escalations.models import Message, ShippingEvent
from escalations.queries.after_escapes import business_waits, following
from escalations.queries.level_2 import escape_proposed, level_2_sharing
from escalations.workflow import Level


def escape_asked(audience: Audience, event: ShippingEvent) -> str:
    """Say what an escape asks of its reader, and what is proposed or holds already."""
    if audience is Audience.SUPPLIER:
        return _(
            "Secure what is on its way today, and mend the inspection; the count begins again."
        )
    if event.shipping.level != Level.CS1.value:
        proposed = _after_level_2(event)
    elif escape_proposed(event):
        proposed = _("Controlled shipping level 2 is proposed; the quality manager decides.")
    else:
        return _beside(event)
    if audience is Audience.PURCHASING and _business_waits(event):
        return proposed + " " + _("Until then, place no new business with this supplier.")
    return proposed


def _after_level_2(event: ShippingEvent) -> str:
    """Say of stop and hold which waits for its decision, and which holds already."""
    found = following(event)
    stop, hold = Level.STOP_SHIP.value, Level.NEW_BUSINESS_HOLD.value
    words = {level: {"case": one.number} for level, one in found.holding.items()}
    if {stop, hold} <= found.waiting.keys():
        return _(
            "A stop of shipments and a new-business hold are proposed; the quality manager decides."
        )
    if {stop, hold} <= found.holding.keys():
        return _(
            "The shipments of this part are stopped already (%(stop)s), and the new-business hold "
            "is in force already (%(hold)s)."
        ) % {"stop": words[stop]["case"], "hold": words[hold]["case"]}
    said = []
    if stop in found.holding:
        said.append(_("The shipments of this part are stopped already (%(case)s).") % words[stop])
    if hold in found.holding:
        said.append(_("The new-business hold is in force already (%(case)s).") % words[hold])
    if stop in found.waiting:
        said.append(_("A stop of shipments is proposed; the quality manager decides."))
    if hold in found.waiting:
        said.append(_("A new-business hold is proposed; the quality manager decides."))
    return " ".join(said)


def _business_waits(event: ShippingEvent) -> bool:
    """Whether an escape asks to place no new business until its proposal is decided."""
    if event.shipping.level == Level.CS1.value:
        return escape_proposed(event)
    return Level.NEW_BUSINESS_HOLD.value in following(event).waiting


def _beside(event: ShippingEvent) -> str:
    """Say why nothing is proposed: another level 2 inspects the part."""
    about, reject = event.shipping.episode, event.reject
    lanes = [] if reject is None else [(reject.part_id, reject.plant_id)]
    found = level_2_sharing(lanes, supplier_id=about.supplier_id, metric=about.metric, beside=about)
    if found is None:
        return ""
    return _(
        "%(case)s has this part inspected at controlled shipping level 2 already; nothing is "
        "proposed beside it."
    ) % {"case": found[0].number}


def waits_after(message: Message, event: ShippingEvent) -> bool:
    """Whether purchasing is asked to leave new business alone, though no level forbids it yet.

    By this escape, else by any that waits for its decision now.
    """
    if Audience(message.audience) is not Audience.PURCHASING:
        return False
    if MessageEvent(message.event) is MessageEvent.SHIPPING_ESCAPE:
        return _business_waits(event)
    return bool(business_waits([event.shipping.episode.supplier_id], user=message.recipient))
