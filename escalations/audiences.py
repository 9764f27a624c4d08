"""Who is told of what, and how soon: the one table of it."""

from escalations.enums import Audience, MessageEvent, Pace

NOW, SOON = Pace.NOW, Pace.SOON
DAILY, DAYTIME, REMINDER = Pace.DAILY, Pace.DAYTIME, Pace.REMINDER
PURCHASING, QUALITY = Audience.PURCHASING, Audience.QUALITY
SUPPLIER, MANAGER = Audience.SUPPLIER, Audience.MANAGER

# Purchasing gets a mail of its own when what it may do has changed, else the daily summary.
TOLD: dict[MessageEvent, dict[Audience, Pace]] = {
    # escalations
    MessageEvent.RAISED: {PURCHASING: NOW, QUALITY: NOW, SUPPLIER: NOW},
    MessageEvent.WATCHED: {QUALITY: NOW},
    MessageEvent.PROPOSED: {MANAGER: NOW, QUALITY: NOW},
    # the manager where the engine took back what it had proposed
    MessageEvent.DECLINED: {QUALITY: NOW, PURCHASING: NOW, MANAGER: NOW},
    MessageEvent.REVIEW: {QUALITY: NOW},
    # whoever decides hears of it while the case is only proposed, and nobody else
    MessageEvent.JOINED: {QUALITY: SOON, SUPPLIER: SOON, PURCHASING: DAILY, MANAGER: SOON},
    MessageEvent.ENDED: {PURCHASING: NOW, QUALITY: NOW, SUPPLIER: NOW},
    # disputes
    MessageEvent.DISPUTED: {QUALITY: NOW},
    MessageEvent.OVERDUE: {MANAGER: NOW},
    MessageEvent.ANSWERED: {SUPPLIER: NOW},
    MessageEvent.APPEALED: {MANAGER: NOW},
    # sign-off of a scorecard
    MessageEvent.PUBLISHED: {SUPPLIER: NOW},
    MessageEvent.RESTATED: {SUPPLIER: NOW},
    MessageEvent.REMINDER: {SUPPLIER: REMINDER},
    MessageEvent.UNSIGNED: {PURCHASING: DAILY},
    MessageEvent.QUERIED: {QUALITY: NOW},
    MessageEvent.REPLIED: {SUPPLIER: NOW},
    # 8D
    MessageEvent.STEP_SUBMITTED: {QUALITY: SOON},
    MessageEvent.STEP_RETURNED: {SUPPLIER: NOW},
    MessageEvent.STEP_ACCEPTED: {SUPPLIER: SOON},
    MessageEvent.EXTENSION_ASKED: {QUALITY: NOW},
    MessageEvent.EXTENDED: {SUPPLIER: NOW},
    MessageEvent.EIGHT_D_CLOSED: {SUPPLIER: NOW, PURCHASING: DAILY},
    MessageEvent.EIGHT_D_RESUMED: {SUPPLIER: NOW, PURCHASING: DAILY},
    # controlled shipping
    MessageEvent.SHIPPING_ENTERED: {SUPPLIER: NOW},
    MessageEvent.SHIPPING_CONFIRMED: {QUALITY: NOW, PURCHASING: DAILY},
    MessageEvent.SHIPPING_FIND: {QUALITY: NOW, PURCHASING: DAILY},
    MessageEvent.SHIPPING_ESCAPE: {QUALITY: NOW, SUPPLIER: NOW, PURCHASING: NOW},
    MessageEvent.SHIPPING_FIND_CORRECTED: {QUALITY: NOW},
    MessageEvent.SHIPPING_CLEARED: {QUALITY: NOW, SUPPLIER: NOW, PURCHASING: NOW},
    MessageEvent.SHIPPING_WITHDRAWN: {QUALITY: NOW, SUPPLIER: NOW, PURCHASING: NOW},
    MessageEvent.SHIPPING_READY: {QUALITY: NOW},
    MessageEvent.SHIPPING_EXITED: {QUALITY: NOW, SUPPLIER: NOW, PURCHASING: NOW},
    # control charts; a notice, from which no level follows
    MessageEvent.SIGNALLED: {QUALITY: DAILY},
    # what is owed; a reminder goes to whoever owes, whoever that is
    MessageEvent.DUE: dict.fromkeys(Audience, REMINDER),
    MessageEvent.PASSED_UP: {Audience.NEXT: DAYTIME, MANAGER: DAYTIME},
    MessageEvent.PASSED_ON: {PURCHASING: DAYTIME},
    MessageEvent.DIGEST: dict.fromkeys(Audience, DAYTIME),
}


def pace_of(event: MessageEvent, audience: Audience) -> Pace:
    """Return how soon this audience is told of this event."""
    return TOLD[event].get(audience, Pace.NOW)
