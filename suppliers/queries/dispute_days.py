"""By whose calendar a dispute is answered: that of the plant which its record concerns.

A return came from where its part arrived last. A published line concerns no one plant; the
supplier stands for it, and the plant it delivered to last.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from suppliers.models import Delivery, Dispute, Plant, Reject, Supplier, WarrantyReturn

Concern = Reject | WarrantyReturn | Supplier


def plant_of(concern: Concern) -> Plant | None:
    """Return the plant that a dispute of it is about; None where nothing arrived yet."""
    if isinstance(concern, Reject):
        plant: Plant = concern.plant
        return plant
    if isinstance(concern, WarrantyReturn):
        arrived = _newest(supplier=concern.supplier_id, part=concern.part_id)
    else:
        arrived = _newest(supplier=concern)
    delivery = arrived.select_related("plant").first()
    return None if delivery is None else delivery.plant


def zones_of(disputes: Iterable[Dispute]) -> dict[int, str]:
    """Return the time zone each dispute's answer is due in, by its key.

    One query for all that are about no reject; rejects are given with their plants.
    """
    zones: dict[int, str] = {}
    others: list[int] = []
    for dispute in disputes:
        if dispute.reject:
            zones[dispute.pk] = dispute.reject.plant.time_zone
        else:
            others.append(dispute.pk)
    if others:
        rows = Dispute.objects.filter(pk__in=others)
        zones.update(rows.annotate(zone=_WHERE_IT_ARRIVED).values_list("pk", "zone"))
    return zones


def today_of(dispute: Dispute, *, at: datetime) -> date:
    """Return the day it is where the answer is due."""
    return day_in(zones_of([dispute])[dispute.pk], at=at)


def day_in(zone: str, *, at: datetime) -> date:
    """Return the day it is in a time zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def is_overdue(dispute: Dispute, *, today: date) -> bool:
    """Return whether its answer is late; `today` as `today_of` gives it."""
    return dispute.is_open and dispute.due_on is not None and dispute.due_on < today


def _newest(**about: Any) -> QuerySet[Delivery]:
    found: QuerySet[Delivery] = Delivery.objects.filter(**about).order_by("-received_on", "-pk")
    return found


def _zone_of_newest(**about: Any) -> Subquery:
    return Subquery(_newest(**about).values("plant__time_zone")[:1])


_OF_RETURN = _zone_of_newest(supplier=OuterRef("supplier"), part=OuterRef("warranty_return__part"))
_OF_LINE = _zone_of_newest(supplier=OuterRef("supplier"))
_WHERE_IT_ARRIVED = Coalesce(
    Case(When(warranty_return__isnull=False, then=_OF_RETURN), default=_OF_LINE),
    F("supplier__time_zone"),
    output_field=CharField(),
)
