"""Which level 2 of controlled shipping is over which level 1: in force, or once it is (ADR 27)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import Q

from escalations.models import (
    ControlledShipping,
    Episode,
    EpisodeStep,
    ShippingEvent,
    ShippingScope,
)
from escalations.queries.breach_lanes import lanes_called_for
from escalations.queries.forbidding import holding
from escalations.queries.named_parts import (
    asked_for,
    lanes_by_hand,
    lanes_kept,
    left_beside,
)
from escalations.queries.shipping_lanes import LaneKey, left_out
from escalations.shipping_workflow import ShippingAction
from escalations.workflow import Action, Level, State


def level_2_over(
    *,
    supplier_id: int,
    metric: str,
    plant_id: int | None,
    part_id: int | None,
    lanes: Collection[LaneKey] = (),
    beside: Episode | None = None,
) -> Episode | None:
    """Return the level 2 in force to which a case of this belongs; None: there is none.

    One of the same subject that holds for the same plant and part or for more: where a person has
    named its parts, one that covers `lanes`, by default the part at the plant; so it is where a
    letter has fixed them and `lanes` are known. One that took over
    a level 1 of exactly this is it too where nothing says which parts it is about. Never `beside`,
    the case that is asked about.
    """
    found = [one for one in _in_force(supplier_id, metric) if one != beside]
    named = lanes_kept(found) if lanes else lanes_by_hand(found)
    for episode in found:
        its = named.get(episode.pk)
        about = _is_about(episode, plant_id, part_id, named=its, lanes=lanes)
        unknown = its is None or not lanes
        if about or (unknown and taken_over_by(episode) == (plant_id, part_id)):
            return episode
    return None


def declined_by(harder: Episode, proposals: Collection[Episode]) -> list[Episode]:
    """Return the proposed level 1 for which a new level 2 is; with all of their parts.

    By their scope, or by the parts of what calls for them, all of which the level 2 of the
    subject cover together.
    """
    found = [one for one in proposals if _same_subject(harder, one)]
    named = lanes_by_hand([harder]).get(harder.pk)
    held: Collection[LaneKey] | None = None
    declined = []
    for one in found:
        about = _is_about(harder, one.plant_id, one.part_id, named=named)
        if not about:
            lanes = lanes_called_for(one)
            if held is None and lanes:
                held = _held_in_all(harder)
            about = bool(lanes) and not left_out(lanes, held or ())
        if about:
            declined.append(one)
    return declined


def _held_in_all(harder: Episode) -> set[LaneKey]:
    scopes = ShippingScope.objects.filter(shipping__episode=harder).values_list("part", "plant")
    return held_at_level_2(harder.supplier_id, harder.metric, beside=harder) | set(scopes)


def _is_about(
    harder: Episode,
    plant_id: int | None,
    part_id: int | None,
    *,
    named: Collection[LaneKey] | None,
    lanes: Collection[LaneKey] = (),
) -> bool:
    if named is None:
        return harder.plant_id in (None, plant_id) and harder.part_id in (None, part_id)
    held = lanes or ([] if part_id is None else [(part_id, plant_id)])
    return bool(held) and not left_out(held, named)


def level_2_covering(
    lanes: Collection[LaneKey], *, supplier_id: int, metric: str
) -> Episode | None:
    """Return the level 2 in force of this subject that covers every one of these parts."""
    for episode in _in_force(supplier_id, metric):
        scopes = ShippingScope.objects.filter(shipping__episode=episode)
        if lanes and not left_out(lanes, set(scopes.values_list("part", "plant"))):
            return episode
    return None


def level_2_sharing(
    lanes: Collection[LaneKey], *, supplier_id: int, metric: str, beside: Episode | None = None
) -> tuple[Episode, list[LaneKey]] | None:
    """Return a level 2 in force of this subject, and which of these it inspects already."""
    for episode in _in_force(supplier_id, metric):
        scopes = ShippingScope.objects.filter(shipping__episode=episode)
        held = list(scopes.values_list("part", "plant"))
        shared = [lane for lane in lanes if any(_share(lane, one) for one in held)]
        if shared and episode != beside:
            return episode, shared
    return None


def _share(one: LaneKey, other: LaneKey) -> bool:
    """Whether both are of one part and, at least, of one plant."""
    return one[0] == other[0] and (one[1] == other[1] or None in (one[1], other[1]))


def held_at_level_2(supplier_id: int, metric: str, *, beside: Episode) -> set[LaneKey]:
    """Return what the level 2 in force of this subject cover, but for one of them."""
    cases = [one for one in _in_force(supplier_id, metric) if one != beside]
    scopes = ShippingScope.objects.filter(shipping__episode__in=cases)
    return set(scopes.values_list("part", "plant"))


def level_1s_of(
    episodes: Sequence[Episode], *, named: Mapping[int, Collection[LaneKey]]
) -> dict[int, list[ControlledShipping]]:
    """Return by level-2 episode every level 1 it takes over: of the same subject.

    First one whose breaches would not belong to the level 2 by plant and part: the level 2 keeps
    the subject of that one (`follows`).
    Of the same plant and part, or of less. Where a person `named` what level 2 covers, one of
    which nothing is left out by it and the other level 2 of the subject: one that covers more
    goes on beside the level 2, so that no part stops being inspected unnoticed.
    """
    harder = [episode for episode in episodes if episode.level == Level.CS2.value]
    if not harder:
        return {}
    open_ = ControlledShipping.objects.filter(
        level=Level.CS1.value,
        episode__supplier__in={episode.supplier_id for episode in harder},
        followed_by=None,
    ).unfinished()
    found: dict[int, list[ControlledShipping]] = {}
    left = list(open_.select_related("episode__supplier").order_by("pk"))
    for episode in harder:
        taken = [one for one in left if _takes(episode, one, named.get(episode.pk))]
        left = [one for one in left if one not in taken]
        if taken:
            found[episode.pk] = sorted(taken, key=lambda one: is_over(episode, one.episode))
    return found


def taken_by(harder: ControlledShipping) -> list[ControlledShipping]:
    """Return every level 1 that a level 2 took over: that which it follows, then the others."""
    about = harder.episode
    rows = ControlledShipping.objects.filter(
        episode__supplier=about.supplier_id,
        episode__metric=about.metric,
        shipping_events__action=ShippingAction.UPGRADE.value,
        shipping_events__comment=harder.number,
    )
    others = rows.exclude(pk=harder.follows_id).select_related("episode").order_by("pk")
    return [*([] if harder.follows is None else [harder.follows]), *others]


def taker_of(milder: ControlledShipping) -> ControlledShipping | None:
    """Return the level 2 that took a level 1 over, whether it follows it or not."""
    upgrades = milder.shipping_events.filter(action=ShippingAction.UPGRADE.value)
    rows = ControlledShipping.objects.filter(
        Q(follows=milder) | Q(number__in=upgrades.values("comment"))
    )
    found: ControlledShipping | None = rows.select_related("episode").first()
    return found


def taken_once_approved(proposals: Sequence[Episode]) -> dict[int, list[ControlledShipping]]:
    """Return by proposed level 2 every level 1 it would take over now."""
    return level_1s_of(proposals, named=asked_for(proposals))


def proposed_over(milder: ControlledShipping) -> Episode | None:
    """Return the level 2 that waits for approval and would then take this level 1 over."""
    about = milder.episode
    rows = Episode.objects.filter(
        supplier=about.supplier_id,
        metric=about.metric,
        level=Level.CS2.value,
        state=State.PROPOSED.value,
    )
    proposals = list(rows.order_by("pk"))
    taken = taken_once_approved(proposals)
    return next((one for one in proposals if milder in taken.get(one.pk, [])), None)


def escape_proposed(event: ShippingEvent) -> bool:
    """Whether level 2 waited for its decision after an escape from level 1, or came at once.

    None does where another level 2 inspects what escaped from level 1; and one that waits for
    parts a person named is not for what escaped of others.
    """
    about, reject = event.shipping.episode, event.reject
    scopes = Q(plant=about.plant_id, part=about.part_id)
    lanes: list[LaneKey] = []
    if reject is not None:
        scopes |= Q(plant=reject.plant_id, part=reject.part_id)
        scopes |= Q(plant=None, part=reject.part_id, called_for__plant=reject.plant_id)
        lanes = [(reject.part_id, reject.plant_id)]
    rows = Episode.objects.filter(
        scopes,
        supplier=about.supplier_id,
        metric=about.metric,
        level=Level.CS2.value,
        raised_at__lte=event.at,
    )
    decided = EpisodeStep.objects.filter(action=Action.APPROVE.value, at__lt=event.at)
    waited = rows.filter(Q(ended_at=None) | Q(ended_at__gte=event.at)).exclude(
        pk__in=decided.values("episode")
    )
    return any(not left_beside(one, lanes) for one in waited.order_by("pk"))


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
    if named is None and is_over(harder, milder.episode):
        return True
    if named is None and harder.part_id is not None and harder.plant_id is not None:
        named = {(harder.part_id, harder.plant_id)}
    if named is None:
        return False
    held = list(milder.scopes.values_list("part", "plant"))
    if not _same_subject(harder, milder.episode) or not held:
        return False
    left = left_out(held, named)
    if not left or len(left) == len(held):
        return not left
    others = held_at_level_2(harder.supplier_id, harder.metric, beside=harder)
    return not left_out(left, others)


def taken_over_by(harder: Episode) -> tuple[int | None, int | None] | None:
    """Return plant and part of the level 1 that a level 2 took over; None where it took none."""
    shipping = getattr(harder, "controlledshipping", None)
    before = None if shipping is None else shipping.follows
    return None if before is None else (before.episode.plant_id, before.episode.part_id)


def with_what_it_took_over(episodes: Any) -> Any:
    """Add what `taken_over_by` reads, in the same query."""
    return episodes.select_related("controlledshipping__follows__episode")


def _in_force(supplier_id: int, metric: str) -> list[Episode]:
    """Return the level 2 that hold; one whose controlled shipping is over holds nothing."""
    rows = holding([supplier_id]).filter(metric=metric, level=Level.CS2.value)
    return list(with_what_it_took_over(rows).order_by("pk"))
