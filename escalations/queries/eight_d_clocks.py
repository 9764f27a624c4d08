"""How the dates of 8Ds stand, and how suppliers keep them: one path for pages, lists and scores."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from escalations.deadlines import Clock, Moved, clocks
from escalations.eight_d_workflow import Action, Discipline, Subject
from escalations.models import EightD, EightDMove
from escalations.workflow import State
from scorecards.responsiveness import OwedSteps


def day_of(eight_d: EightD, at: datetime) -> date:
    """Return the day it is where the 8D's clock runs."""
    return at.astimezone(ZoneInfo(eight_d.time_zone)).date()


def verified_on(eight_d: EightD) -> date | None:
    """Return the day since which its cause is verified; None while it is not."""
    return None if eight_d.verified_at is None else day_of(eight_d, eight_d.verified_at)


def ended_on(eight_d: EightD) -> date | None:
    """Return the day it was closed, or ended with its case; None while it goes on."""
    return None if eight_d.ended_at is None else day_of(eight_d, eight_d.ended_at)


def clocks_of(eight_ds: Iterable[EightD], *, at: datetime) -> dict[int, tuple[Clock, ...]]:
    """Return the clocks of 8Ds by their id, in one query for all of them."""
    found = list(eight_ds)
    moved = moves_of([eight_d.pk for eight_d in found])
    return {
        eight_d.pk: clocks_from(eight_d, moved[eight_d.pk], today=day_of(eight_d, at))
        for eight_d in found
    }


def clocks_on(eight_ds: Iterable[EightD], *, today: date) -> dict[int, tuple[Clock, ...]]:
    """Return the clocks of 8Ds as they stood at the end of a day, in one query for all of them."""
    found = list(eight_ds)
    moved = moves_of([eight_d.pk for eight_d in found])
    return {eight_d.pk: clocks_from(eight_d, moved[eight_d.pk], today=today) for eight_d in found}


@dataclass(frozen=True, kw_only=True)
class OwedStep:
    """A step of an 8D whose date fell, and how the date stood at the end of the time asked for."""

    eight_d: EightD
    clock: Clock


def owed_between(supplier_ids: Collection[int], first: date, last: date) -> list[OwedStep]:
    """Return the 8D steps whose date fell between two days, one by one.

    Looked at as it stood at the end of the last day, so that a published month stays what it
    was. A date that stands still has not fallen yet; a step in review was handed in. What was
    taken back with its escalation was never owed.
    """
    rows = list(
        EightD.objects.filter(episode__supplier__in=list(supplier_ids), requested_on__lte=last)
        .exclude(episode__state=State.WITHDRAWN.value)
        .select_related("episode")
    )
    known = clocks_on(rows, today=last)
    return [
        OwedStep(eight_d=eight_d, clock=clock)
        for eight_d in rows
        for clock in known[eight_d.pk]
        if first <= clock.due_on <= last
    ]


def steps_owed(supplier_ids: Collection[int], first: date, last: date) -> dict[int, OwedSteps]:
    """Return how many steps were owed (`owed_between`), and how many of these came in time."""
    found: dict[int, list[bool]] = defaultdict(list)
    for step in owed_between(supplier_ids, first, last):
        found[step.eight_d.episode.supplier_id].append(step.clock.in_time)
    return {
        supplier: OwedSteps(in_time=sum(kept), owed=len(kept)) for supplier, kept in found.items()
    }


def moves_of(ids: Collection[int]) -> dict[int, list[Moved]]:
    """Return the moves of steps and dates by 8D, oldest first, in one query."""
    rows = EightDMove.objects.filter(
        eight_d__in=ids, subject__in=[Subject.STEP.value, Subject.EXTENSION.value]
    ).order_by("eight_d", "number")
    found: dict[int, list[Moved]] = defaultdict(list)
    for pk, on, discipline, action, until in rows.values_list(
        "eight_d", "on", "discipline", "action", "until"
    ):
        found[pk].append(
            Moved(on=on, discipline=Discipline(discipline), action=Action(action), until=until)
        )
    return found


def clocks_from(eight_d: EightD, moves: list[Moved], *, today: date) -> tuple[Clock, ...]:
    """Return the clocks of an 8D whose moves were read, as they stand at the end of a day.

    They end with the 8D. From the day it was closed, or its case ended, nothing more falls due:
    what was handed in stays, and so does what had been missed by then; of one that was taken
    back nothing was owed.
    """
    ended = ended_on(eight_d)
    over = ended is not None and ended <= today
    found = clocks(
        start=eight_d.requested_on,
        country=eight_d.calendar_country,
        allowance=eight_d.allowance,
        moves=moves,
        today=ended if ended is not None and over else today,
    )
    if not over:
        return found
    return tuple(
        replace(clock, left=None, stands_still=False)
        for clock in found
        if clock.met_on is not None or (clock.overdue and not eight_d.is_taken_back)
    )
