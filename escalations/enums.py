"""The closed vocabularies of escalation, with their words for people."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from escalations.reminding import Rung
from escalations.workflow import Action, Level, State
from scorecards.enums import METRICS
from scorecards.formulas.rates import Comparator
from scorecards.metrics import Metric
from scorecards.periods import Window

LEVEL_NAMES: dict[Level, Promise] = {
    Level.WATCH: _("watch"),
    Level.EIGHT_D: _("8D request"),
    Level.CS1: _("controlled shipping level 1"),
    Level.CS2: _("controlled shipping level 2"),
    Level.STOP_SHIP: _("stop of shipments"),
    Level.NEW_BUSINESS_HOLD: _("new-business hold"),
}
STATE_NAMES: dict[State, Promise] = {
    State.PROPOSED: _("Proposed"),
    State.OPEN: _("Open"),
    State.ACKNOWLEDGED: _("Acknowledged"),
    State.MONITORING: _("Monitoring"),
    State.UNDER_REVIEW: _("Under review"),
    State.CLOSED: _("Closed"),
    State.WITHDRAWN: _("Withdrawn"),
    State.DECLINED: _("Declined"),
}
ACTION_NAMES: dict[Action, Promise] = {
    Action.RAISE: _("Raise"),
    Action.PROPOSE: _("Propose"),
    Action.APPROVE: _("Approve"),
    Action.DECLINE: _("Decline"),
    Action.ACKNOWLEDGE: _("Acknowledge"),
    Action.MONITOR: _("Monitor effectiveness"),
    Action.BREACH_AGAIN: _("Breached again"),
    Action.JOIN: _("Hit again"),
    Action.REVIEW: _("Open a review"),
    Action.CONFIRM: _("Confirm after review"),
    Action.CLOSE: _("Close"),
    Action.OVERRULE: _("Close although criteria are open"),
    Action.LIFT: _("Lift the stop"),
    Action.LAPSE: _("Lapse"),
    Action.TAKE_OVER: _("Take over by level 2"),
    Action.SUPERSEDE: _("Go on in a new case"),
    Action.WITHDRAW: _("Withdraw"),
}
# The same actions once they have happened, for histories.
STEP_NAMES: dict[Action, Promise] = {
    Action.RAISE: _("Raised"),
    Action.PROPOSE: _("Proposed"),
    Action.APPROVE: _("Approved"),
    Action.DECLINE: _("Declined"),
    Action.ACKNOWLEDGE: _("Acknowledged"),
    Action.MONITOR: _("Effectiveness monitored from now on"),
    Action.BREACH_AGAIN: _("Breached again"),
    Action.JOIN: _("Hit again"),
    Action.REVIEW: _("Put under review"),
    Action.CONFIRM: _("Confirmed after review"),
    Action.CLOSE: _("Closed"),
    Action.OVERRULE: _("Closed although criteria were open"),
    Action.LIFT: _("Stop lifted"),
    Action.LAPSE: _("Lapsed"),
    Action.TAKE_OVER: _("Taken over by level 2"),
    Action.SUPERSEDE: _("Ended after its controlled shipping"),
    Action.WITHDRAW: _("Withdrawn"),
}
WINDOW_NAMES: dict[Window, Promise] = {
    Window.MONTH: _("month"),
    Window.ROLLING_3: _("rolling 3 months"),
    Window.ROLLING_6: _("rolling 6 months"),
    Window.ROLLING_12: _("rolling 12 months"),
    Window.YEAR_TO_DATE: _("year to date"),
}
COMPARATOR_NAMES: dict[Comparator, Promise] = {
    Comparator.ABOVE: _("strictly above"),
    Comparator.AT_OR_ABOVE: _("at or above"),
    Comparator.BELOW: _("strictly below"),
    Comparator.AT_OR_BELOW: _("at or below"),
}

METRICS_IN_SENTENCE: dict[Metric, Promise] = {
    Metric.EXTERNAL_PPM: _("external PPM"),
    Metric.WARRANTY_PPM: _("warranty PPM"),
}


class RecordMetric(TextChoices):
    """What a case is about that single rejects raised, beside the figures' metrics."""

    INCIDENT = "incident", _("Incidents")
    SAFETY = "safety", _("Safety-relevant rejects")
    REPEAT_DEFECT = "repeat_defect", _("Repeated defect")
    ESCAPE = "escape", _("Escape from controlled shipping")


