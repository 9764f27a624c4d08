"""Proposals whose escape was ruled to be none: nobody is to decide them any more."""

from escalations import reasons
from escalations.enums import Audience, MessageEvent
from escalations.models import ControlledShipping, Episode, ShippingEscape
from escalations.queries.after_escapes import called_for_by
from escalations.services.shipping_steps import Mover
from escalations.services.steps import StepWriter
from escalations.services.telling import Change, tell
from escalations.workflow import Action, Actor


def take_back_proposals(
    shipping: ControlledShipping, ruling: ShippingEscape, *, mover: Mover
) -> list[Episode]:
    """Decline what nothing but this escape has called for; return the cases.

    Whoever was to decide is told; the mail that takes the escape back tells everybody else. The
    caller holds the supplier (`holding.py`), and with it the cases.
    """
    cases = called_for_by(shipping, ruling)
    steps = StepWriter.for_episodes(cases, at=mover.at)
    because = reasons.escape_cleared(
        number=shipping.number,
        reject=str(ruling.reject),
        plant=ruling.reject.plant.code,
        reason=ruling.reason,
    )
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
    return cases
