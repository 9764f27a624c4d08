"""Proposing a level: nothing holds until the role it names approves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from escalations.models import Episode, Series
from escalations.queries.counts import today_at_every_plant
from escalations.services.numbers import take_numbers
from escalations.services.steps import StepWriter
from escalations.services.telling import proposed, tell
from escalations.workflow import Action, Actor, Level, State
from scorecards.periods import Month
from suppliers import access
from suppliers.models import Part, Plant, Supplier, User


def propose(  # noqa: PLR0913  # a case is about this many things
    *,
    supplier: Supplier,
    metric: str,
    level: Level,
    because: str,
    by: User | None,
    at: datetime,
    plant: Plant | None = None,
    part: Part | None = None,
    approver: Actor = Actor.QUALITY_MANAGER,
    month: Month | None = None,
) -> Episode:
    """Propose a level for what it is about, and tell who is to approve it.

    Proposed again, it is the same open episode, whatever its state: at most one is open per
    supplier, plant, part, metric and level.

    Args:
        supplier: whom it is about.
        metric: what it is about; of a case that gets worse, that case's own.
        level: the level proposed; never a watch.
        because: why; stays with the case.
        by: who proposes; None for the engine.
        at: when.
        plant: only at this plant; None for all.
        part: only this part; None for all.
        approver: the role that decides.
        month: the month it concerns; None for the month of `at`.

    Raises:
        ForbiddenTransitionError: nobody of these roles may propose this level.
        MissingReasonError: `because` is blank.
    """
    scope = {"supplier": supplier, "plant": plant, "part": part}
    case = {**scope, "metric": metric, "level": level.value}
    found = _open(case)
    if found is not None:
        return found
    today = today_at_every_plant(at)
    concerned = (month or Month.of(today)).first_day
    try:
        with transaction.atomic():
            (number,) = take_numbers(Series.EPISODE, year=today.year, count=1)
            episode: Episode = Episode.objects.create(
                **case,
                number=number,
                state=State.PROPOSED.value,
                approver=approver.value,
                raised_on=today,
                raised_at=at,
                first_month=concerned,
                last_month=concerned,
            )
            _begin(episode, because=because, by=by, at=at)
    except IntegrityError:
        # somebody else was quicker by a moment
        found = _open(case)
        if found is None:
            raise
        return found
    return episode


def _open(case: Mapping[str, Any]) -> Episode | None:
    found: Episode | None = Episode.objects.filter(**case).unfinished().first()
    return found


def _begin(episode: Episode, *, because: str, by: User | None, at: datetime) -> None:
    roles = [Actor.ENGINE.value] if by is None else _roles(by)
    steps = StepWriter.for_episodes([], at=at)
    step = steps.begin(episode, roles=roles, action=Action.PROPOSE, by=by, reason=because)
    steps.save()
    tell(proposed([step]), at=at)


def _roles(by: User) -> list[str]:
    return [role.value for role in access.standing(by).roles]
