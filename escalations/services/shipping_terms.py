"""What people settle about a controlled shipping: entry, terms, confirmation, withdrawal."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from escalations import reasons
from escalations.models import ControlledShipping, Episode, EpisodeStep, ShippingScope
from escalations.models.shipping import EXIT_PRODUCTION_DAYS, EXIT_SHIPMENTS
from escalations.queries.level_2 import held_at_level_2, taken_by
from escalations.queries.shipping_exit import added_on, today_of
from escalations.queries.shipping_lanes import (
    LaneKey,
    lanes_from,
    lanes_of,
    left_out,
    spelt_out,
)
from escalations.services.conflicts import CaseOpenError, HeldTwiceError, demand_not_held_twice
from escalations.services.escapes_taken_back import take_back_with
from escalations.services.holding import hold
from escalations.services.opening import NewCase, open_case
from escalations.services.shipping_steps import Mover, locked, move
from escalations.services.telling_shipping import tell_of_shipping
from escalations.shipping_enums import Reporting
from escalations.shipping_workflow import ShippingAction
from escalations.workflow import Level
from scorecards.metrics import Metric
from suppliers.models import Part, Plant, Supplier, User

Lane = tuple[Part, Plant | None]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the entry letter fixes."""

    defect: str = ""
    provider: str = ""
    boundary_samples: str = ""
    reporting: str = Reporting.DAILY.value
    exit_production_days: int = EXIT_PRODUCTION_DAYS
    exit_shipments: int = EXIT_SHIPMENTS
    exit_action_verified: bool = True


def enter(
    *,
    supplier: Supplier,
    level: Level,
    lanes: Sequence[Lane],
    terms: Terms,
    reason: str,
    by: User,
    at: datetime,
    metric: str = Metric.EXTERNAL_PPM.value,
) -> Episode:
    """Enter controlled shipping by hand, and return the case that holds it.

    Level 1 holds at once. Level 2 is proposed, as whoever asks for it elsewhere does: the case
    keeps what it covers and its terms, and enters them once it is approved.

    Raises:
        ValidationError: by field, what is wrong and how to mend it; or which case holds it.
        ForbiddenTransitionError: this person may raise no level.
    """
    new = NewCase(
        supplier=supplier,
        level=level,
        metric=metric,
        found=terms.defect,
        reason=reason,
        lanes=lanes,
        terms=_stripped(terms),
    )
    try:
        return open_case(new=new, by=by, at=at)
    except CaseOpenError as error:
        raise ValidationError(error.message) from error


