"""Entering controlled shipping: what an episode demands, with what it covers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from escalations import reasons
from escalations.models import (
    ControlledShipping,
    Episode,
    Series,
    ShippingEvent,
    ShippingScope,
)
from escalations.models.shipping import SHIPPING_LEVELS
from escalations.services.numbers import take_numbers
from escalations.services.shipping_steps import Mover, locked, move
from escalations.services.steps import StepWriter
from escalations.shipping_workflow import ShippingAction, transition
from escalations.workflow import Action, Actor, Level
from suppliers.models import Part, Plant

Lane = tuple[int, int | None]


def enter_all(
    episodes: Sequence[Episode],
    *,
    facts: Mapping[int, list[dict[str, str]]],
    said: Mapping[int, str] | None = None,
    today: date,
    at: datetime | None = None,
) -> list[ControlledShipping]:
    """Add the controlled shipping that each new episode of its levels demands.

    `facts` are the parts and plants of each episode's breach, by its id, `said` what the people
    found who began them: the defect to look for, where none has a name. Level 2 takes over the
    supplier's level 1 of the same scope, with what that covers. `at` is when, by default when
    the episode was raised.
    """
    raised = [episode for episode in episodes if episode.level in SHIPPING_LEVELS]
    if not raised:
        return []
    hold_level_1({episode.supplier_id for episode in raised if episode.level == Level.CS2.value})
    follows = _level_1_of(raised)
    numbers = take_numbers(Series.CONTROLLED_SHIPPING, year=today.year, count=len(raised))
    entered = ControlledShipping.objects.bulk_create(
        _entered(
            episode,
            number,
            facts.get(episode.pk, []),
            follows.get(episode.pk),
            today,
            said=(said or {}).get(episode.pk, ""),
        )
        for episode, number in zip(raised, numbers, strict=True)
    )
    _cover(entered)
    for shipping in entered:
        take_over(shipping, mover=Mover(at=at or shipping.episode.raised_at, today=today))
    ShippingEvent.objects.bulk_create(
        first_event(shipping, mover=Mover(at=at or shipping.episode.raised_at, today=today))
        for shipping in entered
    )
    return entered


def first_event(shipping: ControlledShipping, *, mover: Mover, reason: str = "") -> ShippingEvent:
    """Return the entry of a new controlled shipping as a row to be saved.

    Raises:
        ForbiddenShippingMoveError: these roles may enter none.
    """
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


def take_over(shipping: ControlledShipping, *, mover: Mover) -> None:
    """End the level 1 that a new level 2 follows, and its case with it.

    Their history goes on as one; what is clean is counted from the level 2's entry.
    """
    if shipping.follows is not None:
        before = locked(shipping.follows)
        move(before, ShippingAction.UPGRADE, mover=mover, comment=shipping.number)
        _end_case(before, shipping, mover=mover)


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
    roles = [Actor.ENGINE.value]
    steps.move(episode, Action.TAKE_OVER, roles=roles, by=mover.by, because=because)
    steps.save()


def _entered(
    episode: Episode,
    number: str,
    facts: list[dict[str, str]],
    follows: ControlledShipping | None,
    today: date,
    *,
    said: str,
) -> ControlledShipping:
    carried = {} if follows is None else {"defect": follows.defect}
    return ControlledShipping(
        number=number,
        episode=episode,
        level=episode.level,
        entered_on=today,
        facts=facts,
        follows=follows,
        **({"defect": said or _defects(facts)} | carried),
    )


def _defects(facts: Sequence[Mapping[str, str]]) -> str:
    """Prefill the defect from the breach: the names of what was rejected, worst first."""
    names = [defect["name"] for row in facts for defect in row.get("defects", [])]  # type: ignore[index]
    return "; ".join(dict.fromkeys(names))


def _cover(entered: Sequence[ControlledShipping]) -> None:
    """Cover the parts of the breach, of the episode's own scope, and of a level 1 taken over."""
    rows = [row for shipping in entered for row in shipping.facts]
    parts = dict(
        Part.objects.filter(number__in={row["part"] for row in rows}).values_list("number", "pk")
    )
    plants = dict(
        Plant.objects.filter(code__in={row["plant"] for row in rows}).values_list("code", "pk")
    )
    ShippingScope.objects.bulk_create(
        ShippingScope(shipping=shipping, part_id=part, plant_id=plant)
        for shipping in entered
        for part, plant in _lanes(shipping, parts, plants)
    )


def _lanes(
    shipping: ControlledShipping, parts: Mapping[str, int], plants: Mapping[str, int]
) -> list[Lane]:
    episode = shipping.episode
    lanes: list[Lane] = [
        (parts[row["part"]], plants.get(row["plant"]))
        for row in shipping.facts
        if row["part"] in parts
        and episode.part_id in (None, parts[row["part"]])
        and episode.plant_id in (None, plants.get(row["plant"]))
    ]
    if shipping.follows is not None:
        lanes = list(shipping.follows.scopes.order_by("pk").values_list("part", "plant")) or lanes
    if episode.part_id is not None:
        lanes = lanes or [(episode.part_id, episode.plant_id)]
    return list(dict.fromkeys(lanes))


def hold_level_1(supplier_ids: Collection[int]) -> list[ControlledShipping]:
    """Lock the open level 1 of suppliers until the transaction ends, and return it.

    Whoever may take one over does this before any number is taken: an escape locks the level 1
    first and takes a number then, so the other order could wait for it for ever.
    """
    if not supplier_ids:
        return []
    open_ = ControlledShipping.objects.filter(
        level=Level.CS1.value, episode__supplier__in=supplier_ids, followed_by=None
    ).unfinished()
    rows = open_.select_for_update(of=("self",)).select_related("episode__supplier")
    return list(rows.order_by("pk"))


def follows_of(
    open_: Sequence[ControlledShipping], lanes: Collection[Lane]
) -> ControlledShipping | None:
    """Return the level 1 that a level 2 of these parts and plants takes over.

    Only one of which nothing is left out: one that covers more goes on beside the level 2, so
    that no part stops being inspected unnoticed.
    """
    for shipping in open_:
        held = list(shipping.scopes.values_list("part", "plant"))
        if held and not left_out(held, lanes):
            return shipping
    return None


def left_out(held: Iterable[Lane], lanes: Collection[Lane]) -> list[Lane]:
    """Return what was covered and is not among these; a part without a plant covers every plant."""
    return [
        (part, plant)
        for part, plant in held
        if (part, plant) not in lanes and (part, None) not in lanes
    ]


def _level_1_of(episodes: Sequence[Episode]) -> dict[int, ControlledShipping]:
    """Return by level-2 episode the level 1 it takes over: same supplier and metric, one each."""
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
        for shipping in open_.select_related("episode").order_by("pk"):
            if shipping.pk not in taken and _same_scope(shipping.episode, episode):
                found[episode.pk] = shipping
                taken.add(shipping.pk)
                break
    return found


def _same_scope(milder: Episode, harder: Episode) -> bool:
    """Whether a level 2 is about what a level 1 is about, or about more."""
    same = milder.supplier_id == harder.supplier_id and milder.metric == harder.metric
    return (
        same
        and harder.plant_id in (None, milder.plant_id)
        and harder.part_id in (None, milder.part_id)
    )
