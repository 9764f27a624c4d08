"""8Ds as the list and their own pages show them: where they stand, and whose turn it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.deadlines import Clock, next_owed
from escalations.eight_d_enums import (
    ACTION_NAMES,
    DISCIPLINE_NAMES,
    MILESTONE_NAMES,
    MOVED_NAMES,
)
from escalations.eight_d_workflow import (
    BESIDE_STATEMENT,
    HANDED_IN,
    MILESTONES,
    STEPS,
    WRITABLE,
    WRITING,
    Action,
    Discipline,
    StepState,
    Subject,
    allowed_actions,
)
from escalations.models import EightD, EightDFile, EightDMove, EightDRevision, EightDStep
from escalations.models.eight_d import EightDQuerySet
from escalations.queries.eight_d_clocks import clocks_of
from escalations.queries.shown import Shown, may_write_all, shown_by_supplier
from suppliers import access

# While one of these is in review the supplier waits, and the dates stand still.
STOPPING = (*MILESTONES, Discipline.SHORT)


@dataclass(frozen=True, kw_only=True)
class DateLine:
    """A date of the report and how it stands."""

    clock: Clock
    name: str
    says: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Whose turn it is: of the customer, when a step waits for review; `step` is the one."""

    step: Discipline | None
    customer: bool
    label: str


