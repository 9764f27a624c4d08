from datetime import date

import pytest

from escalations.deadlines import due_dates


def test_weekends_and_holidays_do_not_count() -> None:
    # Thursday before Easter 2026: Good Friday and Easter Monday are off in Germany
    due = due_dates(start=date(2026, 4, 2), country="DE")
    assert due.d3 == date(2026, 4, 7)
    assert due.d5 == date(2026, 4, 20)


@pytest.mark.parametrize("country", ["", "XX", "de"])
def test_countries_are_read_leniently(country: str) -> None:
    due = due_dates(start=date(2026, 4, 2), country=country)
    assert due.d3 == (date(2026, 4, 7) if country == "de" else date(2026, 4, 3))


def test_dates_are_in_order_over_the_turn_of_the_year() -> None:
    due = due_dates(start=date(2026, 12, 30), country="FR")
    assert due.d3 < due.d5 < due.d6 < due.d8 < date(2027, 4, 15)
