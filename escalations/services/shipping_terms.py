"""What people settle about a controlled shipping: entry, terms, confirmation, withdrawal."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from escalations import reasons
from escalations.models import ControlledShipping, Episode, EpisodeStep, Series, ShippingScope
from escalations.models.shipping import EXIT_PRODUCTION_DAYS, EXIT_SHIPMENTS
from escalations.queries.shipping_exit import today_of
from escalations.queries.shipping_lanes import lanes_of
from escalations.services.numbers import take_numbers
from escalations.services.opening import CaseOpenError, raise_by_hand
from escalations.services.shipping_entry import (
    first_event,
    follows_of,
    hold_level_1,
    left_out,
    take_over,
)
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


@transaction.atomic
def enter(
    *,
    supplier: Supplier,
    level: Level,
    lanes: Sequence[Lane],
    terms: Terms,
    reason: str,
    by: User,
    at: datetime,
) -> ControlledShipping:
    """Enter controlled shipping by hand; the case that holds it is raised with it.

    Raises:
        ValidationError: by field, what is wrong and how to mend it.
        ForbiddenTransitionError: this person may raise no level.
    """
    _check(lanes, reason)
    # before any number is taken, as an escape does it
    open_ = hold_level_1([supplier.pk]) if level is Level.CS2 else []
    episode = _raise(supplier, level, lanes, reason=reason, by=by, at=at)
    (number,) = take_numbers(Series.CONTROLLED_SHIPPING, year=episode.raised_on.year, count=1)
    shipping = ControlledShipping(
        number=number,
        episode=episode,
        level=level.value,
        follows=follows_of(open_, _keys(lanes)),
    )
    shipping.entered_on = today_of(shipping, at=at)
    _put(shipping, terms)
    shipping.save(force_insert=True)
    _cover(shipping, lanes)
    mover = Mover.person(by, shipping, at=at, today=shipping.entered_on)
    first_event(shipping, mover=mover, reason=reason).save()
    take_over(shipping, mover=mover)
    return shipping


@transaction.atomic
def complete(
    *,
    shipping: ControlledShipping,
    lanes: Sequence[Lane],
    terms: Terms,
    by: User,
    at: datetime,
) -> ControlledShipping:
    """Complete what an entry covers and asks for, as long as no letter has fixed it.

    Raises:
        ValidationError: by field, what is wrong and how to mend it.
        ForbiddenShippingMoveError: the letter is out, or this is not theirs to do.
    """
    found = locked(shipping)
    if not lanes:
        raise ValidationError({"parts": _("Name at least one part.")})
    _check_follows(found, lanes)
    mover = _mover(found, by=by, at=at)
    move(found, ShippingAction.COMPLETE, mover=mover)
    _put(found, terms)
    found.save()
    found.scopes.all().delete()
    _cover(found, lanes)
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

    Raises:
        ForbiddenShippingMoveError: it has ended, or this is not theirs to do.
        MissingShippingReasonError: without a reason.
    """
    found = locked(shipping)
    mover = _mover(found, by=by, at=at)
    tell_of_shipping(move(found, ShippingAction.WITHDRAW, mover=mover, comment=reason))
    return found


def withdraw_with(step: EpisodeStep) -> None:
    """Withdraw the controlled shipping of a case that has just ended while it went on."""
    rows = ControlledShipping.objects.filter(episode=step.episode).unfinished()
    for shipping in rows.order_by("pk"):
        found = locked(shipping)
        today = today_of(found, at=step.at)
        mover = Mover(at=step.at, today=today, by=step.by)
        move(found, ShippingAction.WITHDRAW, mover=mover, because=reasons.case_ended(step))


def _mover(shipping: ControlledShipping, *, by: User, at: datetime) -> Mover:
    return Mover.person(by, shipping, at=at, today=today_of(shipping, at=at))


def _check(lanes: Sequence[Lane], reason: str) -> None:
    problems = {}
    if not lanes:
        problems["parts"] = _("Name at least one part.")
    if not reason.strip():
        problems["reason"] = _("Say why; it stays with the case and the supplier reads it.")
    if problems:
        raise ValidationError(problems)


def _check_follows(shipping: ControlledShipping, lanes: Sequence[Lane]) -> None:
    """What a level 1 covered until it was taken over stays covered."""
    if shipping.follows is None:
        return
    held = lanes_of(shipping.follows)
    gone = left_out(_keys([(lane.part, lane.plant) for lane in held]), _keys(lanes))
    missing = [
        str(lane) for lane in held if (lane.part.pk, lane.plant.pk if lane.plant else None) in gone
    ]
    if missing:
        raise ValidationError(
            {
                "parts": _(
                    "%(number)s takes over %(before)s, which covers %(missing)s too. Add what is "
                    "left out: nothing else has it inspected."
                )
                % {
                    "number": shipping.number,
                    "before": shipping.follows.number,
                    "missing": ", ".join(missing),
                }
            }
        )


def _keys(lanes: Sequence[Lane]) -> set[tuple[int, int | None]]:
    return {(part.pk, plant.pk if plant else None) for part, plant in lanes}


def _put(shipping: ControlledShipping, terms: Terms) -> None:
    for name, value in asdict(terms).items():
        setattr(shipping, name, value.strip() if isinstance(value, str) else value)


def _cover(shipping: ControlledShipping, lanes: Sequence[Lane]) -> None:
    ShippingScope.objects.bulk_create(
        ShippingScope(shipping=shipping, part=part, plant=plant)
        for part, plant in dict.fromkeys(lanes)
    )


def _raise(
    supplier: Supplier, level: Level, lanes: Sequence[Lane], *, reason: str, by: User, at: datetime
) -> Episode:
    """Raise the case; it is about one part or plant where there is only one."""
    parts, plants = {part for part, _plant in lanes}, {plant for _part, plant in lanes}
    scope: dict[str, Any] = {
        "supplier": supplier,
        "part": parts.pop() if len(parts) == 1 else None,
        "plant": plants.pop() if len(plants) == 1 else None,
        "metric": Metric.EXTERNAL_PPM.value,
        "level": level.value,
    }
    try:
        return raise_by_hand(scope=scope, reason=reason, by=by, at=at)
    except CaseOpenError as error:
        raise ValidationError(error.message) from error
