"""The clocks of an 8D: pure functions of its moves."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.deadlines import STANDARD, Clock, Moved, clocks, due_dates, next_owed
from escalations.eight_d_workflow import Action, Discipline

# A Thursday; there is no public holiday in November in Germany.
START = date(2026, 11, 5)
D1, D2, D3, D4, D5, D8, SHORT = (
    Discipline.D1,
    Discipline.D2,
    Discipline.D3,
    Discipline.D4,
    Discipline.D5,
    Discipline.D8,
    Discipline.SHORT,
)


def moved(day: int, discipline: Discipline, action: Action, until: date | None = None) -> Moved:
    return Moved(on=date(2026, 11, day), discipline=discipline, action=action, until=until)


def clock(milestone: Discipline, *moves: Moved, today: int) -> Clock:
    found = clocks(
        start=START,
        country="DE",
        allowance=STANDARD,
        moves=moves,
        today=date(2026, 11, today),
    )
    return next(one for one in found if one.milestone is milestone)


def test_clocks_without_moves_are_the_dates_of_the_request() -> None:
    due = due_dates(start=START, country="DE")
    found = clocks(start=START, country="DE", allowance=STANDARD, moves=[], today=START)
    assert [one.due_on for one in found] == [due.d3, due.d5, due.d6, due.d8]
    assert [one.left for one in found] == [1, 10, 30, 60]
    assert next_owed(found) is found[0]


def test_containment_is_overdue_from_the_second_working_day() -> None:
    assert clock(D3, today=6).left == 0
    assert clock(D3, today=8).left == -1  # a Sunday after the Friday it was due on
    late = clock(D3, today=10)
    assert (late.left, late.overdue, late.in_time) == (-2, True, False)


def test_submitted_step_was_met_and_stops_its_clock() -> None:
    met = clock(D3, moved(6, D3, Action.SUBMIT), today=20)
    assert (met.met_on, met.left, met.in_time) == (date(2026, 11, 6), None, True)
    assert not clock(D3, moved(9, D3, Action.SUBMIT), today=20).in_time


def test_later_dates_stand_still_while_a_milestone_is_reviewed() -> None:
    submitted = moved(6, D3, Action.SUBMIT)
    before = clock(D5, today=6).due_on
    standing = clock(D5, submitted, today=10)
    assert standing.stands_still
    assert standing.due_on > before
    # Friday 6th to Tuesday 10th: three working days did not count
    running = clock(D5, submitted, moved(10, D3, Action.ACCEPT), today=12)
    assert not running.stands_still
    assert (running.planned_on, running.due_on) == (date(2026, 11, 19), date(2026, 11, 24))


def test_containment_waits_for_no_review_of_the_team_or_the_problem() -> None:
    assert clock(D3, moved(5, D1, Action.SUBMIT), today=10).left == -2


@pytest.mark.parametrize("step", [D1, D2, D3, D4])
def test_a_date_stands_still_while_any_step_before_it_is_reviewed(step: Discipline) -> None:
    submitted = moved(9, step, Action.SUBMIT)
    # the 6th was the first working day
    standing = clock(D5, submitted, today=30)
    assert (standing.stands_still, standing.left, standing.overdue) == (True, 9, False)
    running = clock(D5, submitted, moved(30, step, Action.ACCEPT), today=30)
    assert (running.stands_still, running.left) == (False, 9)
    returned = clock(D5, submitted, moved(30, step, Action.RETURN), today=30)
    assert (returned.stands_still, returned.left) == (False, 9)


def test_a_later_step_in_review_stops_no_earlier_date() -> None:
    moves = [moved(6, D3, Action.SUBMIT), moved(6, D3, Action.ACCEPT)]
    d6 = moved(9, Discipline.D6, Action.SUBMIT)
    assert not clock(D5, *moves, d6, today=12).stands_still
    assert clock(D8, *moves, moved(9, Discipline.D7, Action.SUBMIT), today=12).stands_still


def test_a_date_that_was_missed_is_not_saved_by_handing_in_an_earlier_step() -> None:
    late = clock(D5, moved(24, D4, Action.SUBMIT), today=30)
    assert (late.due_on, late.left, late.overdue) == (date(2026, 11, 19), -3, True)


def test_returned_step_goes_on_with_a_day_left() -> None:
    returned = [moved(6, D3, Action.SUBMIT), moved(10, D3, Action.RETURN)]
    owed = clock(D3, *returned, today=10)
    assert (owed.met_on, owed.due_on, owed.left) == (None, date(2026, 11, 11), 1)
    again = clock(D3, *returned, moved(11, D3, Action.SUBMIT), today=30)
    assert again.in_time
    assert not clock(D3, *returned, moved(12, D3, Action.SUBMIT), today=30).in_time


def test_step_reopened_weeks_after_its_acceptance_goes_on_with_what_was_left() -> None:
    accepted = [moved(6, D3, Action.SUBMIT), moved(9, D3, Action.ACCEPT)]
    reopened = [*accepted, moved(26, D3, Action.REOPEN)]
    owed = clock(D3, *reopened, today=26)
    assert (owed.due_on, owed.left, owed.overdue) == (date(2026, 11, 27), 1, False)
    assert clock(D3, *reopened, moved(27, D3, Action.SUBMIT), today=30).in_time
    # D5 ran on from the 10th to the 25th: it is owed all the while
    assert clock(D5, *reopened, today=26).due_on == clock(D5, *accepted, today=26).due_on
    # handed in and accepted again: a second reopening leaves a day as well
    again = [moved(27, D3, Action.SUBMIT), moved(28, D3, Action.ACCEPT)]
    assert clock(D3, *reopened, *again, moved(30, D3, Action.REOPEN), today=30).left == 1


def test_granted_date_stands_still_as_well() -> None:
    granted = moved(6, D3, Action.GRANT, date(2026, 11, 10))
    moves = [granted, moved(9, D3, Action.SUBMIT), moved(10, D3, Action.ACCEPT)]
    owed = clock(D3, *moves, moved(26, D3, Action.REOPEN), today=26)
    assert (owed.due_on, owed.left, owed.extended) == (date(2026, 11, 30), 2, True)


def test_milestone_is_met_while_no_step_up_to_it_has_come_back() -> None:
    handed_in = [moved(9, D4, Action.SUBMIT), moved(9, D5, Action.SUBMIT)]
    assert clock(D5, *handed_in, today=10).met_on == date(2026, 11, 9)
    returned = [*handed_in, moved(11, D4, Action.RETURN)]
    owed = clock(D5, *returned, today=12)
    # one working day was gone by the 9th; the 12th is the second
    assert (owed.met_on, owed.stands_still, owed.left) == (None, False, 8)
    again = clock(D5, *returned, moved(13, D4, Action.SUBMIT), today=30)
    assert (again.met_on, again.in_time) == (date(2026, 11, 13), True)
    assert not clock(D5, *returned, moved(27, D4, Action.SUBMIT), today=30).in_time


@pytest.mark.parametrize("held", [0, 1])
def test_handing_in_day_after_day_does_not_move_the_date_for_ever(held: int) -> None:
    """Whether it is returned on the same day or on the next."""
    moves = []
    for day in (6, 9, 10, 11, 12):
        moves += [moved(day, D3, Action.SUBMIT), moved(day + held, D3, Action.RETURN)]
    assert clock(D3, *moves, today=13).due_on <= date(2026, 11, 10)
    assert clock(D3, *moves, today=13).overdue


def test_late_step_is_not_made_in_time_by_its_review() -> None:
    moves = [moved(12, D3, Action.SUBMIT), moved(13, D3, Action.ACCEPT)]
    late = clock(D3, *moves, today=30)
    assert (late.due_on, late.in_time) == (date(2026, 11, 6), False)


def test_granted_date_replaces_an_earlier_one_only() -> None:
    wished = date(2026, 12, 1)
    assert clock(D5, moved(9, D5, Action.ASK, wished), today=9).due_on == date(2026, 11, 19)
    granted = clock(D5, moved(9, D5, Action.GRANT, wished), today=9)
    assert (granted.due_on, granted.extended) == (wished, True)
    earlier = clock(D5, moved(9, D5, Action.GRANT, date(2026, 11, 10)), today=9)
    assert (earlier.due_on, earlier.extended) == (date(2026, 11, 19), False)


def test_accepted_statement_spares_what_is_not_handed_in() -> None:
    moves = [moved(6, D3, Action.SUBMIT), moved(9, SHORT, Action.SUBMIT)]
    assert clock(D8, *moves, today=12).stands_still
    found = clocks(
        start=START,
        country="DE",
        allowance=STANDARD,
        moves=[*moves, moved(11, SHORT, Action.ACCEPT)],
        today=date(2026, 11, 12),
    )
    assert [one.milestone for one in found] == [D3]


def test_what_lies_ahead_is_not_looked_at() -> None:
    assert clock(D3, moved(9, D3, Action.SUBMIT), today=8).met_on is None


@pytest.mark.parametrize("country", ["DE", "", "XX"])
@given(reviewed=st.integers(0, 40), submitted=st.integers(1, 20))
def test_a_review_never_takes_time_from_the_supplier(
    country: str, reviewed: int, submitted: int
) -> None:
    """However long the customer looks, a later date keeps the working days it had."""
    handed_in = date.fromordinal(START.toordinal() + submitted)
    answered = date.fromordinal(handed_in.toordinal() + reviewed)
    moves = [
        Moved(on=handed_in, discipline=D3, action=Action.SUBMIT),
        Moved(on=answered, discipline=D3, action=Action.ACCEPT),
    ]

    def left(known: list[Moved], day: date) -> int | None:
        found = clocks(start=START, country=country, allowance=STANDARD, moves=known, today=day)
        return next(one.left for one in found if one.milestone is D8)

    day_before = date.fromordinal(handed_in.toordinal() - 1)
    assert left(moves, answered) == left([], day_before)
