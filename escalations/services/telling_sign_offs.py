"""Writing the messages of a sign-off's step in the transaction that makes the step."""

from escalations.enums import Audience, MessageEvent, MessageKind
from escalations.services.occasions import Occasion, tell_of
from scorecards.models import SignOffStep
from scorecards.sign_off_steps import SignOff

# What of a sign-off is told; that it was viewed or signed is seen on its page.
EVENTS: dict[SignOff, MessageEvent] = {
    SignOff.ASKED: MessageEvent.PUBLISHED,
    SignOff.REMINDED: MessageEvent.REMINDER,
    SignOff.REMINDED_AGAIN: MessageEvent.REMINDER,
    SignOff.PASSED_ON: MessageEvent.UNSIGNED,
    SignOff.QUERIED: MessageEvent.QUERIED,
    SignOff.REPLIED: MessageEvent.REPLIED,
}


def tell_of_sign_off(step: SignOffStep) -> None:
    """Tell of a step that was just written; rings once the transaction commits.

    A supplier without a log-in is not asked: many have none, and nobody can mend all of them.
    """
    event = EVENTS.get(SignOff(step.action))
    if event is None:
        return
    if event is MessageEvent.PUBLISHED and step.scorecard.version > 1:
        event = MessageEvent.RESTATED
    occasion = Occasion(
        kind=MessageKind.SIGN_OFF,
        row=step,
        name=f"sign-off-{step.pk}",
        event=event,
        supplier_id=step.scorecard.supplier_id,
        month=step.scorecard.month,
        quiet_without=[Audience.SUPPLIER],
    )
    tell_of([occasion], at=step.at)
