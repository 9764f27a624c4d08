"""Proposals whose escapes are none any more: nobody is to decide them.

Whoever was to decide is told; the mail that takes the escape or its controlled shipping back tells
everybody else. The caller holds the supplier (`holding.py`), and with it the cases.
"""

from collections.abc import Sequence

from escalations import reasons
from escalations.enums import Audience, MessageEvent
from escalations.models import ControlledShipping, Episode, ShippingEscape, ShippingEvent
from escalations.queries.after_escapes import called_for_by
from escalations.services.shipping_steps import Mover
from escalations.services.steps import StepWriter
from escalations.services.telling import Change, tell
from escalations.workflow import Action, Actor


def take_back_proposals(
    shipping: ControlledShipping, ruling: ShippingEscape, *, mover: Mover
) -> list[Episode]:
    """Decline what nothing but an escape that was ruled to be none has called for."""
    because = reasons.escape_cleared(
        number=shipping.number,
        reject=str(ruling.reject),
        plant=ruling.reject.plant.code,
        reason=ruling.reason,
    )
    return _decline(called_for_by(shipping, [ruling]), because=because, mover=mover)


def take_back_with(event: ShippingEvent, *, mover: Mover) -> list[Episode]:
    """Decline what nothing but escapes of a controlled shipping that was withdrawn called for."""
    shipping = event.shipping
    rows = ShippingEscape.objects.filter(shipping=shipping).in_force().filter(counts=True)
    escapes = list(rows.select_related("reject", "shipping__episode"))
    because = reasons.shipping_withdrawn(event)
    return _decline(called_for_by(shipping, escapes), because=because, mover=mover)


def _decline(cases: Sequence[Episode], *, because: reasons.Facts, mover: Mover) -> list[Episode]:
    steps = StepWriter.for_episodes(cases, at=mover.at)
    written = [
        steps.move(case, Action.DECLINE, roles=(Actor.ENGINE.value,), because=because)
        for case in cases
    ]
    steps.save()
    changes = [
        Change(
            event=MessageEvent.DECLINED,
            steps=(step,),
            level_before=step.episode.level,
            level_after="",
            audiences=[Audience.MANAGER],
        )
        for step in written
    ]
    tell(changes, at=mover.at)
    return list(cases)
