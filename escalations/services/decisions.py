"""What people decide about an episode."""

from datetime import datetime

from django.db import transaction

from escalations.enums import MessageEvent
from escalations.models import Episode, EpisodeStep, ShippingScope
from escalations.models.shipping import SHIPPING_LEVELS
from escalations.queries.breach_lanes import lanes_asked_for, lanes_called_for
from escalations.queries.criteria import proven
from escalations.queries.deciding import may_decide
from escalations.queries.forbidding import holding
from escalations.queries.level_2 import level_2_over, taken_once_approved
from escalations.queries.named_parts import called_for
from escalations.queries.shipping_lanes import LaneKey
from escalations.services.conflicts import (
    HeldAtLevel2Error,
    HeldTwiceError,
    demand_not_held_twice,
)
from escalations.services.holding import hold
from escalations.services.measures import raise_measures
from escalations.services.shipping_terms import withdraw_with
from escalations.services.steps import StepWriter
from escalations.services.telling import Change, declined_to, tell
from escalations.services.widening import widen_by_hits
from escalations.transitions import ForbiddenTransitionError
from escalations.workflow import Action, Level, State
from suppliers import access
from suppliers.models import User


@transaction.atomic
def decide(
    *, episode: Episode, action: Action, by: User, at: datetime, reason: str = ""
) -> EpisodeStep:
    """Move an episode as a person; the table says whether these roles may.

    Raises:
        ForbiddenTransitionError: not in this state, not to these roles, or not to whoever answers
            for only some of the plants that it concerns.
        NotProvenError: closing, while a criterion of de-escalation is open.
        MissingReasonError: the move is a decision and has no reason.
        HeldAtLevel2Error: approving a level 1 where level 2 holds.
        HeldTwiceError: approving a level 2 where another one holds.
    """
    locked = _locked(episode)
    roles = [role.value for role in access.standing(by).roles]
    if not may_decide(locked, user=by):
        raise ForbiddenTransitionError(action=action, state=State(locked.state), roles=roles)
    if action is Action.APPROVE:
        _demand_not_at_level_2(locked)
    steps = StepWriter.for_episodes([locked], at=at)
    step = steps.move(
        locked,
        action,
        roles=roles,
        by=by,
        reason=reason,
        proven=action is not Action.CLOSE or proven(locked),
    )
    steps.save()
    if action is Action.APPROVE:
        raise_measures([locked], at=at)
        widen_by_hits([locked], at=at)
        tell([_approved(locked, step)], at=at)
    elif action is Action.DECLINE:
        tell([_declined(locked, step)], at=at)
    elif not locked.is_open:
        withdraw_with(step)
        tell([_ended(locked, step)], at=at)
    return step


def _locked(episode: Episode) -> Episode:
    if episode.level in SHIPPING_LEVELS:
        hold([episode.supplier_id])
    rows = Episode.objects.select_for_update(of=("self",))
    locked: Episode = rows.get(pk=episode.pk)
    return locked


def _demand_not_at_level_2(episode: Episode) -> None:
    if episode.level not in SHIPPING_LEVELS:
        return
    lanes = lanes_asked_for(episode)
    if lanes and episode.level == Level.CS2.value:
        demand_not_held_twice(
            lanes, supplier_id=episode.supplier_id, metric=episode.metric, beside=episode
        )
        return
    held = level_2_over(
        supplier_id=episode.supplier_id,
        metric=episode.metric,
        plant_id=episode.plant_id,
        part_id=episode.part_id,
        lanes=lanes
        or called_for([episode]).get(episode.pk)
        or _lanes_taken_over(episode)
        or lanes_called_for(episode),
        beside=episode,
    )
    if held is not None:
        raise (HeldAtLevel2Error if episode.level == Level.CS1.value else HeldTwiceError)(held)


def _lanes_taken_over(episode: Episode) -> list[LaneKey]:
    """Return what the level 1 cover that a level 2 would take over, and cover itself."""
    milder = taken_once_approved([episode]).get(episode.pk, [])
    scopes = ShippingScope.objects.filter(shipping__in=milder).order_by("pk")
    return list(scopes.values_list("part", "plant"))


def _approved(episode: Episode, step: EpisodeStep) -> Change:
    before = _other_levels(episode)
    after = max([Level(episode.level), *before], key=lambda level: level.rank)
    return Change(
        event=MessageEvent.RAISED,
        steps=(step,),
        level_before=max(before, key=lambda level: level.rank).value if before else "",
        level_after=after.value,
    )


def _declined(episode: Episode, step: EpisodeStep) -> Change:
    return Change(
        event=MessageEvent.DECLINED,
        steps=(step,),
        level_before=episode.level,
        level_after="",
        audiences=declined_to(episode),
    )


def _other_levels(episode: Episode) -> list[Level]:
    """Return the levels that hold the supplier for the metric beside this episode's."""
    rest = holding([episode.supplier_id]).filter(metric=episode.metric)
    levels = rest.exclude(pk=episode.pk).values_list("level", flat=True)
    return [Level(level) for level in levels]


def _ended(episode: Episode, step: EpisodeStep) -> Change:
    levels = _other_levels(episode)
    return Change(
        event=MessageEvent.ENDED,
        steps=(step,),
        level_before=max([Level(episode.level), *levels], key=lambda level: level.rank).value,
        level_after=max(levels, key=lambda level: level.rank).value if levels else "",
    )
