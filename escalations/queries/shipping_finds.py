"""Finds of one upload of the log: those that came together, and those a correction took back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from escalations.models import ShippingEvent, ShippingLogEntry
from escalations.shipping_workflow import ShippingAction


@dataclass(frozen=True, kw_only=True)
class TakenBack:
    """A day on which something was found before it was corrected."""

    before: ShippingLogEntry
    now: ShippingLogEntry


def events_with(event: ShippingEvent) -> Any:
    """Return the event as a QuerySet; of a find with those that were written together with it."""
    if event.action != ShippingAction.FIND.value:
        return ShippingEvent.objects.filter(pk=event.pk)
    return ShippingEvent.objects.filter(
        shipping=event.shipping_id, action=ShippingAction.FIND.value, at=event.at
    )


def found_with(event: ShippingEvent) -> Sequence[ShippingLogEntry]:
    """Return the finds that were written together with this one, oldest day first."""
    rows = events_with(event)
    related = rows.select_related("entry__part", "entry__plant").order_by("number")
    return [one.entry for one in related if one.entry is not None]


def taken_back_with(entry: ShippingLogEntry) -> Sequence[TakenBack]:
    """Return the finds that were taken back together with this one, oldest day first."""
    rows = ShippingLogEntry.objects.filter(shipping=entry.shipping_id)
    now = rows.filter(recorded_at=entry.recorded_at, number__gt=1, found_qty=0)
    before = {
        (one.day, one.part_id, one.plant_id, one.number): one
        for one in rows.filter(day__in=now.values("day"), found_qty__gt=0)
    }
    pairs = (
        (before.get((one.day, one.part_id, one.plant_id, one.number - 1)), one)
        for one in now.select_related("part", "plant").order_by("day", "pk")
    )
    return [TakenBack(before=old, now=new) for old, new in pairs if old is not None]