# What a person begins a case for that no figure and no rule says.
OTHER_REASON = "other"
# What a case can be about.
SUBJECTS: dict[str, Promise | str] = {
    **dict(METRICS),
    **dict(RecordMetric.choices),
    OTHER_REASON: _("Other reason"),
}
SUBJECTS_IN_SENTENCE: dict[str, Promise | str] = {
    **{metric.value: name for metric, name in METRICS_IN_SENTENCE.items()},
    RecordMetric.INCIDENT.value: _("incidents"),
    RecordMetric.SAFETY.value: _("safety-relevant rejects"),
    RecordMetric.REPEAT_DEFECT.value: _("a repeated defect"),
    RecordMetric.ESCAPE.value: _("an escape from controlled shipping"),
    OTHER_REASON: _("another reason"),
}


class RecordReason(TextChoices):
    """Why a rule on single rejects fired or did not."""

    FIRED = "fired", _("fired")
    OTHER_SEVERITY = "other_severity", _("another severity")
    TOO_FEW = "too_few", _("too few incidents")
    NOT_SAFETY = "not_safety", _("part not safety-relevant")
    NO_REPEAT = "no_repeat", _("no closed 8D with this defect")
    NO_ESCAPE = "no_escape", _("no controlled shipping it could escape")
    OTHER_TIER = "other_tier", _("supplier in another tier")
    REMOVED = "removed", _("reject taken back")


class PolicySubject(TextChoices):
    """What a policy judges; of each, one is in force."""

    FIGURES = "figures", _("Monthly figures")
    RECORDS = "records", _("Single rejects, at once")


LEVELS = [(level.value, name) for level, name in LEVEL_NAMES.items()]
STATES = [(state.value, name) for state, name in STATE_NAMES.items()]
ACTIONS = [(action.value, name) for action, name in ACTION_NAMES.items()]
WINDOWS = [(window.value, name) for window, name in WINDOW_NAMES.items()]
COMPARATORS = [(comparator.value, name) for comparator, name in COMPARATOR_NAMES.items()]
METRIC_VALUES = [metric.value for metric in Metric]
CASE_METRICS = list(SUBJECTS.items())


class RuleKind(TextChoices):
    """What a rule looks at."""

    PPM = "ppm", _("PPM of a window")
    INCIDENT = "incident", _("Incident of a severity")
    SAFETY = "safety", _("Reject of a safety-relevant part")
    REPEAT_DEFECT = "repeat_defect", _("Defect of a closed 8D again")
    ESCAPE = "escape", _("Reject during controlled shipping")


class RuleScope(TextChoices):
    """For what one episode is raised."""

    SUPPLIER = "supplier", _("Supplier")
    SUPPLIER_PLANT = "supplier_plant", _("Supplier and plant")
    SUPPLIER_PART = "supplier_part", _("Supplier and part")


class Activation(TextChoices):
    """Whether a rule that fires raises its level by itself."""

    AUTOMATIC = "automatic", _("Automatic")
    NEEDS_APPROVAL = "needs_approval", _("Needs approval")


class CountSource(TextChoices):
    """Where the judged counts came from."""

    CURRENT = "current", _("Current counts, month not published")
    PUBLISHED = "published", _("Published scorecard")


class MessageKind(TextChoices):
    """What kind of row a message is about; a new kind needs no migration."""

    CASE = "case", _("Escalation")
    DISPUTE = "dispute", _("Dispute")
    SIGN_OFF = "sign_off", _("Sign-off")
    EIGHT_D = "eight_d", _("8D")
    SHIPPING = "shipping", _("Controlled shipping")
    SHIPPING_LOG = "shipping_log", _("Log of controlled shipping")
    SIGNAL = "signal", _("Signal of a control chart")
    REMINDER = "reminder", _("Reminder")
    DIGEST = "digest", _("Daily summary")


