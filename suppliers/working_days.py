"""Working days in a country's calendar; no clock, no framework."""

import calendar
from collections.abc import Collection
from datetime import date, timedelta

import holidays as calendars

WEEKEND = frozenset({calendar.SATURDAY, calendar.SUNDAY})


def is_working_day(
    day: date, *, holidays: Collection[date], weekend: Collection[int] = WEEKEND
) -> bool:
    """Return whether `day` is neither a holiday nor a weekend day (Monday is 0)."""
    return day.weekday() not in weekend and day not in holidays


def add_working_days(
    start: date, days: int, *, holidays: Collection[date], weekend: Collection[int] = WEEKEND
) -> date:
    """Return the day `days` working days after `start` (before it when negative).

    The day after `start` is the first that counts: one working day after a Friday is
    Monday. Zero returns `start` itself, working day or not.
    """
    step = timedelta(days=1 if days >= 0 else -1)
    day, left = start, abs(days)
    while left:
        day += step
        left -= is_working_day(day, holidays=holidays, weekend=weekend)
    return day


def working_days_between(
    start: date, end: date, *, holidays: Collection[date], weekend: Collection[int] = WEEKEND
) -> int:
    """Return the working days after `start` up to and including `end`.

    The inverse of `add_working_days` for an `end` that is a working day; negative when
    `end` lies before `start` (the days from `end` up to the day before `start`).
    """
    if end < start:
        shift = timedelta(days=1)
        return -working_days_between(end - shift, start - shift, holidays=holidays, weekend=weekend)
    span = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(is_working_day(day, holidays=holidays, weekend=weekend) for day in span)


def public_holidays(*, country: str, first: date, last: date) -> Collection[date]:
    """Return the country's public holidays of the years from `first` to `last`."""
    if country.upper() not in calendars.list_supported_countries():
        return frozenset()
    years = range(first.year, last.year + 1)
    return frozenset(calendars.country_holidays(country.upper(), years=years))
