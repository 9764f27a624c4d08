"""Controlled shipping level 2 taking level 1 over: a supplier is held at one level (ADR 27)."""

from collections.abc import Sequence

from escalations import reasons
from escalations.models import ControlledShipping, Episode
from escalations.queries.level_2 import declined_by
from escalations.services.shipping_steps import Mover, locked, move
from escalations.services.steps import StepWriter
from escalations.shipping_workflow import ShippingAction
from escalations.workflow import Action, Actor, Level, State

ENGINE = (Actor.ENGINE.value,)


def take_over(
    shipping: ControlledShipping, milder: Sequence[ControlledShipping], *, mover: Mover
) -> None:
    """End every level 1 that a new level 2 takes over, with its case, and what was proposed.

    The history of the one it follows goes on in it; what is clean is counted from the level 2's
    entry.
    """
    if shipping.level != Level.CS2.value:
        return
    for one in milder:
        before = locked(one)
        move(before, ShippingAction.UPGRADE, mover=mover, comment=shipping.number)
        _end_case(before, shipping, mover=mover)
    _decline_proposals(shipping.episode, mover=mover)


def _end_case(before: ControlledShipping, after: ControlledShipping, *, mover: Mover) -> None:
    """A supplier is not held at both levels: the case of level 1 ends, unless it has ended."""
    rows = Episode.objects.select_for_update(of=("self",)).in_force()
    episode = rows.filter(pk=before.episode_id).first()
    if episode is None:
        return
    because = reasons.taken_over(
        before=before.number, after=after.number, case=after.episode.number
    )
    steps = StepWriter.for_episodes([episode], at=mover.at)
    steps.move(episode, Action.TAKE_OVER, roles=ENGINE, because=because)
    steps.save()


def _decline_proposals(harder: Episode, *, mover: Mover) -> None:
    """A level 1 that waits for approval asks for less than what holds now."""
    rows = Episode.objects.filter(
        supplier=harder.supplier_id,
        metric=harder.metric,
        level=Level.CS1.value,
        state=State.PROPOSED.value,
    )
    proposals = declined_by(harder, rows.select_for_update(of=("self",)).order_by("pk"))
    steps = StepWriter.for_episodes(proposals, at=mover.at)
    for episode in proposals:
        because = reasons.level_2_holds(case=harder.number)
        steps.move(episode, Action.DECLINE, roles=ENGINE, because=because)
    steps.save()
