"""The month that is published by itself, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from scorecards.models import PublicationRequest, WorkState
from scorecards.periods import Month
from scorecards.queries.month_end import latest_working_day, plant_countries
from scorecards.queries.published import (
    last_ended_month,
    suppliers_with_activity,
    without_scorecard,
)
from scorecards.queries.waiting import waiting_months
from suppliers.enums import ImportState
from suppliers.models import ImportBatch, Supplier


@dataclass(frozen=True, kw_only=True)
class ByItself:
    """The newest ended month and the day from which nobody needs to publish it."""

    month: Month
    on: date


def month_by_itself(*, working_day: int, at: datetime) -> ByItself | None:
    """Return which month is published by itself, and from which day; None where that is off.

    It is the newest month that is over, never an earlier one.

    Args:
        working_day: of the month that follows, the latest of the plants' calendars; 0 for off.
        at: now.
    """
    if not working_day:
        return None
    month = last_ended_month(at=at)
    on = latest_working_day(month.plus(1), working_day, countries=plant_countries())
    return ByItself(month=month, on=on)


def due_by_itself(*, working_day: int, at: datetime) -> Month | None:
    """Return the month that is to be published by itself now; None while there is none.

    It waits until everything that is known of its suppliers is in the figures, and until
    whatever a person asked for is done. Given up once, it is left to people.
    """
    expected = month_by_itself(working_day=working_day, at=at)
    if expected is None or timezone.localdate(at) < expected.on:
        return None
    month = expected.month
    missing = without_scorecard(suppliers_with_activity(month), month=month)
    if not missing.exists() or _asked_for(month) or _behind(missing, until=month):
        return None
    return month


def _asked_for(month: Month) -> bool:
    requests = PublicationRequest.objects.filter(month=month.first_day)
    given_up = requests.filter(requested_by=None, state=WorkState.DEAD)
    return bool(requests.unfinished().exists() or given_up.exists())


def _behind(suppliers: QuerySet[Supplier], *, until: Month) -> bool:
    """Whether facts wait to be loaded, or to be rolled up for one of the suppliers."""
    if ImportBatch.objects.filter(state=ImportState.CONFIRMED).exists():
        return True
    waiting: Iterable[set[int]] = waiting_months(suppliers, span=(None, until)).values()
    return any(waiting)
