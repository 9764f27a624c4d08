"""Months, windows and working days.

No clock: the caller says which day it is, in the time zone of the receiving plant.
"""

import calendar
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from suppliers.working_days import WEEKEND, add_working_days

MONTHS_PER_YEAR = 12

_MONTH_TEXT = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


class InvalidMonthError(ValueError):
    """The text or numbers do not name a calendar month."""


class NaiveInstantError(ValueError):
    """An instant without time zone lies in no definite month."""


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month; ordered in time, printed as `2026-10`."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (date.min.year <= self.year <= date.max.year):
            raise InvalidMonthError(f"year out of range: {self.year}")
        if not 1 <= self.month <= MONTHS_PER_YEAR:
            raise InvalidMonthError(f"month out of range: {self.month}")

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Return the month written as `YYYY-MM`.

        Raises:
            InvalidMonthError: for any other form and for months outside 01–12.
        """
        match = _MONTH_TEXT.fullmatch(text.strip())
        if match is None:
            raise InvalidMonthError(f"not a month of the form YYYY-MM: {text!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month of a calendar day.

        Raises:
            TypeError: for a datetime, whose month depends on a zone; see `at`.
        """
        if isinstance(day, datetime):
            raise TypeError("a datetime has no month without a zone; use Month.at")
        return cls(day.year, day.month)

    @classmethod
    def at(cls, instant: datetime, *, zone: tzinfo) -> "Month":
        """Return the month of an aware instant in `zone`, the plant's time zone.

        Raises:
            NaiveInstantError: for an instant without time zone.
        """
        if instant.tzinfo is None:
            raise NaiveInstantError("instant has no time zone")
        return cls.of(instant.astimezone(zone).date())

    @property
    def first_day(self) -> date:
        """The first calendar day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The last calendar day of the month."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def plus(self, months: int) -> "Month":
        """Return the month that many months later (earlier when negative)."""
        year, zero_based = divmod(self.ordinal + months, MONTHS_PER_YEAR)
        return Month(year, zero_based + 1)

    def minus(self, months: int) -> "Month":
        """Return the month that many months earlier."""
        return self.plus(-months)

    def months_since(self, earlier: "Month") -> int:
        """Return how many months lie from `earlier` to this one (negative if it is later)."""
        return self.ordinal - earlier.ordinal

    @property
    def ordinal(self) -> int:
        """The number of months since January of year 0; consecutive months differ by 1."""
        return self.year * MONTHS_PER_YEAR + self.month - 1


# The months that may be asked for: centuries with cars, less a year for windows that look back.
EARLIEST, LATEST = Month(1901, 1), Month(2199, 12)


def end_of(day: date, *, zone: tzinfo) -> datetime:
    """Return the instant at which a day is over in `zone`."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)


def months(first: Month, last: Month) -> Iterator[Month]:
    """Yield every month from `first` to `last`, both included; none if last is earlier."""
    for offset in range(last.months_since(first) + 1):
        yield first.plus(offset)


class Window(StrEnum):
    """A span of months that ends with a given month."""

    MONTH = "month"
    ROLLING_3 = "3"
    ROLLING_6 = "6"
    ROLLING_12 = "12"
    YEAR_TO_DATE = "ytd"


def window_months(window: Window, *, end: Month) -> tuple[Month, ...]:
    """Return the months of `window` ending with `end`, oldest first."""
    return tuple(months(_window_start(window, end=end), end))


def _window_start(window: Window, *, end: Month) -> Month:
    if window is Window.YEAR_TO_DATE:
        return Month(end.year, 1)
    return end.minus(0 if window is Window.MONTH else int(window.value) - 1)


def nth_working_day(
    month: Month, number: int, *, holidays: Collection[date], weekend: Collection[int] = WEEKEND
) -> date:
    """Return working day `number` of the month, counted from 1.

    Raises:
        ValueError: when `number` is below 1 or the month has fewer working days.
    """
    if number < 1:
        raise ValueError(f"working days are counted from 1, not {number}")
    eve = month.first_day - timedelta(days=1)
    day = add_working_days(eve, number, holidays=holidays, weekend=weekend)
    if Month.of(day) != month:
        raise ValueError(f"{month} has fewer than {number} working days")
    return day
