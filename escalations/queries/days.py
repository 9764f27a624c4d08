"""Which day it is, and for whom.

- A *case* begins on the day it is at its plant. One about no one plant begins on the day at the
  plant of the reject that brings it, else on the company's (`TIME_ZONE`), as months are published.
- A *date* is kept by the clock of the place whose working days it counts (`owed.LocalDay`): the
  plant of an 8D, the supplier who sorts, else the company's.
- A *reader* reads the day of the own profile.
- A *month* has ended once it has ended at every plant.

A number is of the year of the day its case, 8D or controlled shipping begins on.
"""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from escalations.owed import LocalDay
from escalations.queries.preferences import wishes_of
from suppliers.access import AnyUser
from suppliers.models import Plant


def company_day(at: datetime) -> date:
    """Return the day it is where the company keeps its books."""
    return timezone.localdate(at)


def day_at(plant: Plant | None, at: datetime) -> date:
    """Return the day it is at a plant; without one the company's."""
    return LocalDay.at(at, zone=plant.time_zone if plant else "").today


def days_at(plant_ids: Iterable[int | None], at: datetime) -> dict[int | None, date]:
    """Return the day at each of these plants by its id, and the company's for None."""
    rows = Plant.objects.filter(pk__in={pk for pk in plant_ids if pk is not None})
    zones: dict[int | None, str] = {None: ""}
    zones |= rows.values_list("pk", "time_zone") if any(plant_ids) else {}
    return {pk: LocalDay.at(at, zone=zone).today for pk, zone in zones.items()}


def day_of_reader(user: AnyUser, at: datetime) -> date:
    """Return the day it is for a person, by the time zone of the profile."""
    zone = "" if user.pk is None else wishes_of([user.pk])[user.pk].zone
    return LocalDay.at(at, zone=zone).today


def day_everywhere(at: datetime) -> date:
    """Return the earliest calendar day that is still running at any plant.

    A month has ended only when it has ended everywhere; without plants, by UTC.
    """
    zones = set(Plant.objects.values_list("time_zone", flat=True)) or {"UTC"}
    return min(at.astimezone(ZoneInfo(zone)).date() for zone in zones)
