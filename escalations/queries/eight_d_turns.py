"""Whose turn it is with an 8D, from where its steps stand."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from escalations.eight_d_enums import DISCIPLINE_NAMES
from escalations.eight_d_workflow import (
    BESIDE_STATEMENT,
    HANDED_IN,
    MILESTONES,
    STEPS,
    Discipline,
    StepState,
)
from escalations.models import EightD
from suppliers import access

# While one of these is in review the supplier waits, and the dates stand still.
STOPPING = (*MILESTONES, Discipline.SHORT)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Whose turn it is: of the customer, when a step waits for review; `step` is the one."""

    step: Discipline | None
    customer: bool
    label: str


def states_of(eight_d: EightD) -> dict[Discipline, StepState]:
    """Return the steps that have been begun and where they stand."""
    return {Discipline(step.discipline): StepState(step.state) for step in eight_d.steps.all()}


def needed(states: dict[Discipline, StepState]) -> tuple[Discipline, ...]:
    """Return the steps the report consists of: all, or fewer beside an accepted statement."""
    if states.get(Discipline.SHORT) is StepState.ACCEPTED:
        return (*BESIDE_STATEMENT, Discipline.SHORT)
    return STEPS


def turn_of(eight_d: EightD, *, for_customer: bool = False) -> Turn:
    """Return whose turn it is; without a step the report is finished or can be closed.

    The supplier goes on while D1, D2, D4 or D7 are in review, and mends what came back while a
    later step is in review, so both sides may have something to do: `for_customer` puts what
    waits for review first, else what the supplier can do.
    """
    if not eight_d.is_open:
        return Turn(step=None, customer=False, label=_("None"))
    states = states_of(eight_d)
    waiting = [one for one in Discipline if states.get(one) is StepState.SUBMITTED]
    back = next((one for one in STEPS if states.get(one) is StepState.RETURNED), None)
    stopping = [
        one
        for one in waiting
        if one in STOPPING
        and (back is None or one is Discipline.SHORT or STEPS.index(one) < STEPS.index(back))
    ]
    owed = [one for one in needed(states) if states.get(one) not in HANDED_IN]
    if stopping or (waiting and (for_customer or not owed)):
        return _review(waiting[0] if for_customer or not stopping else stopping[0])
    if owed:
        return _writing(owed[0], mends=states.get(owed[0]) is StepState.RETURNED)
    return Turn(step=None, customer=True, label=_("Customer closes the 8D"))


def _review(one: Discipline) -> Turn:
    name = str(DISCIPLINE_NAMES[one])
    return Turn(step=one, customer=True, label=_("Customer reviews %(step)s") % {"step": name})


def _writing(one: Discipline, *, mends: bool) -> Turn:
    said = _("Supplier mends %(step)s") if mends else _("Supplier writes %(step)s")
    name = str(DISCIPLINE_NAMES[one])
    return Turn(step=one, customer=False, label=said % {"step": name})


def own_turn(turn: Turn, *, user: access.AnyUser) -> str:
    """Say the turn as a request to its reader; empty where it is the other side's."""
    if turn.step is None or turn.customer is not access.is_internal(user):
        return ""
    said = _("Review %(step)s") if turn.customer else _("Write %(step)s")
    return said % {"step": str(DISCIPLINE_NAMES[turn.step])}
