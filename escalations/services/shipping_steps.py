"""Moving controlled shippings: every move is the table's, and every move is a row."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from escalations import reasons
from escalations.models import ControlledShipping, ShippingEvent, ShippingLogEntry
from escalations.shipping_workflow import (
    ShippingAction,
    ShippingActor,
    ShippingState,
    transition,
)
from suppliers import access
from suppliers.models import Reject, User

ENGINE = (ShippingActor.ENGINE.value,)


@dataclass(frozen=True, kw_only=True)
class Mover:
    """Who moves it, in which roles, and when; `today` is the day of the place it happens at."""

    at: datetime
    today: date
    roles: tuple[str, ...] = ENGINE
    by: User | None = None

    @classmethod
    def person(
        cls, user: User, shipping: ControlledShipping, *, at: datetime, today: date
    ) -> "Mover":
        """Return a person in the roles in which they act on a controlled shipping."""
        roles = access.roles_at(user, shipping.episode.supplier_id)
        return cls(at=at, today=today, roles=tuple(role.value for role in roles), by=user)


def locked(shipping: ControlledShipping) -> ControlledShipping:
    """Return it as it stands now, locked until the transaction ends."""
    rows = ControlledShipping.objects.select_for_update(of=("self",)).select_related(
        "episode__supplier"
    )
    found: ControlledShipping = rows.get(pk=shipping.pk)
    return found


def move(
    shipping: ControlledShipping,
    action: ShippingAction,
    *,
    mover: Mover,
    comment: str = "",
    because: reasons.Facts | None = None,
    entry: ShippingLogEntry | None = None,
    reject: Reject | None = None,
) -> ShippingEvent:
    """Move a locked controlled shipping, save it, and write the move down.

    `because` are the facts of a comment of the engine's own, instead of one in words.

    Raises:
        ForbiddenShippingMoveError: the table has no such move for these roles.
        MissingShippingReasonError: the move is a decision and `comment` says nothing.
    """
    before = ShippingState(shipping.state)
    comment = reasons.stored(because) if because else comment
    row = transition(action=action, state=before, roles=mover.roles, reason=comment)
    shipping.state = row.to_state.value
    shipping.ended_on = mover.today if row.to_state.is_final else None
    shipping.save()
    return ShippingEvent.objects.create(
        shipping=shipping,
        number=_next_number(shipping),
        action=action.value,
        from_state=before.value,
        to_state=row.to_state.value,
        at=mover.at,
        by=mover.by,
        comment=comment.strip(),
        because=because or {},
        entry=entry,
        reject=reject,
    )


def _next_number(shipping: ControlledShipping) -> int:
    rows = ShippingEvent.objects.filter(shipping=shipping)
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1
