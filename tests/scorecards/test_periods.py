from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.periods import (
    InvalidMonthError,
    Month,
    NaiveInstantError,
    Window,
    months,
    nth_working_day,
    window_months,
)

CHRISTMAS = {date(2026, 12, 25), date(2027, 1, 1)}

some_month = st.builds(Month, st.integers(1990, 2090), st.integers(1, 12))
some_day = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def test_month_parse_round_trips() -> None:
    assert Month.parse("2026-10") == Month(2026, 10)
    assert str(Month.parse(" 2026-01 ")) == "2026-01"


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "26-10", "2026-1", "2026/10", "", "0000-01"]
)
def test_month_parse_malformed(text: str) -> None:
    with pytest.raises(InvalidMonthError):
        Month.parse(text)


def test_month_days_in_leap_february() -> None:
    assert Month(2028, 2).first_day == date(2028, 2, 1)
    assert Month(2028, 2).last_day == date(2028, 2, 29)
    assert Month(2026, 2).last_day == date(2026, 2, 28)


def test_month_of_day_and_refuses_datetime() -> None:
    assert Month.of(date(2026, 10, 31)) == Month(2026, 10)
    with pytest.raises(TypeError):
        Month.of(datetime(2026, 10, 31, tzinfo=UTC))


def test_month_at_depends_on_the_plant() -> None:
    instant = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    assert Month.at(instant, zone=ZoneInfo("Europe/Berlin")) == Month(2026, 11)
    assert Month.at(instant, zone=ZoneInfo("America/Chicago")) == Month(2026, 10)


def test_month_at_without_zone() -> None:
    with pytest.raises(NaiveInstantError):
        Month.at(datetime(2026, 10, 31), zone=UTC)  # noqa: DTZ001 - the naive instant is the point


def test_month_arithmetic_across_years() -> None:
    assert Month(2026, 11).plus(3) == Month(2027, 2)
    assert Month(2026, 1).minus(1) == Month(2025, 12)
    assert Month(2026, 1).minus(13) == Month(2024, 12)


@given(month=some_month, offset=st.integers(-400, 400))
def test_month_plus_inverts(month: Month, offset: int) -> None:
    later = month.plus(offset)
    assert later.minus(offset) == month
    assert later.months_since(month) == offset
    assert (later > month) == (offset > 0)


@given(month=some_month)
def test_month_text_round_trips(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert month.last_day + timedelta(days=1) == month.plus(1).first_day


def test_months_both_ends() -> None:
    assert list(months(Month(2025, 11), Month(2026, 1))) == [
        Month(2025, 11),
        Month(2025, 12),
        Month(2026, 1),
    ]
    assert list(months(Month(2026, 2), Month(2026, 1))) == []


def test_window_months() -> None:
    end = Month(2026, 2)
    assert window_months(Window.MONTH, end=end) == (end,)
    assert window_months(Window.ROLLING_3, end=end)[0] == Month(2025, 12)
    assert len(window_months(Window.ROLLING_6, end=end)) == 6
    assert window_months(Window.ROLLING_12, end=end)[0] == Month(2025, 3)
    assert window_months(Window.YEAR_TO_DATE, end=end) == (Month(2026, 1), end)
    assert window_months(Window("ytd"), end=Month(2026, 1)) == (Month(2026, 1),)


def test_nth_working_day_of_month() -> None:
    assert nth_working_day(Month(2026, 11), 3, holidays=set()) == date(2026, 11, 4)
    assert nth_working_day(Month(2027, 1), 1, holidays=CHRISTMAS) == date(2027, 1, 4)
    with pytest.raises(ValueError, match="fewer"):
        nth_working_day(Month(2026, 11), 25, holidays=set())
    with pytest.raises(ValueError, match="counted from 1"):
        nth_working_day(Month(2026, 11), 0, holidays=set())
