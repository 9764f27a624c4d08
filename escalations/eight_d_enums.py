"""The closed vocabularies of 8Ds, with their words for people."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from escalations.eight_d_score import Criterion
from escalations.eight_d_workflow import (
    Action,
    Discipline,
    ExtensionState,
    ReportState,
    StepState,
    Subject,
)

DISCIPLINE_NAMES: dict[Discipline, Promise] = {
    Discipline.D1: _("D1 team"),
    Discipline.D2: _("D2 problem"),
    Discipline.D3: _("D3 containment"),
    Discipline.D4: _("D4 root causes"),
    Discipline.D5: _("D5 chosen actions"),
    Discipline.D6: _("D6 implemented and verified"),
    Discipline.D7: _("D7 prevention"),
    Discipline.D8: _("D8 closure"),
    Discipline.SHORT: _("Short statement"),
}
MILESTONE_NAMES: dict[Discipline, Promise] = {
    Discipline.D3: _("D3 containment"),
    Discipline.D5: _("D4–D5 root causes and chosen actions"),
    Discipline.D6: _("D6 actions implemented and verified"),
    Discipline.D8: _("D8 closure"),
}
STEP_STATE_NAMES: dict[StepState, Promise] = {
    StepState.DRAFT: _("Draft"),
    StepState.SUBMITTED: _("Submitted, in review"),
    StepState.RETURNED: _("Returned"),
    StepState.ACCEPTED: _("Accepted"),
}
REPORT_STATE_NAMES: dict[ReportState, Promise] = {
    ReportState.OPEN: _("Open"),
    ReportState.CLOSED: _("Closed"),
}


class Standing(TextChoices):
    """Where a report stands for its readers: its own state, or how its case ended it."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    ENDED = "ended_with_case", _("Ended with its case")
    TAKEN_BACK = "taken_back", _("Taken back with its case")


EXTENSION_STATE_NAMES: dict[ExtensionState, Promise] = {
    ExtensionState.ASKED: _("Asked for"),
    ExtensionState.GRANTED: _("Granted"),
    ExtensionState.REFUSED: _("Refused"),
}
ACTION_NAMES: dict[Action, Promise] = {
    Action.SUBMIT: _("Submit"),
    Action.ACCEPT: _("Accept"),
    Action.RETURN: _("Return"),
    Action.REOPEN: _("Reopen"),
    Action.CLOSE: _("Close the 8D"),
    Action.RESUME: _("Take up again"),
    Action.ASK: _("Ask for a later date"),
    Action.GRANT: _("Grant"),
    Action.REFUSE: _("Refuse"),
}
# The same actions once they have happened, for histories.
MOVED_NAMES: dict[Action, Promise] = {
    Action.SUBMIT: _("submitted"),
    Action.ACCEPT: _("accepted"),
    Action.RETURN: _("returned"),
    Action.REOPEN: _("reopened"),
    Action.CLOSE: _("8D closed"),
    Action.RESUME: _("8D taken up again"),
    Action.ASK: _("later date asked for"),
    Action.GRANT: _("later date granted"),
    Action.REFUSE: _("later date refused"),
}
CRITERION_NAMES: dict[Criterion, Promise] = {
    Criterion.TEAM: _("The team has the people who know the process, and a champion"),
    Criterion.PROBLEM: _("The problem is described by facts: what, where, when, how many"),
    Criterion.CONTAINMENT: _("Containment covers supplier, transit and customer, with quantities"),
    Criterion.OCCURRENCE: _("The cause of occurrence explains all facts"),
    Criterion.NON_DETECTION: _("It is clear why the defect was not detected"),
    Criterion.PROOF: _("Both causes are proven, for example by reproducing the defect"),
    Criterion.ACTIONS: _("The actions remove the causes, not the symptoms"),
    Criterion.VERIFICATION: _("The effect of the actions is verified with data"),
    Criterion.PREVENTION: _("FMEA, control plan and similar parts are dealt with"),
    Criterion.READABLE: _("Someone who was not there understands the report"),
}

DISCIPLINES = [(one.value, name) for one, name in DISCIPLINE_NAMES.items()]
STEP_STATES = [(state.value, name) for state, name in STEP_STATE_NAMES.items()]
REPORT_STATES = [(state.value, name) for state, name in REPORT_STATE_NAMES.items()]
ACTIONS = [(action.value, name) for action, name in ACTION_NAMES.items()]
STATES = [
    *STEP_STATES,
    *REPORT_STATES,
    *((state.value, name) for state, name in EXTENSION_STATE_NAMES.items()),
]
SUBJECTS = [
    (Subject.STEP.value, _("Step")),
    (Subject.REPORT.value, _("8D")),
    (Subject.EXTENSION.value, _("Extension")),
]
SUPPLIER_SIDE, CUSTOMER_SIDE = "supplier", "customer"
SIDES = [(SUPPLIER_SIDE, _("Supplier")), (CUSTOMER_SIDE, _("Customer"))]
