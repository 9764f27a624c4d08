"""The vocabularies of controlled shipping, with their words for people."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from escalations.shipping_workflow import ShippingAction as Action
from escalations.shipping_workflow import ShippingState as State

SHIPPING_STATE_NAMES: dict[State, Promise] = {
    State.ENTERED: _("Entered, letter to be sent"),
    State.LETTER_SENT: _("Letter sent, to be confirmed"),
    State.CONFIRMED: _("Confirmed"),
    State.RUNNING: _("Running"),
    State.EXIT_READY: _("Ready to exit"),
    State.ENDED: _("Ended"),
    State.UPGRADED: _("Taken over by level 2"),
    State.WITHDRAWN: _("Withdrawn"),
}
SHIPPING_ACTION_NAMES: dict[Action, Promise] = {
    Action.ENTER: _("Enter"),
    Action.COMPLETE: _("Complete the terms"),
    Action.WIDEN: _("Add parts that breached"),
    Action.SEND_LETTER: _("Send the entry letter"),
    Action.CONFIRM: _("Confirm"),
    Action.START: _("Start"),
    Action.FIND: _("Find"),
    Action.ESCAPE: _("Mark as escape"),
    Action.CLEAR_ESCAPE: _("Not an escape"),
    Action.READY: _("Ready to exit"),
    Action.NOT_READY: _("Not ready to exit"),
    Action.END: _("Send the exit letter"),
    Action.UPGRADE: _("Upgrade"),
    Action.WITHDRAW: _("Withdraw"),
}
# The same actions once they have happened, for histories.
SHIPPING_EVENT_NAMES: dict[Action, Promise] = {
    Action.ENTER: _("Controlled shipping entered"),
    Action.COMPLETE: _("Terms completed"),
    Action.WIDEN: _("Parts that breached were added"),
    Action.SEND_LETTER: _("Entry letter sent"),
    Action.CONFIRM: _("Confirmed by the supplier"),
    Action.START: _("First day logged"),
    Action.FIND: _("Find: the clean count begins again"),
    Action.ESCAPE: _("Escape: the clean count begins again"),
    Action.CLEAR_ESCAPE: _("Ruled not to be an escape"),
    Action.READY: _("All exit criteria met"),
    Action.NOT_READY: _("Exit criteria no longer met"),
    Action.END: _("Exit letter sent, controlled shipping ended"),
    Action.UPGRADE: _("Taken over by controlled shipping level 2"),
    Action.WITHDRAW: _("Withdrawn"),
}

SHIPPING_STATES = [(state.value, name) for state, name in SHIPPING_STATE_NAMES.items()]
SHIPPING_ACTIONS = [(action.value, name) for action, name in SHIPPING_ACTION_NAMES.items()]


class Reporting(TextChoices):
    """How often the supplier reports what sorting gave."""

    DAILY = "daily", _("Daily, by the end of the next working day")
    SHIPMENT = "shipment", _("With each shipment")
    WEEKLY = "weekly", _("Weekly")


class LetterKind(TextChoices):
    """What a letter says."""

    ENTRY = "entry", _("Entry letter")
    EXIT = "exit", _("Exit letter")
