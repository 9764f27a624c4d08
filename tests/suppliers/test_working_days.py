from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from suppliers.working_days import (
    add_working_days,
    is_working_day,
    public_holidays,
    working_days_between,
)

CHRISTMAS = {date(2026, 12, 25), date(2027, 1, 1)}

some_day = st.dates(date(2000, 1, 1), date(2060, 12, 31))
some_holidays = st.sets(st.dates(date(2024, 1, 1), date(2026, 12, 31)), max_size=40)


def test_add_working_days_over_weekend_and_holidays() -> None:
    friday = date(2026, 10, 2)
    assert add_working_days(friday, 1, holidays=set()) == date(2026, 10, 5)
    assert add_working_days(date(2026, 12, 24), 1, holidays=CHRISTMAS) == date(2026, 12, 28)
    assert add_working_days(date(2026, 12, 24), 10, holidays=CHRISTMAS) == date(2027, 1, 11)
    assert add_working_days(date(2026, 10, 3), 0, holidays=set()) == date(2026, 10, 3)
    assert add_working_days(date(2026, 10, 5), -1, holidays=set()) == friday


def test_add_working_days_with_another_weekend() -> None:
    thursday = date(2026, 10, 1)
    assert add_working_days(thursday, 1, holidays=set(), weekend={4, 5}) == date(2026, 10, 4)


@given(start=some_day, days=st.integers(0, 200), holidays=some_holidays)
def test_working_days_between_inverts_addition(start: date, days: int, holidays: set[date]) -> None:
    end = add_working_days(start, days, holidays=holidays)
    assert working_days_between(start, end, holidays=holidays) == days
    if days:
        assert is_working_day(end, holidays=holidays)


@given(start=some_day, days=st.integers(1, 200), holidays=some_holidays)
def test_working_days_between_backwards(start: date, days: int, holidays: set[date]) -> None:
    end = add_working_days(start, -days, holidays=holidays)
    assert working_days_between(start, end, holidays=holidays) == -days


@given(
    first=some_day, second=st.integers(0, 100), third=st.integers(0, 100), holidays=some_holidays
)
def test_working_days_between_adds_up(
    first: date, second: int, third: int, holidays: set[date]
) -> None:
    middle = first + timedelta(days=second)
    last = middle + timedelta(days=third)
    assert working_days_between(first, last, holidays=holidays) == working_days_between(
        first, middle, holidays=holidays
    ) + working_days_between(middle, last, holidays=holidays)


def test_public_holidays_of_a_country_and_of_nowhere() -> None:
    span = {"first": date(2026, 12, 1), "last": date(2027, 1, 31)}
    german = public_holidays(country="de", **span)
    assert date(2026, 12, 25) in german
    assert date(2027, 1, 1) in german
    assert public_holidays(country="", **span) == frozenset()
    assert public_holidays(country="XX", **span) == frozenset()
