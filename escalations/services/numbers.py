"""Consecutive case numbers, for example ESC-2026-00042."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.db import connection

from escalations.models import Series

# The row stays locked until the transaction ends, so numbers are unique and without gaps.
TAKE = """
INSERT INTO escalations_numbercounter (series, year, last) VALUES (%(series)s, %(year)s, %(count)s)
ON CONFLICT ON CONSTRAINT number_counter_unique
DO UPDATE SET last = escalations_numbercounter.last + excluded.last
RETURNING last
"""


def take_numbers(series: Series, *, year: int, count: int) -> list[str]:
    """Return the next `count` numbers of a series and year, in order."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"series": series.value, "year": year, "count": count})
        (last,) = cursor.fetchone()
    return [f"{series.value}-{year}-{number:05d}" for number in range(last - count + 1, last + 1)]


def numbers_on(series: Series, days: Sequence[date]) -> list[str]:
    """Return a number for each day, of that day's year; several of one year follow each other."""
    years = sorted(Counter(day.year for day in days).items())
    taken = {year: iter(take_numbers(series, year=year, count=count)) for year, count in years}
    return [next(taken[day.year]) for day in days]
