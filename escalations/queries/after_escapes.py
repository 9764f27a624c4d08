"""What escapes lead to: which decisions wait, what holds already, and what calls for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from escalations import reasons, wording
from escalations.models import (
    ControlledShipping,
    Episode,
    EpisodeHit,
    EpisodeStep,
    RecordHit,
    ShippingEscape,
    ShippingEvent,
)
from escalations.queries.named_parts import called_for, left_beside
from escalations.queries.shipping_lanes import Lane
from escalations.queries.stops import numbers_of
from escalations.shipping_workflow import ShippingState
from escalations.workflow import Action, Level, State

if TYPE_CHECKING:
    from suppliers.access import AnyUser

# What an escape from a level of controlled shipping proposes.
PROPOSED: Final = {
    Level.CS1.value: frozenset({Level.CS2.value}),
    Level.CS2.value: frozenset({Level.STOP_SHIP.value, Level.NEW_BUSINESS_HOLD.value}),
}
# Until these are decided purchasing is asked to place no new business.
HOLDS_BUSINESS_BACK: Final = frozenset({Level.CS2.value, Level.NEW_BUSINESS_HOLD.value})
# What one escape proposes together is decided apart.
BESIDE: Final = {
    Level.STOP_SHIP.value: Level.NEW_BUSINESS_HOLD.value,
    Level.NEW_BUSINESS_HOLD.value: Level.STOP_SHIP.value,
}


@dataclass(frozen=True, kw_only=True)
class Following:
    """Of stop of shipments and new-business hold after an escape: what waits, and what holds."""

    waiting: dict[str, Episode]
    holding: dict[str, Episode]


def following(event: ShippingEvent) -> Following:
    """Return what followed an escape from level 2, as it stood when the escape was noticed."""
    about, reject = event.shipping.episode, event.reject
    hold = Q(level=Level.NEW_BUSINESS_HOLD.value, plant=about.plant_id, part=about.part_id)
    hold &= Q(metric=about.metric)
    which = hold
    if reject is not None:
        there = Q(plant=None) | Q(plant=reject.plant_id)
        numbers = numbers_of([reject.part_id])
        which |= there & Q(level=Level.STOP_SHIP.value, part__in=numbers)
    rows = Episode.objects.filter(which, supplier=about.supplier_id, raised_at__lte=event.at)
    begun = EpisodeStep.objects.filter(episode=OuterRef("pk"), action=Action.RAISE.value)
    approved = EpisodeStep.objects.filter(
        episode=OuterRef("pk"), action=Action.APPROVE.value, at__lt=event.at
    )
    found = (
        rows.filter(Q(ended_at=None) | Q(ended_at__gte=event.at))
        .annotate(held=Exists(begun) | Exists(approved))
        .order_by("-held", "pk")
    )
    waiting: dict[str, Episode] = {}
    holding: dict[str, Episode] = {}
    for episode in found:
        if episode.held:
            holding.setdefault(episode.level, episode)
        elif episode.level not in holding:
            waiting.setdefault(episode.level, episode)
    return Following(waiting=waiting, holding=holding)


def business_waits(supplier_ids: Collection[int], *, user: "AnyUser | None") -> set[int]:
    """Return of whom purchasing is asked to place no new business until a proposal is decided.

    By an escape, which alone tells it of proposals; as far as the user may open the case. Not
    where a hold forbids it already.
    """
    rows = Episode.objects.filter(supplier__in=supplier_ids)
    seen = rows if user is None else rows.visible_to(user)
    waiting = seen.filter(level__in=HOLDS_BUSINESS_BACK, state=State.PROPOSED.value)
    held = rows.filter(level=Level.NEW_BUSINESS_HOLD.value).in_force()
    found = {one.supplier_id for one in _of_escapes(waiting)}
    return found - set(held.values_list("supplier", flat=True)) if found else found


def until_decided() -> str:
    """Say what purchasing is asked meanwhile."""
    return _("No new business with this supplier until the proposal is decided.")


def what_level(episode: Episode) -> str:
    """Write a case's level in a sentence; of a stop of shipments with its part and plant."""
    name = wording.level_name(episode.level)
    if episode.level != Level.STOP_SHIP.value or episode.part is None:
        return name
    lane = Lane(part=episode.part, plant=episode.plant)
    return _("%(level)s of %(lane)s") % {"level": name, "lane": lane}


