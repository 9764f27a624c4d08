"""Progress to exit: hand-counted logs first, then what holds for any log."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.shipping_progress import ExitTerms, LogRow, Progress, Reset, progress

ENTRY = date(2026, 11, 2)  # a Monday
TERMS = ExitTerms(entered_on=ENTRY, production_days=3, shipments=2, action_verified=True)


def row(day: int, inspected: int = 100, found: int = 0, shipments: int = 0) -> LogRow:
    """Return a row of a day of November."""
    return LogRow(
        day=date(2026, 11, day),
        inspected=Decimal(inspected),
        found=Decimal(found),
        shipments=shipments,
    )


def counted(rows: list[LogRow], **options: Any) -> Progress:
    given_: dict[str, Any] = {
        "terms": TERMS,
        "escapes": [],
        "verified_on": None,
        "today": date(2026, 11, 13),
        "is_working_day": lambda day: day.weekday() < 5,
    }
    return progress(rows=rows, **(given_ | options))


def test_days_are_counted_once_over_parts_and_plants() -> None:
    uninspected = row(5, inspected=0, shipments=1)
    found = counted([row(3), row(3, shipments=1), row(4, shipments=1), uninspected])
    assert (found.days.have, found.shipments.have) == (2, 2)
    assert (found.days.met, found.shipments.met, found.days.left) == (False, True, 1)
    assert found.inspected == 300
    assert found.last_day == date(2026, 11, 5)


@pytest.mark.parametrize(
    ("rows", "escapes", "expected"),
    [
        ([], [], (0, 0, None, ENTRY)),
        ([row(3), row(4), row(5)], [], (3, 0, None, ENTRY)),
        # a find on one part makes the whole day one that does not count
        ([row(3), row(4), row(4, found=1), row(5)], [], (1, 0, Reset.FIND, date(2026, 11, 5))),
        ([row(3), row(4), row(5)], [date(2026, 11, 4)], (1, 0, Reset.ESCAPE, date(2026, 11, 5))),
        # on the same day the escape is what is said
        ([row(4, found=2)], [date(2026, 11, 4)], (0, 0, Reset.ESCAPE, date(2026, 11, 5))),
        # a find of long ago does not outrank a later escape, nor the other way round
        ([row(3, found=1), row(9)], [date(2026, 11, 6)], (1, 0, Reset.ESCAPE, date(2026, 11, 7))),
        ([row(9, found=1), row(10)], [date(2026, 11, 6)], (1, 0, Reset.FIND, date(2026, 11, 10))),
        # before entry and after today is not part of it
        ([row(1), row(14, found=1)], [date(2026, 11, 20)], (0, 0, None, ENTRY)),
    ],
)
def test_a_find_or_an_escape_begins_the_count_again(
    rows: list[LogRow], escapes: list[date], expected: tuple[int, int, Reset | None, date]
) -> None:
    found = counted(rows, escapes=escapes)
    seen = (found.days.have, found.shipments.have, found.reset_by, found.clean_from)
    assert seen == expected


def test_it_is_complete_only_with_everything_met() -> None:
    rows = [row(3, shipments=1), row(4, shipments=1), row(5)]
    assert not counted(rows).complete
    assert not counted(rows, verified_on=date(2026, 11, 14)).complete
    assert counted(rows, verified_on=date(2026, 11, 12)).complete
    assert not counted(rows[:2], verified_on=date(2026, 11, 12)).complete
    without = ExitTerms(entered_on=ENTRY, production_days=3, shipments=2, action_verified=False)
    assert counted(rows, terms=without).complete
    assert counted(rows, terms=without).action is None


def test_working_days_without_a_row_are_missing_but_not_today() -> None:
    found = counted([row(3), row(5, inspected=0), row(9)])
    assert [day.day for day in found.missing] == [4, 6, 10, 11, 12]
    assert counted([], today=ENTRY).missing == ()
    assert counted([], today=date(2026, 11, 3)).missing == ()
    assert counted([], today=date(2026, 11, 4)).missing == (date(2026, 11, 3),)


ROWS = st.lists(
    st.builds(
        row,
        day=st.integers(2, 28),
        inspected=st.integers(1, 50),
        found=st.sampled_from([0, 0, 0, 1]),
        shipments=st.integers(0, 2),
    ),
    max_size=25,
)


@given(rows=ROWS, escapes=st.lists(st.integers(2, 28), max_size=2), today=st.integers(2, 28))
def test_for_any_log(rows: list[LogRow], escapes: list[int], today: int) -> None:
    days = [date(2026, 11, day) for day in escapes]
    now = date(2026, 11, today)
    found = counted(rows, escapes=days, today=now)
    assert found == counted(rows[::-1], escapes=days[::-1], today=now)
    counting = {one.day for one in rows if found.clean_from <= one.day <= now}
    assert found.days.have == len(counting)
    assert not any(one.found for one in rows if one.day in counting)
    assert not counting & set(days)
    if found.reset_on is not None:
        assert found.clean_from == found.reset_on + timedelta(days=1)
    clean = counted(
        [*rows, LogRow(day=now, inspected=Decimal(1), found=Decimal(1), shipments=9)],
        escapes=days,
        today=now,
    )
    assert (clean.days.have, clean.shipments.have) == (0, 0)
