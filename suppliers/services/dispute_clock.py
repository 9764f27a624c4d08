"""Until when an answer is owed: working days of the plant that the record concerns."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from suppliers.dispute_workflow import ANSWER_WORKING_DAYS
from suppliers.models import Delivery, Plant, Reject
from suppliers.services.records import Record
from suppliers.working_days import add_working_days, public_holidays

# Five working days never reach further than this.
HORIZON = timedelta(days=40)


def answer_due_on(record: Record, *, at: datetime) -> date:
    """Return the last day of an answer: five working days on in the plant's calendar."""
    plant = plant_of(record)
    today = today_of(record, at=at)
    country = plant.country if plant else record.supplier.country
    free = public_holidays(country=country, first=today, last=today + HORIZON)
    return add_working_days(today, ANSWER_WORKING_DAYS, holidays=free)


def today_of(record: Record, *, at: datetime) -> date:
    """Return the day it is at the record's plant."""
    plant = plant_of(record)
    zone = plant.time_zone if plant else record.supplier.time_zone
    return at.astimezone(ZoneInfo(zone)).date()


def plant_of(record: Record) -> Plant | None:
    """Return the plant a record concerns; a return came from where its part arrived last."""
    if isinstance(record, Reject):
        plant: Plant = record.plant
        return plant
    newest = Delivery.objects.filter(supplier=record.supplier_id, part=record.part_id)
    delivery = newest.select_related("plant").order_by("-received_on", "-pk").first()
    return None if delivery is None else delivery.plant