def decided_apart(episode: Episode, *, user: "AnyUser | None") -> str:
    """Say how stop or hold stands beside the other of the two; "" where there is no other."""
    level = BESIDE.get(episode.level)
    if level is None:
        return ""
    rows = Episode.objects.filter(
        supplier=episode.supplier_id, metric=episode.metric, level=level
    ).unfinished()
    seen = rows if user is None else rows.visible_to(user)
    return " ".join(_left_as_it_is(one) for one in seen.order_by("pk"))


def called_for_by(
    shipping: ControlledShipping, escapes: Collection[ShippingEscape]
) -> list[Episode]:
    """Return the proposals that escapes of a controlled shipping have called for, alone.

    Not another escape since it was proposed, nor a month, nor a single reject for another reason
    than an escape. What a person proposed in words is that person's.
    """
    about = shipping.episode
    rows = Episode.objects.filter(
        supplier=about.supplier_id,
        metric=about.metric,
        level__in=PROPOSED.get(shipping.level, ()),
        state=State.PROPOSED.value,
    )
    return [
        one
        for one in _of_escapes(rows)
        if any(_calls_for(one, escape) for escape in escapes)
        and not _is_called_for_otherwise(one, escapes)
    ]


def _left_as_it_is(other: Episode) -> str:
    words = {"number": other.number, "level": what_level(other)}
    if other.is_proposed:
        return (
            _(
                "This decision leaves %(number)s (%(level)s) as it is: it waits for a decision of "
                "its own."
            )
            % words
        )
    return _("This decision leaves %(number)s (%(level)s) as it is: it is in force.") % words


def _of_escapes(rows: "Collection[Episode]") -> list[Episode]:
    """Return those that an escape began, whoever noticed it."""
    found = list(rows)
    if not found:
        return []
    steps = EpisodeStep.objects.filter(episode__in=found, number=1)
    first = {step.episode_id: step for step in steps}
    return [one for one in found if one.pk in first and reasons.is_escape(first[one.pk])]


def _is_called_for_otherwise(proposal: Episode, escapes: Collection[ShippingEscape]) -> bool:
    if EpisodeHit.objects.filter(episode=proposal, breaching=True).exists():
        return True
    hits = RecordHit.objects.filter(episode=proposal, breaching=True)
    if hits.exclude(judgement__found__has_key="controlled_shipping").exists():
        return True
    return any(_calls_for(proposal, one) for one in _escapes_since(proposal, escapes))


def _escapes_since(
    proposal: Episode, but_for: Collection[ShippingEscape]
) -> Sequence[ShippingEscape]:
    """Return what else counts as an escape since it was proposed.

    What came before was decided; what was withdrawn should never have been escaped.
    """
    known = {(one.shipping_id, one.reject_id) for one in but_for}
    levels = [level for level, proposed in PROPOSED.items() if proposal.level in proposed]
    rows = ShippingEscape.objects.in_force().filter(
        counts=True,
        at__gte=proposal.raised_at,
        shipping__level__in=levels,
        shipping__episode__supplier=proposal.supplier_id,
        shipping__episode__metric=proposal.metric,
    )
    stand = rows.exclude(shipping__state=ShippingState.WITHDRAWN.value)
    found = stand.select_related("reject", "shipping__episode")
    return [one for one in found if (one.shipping_id, one.reject_id) not in known]


def _calls_for(proposal: Episode, ruling: ShippingEscape) -> bool:
    """Whether an escape, if it is one, calls for a proposal."""
    reject, about = ruling.reject, ruling.shipping.episode
    same_scope = (proposal.plant_id, proposal.part_id) == (about.plant_id, about.part_id)
    if proposal.level == Level.STOP_SHIP.value:
        here = proposal.plant_id in (None, reject.plant_id)
        return here and proposal.part_id in numbers_of([reject.part_id])
    if proposal.level == Level.NEW_BUSINESS_HOLD.value:
        return same_scope
    lane = (reject.part_id, reject.plant_id)
    own = (proposal.part_id, proposal.plant_id) == lane
    if own or lane in called_for([proposal]).get(proposal.pk, ()):
        return True
    return same_scope and not left_beside(proposal, [lane])
