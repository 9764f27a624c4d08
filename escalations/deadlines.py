"""Until when the steps of an 8D are due, in working days of a country's calendar.

A clock stands still while the customer reviews the step it waits for or any earlier one, and while
it is met: neither the day of handing in nor any day up to the answer, or up to the reopening of
what was accepted, counts. Only containment waits for no review but its own. The day on which a
returned step is handed in again does count, so that nothing is gained by handing in what is not
ready. It is met while its step is handed in and no step up to it has come back. A step that comes
back goes on with what was left. Pure: the same moves give the same dates.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from escalations.eight_d_workflow import (
    HANDED_IN,
    MILESTONES,
    Action,
    Discipline,
    StepState,
    came_back,
    steps_up_to,
)
from suppliers.working_days import (
    add_working_days,
    public_holidays,
    working_days_between,
)

# The most working days that a step is given, and how far they never reach.
MOST_DAYS: Final = 120
HORIZON: Final = timedelta(days=250)
ONE_DAY: Final = timedelta(days=1)
# Where a move leaves its step; the others move no step.
LEAVES: Final = {
    Action.SUBMIT: StepState.SUBMITTED,
    Action.ACCEPT: StepState.ACCEPTED,
    Action.RETURN: StepState.RETURNED,
    Action.REOPEN: StepState.RETURNED,
}


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
    passed, None when it was met or has ended. `stands_still` says that the customer reviews a step,
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


def working_days_after(start: date, days: int, *, country: str) -> date:
    """Return the day so many working days (at most 120) after `start`, as for `due_dates`."""
    return add_working_days(start, days, holidays=_free(country, start, start + HORIZON))


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
    stops = _stops(milestone, moves)
    met_on = stops.met_on
    paused = frozenset(_days(stops, today=today))
    due_on = add_working_days(start, days, holidays=free | paused)
    granted = [
        move
        for move in moves
        if move.action is Action.GRANT and move.discipline is milestone and move.until
    ]
    later = _granted(granted[-1], free, paused) if granted else due_on
    return Clock(
        milestone=milestone,
        planned_on=add_working_days(start, days, holidays=free),
        due_on=max(due_on, later),
        met_on=met_on,
        left=None
        if met_on
        else working_days_between(today, max(due_on, later), holidays=free | paused),
        stands_still=met_on is None and any(end is None for _begin, end in stops.pauses),
        extended=later > due_on,
    )


def _granted(grant: Moved, free: frozenset[date], paused: frozenset[date]) -> date:
    """Return the date that was granted, moved on by the working days it stood still since."""
    until = grant.until or grant.on
    since = frozenset(day for day in paused if day > grant.on)
    days = working_days_between(grant.on, until, holidays=free)
    if days <= 0 or days == working_days_between(grant.on, until, holidays=free | since):
        return until
    return add_working_days(grant.on, days, holidays=free | since)


def _last(moves: Sequence[Moved], discipline: Discipline) -> Moved | None:
    own = (
        move for move in reversed(moves) if move.discipline is discipline and move.action in LEAVES
    )
    return next(own, None)


@dataclass(frozen=True, kw_only=True)
class _Stops:
    """From when to when a clock stood still, no end while it does; and since when it is met.

    `counted` are days in between that count all the same.
    """

    pauses: Sequence[tuple[date, date | None]]
    counted: Collection[date]
    met_on: date | None


def _stops(milestone: Discipline, moves: Sequence[Moved]) -> _Stops:
    """Follow the moves: when the clock of a milestone was stopped and when it went on."""
    states: dict[Discipline, StepState] = {}
    returned: set[Discipline] = set()
    pauses: list[tuple[date, date | None]] = []
    counted: set[date] = set()
    begun: date | None = None
    met_on: date | None = None
    for move in moves:
        if move.action not in LEAVES:
            continue
        states[move.discipline] = LEAVES[move.action]
        met = _is_met(milestone, states)
        met_on = (met_on or move.on) if met else None
        if met or _is_reviewed(milestone, states):
            if begun is None and move.discipline in returned:
                counted.add(move.on)
            begun = begun or move.on
        elif begun is not None:
            pauses.append((begun, move.on))
            begun = None
        if move.action is Action.RETURN:
            returned.add(move.discipline)
        elif move.action is Action.ACCEPT:
            returned.discard(move.discipline)
    if begun is not None:
        pauses.append((begun, None))
    return _Stops(pauses=pauses, counted=counted, met_on=met_on)


def _is_met(milestone: Discipline, states: Mapping[Discipline, StepState]) -> bool:
    """Whether the milestone is handed in, and no step up to it has come back since."""
    return states.get(milestone) in HANDED_IN and not came_back(milestone, states)


def _is_reviewed(milestone: Discipline, states: Mapping[Discipline, StepState]) -> bool:
    """Whether the customer reviews what the supplier would have to go on from."""
    if milestone is not Discipline.D3 and states.get(Discipline.SHORT) in HANDED_IN:
        return True
    # containment protects the customer, and rests on no answer to the team or the problem
    before = (milestone,) if milestone is Discipline.D3 else steps_up_to(milestone)
    return any(
        states.get(one) is StepState.SUBMITTED and not came_back(one, states) for one in before
    )


def _days(stops: _Stops, *, today: date) -> Iterator[date]:
    """Yield the days that do not count; from the day a step was met on, nothing is measured."""
    last = today if stops.met_on is None else stops.met_on - ONE_DAY
    for begin, end in stops.pauses:
        stop = last if end is None else min(end, last)
        for offset in range((stop - begin).days + 1):
            day = begin + offset * ONE_DAY
            if day not in stops.counted:
                yield day


def _free(country: str, first: date, last: date) -> frozenset[date]:
    return _holidays(country, first.year, last.year)


@lru_cache(maxsize=512)
def _holidays(country: str, first: int, last: int) -> frozenset[date]:
    """Return a country's holidays of whole years; asked for every 8D of every list."""
    found: Collection[date] = public_holidays(
        country=country, first=date(first, 1, 1), last=date(last, 12, 31)
    )
    return frozenset(found)