class MessageEvent(TextChoices):
    """What a message tells; `audiences.py` says whom. A new event needs no migration."""

    RAISED = "raised", _("Level raised")
    WATCHED = "watched", _("Running month on course to breach")
    PROPOSED = "proposed", _("Level proposed")
    DECLINED = "declined", _("Proposed level declined")
    REVIEW = "review", _("Breach no longer there")
    JOINED = "joined", _("Joined an open case")
    ENDED = "ended", _("Case ended")
    DISPUTED = "disputed", _("Dispute opened")
    ANSWERED = "answered", _("Dispute answered")
    OVERDUE = "overdue", _("Answer to a dispute overdue")
    APPEALED = "appealed", _("Dispute appealed")
    PUBLISHED = "published", _("Scorecard published")
    RESTATED = "restated", _("Scorecard corrected")
    REMINDER = "reminder", _("Scorecard not signed yet")
    UNSIGNED = "unsigned", _("Scorecard not signed in time")
    QUERIED = "queried", _("Scorecard queried")
    REPLIED = "replied", _("Query answered")
    STEP_SUBMITTED = "step_submitted", _("8D step submitted")
    STEP_RETURNED = "step_returned", _("8D step returned")
    STEP_ACCEPTED = "step_accepted", _("8D step accepted")
    EXTENSION_ASKED = "extension_asked", _("More time asked for")
    EXTENDED = "extended", _("Due date moved")
    EIGHT_D_CLOSED = "eight_d_closed", _("8D closed")
    EIGHT_D_RESUMED = "eight_d_resumed", _("8D taken up again")
    SHIPPING_ENTERED = "shipping_entered", _("Controlled shipping begun")
    SHIPPING_CONFIRMED = "shipping_confirmed", _("Controlled shipping confirmed")
    SHIPPING_FIND = "shipping_find", _("Found in controlled shipping")
    SHIPPING_FIND_CORRECTED = "shipping_find_corrected", _("Find taken back")
    SHIPPING_CLEARED = "shipping_cleared", _("Ruled not to be an escape")
    SHIPPING_WITHDRAWN = "shipping_withdrawn", _("Controlled shipping withdrawn")
    SHIPPING_ESCAPE = "shipping_escape", _("Escaped from controlled shipping")
    SHIPPING_READY = "shipping_ready", _("Exit criteria of controlled shipping met")
    SHIPPING_EXITED = "shipping_exited", _("Controlled shipping ended")
    SIGNALLED = "signalled", _("Month outside its own limits")
    DUE = "due", _("Reminder")
    PASSED_UP = "passed_up", _("Overdue, passed to the next contact")
    PASSED_ON = "passed_on", _("Overdue, passed to purchasing")
    DIGEST = "digest", _("Daily summary")


def message_kinds() -> list[tuple[str, Promise | str]]:
    """Return the choices of a message's kind; a function, so that migrations name no values."""
    return list(MessageKind.choices)


def message_events() -> list[tuple[str, Promise | str]]:
    """Return the choices of a message's event; a function, so that migrations name no values."""
    return list(MessageEvent.choices)


RUNG_NAMES: dict[Rung, Promise] = {
    Rung.BEFORE: _("Before the last day"),
    Rung.DUE: _("On the last day"),
    Rung.LATE: _("After the last day"),
    Rung.LATER: _("After the last day, again"),
    Rung.PASSED_UP: _("Passed to the next contact"),
    Rung.PASSED_ON: _("Passed to purchasing"),
}


def reminder_rungs() -> list[tuple[str, Promise]]:
    """Return the choices of a reminder's step; a function, so that migrations name no values."""
    return [(rung.value, name) for rung, name in RUNG_NAMES.items()]


class Pace(TextChoices):
    """How soon a message goes out."""

    NOW = "now", _("At once, whatever the hour")
    SOON = "soon", _("Within minutes, together with what else comes of it")
    DAILY = "daily", _("In the daily summary, or single where somebody prefers that")
    DAYTIME = "daytime", _("Outside quiet hours")
    REMINDER = "reminder", _("Outside quiet hours, unless reminders are switched off")


class Audience(TextChoices):
    """For whom a message is written; it decides what the message may contain."""

    PURCHASING = "purchasing", _("Purchasing")
    QUALITY = "quality", _("Supplier quality")
    SUPPLIER = "supplier", _("Supplier")
    MANAGER = "manager", _("Quality manager")
    NEXT = "next", _("Supplier's next contact")


class MessageState(TextChoices):
    """Where a message stands on its way out."""

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    DEAD = "dead", _("Given up")
    DISCARDED = "discarded", _("Discarded")
    KEPT = "kept", _("Kept here, no mail server")
    NO_RECIPIENT = "no_recipient", _("No recipient")
    COLLECTED = "collected", _("Waits for the daily summary")
    SUMMED_UP = "summed_up", _("Told in another mail")


# What really went out, or would have with a mail server.
OUT = (MessageState.SENT, MessageState.KEPT)
