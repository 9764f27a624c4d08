"""8Ds as the list and their own pages show them: where they stand, and whose turn it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.deadlines import Clock, next_owed
from escalations.eight_d_enums import (
    ACTION_NAMES,
    DISCIPLINE_NAMES,
    MOVED_NAMES,
)
from escalations.eight_d_workflow import (
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
from escalations.queries.eight_d_dates import DateLine, date_line
from escalations.queries.eight_d_turns import Turn, states_of, turn_of
from escalations.queries.shown import Shown, may_write_all, shown_by_supplier
from suppliers import access


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
