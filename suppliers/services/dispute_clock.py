"""Until when an answer is owed: working days of the plant that the record concerns.

A published line concerns no one plant; the supplier stands for it, and the plant it delivered
to last.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from suppliers.dispute_workflow import ANSWER_WORKING_DAYS
from suppliers.models import Delivery, Dispute, Plant, Reject, Supplier
from suppliers.services.records import Record
from suppliers.working_days import add_working_days, public_holidays

Concern = Record | Supplier

# Five working days never reach further than this.
HORIZON = timedelta(days=40)


def concern_of(dispute: Dispute) -> Concern:
    """Return what sets a dispute's clock: its record, or of a published line the supplier."""
    supplier: Supplier = dispute.supplier
    return supplier if dispute.published_line else dispute.record


def answer_due_on(concern: Concern, *, at: datetime) -> date:
    """Return the last day of an answer: five working days on in the plant's calendar."""
    plant = plant_of(concern)
    today = today_of(concern, at=at)
    country = plant.country if plant else _supplier(concern).country
    free = public_holidays(country=country, first=today, last=today + HORIZON)
    return add_working_days(today, ANSWER_WORKING_DAYS, holidays=free)


def today_of(concern: Concern, *, at: datetime) -> date:
    """Return the day it is at the record's plant."""
    plant = plant_of(concern)
    zone = plant.time_zone if plant else _supplier(concern).time_zone
    return at.astimezone(ZoneInfo(zone)).date()


def plant_of(concern: Concern) -> Plant | None:
    """Return the plant it is about; a return came from where its part arrived last."""
    if isinstance(concern, Reject):
        plant: Plant = concern.plant
        return plant
    newest = Delivery.objects.filter(supplier=_supplier(concern))
    if not isinstance(concern, Supplier):
        newest = newest.filter(part=concern.part_id)
    delivery = newest.select_related("plant").order_by("-received_on", "-pk").first()
    return None if delivery is None else delivery.plant


def _supplier(concern: Concern) -> Supplier:
    return concern if isinstance(concern, Supplier) else concern.supplier
