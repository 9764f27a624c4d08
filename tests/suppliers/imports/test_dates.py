from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.imports.dates import DAY_FIRST, MONTH_FIRST, decide, parse, parse_month, place
from suppliers.imports.problems import FileError

DAY = date(2026, 4, 3)


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-03", "2026-4-3", "2026/04/03", "20260403", "03.04.2026", "3.4.26", "3. 4. 2026",
        "2026-04-03 00:00:00", "2026-04-03T23:59", "03.04.2026 14:30", "3 April 2026",
        "03-Apr-2026", "3. Apr. 26",
    ],
)  # fmt: skip
def test_unambiguous_spellings_need_no_decision(text: str) -> None:
    assert parse(text, None) == DAY


@pytest.mark.parametrize(
    ("text", "order"), [("03/04/2026", DAY_FIRST), ("04/03/2026", MONTH_FIRST)]
)
def test_slashes_follow_the_order_of_the_column(text: str, order: str) -> None:
    assert parse(text, order) == DAY


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["03/04/2026", "13/04/2026"], DAY_FIRST),
        (["03/04/2026", "04/13/2026"], MONTH_FIRST),
        (["2026-01-01", "04.04.2026"], None),
        (["04/04/2026"], None),
        ([], None),
    ],
)
def test_one_proof_decides_for_the_column(values: list[str], order: str | None) -> None:
    assert decide("Datum", values) == order


def test_open_order_is_asked_not_guessed() -> None:
    with pytest.raises(FileError, match="03/04/2026 can be read with the day or with the month"):
        decide("Datum", ["03/04/2026"])


def test_both_orders_in_one_column_are_asked() -> None:
    with pytest.raises(FileError, match="13/04/2026 has the day first and 04/13/2026 the month"):
        decide("Datum", ["13/04/2026", "04/13/2026"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31.02.2026", "no_such_day"),
        ("2026-13-01", "no_such_day"),
        ("00.01.2026", "no_such_day"),
        ("01.01.1900", "date_out_of_range"),
        ("9999-12-31", "date_out_of_range"),
        ("45000", "not_a_date"),
        ("yesterday", "not_a_date"),
        ("3 Foo 2026", "not_a_date"),
        ("2026-04-03T25:00:00Z", "not_a_date"),
    ],
)
def test_nonsense_has_a_code(text: str, code: str) -> None:
    assert parse(text, DAY_FIRST) == code


def test_timestamp_with_offset_falls_on_the_plants_day() -> None:
    moment = parse("2026-01-31T23:30:00Z", None)
    assert isinstance(moment, datetime)
    assert place(moment, "Europe/Berlin") == date(2026, 2, 1)
    assert place(moment, "America/Chicago") == date(2026, 1, 31)


@pytest.mark.parametrize("text", ["2026-10", "202610", "10/2026", "10.2026", "2026-10-31"])
def test_months_are_their_first_day(text: str) -> None:
    assert parse_month(text, None) == date(2026, 10, 1)


def test_what_is_no_month_has_a_code() -> None:
    assert parse_month("October", None) == "not_a_month"
    assert parse_month("2026-13", None) == "no_such_day"


@given(st.dates(date(1980, 1, 1), date(2100, 12, 31)), st.sampled_from(["%Y-%m-%d", "%d.%m.%Y"]))
def test_written_days_read_back(day: date, form: str) -> None:
    assert parse(day.strftime(form), None) == day
