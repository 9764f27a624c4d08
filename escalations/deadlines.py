"""Until when the steps of an 8D are due, in working days of a country's calendar.

A clock stands still while the customer reviews the step it waits for, or an earlier one that has
a date of its own: neither the day of handing in nor any day up to the answer counts. A step that
comes back goes on with what was left. Pure: the same moves give the same dates.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from escalations.eight_d_workflow import MILESTONES, Action, Discipline
from suppliers.working_days import (
    add_working_days,
    public_holidays,
    working_days_between,
)

# 60 working days never reach further than this.
HORIZON: Final = timedelta(days=200)
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """Working days for D3 (containment), D4–D5 (causes, actions), D6 (verified), D8 (closure)."""

    d3: int = 1
    d5: int = 10
    d6: int = 30
    d8: int = 60

    def of(self, milestone: Discipline) -> int:
        """Return the working days of a step that has a date."""
        days = {
            Discipline.D3: self.d3,
            Discipline.D5: self.d5,
            Discipline.D6: self.d6,
            Discipline.D8: self.d8,
        }
        return days[milestone]


STANDARD: Final = Allowance()
# By the severity of the worst incident among the facts; "" where none is known (returns). What
# stopped a line or reached a vehicle is answered sooner. An 8D keeps what it was raised with.
ALLOWANCES: Final[Mapping[str, Allowance]] = {
    "": STANDARD,
    "sorting": STANDARD,
    "line_disturbance": STANDARD,
    "line_stop": STANDARD,
    "customer_plant": STANDARD,
    "field": STANDARD,
}


@dataclass(frozen=True, kw_only=True)
class DueDates:
    """Last days of D3 (containment), D4 and D5 (causes, actions), D6 (verified), D8 (closure)."""

    d3: date
    d5: date
    d6: date
    d8: date


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What happened to a step, on the day of the 8D's calendar; `until` for a granted date."""

    on: date
    discipline: Discipline
    action: Action
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How one date stands.

    `met_on` is the day its step was handed in, None while it is owed; `due_on` then is the date
    as it stood on that day. `left` are the working days until the date, negative once it has
    passed, None when it was met. `stands_still` says that the customer reviews an earlier step,
    so that the date moves on with every day.
    """

    milestone: Discipline
    planned_on: date
    due_on: date
    met_on: date | None
    left: int | None
    stands_still: bool
    extended: bool

    @property
    def overdue(self) -> bool:
        """Whether the step is owed and its date has passed."""
        return self.left is not None and self.left < 0

    @property
    def in_time(self) -> bool:
        """Whether the step was handed in by its date."""
        return self.met_on is not None and self.met_on <= self.due_on


def due_dates(*, start: date, country: str, allowance: Allowance = STANDARD) -> DueDates:
    """Return the due dates of an 8D requested on `start`.

    Args:
        start: the day of the request; the next working day is day 1.
        country: ISO 3166 code whose public holidays do not count; unknown or empty: only
            Saturdays and Sundays do not count.
        allowance: the working days of each step.
    """
    free = _free(country, start, start + HORIZON)
    return DueDates(
        d3=add_working_days(start, allowance.d3, holidays=free),
        d5=add_working_days(start, allowance.d5, holidays=free),
        d6=add_working_days(start, allowance.d6, holidays=free),
        d8=add_working_days(start, allowance.d8, holidays=free),
    )


def clocks(
    *, start: date, country: str, allowance: Allowance, moves: Sequence[Moved], today: date
) -> tuple[Clock, ...]:
    """Return how the dates of an 8D stand on `today`, in the order they fall due.

    An accepted short statement ends every clock after containment that was not met before.

    Args:
        start: the day of the request.
        country: as for `due_dates`.
        allowance: the working days the 8D was raised with.
        moves: what happened, oldest first; what lies after `today` is not looked at.
        today: the day it is in the 8D's calendar.
    """
    known = [move for move in moves if move.on <= today]
    free = _free(country, start, max(start, today) + HORIZON)
    short = _last(known, Discipline.SHORT)
    spared = short is not None and short.action is Action.ACCEPT
    found = (_clock(one, start, free, allowance, known, today) for one in MILESTONES)
    return tuple(
        clock
        for clock in found
        if not spared or clock.milestone is Discipline.D3 or clock.met_on is not None
    )


def next_owed(found: Sequence[Clock]) -> Clock | None:
    """Return the first clock whose step has not been handed in."""
    return next((clock for clock in found if clock.met_on is None), None)


def _clock(
    milestone: Discipline,
    start: date,
    free: frozenset[date],
    allowance: Allowance,
    moves: Sequence[Moved],
    today: date,
) -> Clock:
    days = allowance.of(milestone)
    met_on = _met_on(milestone, moves)
    pauses = list(_pauses(milestone, moves, until=met_on or today))
    paused = frozenset(_days(pauses, after=met_on, today=today))
    due_on = add_working_days(start, days, holidays=free | paused)
    granted = [
        move.until
        for move in moves
        if move.action is Action.GRANT and move.discipline is milestone and move.until
    ]
    extended = bool(granted) and granted[-1] > due_on
    if extended:
        due_on = granted[-1]
    return Clock(
        milestone=milestone,
        planned_on=add_working_days(start, days, holidays=free),
        due_on=due_on,
        met_on=met_on,
        left=None if met_on else working_days_between(today, due_on, holidays=free | paused),
        stands_still=met_on is None and any(end is None for _begin, end in pauses),
        extended=extended,
    )


def _last(moves: Sequence[Moved], discipline: Discipline) -> Moved | None:
    own = (
        move
        for move in reversed(moves)
        if move.discipline is discipline
        and move.action in (Action.SUBMIT, Action.ACCEPT, Action.RETURN, Action.REOPEN)
    )
    return next(own, None)


def _met_on(milestone: Discipline, moves: Sequence[Moved]) -> date | None:
    """Return the day of the last handing in, unless it came back since."""
    last = _last(moves, milestone)
    if last is None or last.action in (Action.RETURN, Action.REOPEN):
        return None
    handed_in = [
        move.on for move in moves if (move.discipline, move.action) == (milestone, Action.SUBMIT)
    ]
    return handed_in[-1]


def _pauses(
    milestone: Discipline, moves: Sequence[Moved], *, until: date
) -> Iterator[tuple[date, date | None]]:
    """Yield from when to when the customer reviewed; no end while it still does."""
    stopping = {*MILESTONES[: MILESTONES.index(milestone) + 1]}
    if milestone is not Discipline.D3:
        stopping.add(Discipline.SHORT)
    begun: dict[Discipline, date] = {}
    for move in moves:
        if move.discipline not in stopping or move.on > until:
            continue
        if move.action is Action.SUBMIT:
            begun[move.discipline] = move.on
        elif move.action in (Action.ACCEPT, Action.RETURN) and move.discipline in begun:
            yield begun.pop(move.discipline), move.on
    for one in begun.values():
        yield one, None


def _days(
    pauses: Sequence[tuple[date, date | None]], *, after: date | None, today: date
) -> Iterator[date]:
    """Yield the days that do not count; from the day a step was met on, nothing is measured."""
    last = today if after is None else after - ONE_DAY
    for begin, end in pauses:
        stop = last if end is None else min(end, last)
        for offset in range((stop - begin).days + 1):
            yield begin + offset * ONE_DAY


def _free(country: str, first: date, last: date) -> frozenset[date]:
    return _holidays(country, first.year, last.year)


@lru_cache(maxsize=512)
def _holidays(country: str, first: int, last: int) -> frozenset[date]:
    """Return a country's holidays of whole years; asked for every 8D of every list."""
    found: Collection[date] = public_holidays(
        country=country, first=date(first, 1, 1), last=date(last, 12, 31)
    )
    return frozenset(found)
