"""Proposing a level: nothing holds until the role it names approves."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from escalations import reasons
from escalations.enums import Audience
from escalations.models import Episode, EpisodeStep, Series
from escalations.models.shipping import SHIPPING_LEVELS
from escalations.queries.breach_lanes import lanes_of_month
from escalations.queries.days import day_at
from escalations.queries.forbidding import is_released
from escalations.queries.level_2 import level_2_over
from escalations.queries.named_parts import left_beside
from escalations.queries.shipping_lanes import LaneKey, lanes_from
from escalations.queries.stops import stop_over
from escalations.services.beside import call_for, joined
from escalations.services.conflicts import (
    HeldAtLevel2Error,
    HeldTwiceError,
    demand_not_held_twice,
)
from escalations.services.holding import hold
from escalations.services.numbers import numbers_on
from escalations.services.steps import StepWriter
from escalations.services.superseding import locked_if_released, supersede
from escalations.services.telling import proposed, tell
from escalations.workflow import Action, Actor, Level, State
from scorecards.periods import Month
from suppliers import access
from suppliers.models import Part, Plant, Supplier, User


@transaction.atomic
def propose(  # noqa: PLR0913  # a case is about this many things
    *,
    supplier: Supplier,
    metric: str,
    level: Level,
    because: str | reasons.Facts,
    by: User | None,
    at: datetime,
    plant: Plant | None = None,
    part: Part | None = None,
    approver: Actor = Actor.QUALITY_MANAGER,
    month: Month | None = None,
    audiences: Sequence[Audience] | None = None,
    detected_at: Plant | None = None,
    lanes: Collection[LaneKey] | None = None,
) -> Episode:
    """Propose a level for what it is about, and tell who is to approve it.

    Proposed again, it is the same open episode, whatever its state: at most one is open per
    supplier, plant, part, metric and level, and of stops of shipments one that holds for the part
    there by any of its numbers. One whose controlled shipping is over ends instead.
    Beside a level 2 of parts that a person named, level 2 for another one is about that one alone.

    Args:
        supplier: whom it is about.
        metric: what it is about; of a case that gets worse, that case's own.
        level: the level proposed; never a watch.
        because: why, in words or as the engine's facts; stays with the case.
        by: who proposes; None for the engine.
        at: when.
        plant: only at this plant; None for all.
        part: only this part; None for all.
        approver: the role that decides.
        month: the month it concerns; None for the month of `at`.
        audiences: who is told, where the others learn of it by another mail; None for all.
        detected_at: the plant of the reject that calls for it.
        lanes: the parts and plants that level 2 is called for; None for those of the month.

    Raises:
        ForbiddenTransitionError: nobody of these roles may propose this level.
        MissingReasonError: `because` is blank.
        HeldAtLevel2Error: controlled shipping level 1, where level 2 of the same holds.
        HeldTwiceError: level 2, where another level 2 of the same holds.
    """
    scope = {"supplier": supplier, "plant": plant, "part": part}
    case = {**scope, "metric": metric, "level": level.value}
    if level in {Level.CS1, Level.CS2, Level.STOP_SHIP}:
        hold([supplier.pk])
    found = _open(case)
    if found is None and level is Level.STOP_SHIP and part is not None:
        found = stop_over(
            supplier_id=supplier.pk, part_id=part.pk, plant_id=plant.pk if plant else None
        )
    beside: Collection[LaneKey] = ()
    if found is not None and left_beside(found, lanes or ()) and not is_released(found):
        scope |= _of_one(lanes or ())
        case |= scope
        found = _open(case)
        # whoever names parts by hand has them kept as the finding
        beside = () if isinstance(because, str) else lanes or ()
    if found is None and beside:
        found = joined({"supplier": supplier, "metric": metric, "level": level.value}, beside)
    if found is not None and not is_released(found):
        return found
    today = day_at(detected_at or plant, at)
    concerned = (month or Month.of(today)).first_day
    _demand_not_at_level_2(case, concerned, lanes)
    try:
        with transaction.atomic():
            over = locked_if_released(case)
            (number,) = numbers_on(Series.EPISODE, [today])
            supersede([(over, "")] if over else [], at=at)
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
            call_for(episode, beside)
            step = _begin(episode, because=because, by=by, at=at)
            tell(proposed([step], audiences=audiences), at=at)
    except IntegrityError:
        # somebody else was quicker by a moment
        found = _open(case)
        if found is None:
            raise
        return found
    return episode


def _of_one(lanes: Collection[LaneKey]) -> dict[str, Any]:
    """Return the scope of one part at one plant, which is free beside a case of named parts.

    Nothing of several: whoever names these by hand is told of the open case.
    """
    if len(lanes) != 1:
        return {}
    (lane,) = lanes_from(lanes)
    return {"plant": lane.plant, "part": lane.part}


def _open(case: Mapping[str, Any]) -> Episode | None:
    found: Episode | None = Episode.objects.filter(**case).unfinished().first()
    return found


def _demand_not_at_level_2(
    case: Mapping[str, Any], month: date, lanes: Collection[LaneKey] | None
) -> None:
    if case["level"] not in SHIPPING_LEVELS:
        return
    subject = {"supplier_id": case["supplier"].pk, "metric": case["metric"]}
    if lanes is not None and case["level"] == Level.CS2.value:
        demand_not_held_twice(lanes, **subject)
        return
    plant, part = case["plant"], case["part"]
    about = subject | {"plant_id": plant and plant.pk, "part_id": part and part.pk}
    held = level_2_over(**about, lanes=lanes_of_month(**about, month=month))
    if held is not None:
        raise (HeldAtLevel2Error if case["level"] == Level.CS1.value else HeldTwiceError)(held)


def _begin(
    episode: Episode, *, because: str | reasons.Facts, by: User | None, at: datetime
) -> EpisodeStep:
    roles = [Actor.ENGINE.value] if by is None else _roles(by)
    steps = StepWriter.for_episodes([], at=at)
    said: dict[str, Any] = {"reason": because} if isinstance(because, str) else {"because": because}
    step = steps.begin(episode, roles=roles, action=Action.PROPOSE, by=by, **said)
    steps.save()
    return step


def _roles(by: User) -> list[str]:
    return [role.value for role in access.standing(by).roles]
