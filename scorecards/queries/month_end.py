"""The dates of a month's end and the state it is in, by the calendars of the plants."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from django.db.models import Min, TextChoices
from django.utils.translation import gettext_lazy as _

from scorecards.models import Scorecard
from scorecards.periods import Month, nth_working_day
from suppliers.models import Plant, Supplier
from suppliers.working_days import public_holidays

PRELIMINARY_ON_WORKING_DAY: Final = 3
DUE_ON_WORKING_DAY: Final = 8
LOCKED_AFTER: Final = timedelta(days=30)


class MonthState(TextChoices):
    """Where a month stands on its way to a document nobody changes any more."""

    OPEN = "open", _("Open")
    PRELIMINARY = "preliminary", _("Preliminary")
    PUBLISHED = "published", _("Published")
    LOCKED = "locked", _("Locked")


@dataclass(frozen=True, kw_only=True)
class MonthDates:
    """When a month becomes preliminary, and until when it should be published."""

    preliminary_on: date
    due_on: date


def month_dates(month: Month, *, countries: Iterable[str]) -> MonthDates:
    """Return the dates by working days of the next month: where plants differ, the later ones.

    Args:
        month: the month that ends.
        countries: of the receiving plants; without any, only weekends are free.
    """
    following = month.plus(1)
    calendars = set(countries)
    return MonthDates(
        preliminary_on=latest_working_day(
            following, PRELIMINARY_ON_WORKING_DAY, countries=calendars
        ),
        due_on=latest_working_day(following, DUE_ON_WORKING_DAY, countries=calendars),
    )


def latest_working_day(month: Month, number: int, *, countries: Iterable[str]) -> date:
    """Return that working day of a month where it comes last.

    Without countries only weekends are free.
    """
    calendars = set(countries) or {""}
    return max(working_day(month, number, one) for one in calendars)


@cache
def working_day(month: Month, number: int, country: str) -> date:
    """Return that working day of the month in a country's calendar."""
    holidays = public_holidays(country=country, first=month.first_day, last=month.last_day)
    return nth_working_day(month, number, holidays=holidays)


def plant_countries() -> list[str]:
    """Return the countries whose calendars the month's end waits for."""
    return sorted(set(Plant.objects.values_list("country", flat=True)))


def month_state(
    *, dates: MonthDates, today: date, published_at: datetime | None, at: datetime
) -> MonthState:
    """Return the state of an ended month.

    Args:
        dates: its dates.
        today: the day in the time zone of the installation.
        published_at: when the last supplier was published first; None while some are missing.
        at: now.
    """
    if published_at is not None:
        locked = at >= published_at + LOCKED_AFTER
        return MonthState.LOCKED if locked else MonthState.PUBLISHED
    return MonthState.PRELIMINARY if today >= dates.preliminary_on else MonthState.OPEN


def locked_from(*, supplier: Supplier, month: Month) -> datetime | None:
    """Return from when a supplier's month is locked; None while it is unpublished."""
    versions = Scorecard.objects.of_month(month).filter(supplier=supplier)
    first: datetime | None = versions.aggregate(first=Min("published_at"))["first"]
    return None if first is None else first + LOCKED_AFTER