@dataclass(frozen=True, kw_only=True)
class EightDRow:
    """A line of the list."""

    eight_d: EightD
    turn: Turn
    due: DateLine | None
    overdue: bool
    facts: Sequence[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """A step in the overview of a report."""

    discipline: Discipline
    name: str
    state: str
    state_name: str
    step: EightDStep | None
    revision: EightDRevision | None
    url: str
    next: str
    due: DateLine | None


def with_steps(eight_ds: EightDQuerySet) -> EightDQuerySet:
    """Return 8Ds with what lists and pages read of them, in a constant number of queries."""
    steps = EightDStep.objects.select_related("saved_by").order_by("discipline")
    found: EightDQuerySet = eight_ds.select_related(
        "episode__supplier", "episode__plant", "episode__part"
    ).prefetch_related(Prefetch("steps", steps))
    return found


def with_revision(steps: Any) -> Any:
    """Return steps with the number of the `revision` submitted last, None before the first."""
    newest = EightDRevision.objects.filter(
        eight_d=OuterRef("eight_d"), discipline=OuterRef("discipline")
    ).order_by("-number")
    return steps.annotate(revision=Subquery(newest.values("number")[:1]))


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


def rows(eight_ds: Iterable[EightD], *, at: datetime, user: access.AnyUser) -> list[EightDRow]:
    """Return the lines of a user's list: what is owed first by its date, then the rest."""
    found = list(eight_ds)
    dates = clocks_of(found, at=at)
    shown = shown_by_supplier({one.episode.supplier_id for one in found}, user=user)
    lines = [
        _row(
            eight_d,
            dates[eight_d.pk],
            for_customer=access.is_internal(user),
            shown=shown[eight_d.episode.supplier_id],
        )
        for eight_d in found
    ]
    return sorted(
        lines,
        key=lambda row: (
            row.due is None,
            row.due.clock.due_on if row.due else date.max,
            row.eight_d.number,
        ),
    )


def finished_last(eight_ds: EightDQuerySet) -> Any:
    """Order reports that go on by their first date, then those that ended, the newest first."""
    ended_at = Coalesce("closed_at", "episode__ended_at")
    return with_steps(eight_ds).order_by(ended_at.desc(nulls_first=True), "d3_due_on", "number")


def date_lines(found: Sequence[Clock]) -> list[DateLine]:
    """Return dates with their words."""
    return [date_line(clock) for clock in found]


def date_line(clock: Clock) -> DateLine:
    """Return a date with its words and the tone they are said in."""
    says, tone = _says(clock)
    return DateLine(clock=clock, name=str(MILESTONE_NAMES[clock.milestone]), says=says, tone=tone)


def step_lines(eight_d: EightD, *, clocks: Sequence[Clock]) -> list[StepLine]:
    """Return the steps of a report in order; the short statement only once it was begun."""
    steps = {Discipline(step.discipline): step for step in eight_d.steps.all()}
    newest = _newest_revisions(eight_d)
    dates = {clock.milestone: date_line(clock) for clock in clocks}
    turn = turn_of(eight_d)
    shown = [one for one in Discipline if one is not Discipline.SHORT or one in steps]
    return [
        _step_line(eight_d, one, steps.get(one), newest.get(one), dates.get(one), turn)
        for one in shown
    ]


def may_write(eight_d: EightD, discipline: Discipline, *, user: access.AnyUser) -> bool:
    """Whether the user may write into the step as it stands."""
    roles = access.roles_at(user, eight_d.episode.supplier_id)
    state = states_of(eight_d).get(discipline, StepState.DRAFT)
    writes = eight_d.is_open and state in WRITABLE and bool(WRITING & roles)
    return writes and may_write_all(eight_d, discipline, user=user)


def files_of(
    eight_d: EightD, discipline: Discipline, *, user: access.AnyUser
) -> QuerySet[EightDFile]:
    """Return a step's files: for who writes and reviews all, for readers what was submitted."""
    rows = EightDFile.objects.filter(eight_d=eight_d, discipline=discipline.value)
    if not WRITING & access.roles_at(user, eight_d.episode.supplier_id):
        revisions = EightDRevision.objects.filter(eight_d=eight_d, discipline=discipline.value)
        frozen = {
            file["sha256"] for files in revisions.values_list("files", flat=True) for file in files
        }
        rows = rows.filter(sha256__in=frozen)
    found: QuerySet[EightDFile] = rows.select_related("uploaded_by", "eight_d").order_by("pk")
    return found


def reviews(
    eight_d: EightD, discipline: Discipline, *, user: access.AnyUser
) -> list[tuple[str, str, bool]]:
    """Return what the user may decide about the step: action, its name, whether it needs why."""
    state = states_of(eight_d).get(discipline)
    if state is None or not eight_d.is_open:
        return []
    roles = access.roles_at(user, eight_d.episode.supplier_id)
    found = allowed_actions(Subject.STEP, state=state, roles=[role.value for role in roles])
    return [
        (action.value, str(ACTION_NAMES[action]), action is not Action.ACCEPT)
        for action in found
        if action is not Action.SUBMIT
    ]


def history(eight_d: EightD, discipline: Discipline | None = None) -> list[dict[str, Any]]:
    """Return the moves, newest first, as history.html shows them."""
    found = EightDMove.objects.filter(eight_d=eight_d).select_related("by")
    if discipline is not None:
        found = found.filter(discipline=discipline.value)
    return [_entry(move) for move in found.order_by("-number")]


def newest_revision(eight_d: EightD, discipline: Discipline) -> EightDRevision | None:
    """Return what was submitted last, None when nothing was."""
    rows_of_step = EightDRevision.objects.filter(eight_d=eight_d, discipline=discipline.value)
    return rows_of_step.select_related("submitted_by").order_by("-number").first()


def open_extension(eight_d: EightD, milestone: Discipline) -> EightDMove | None:
    """Return the wish for a later date that waits for an answer."""
    last = extension(eight_d, milestone)
    return last if last is not None and last.action == Action.ASK else None


def extension(eight_d: EightD, milestone: Discipline) -> EightDMove | None:
    """Return what was said last about moving a date."""
    found = EightDMove.objects.filter(
        eight_d=eight_d, subject=Subject.EXTENSION.value, discipline=milestone.value
    )
    return found.select_related("by").order_by("-number").first()


def _newest_revisions(eight_d: EightD) -> dict[Discipline, EightDRevision]:
    found = EightDRevision.objects.filter(eight_d=eight_d).select_related("submitted_by")
    return {Discipline(one.discipline): one for one in found.order_by("number")}


def _row(eight_d: EightD, found: Sequence[Clock], *, for_customer: bool, shown: Shown) -> EightDRow:
    owed = next_owed(found) if eight_d.is_open else None
    return EightDRow(
        eight_d=eight_d,
        turn=turn_of(eight_d, for_customer=for_customer),
        due=None if owed is None else date_line(owed),
        overdue=owed is not None and owed.overdue,
        facts=shown.of(eight_d.facts),
    )


def _step_line(
    eight_d: EightD,
    one: Discipline,
    step: EightDStep | None,
    revision: EightDRevision | None,
    due: DateLine | None,
    turn: Turn,
) -> StepLine:
    return StepLine(
        discipline=one,
        name=str(DISCIPLINE_NAMES[one]),
        state="" if step is None else step.state,
        state_name=_("Not begun") if step is None else step.get_state_display(),
        step=step,
        revision=revision,
        url=reverse("eight_d_step", args=[eight_d.number, one.value]),
        next=turn.label if turn.step is one else "",
        due=due,
    )


def _says(clock: Clock) -> tuple[str, str]:
    if clock.met_on is not None:
        return (_("in time"), "good") if clock.in_time else (_("late"), "bad")
    if clock.left is None:
        return _("not handed in"), "bad"
    if clock.stands_still:
        return _("stands still while the customer reviews"), "info"
    left = clock.left
    if left < 0:
        text = ngettext("%(days)d working day overdue", "%(days)d working days overdue", -left) % {
            "days": -left
        }
        return text, "bad"
    if left == 0:
        return _("due today"), "watch"
    text = ngettext("%(days)d working day left", "%(days)d working days left", left) % {
        "days": left
    }
    return text, "watch" if left == 1 else "neutral"


def _entry(move: EightDMove) -> dict[str, Any]:
    what = str(MOVED_NAMES[Action(move.action)])
    if move.discipline:
        what = f"{DISCIPLINE_NAMES[Discipline(move.discipline)]}: {what}"
    if move.until is not None:
        what = f"{what} ({date_format(move.until)})"
    by = str(move.by)
    if move.on_behalf:
        by = _("%(person)s, on behalf of the supplier") % {"person": by}
    return {"at": move.at, "by": by, "what": what, "reason": move.comment}
