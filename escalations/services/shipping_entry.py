"""Entering controlled shipping: what an episode demands, with what it covers."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from escalations.models import (
    ControlledShipping,
    Episode,
    Series,
    ShippingEvent,
    ShippingScope,
)
from escalations.models.shipping import SHIPPING_LEVELS
from escalations.queries.facts import BreachFacts
from escalations.queries.level_2 import held_at_level_2, level_1s_of
from escalations.queries.named_parts import called_for
from escalations.queries.shipping_exit import day_of_sorting, today_of
from escalations.queries.shipping_lanes import LaneKey, lanes_named, left_out, spelt_out
from escalations.services.holding import hold
from escalations.services.numbers import numbers_on
from escalations.services.shipping_steps import Mover
from escalations.services.taking_over import take_over
from escalations.shipping_workflow import ShippingAction, transition
from escalations.workflow import Level
from suppliers.models import User


def enter_all(
    episodes: Sequence[Episode],
    *,
    facts: Mapping[int, BreachFacts],
    at: datetime,
    by: User | None = None,
    reason: str = "",
) -> list[ControlledShipping]:
    """Add the controlled shipping that each new episode of its levels demands.

    `facts` are, by the episode's id, the parts and plants of its breach, or what the person named
    who began it. Level 2 takes over the supplier's level 1 of the same; nothing that covered is
    left out. `at` is when; it is entered on the day it is where the supplier sorts. `by` and
    `reason` are of the person who enters it, if it is not the engine.
    """
    raised = [episode for episode in episodes if episode.level in SHIPPING_LEVELS]
    if not raised:
        return []
    hold({episode.supplier_id for episode in raised if episode.level == Level.CS2.value})
    escaped = called_for([one for one in raised if one.judgement_id is None])
    own = _own_lanes(raised, facts) | {pk: sorted(lanes, key=str) for pk, lanes in escaped.items()}
    named = {pk: lanes for pk, lanes in own.items() if facts[pk].said or pk in escaped}
    milder = level_1s_of(raised, named=named)
    entered = [
        _entered(episode, facts[episode.pk], milder.get(episode.pk, []), at) for episode in raised
    ]
    numbers = numbers_on(Series.CONTROLLED_SHIPPING, [one.entered_on for one in entered])
    for shipping, number in zip(entered, numbers, strict=True):
        shipping.number = number
    ControlledShipping.objects.bulk_create(entered)
    lanes = {
        shipping.pk: _lanes(
            shipping.episode,
            own[shipping.episode_id],
            milder.get(shipping.episode_id, []),
            known=shipping.episode_id in escaped
            or _has_evidence(shipping.episode, facts[shipping.episode_id]),
        )
        for shipping in entered
    }
    _cover(entered, lanes)
    for shipping in entered:
        mover = _mover(shipping, None, at=at)
        take_over(shipping, milder.get(shipping.episode_id, []), mover=mover)
    ShippingEvent.objects.bulk_create(
        _first_event(shipping, mover=_mover(shipping, by, at=at), reason=reason)
        for shipping in entered
    )
    return entered


def _mover(shipping: ControlledShipping, by: User | None, *, at: datetime) -> Mover:
    today = today_of(shipping, at=at)
    if by is None:
        return Mover(at=at, today=today)
    return Mover.person(by, shipping, at=at, today=today)


def _first_event(shipping: ControlledShipping, *, mover: Mover, reason: str) -> ShippingEvent:
    row = transition(action=ShippingAction.ENTER, state=None, roles=mover.roles)
    return ShippingEvent(
        shipping=shipping,
        number=1,
        action=ShippingAction.ENTER.value,
        to_state=row.to_state.value,
        at=mover.at,
        by=mover.by,
        comment=reason.strip(),
    )


def _entered(
    episode: Episode,
    facts: BreachFacts,
    milder: Sequence[ControlledShipping],
    at: datetime,
) -> ControlledShipping:
    terms = {**facts.terms, "defect": _defect(episode, facts, milder)}
    return ControlledShipping(
        episode=episode,
        level=episode.level,
        entered_on=day_of_sorting(episode, at=at),
        facts=facts.rows,
        follows=next(iter(milder), None),
        **terms,
    )


def _defect(episode: Episode, facts: BreachFacts, milder: Sequence[ControlledShipping]) -> str:
    """Prefill what to look for: what a person found, or what was rejected, worst first.

    What a level 1 that is taken over looks for goes on being looked for.
    """
    names = [defect["name"] for row in facts.rows for defect in row.get("defects", [])]
    own = facts.terms.get("defect") or facts.said or "; ".join(dict.fromkeys(names))
    before = [one.defect for one in milder if one.defect]
    known = [own, *before] if _has_evidence(episode, facts) else before or [own]
    return "\n".join(filter(None, dict.fromkeys(known)))


def _has_evidence(episode: Episode, facts: BreachFacts) -> bool:
    """Whether the facts are of this level; else those of the month it was proposed in.

    An escape and a bare proposal count and name nothing: what was rejected in that month is then
    all that is known, and what a level 1 covers is the better answer.
    """
    return bool(facts.said) or episode.judgement_id is not None or not episode.is_figure


def _own_lanes(
    episodes: Sequence[Episode], facts: Mapping[int, BreachFacts]
) -> dict[int, list[LaneKey]]:
    """Return by episode the parts and plants of its facts, as far as it is about them."""
    named = lanes_named({episode.pk: facts[episode.pk].rows for episode in episodes})
    return {
        episode.pk: [
            (part, plant)
            for part, plant in named[episode.pk]
            if episode.part_id in (None, part) and episode.plant_id in (None, plant)
        ]
        for episode in episodes
    }


def _lanes(
    episode: Episode,
    own: Sequence[LaneKey],
    milder: Sequence[ControlledShipping],
    *,
    known: bool,
) -> list[LaneKey]:
    """Return what it covers: its own, and what every level 1 that it takes over covered.

    Only the latter where it is not `known` what the level itself is called for.
    """
    held: list[LaneKey] = list(
        dict.fromkeys(
            lane
            for one in milder
            for lane in one.scopes.order_by("pk").values_list("part", "plant")
        )
    )
    if held and not known:
        return held
    lanes = [*own, *left_out(held, own)]
    if episode.part_id is not None:
        lanes = lanes or [(episode.part_id, episode.plant_id)]
    return lanes


def _cover(shippings: Sequence[ControlledShipping], lanes: Mapping[int, Sequence[LaneKey]]) -> None:
    """Write what each covers; a level 2 leaves to another of its subject what that one inspects.

    Of a part that the other inspects at one plant the rest is named plant by plant.
    One after the other, as of several in one transaction each is another to the next. One of
    which nothing is left names no part: whoever completes its terms sees that it is not needed.
    """
    harder = [one for one in shippings if one.level == Level.CS2.value]
    plain = [one for one in shippings if one not in harder]
    ShippingScope.objects.bulk_create(_scope(one, lane) for one in plain for lane in lanes[one.pk])
    for one in harder:
        about = one.episode
        others = held_at_level_2(about.supplier_id, about.metric, beside=about)
        own = spelt_out(lanes[one.pk], beside=others, supplier_id=about.supplier_id)
        ShippingScope.objects.bulk_create(_scope(one, lane) for lane in own)


def _scope(shipping: ControlledShipping, lane: LaneKey) -> ShippingScope:
    part, plant = lane
    return ShippingScope(shipping=shipping, part_id=part, plant_id=plant)
