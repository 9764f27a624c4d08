"""Controlled shipping level 2 taking level 1 over: a supplier is held at one level (ADR 27)."""

from collections.abc import Collection, Mapping, Sequence

from escalations import reasons
from escalations.models import ControlledShipping, Episode
from escalations.queries.shipping_lanes import LaneKey, left_out
from escalations.services.shipping_steps import Mover, locked, move
from escalations.services.steps import StepWriter
from escalations.shipping_workflow import ShippingAction
from escalations.workflow import Action, Actor, Level, State

ENGINE = (Actor.ENGINE.value,)


def level_1_of(
    episodes: Sequence[Episode], *, named: Mapping[int, Collection[LaneKey]]
) -> dict[int, ControlledShipping]:
    """Return by level-2 episode the level 1 it takes over: of the same subject, one each.

    Of the same plant and part, or of less. Where a person `named` what level 2 covers, one of
    which nothing is left out: one that covers more goes on beside the level 2, so that no part
    stops being inspected unnoticed.
    """
    harder = [episode for episode in episodes if episode.level == Level.CS2.value]
    if not harder:
        return {}
    open_ = ControlledShipping.objects.filter(
        level=Level.CS1.value,
        episode__supplier__in={episode.supplier_id for episode in harder},
        followed_by=None,
    ).unfinished()
    found: dict[int, ControlledShipping] = {}
    taken: set[int] = set()
    for episode in harder:
        for shipping in open_.select_related("episode__supplier").order_by("pk"):
            if shipping.pk not in taken and _takes(episode, shipping, named.get(episode.pk)):
                found[episode.pk] = shipping
                taken.add(shipping.pk)
                break
    return found


def take_over(shipping: ControlledShipping, *, mover: Mover) -> None:
    """End the level 1 that a new level 2 follows, with its case, and what was proposed beside it.

    Their history goes on as one; what is clean is counted from the level 2's entry.
    """
    if shipping.level != Level.CS2.value:
        return
    if shipping.follows is not None:
        before = locked(shipping.follows)
        move(before, ShippingAction.UPGRADE, mover=mover, comment=shipping.number)
        _end_case(before, shipping, mover=mover)
    _decline_proposals(shipping.episode, mover=mover)


def is_over(harder: Episode, milder: Episode) -> bool:
    """Whether a level 2 is about what a level 1 is about, or about more."""
    return (
        _same_subject(harder, milder)
        and harder.plant_id in (None, milder.plant_id)
        and harder.part_id in (None, milder.part_id)
    )


def _same_subject(one: Episode, other: Episode) -> bool:
    return (one.supplier_id, one.metric) == (other.supplier_id, other.metric)


def _takes(harder: Episode, milder: ControlledShipping, named: Collection[LaneKey] | None) -> bool:
    if named is None:
        return is_over(harder, milder.episode)
    held = list(milder.scopes.values_list("part", "plant"))
    return _same_subject(harder, milder.episode) and bool(held) and not left_out(held, named)


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
    proposals = [
        episode
        for episode in rows.select_for_update(of=("self",)).order_by("pk")
        if is_over(harder, episode)
    ]
    steps = StepWriter.for_episodes(proposals, at=mover.at)
    for episode in proposals:
        because = reasons.level_2_holds(case=harder.number)
        steps.move(episode, Action.DECLINE, roles=ENGINE, because=because)
    steps.save()
