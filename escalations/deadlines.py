"""Until when the steps of an 8D are due, in working days of a country's calendar."""

from dataclasses import dataclass
from datetime import date, timedelta

from suppliers.working_days import add_working_days, public_holidays

CONTAINMENT_DAYS = 1
ACTIONS_DAYS = 10
VERIFIED_DAYS = 30
CLOSURE_DAYS = 60
# 60 working days never reach further than this.
HORIZON = timedelta(days=200)


@dataclass(frozen=True, kw_only=True)
class DueDates:
    """Last days of D3 (containment), D4 and D5 (causes, actions), D6 (verified), D8 (closure)."""

    d3: date
    d5: date
    d6: date
    d8: date


def due_dates(*, start: date, country: str) -> DueDates:
    """Return the due dates of an 8D requested on `start`.

    Args:
        start: the day of the request; the next working day is day 1.
        country: ISO 3166 code whose public holidays do not count; unknown or empty: only
            Saturdays and Sundays do not count.
    """
    free = public_holidays(country=country, first=start, last=start + HORIZON)
    return DueDates(
        d3=add_working_days(start, CONTAINMENT_DAYS, holidays=free),
        d5=add_working_days(start, ACTIONS_DAYS, holidays=free),
        d6=add_working_days(start, VERIFIED_DAYS, holidays=free),
        d8=add_working_days(start, CLOSURE_DAYS, holidays=free),
    )