@transaction.atomic
def complete(
    *,
    shipping: ControlledShipping,
    lanes: Sequence[Lane],
    terms: Terms,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> ControlledShipping:
    """Complete what an entry covers and asks for, as long as no letter has fixed it.

    `seen` is the number of the newest event that whoever completes it knew of; None where that is
    not known. What has breached and was added since is not taken out unseen.

    Raises:
        ValidationError: by field, what is wrong and how to mend it.
        ForbiddenShippingMoveError: the letter is out, or this is not theirs to do.
    """
    hold([shipping.episode.supplier_id])
    found = locked(shipping)
    if not lanes:
        raise ValidationError({"parts": _("Name at least one part.")})
    _check_added(found, lanes, seen=seen)
    _check_follows(found, lanes)
    _check_others(found, lanes)
    mover = _mover(found, by=by, at=at)
    move(found, ShippingAction.COMPLETE, mover=mover)
    _put(found, terms)
    found.save()
    added = _added_on(found, lanes, at=at)
    found.scopes.all().delete()
    ShippingScope.objects.bulk_create(
        ShippingScope(shipping=found, part=part, plant=plant, added_on=added[part, plant])
        for part, plant in added
    )
    return found


@transaction.atomic
def confirm(
    *, shipping: ControlledShipping, name: str, by: User, at: datetime, reason: str = ""
) -> ControlledShipping:
    """Confirm the entry letter under a person's name; for the supplier, say how it confirmed.

    Raises:
        ValidationError: without a name.
        ForbiddenShippingMoveError: there is no letter to confirm, or it is confirmed.
        MissingShippingReasonError: somebody confirms for the supplier and does not say why.
    """
    found = locked(shipping)
    if not name.strip():
        raise ValidationError({"name": _("Write the name of the person who confirms.")})
    found.confirmed_name, found.confirmed_at = name.strip(), at
    mover = _mover(found, by=by, at=at)
    event = move(found, ShippingAction.CONFIRM, mover=mover, comment=reason)
    tell_of_shipping(event)
    return found


@transaction.atomic
def withdraw(
    *, shipping: ControlledShipping, reason: str, by: User, at: datetime
) -> ControlledShipping:
    """Take a controlled shipping back that should not have been entered.

    What only its escapes called for, and nobody has decided yet, is declined with it.

    Raises:
        ForbiddenShippingMoveError: it has ended, or this is not theirs to do.
        MissingShippingReasonError: without a reason.
    """
    hold([shipping.episode.supplier_id])
    found = locked(shipping)
    mover = _mover(found, by=by, at=at)
    event = move(found, ShippingAction.WITHDRAW, mover=mover, comment=reason)
    take_back_with(event, mover=mover)
    tell_of_shipping(event)
    return found


def withdraw_with(step: EpisodeStep) -> None:
    """Withdraw the controlled shipping of a case that has just ended while it went on.

    The caller holds the supplier.
    """
    rows = ControlledShipping.objects.filter(episode=step.episode).unfinished()
    for shipping in rows.order_by("pk"):
        found = locked(shipping)
        today = today_of(found, at=step.at)
        mover = Mover(at=step.at, today=today, by=step.by)
        because = reasons.case_ended(step)
        event = move(found, ShippingAction.WITHDRAW, mover=mover, because=because)
        take_back_with(event, mover=mover)


def _mover(shipping: ControlledShipping, *, by: User, at: datetime) -> Mover:
    return Mover.person(by, shipping, at=at, today=today_of(shipping, at=at))


def _check_added(shipping: ControlledShipping, lanes: Sequence[Lane], *, seen: int | None) -> None:
    """What breached and was added since somebody opened the terms is left out knowingly only."""
    if seen is None:
        return
    added = shipping.shipping_events.filter(action=ShippingAction.WIDEN.value, number__gt=seen)
    held = shipping.scopes.order_by("pk").values_list("part", "plant")
    missing = lanes_from(left_out(held, _keys(lanes)))
    if missing and added.exists():
        raise ValidationError(
            {
                "parts": _(
                    "Parts that breached were added meanwhile. Not among yours: %(missing)s. Add "
                    "them, or save once more to leave them out."
                )
                % {"missing": ", ".join(map(str, missing))}
            }
        )


def _check_follows(shipping: ControlledShipping, lanes: Sequence[Lane]) -> None:
    """What a level 1 covered until it was taken over stays covered."""
    taken = taken_by(shipping)
    held = [(lane.part, lane.plant) for before in taken for lane in lanes_of(before)]
    about = shipping.episode
    others = held_at_level_2(about.supplier_id, about.metric, beside=about)
    own = spelt_out(dict.fromkeys(map(_key, held)), beside=others, supplier_id=about.supplier_id)
    missing = [str(lane) for lane in lanes_from(left_out(own, _keys(lanes)))]
    if missing:
        raise ValidationError(
            {
                "parts": _(
                    "%(number)s takes over %(before)s, which covers %(missing)s too. Add what is "
                    "left out: nothing else has it inspected."
                )
                % {
                    "number": shipping.number,
                    "before": ", ".join(before.number for before in taken),
                    "missing": ", ".join(missing),
                }
            }
        )


def _check_others(shipping: ControlledShipping, lanes: Sequence[Lane]) -> None:
    """What another level 2 of the subject inspects is not added to this one."""
    if shipping.level != Level.CS2.value:
        return
    about = shipping.episode
    own = set(shipping.scopes.values_list("part", "plant"))
    try:
        demand_not_held_twice(
            [lane for lane in _keys(lanes) if lane not in own],
            supplier_id=about.supplier_id,
            metric=about.metric,
            beside=about,
        )
    except HeldTwiceError as error:
        raise ValidationError({"parts": error.message}) from error


def _keys(lanes: Sequence[Lane]) -> set[LaneKey]:
    return {_key(lane) for lane in lanes}


def _key(lane: Lane) -> LaneKey:
    part, plant = lane
    return part.pk, plant.pk if plant else None


def _put(shipping: ControlledShipping, terms: Terms) -> None:
    for name, value in _stripped(terms).items():
        setattr(shipping, name, value)


def _stripped(terms: Terms) -> dict[str, Any]:
    return {
        name: value.strip() if isinstance(value, str) else value
        for name, value in asdict(terms).items()
    }


def _added_on(
    shipping: ControlledShipping, lanes: Sequence[Lane], *, at: datetime
) -> dict[Lane, date | None]:
    """Return by part and plant the day since which it is covered; None: since the entry."""
    since = {(one.part_id, one.plant_id): one.added_on for one in shipping.scopes.all()}
    new = added_on(shipping, [plant for _part, plant in _keys(lanes)], at=at)
    found: dict[Lane, date | None] = {}
    for lane in lanes:
        part, plant = _key(lane)
        found[lane] = since.get((part, plant), since.get((part, None), new[plant]))
    return found
