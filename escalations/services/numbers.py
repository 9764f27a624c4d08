"""Consecutive case numbers, for example ESC-2026-00042."""

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
