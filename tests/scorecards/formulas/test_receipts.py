"""Parts between two days, and at most since a delivery that a reject may be of."""

from datetime import date, timedelta
from decimal import Decimal

from scorecards.formulas.receipts import Receipts


def day(number: int) -> date:
    return date(2026, 3, 1) + timedelta(days=number)


ROWS = {5: 1000, 10: 400, 12: -100, 20: 700}
RECEIPTS = Receipts.of((day(number), Decimal(qty)) for number, qty in ROWS.items())


def test_between_counts_from_the_day_after_to_the_end_of_the_other() -> None:
    assert RECEIPTS.between(day(5), day(10)) == 400
    assert RECEIPTS.between(day(4), day(20)) == 2000
    assert RECEIPTS.between(day(10), day(12)) == 0


def test_lot_is_the_whole_delivery_before_the_earlier_reject() -> None:
    assert RECEIPTS.lot(day(5), until=day(5)) == 1000
    assert RECEIPTS.lot(day(9), until=day(20)) == 1000
    assert RECEIPTS.lot(day(20), until=day(21)) == 700


def test_lot_passes_over_days_that_only_take_back() -> None:
    assert RECEIPTS.lot(day(13), until=day(13)) == 300
    assert RECEIPTS.lot(day(13), until=day(20)) == 300


def test_lot_goes_back_to_the_last_delivery_of_the_rejects_own_part() -> None:
    assert RECEIPTS.lot(day(11), until=day(11), delivered_on=day(5)) == 1400
    assert RECEIPTS.lot(day(11), until=day(11), delivered_on=day(-90)) == 1400


def test_before_any_delivery_there_is_no_lot() -> None:
    assert RECEIPTS.lot(day(4), until=day(5)) == 0
