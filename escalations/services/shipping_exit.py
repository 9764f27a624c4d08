"""Following the exit criteria, and noticing rejects that got past the sorting."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, QuerySet

from escalations import reasons
from escalations.enums import Audience
from escalations.models import ControlledShipping, ShippingEscape, ShippingEvent
from escalations.queries.shipping_escapes import escapes_by_rule, escapes_not_ruled_on
from escalations.queries.shipping_exit import exit_progress, progress_of, today_of
from escalations.services.conflicts import HeldTwiceError
from escalations.services.escapes_taken_back import take_back_proposals
from escalations.services.holding import hold
from escalations.services.proposals import propose
from escalations.services.shipping_steps import ENGINE, Mover, locked, move
from escalations.services.telling_shipping import tell_of_shipping
from escalations.shipping_workflow import ShippingAction, ShippingState
from escalations.workflow import Level
from suppliers.models import Reject, User

# In these the exit criteria are followed.
SETTLED: Final = frozenset({ShippingState.RUNNING, ShippingState.EXIT_READY})
# No place is further ahead of UTC; whose day it is not yet is looked at once more, under the lock.
FURTHEST_AHEAD: Final = timedelta(hours=14)
# What an escape asks for next of the case it escaped; who approves is the quality manager.
HARDER: Final = {Level.CS1: Level.CS2, Level.CS2: Level.NEW_BUSINESS_HOLD}


def settle(shipping: ControlledShipping, *, at: datetime) -> ShippingEvent | None:
    """Make a locked controlled shipping ready to exit, or running again, as its criteria say."""
    today = today_of(shipping, at=at)
    mover = Mover(at=at, today=today)
    ready = _is_ready(shipping)
    if ShippingState(shipping.state) not in SETTLED:
        return None
    complete = exit_progress(shipping, today=today).complete
    if complete == ready:
        return None
    action = ShippingAction.READY if complete else ShippingAction.NOT_READY
    event = move(shipping, action, mover=mover)
    tell_of_shipping(event)
    return event


def watch(*, at: datetime) -> int:
    """Notice new escapes and settle what is running; return how many events that made.

    Run as often as you like: an escape is one row per reject, and what is settled stays so. What
    needs nothing costs no query of its own.
    """
    return sum(_watch(shipping, at=at) for shipping in _to_look_at(at=at))


def _to_look_at(*, at: datetime) -> list[ControlledShipping]:
    """Return those in which there may be something to do, in few queries and without a lock."""
    escaped_ = escapes_not_ruled_on(until=(at + FURTHEST_AHEAD).date())
    rows = ControlledShipping.objects.unfinished().annotate(has_escaped=escaped_)
    found = list(rows.select_related("episode__supplier").order_by("pk"))
    running = [one for one in found if ShippingState(one.state) in SETTLED]
    progress = progress_of(running, at=at)
    return [
        one
        for one in found
        if one.has_escaped or (one.pk in progress and progress[one.pk].complete != _is_ready(one))
    ]


def _is_ready(shipping: ControlledShipping) -> bool:
    return ShippingState(shipping.state) is ShippingState.EXIT_READY


@transaction.atomic
def _watch(shipping: ControlledShipping, *, at: datetime) -> int:
    hold([shipping.episode.supplier_id])
    found = locked(shipping)
    if not found.is_open:
        return 0
    mover = _engine(found, at)
    new = list(escaped(found, today=mover.today))
    events = sum(1 for reject in new if _escape(found, reject, mover=mover))
    return events + (settle(found, at=at) is not None)


def _engine(shipping: ControlledShipping, at: datetime) -> Mover:
    return Mover(at=at, today=today_of(shipping, at=at), roles=ENGINE)


def escaped(shipping: ControlledShipping, *, today: date) -> QuerySet[Reject]:
    """Return rejects that count as escapes by the rule and have not been ruled on yet."""
    ruled = ShippingEscape.objects.filter(shipping=shipping).values("reject")
    rows = escapes_by_rule(shipping).filter(detected_on__lte=today)
    return rows.exclude(pk__in=ruled).order_by("detected_on", "pk")


@transaction.atomic
def rule(
    *,
    shipping: ControlledShipping,
    reject: Reject,
    counts: bool,
    reason: str,
    by: User,
    at: datetime,
) -> bool:
    """Mark a reject as an escape, or rule that it is none; False when it was ruled so before.

    Raises:
        ForbiddenShippingMoveError: it has ended, or this is not theirs to rule.
        MissingShippingReasonError: without a reason.
    """
    hold([shipping.episode.supplier_id])
    found = locked(shipping)
    mover = Mover.person(by, found, at=at, today=today_of(found, at=at))
    done = _escape(found, reject, mover=mover, counts=counts, reason=reason)
    settle(found, at=at)
    return done


def _escape(
    shipping: ControlledShipping,
    reject: Reject,
    *,
    mover: Mover,
    counts: bool = True,
    reason: str = "",
) -> bool:
    before = ShippingEscape.objects.filter(shipping=shipping, reject=reject)
    newest = before.order_by("-number").first()
    if newest is not None and newest.counts == counts:
        return False
    action = ShippingAction.ESCAPE if counts else ShippingAction.CLEAR_ESCAPE
    event = move(shipping, action, mover=mover, comment=reason, reject=reject)
    ruling = ShippingEscape.objects.create(
        shipping=shipping,
        reject=reject,
        number=int(before.aggregate(last=Max("number"))["last"] or 0) + 1,
        counts=counts,
        by=mover.by,
        at=mover.at,
        reason=reason.strip(),
    )
    if counts:
        _propose_harder(shipping, reject, mover=mover)
    elif newest is not None:
        take_back_proposals(shipping, ruling, mover=mover)
    if counts or newest is not None:
        # what nobody took for an escape needs no news that it is none
        tell_of_shipping(event)
    return True


def _propose_harder(shipping: ControlledShipping, reject: Reject, *, mover: Mover) -> None:
    """Level 2 after an escape from level 1, stop of shipments and new business after level 2.

    Not where another level 2 inspects the part already: that one's escape proposes what follows.
    """
    episode = shipping.episode
    because = reasons.escaped(
        level=shipping.level,
        number=shipping.number,
        reject=str(reject),
        part=reject.part.number,
        plant=reject.plant.code,
        detected_on=reject.detected_on,
    )
    said: dict[str, Any] = {
        "supplier": episode.supplier,
        "metric": episode.metric,
        "because": because,
        "by": mover.by,
        "at": mover.at,
        "detected_at": reject.plant,
        # supplier quality is told of the escape itself
        "audiences": [Audience.MANAGER],
    }
    if shipping.level == Level.CS2.value:
        propose(**said, level=Level.STOP_SHIP, part=reject.part, plant=reject.plant)
    with suppress(HeldTwiceError):
        propose(
            **said,
            plant=episode.plant,
            part=episode.part,
            level=HARDER[Level(shipping.level)],
            lanes=[(reject.part_id, reject.plant_id)],
        )
