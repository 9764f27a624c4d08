"""Writing and moving the steps of an 8D: every move is the table's, and every move is a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from escalations import eight_d_schema as schema
from escalations.eight_d_workflow import (
    WRITABLE,
    WRITING,
    Action,
    Discipline,
    ForbiddenStepError,
    MissingCommentError,
    StepState,
    Subject,
    demand_order,
    is_verified,
)
from escalations.eight_d_workflow import transition as table_row
from escalations.enums import MessageEvent, MessageKind
from escalations.models import (
    EightD,
    EightDFile,
    EightDMove,
    EightDRevision,
    EightDStep,
    Episode,
)
from escalations.queries.eight_d_clocks import day_of
from escalations.queries.shown import may_write_all
from escalations.services.occasions import Occasion, tell_of
from suppliers import access
from suppliers.models import User

TOLD = {
    Action.SUBMIT: MessageEvent.STEP_SUBMITTED,
    Action.ACCEPT: MessageEvent.STEP_ACCEPTED,
    Action.RETURN: MessageEvent.STEP_RETURNED,
    Action.REOPEN: MessageEvent.STEP_RETURNED,
    Action.ASK: MessageEvent.EXTENSION_ASKED,
    Action.GRANT: MessageEvent.EXTENDED,
    Action.REFUSE: MessageEvent.EXTENDED,
    Action.CLOSE: MessageEvent.EIGHT_D_CLOSED,
    Action.RESUME: MessageEvent.EIGHT_D_RESUMED,
}


class StaleDraftError(Exception):
    """Somebody else has saved the step since; `step` is what stands now, None: nothing yet."""

    def __init__(self, step: EightDStep | None) -> None:
        self.step = step
        super().__init__("the step was saved by somebody else meanwhile")


class IncompleteStepError(Exception):
    """The step cannot be submitted yet; `problems` says what must be mended where."""

    def __init__(self, problems: Sequence[schema.Problem]) -> None:
        self.problems = list(problems)
        super().__init__(f"{len(self.problems)} fields must be mended")


class StaleReviewError(Exception):
    """Another revision was submitted since the one that was read; `newest` is its number."""

    def __init__(self, newest: int) -> None:
        self.newest = newest
        super().__init__(f"revision {newest} was submitted meanwhile")


@dataclass(frozen=True, kw_only=True)
class Move:
    """What a move is about and who makes it."""

    subject: Subject
    action: Action
    by: User
    at: datetime
    discipline: Discipline | None = None
    comment: str = ""
    until: date | None = None
    revision: EightDRevision | None = None


@transaction.atomic
def save_draft(
    *, eight_d: EightD, discipline: Discipline, content: Any, seen: int, by: User, at: datetime
) -> EightDStep:
    """Keep what was typed into a step; the same content again changes nothing.

    `seen` is the version the writer had before them, 0 where there was none.

    Raises:
        ShapeError: fields that do not exist, or texts that are too long.
        StaleDraftError: somebody else has saved meanwhile.
        ForbiddenStepError: the step is in review or accepted, or the 8D is closed.
    """
    found = locked(eight_d)
    demand_open(found)
    demand_writer(found, by)
    if not may_write_all(found, discipline, user=by):
        raise ForbiddenStepError("the step names plants whose facts this user does not see")
    shaped = schema.shaped(discipline, content)
    step: EightDStep | None = EightDStep.objects.filter(
        eight_d=found, discipline=discipline.value
    ).first()
    if step is not None and StepState(step.state) not in WRITABLE:
        raise ForbiddenStepError("a step that was submitted is not written any more")
    if step is not None and step.content == shaped:
        return step
    if (0 if step is None else step.version) != seen:
        raise StaleDraftError(step)
    if step is None:
        step = EightDStep(eight_d=found, discipline=discipline.value, version=0)
    step.content, step.version = shaped, step.version + 1
    step.saved_by, step.saved_at = by, at
    step.save()
    return step


@transaction.atomic
def submit(
    *, eight_d: EightD, discipline: Discipline, seen: int, by: User, at: datetime
) -> EightDRevision:
    """Hand a step in: its content and files are frozen as a revision.

    `seen` is the version that is handed in, so that nobody submits what somebody else wrote.

    Raises:
        IncompleteStepError: something is missing or wrong.
        StaleDraftError: somebody else has saved since.
        TooEarlyError: the step before has not been submitted.
        ForbiddenStepError: it is in review already, or not this user's to submit.
    """
    found = locked(eight_d)
    demand_open(found)
    step = _step(found, discipline)
    row = table_row(
        Subject.STEP, action=Action.SUBMIT, state=StepState(step.state), roles=roles_of(found, by)
    )
    if step.version != seen:
        raise StaleDraftError(step)
    _demand_handed_in_before(found, discipline)
    wrong = schema.problems(discipline, step.content, today=day_of(found, at))
    if wrong:
        raise IncompleteStepError(wrong)
    revision: EightDRevision = EightDRevision.objects.create(
        eight_d=found,
        discipline=discipline.value,
        number=found.revisions.filter(discipline=discipline.value).count() + 1,
        content=step.content,
        files=frozen_files(found, discipline),
        submitted_by=by,
        submitted_at=at,
        on_behalf=access.is_internal(by),
    )
    before, step.state = step.state, row.to_state.value
    step.save(update_fields=["state"])
    write_move(
        found,
        Move(
            subject=Subject.STEP,
            action=Action.SUBMIT,
            discipline=discipline,
            by=by,
            at=at,
            revision=revision,
        ),
        before=before,
        after=step.state,
    )
    return revision


@transaction.atomic
def review(  # what was read, what is said to it, and by whom
    *,
    eight_d: EightD,
    discipline: Discipline,
    revision: int,
    action: Action,
    comment: str,
    by: User,
    at: datetime,
) -> EightDStep:
    """Accept or return a submitted step, or reopen an accepted one.

    What it makes of the verification of the cause is kept with the 8D (`is_verified`).
    `revision` is the number of the revision that was read: only that one is answered.

    Raises:
        StaleReviewError: another revision was submitted since.
        ValidationError: on `comment`, without one where the other side needs it.
        ForbiddenStepError: the step has moved on, or it is not this user's to review.
    """
    found = locked(eight_d)
    demand_open(found)
    step = _step(found, discipline)
    before = step.state
    row = decided(Subject.STEP, action, StepState(before), roles_of(found, by), comment=comment)
    last = found.revisions.filter(discipline=discipline.value).order_by("-number").first()
    if last is None or last.number != revision:
        raise StaleReviewError(0 if last is None else last.number)
    step.state = row.to_state.value
    step.save(update_fields=["state"])
    _verify(found, at=at)
    write_move(
        found,
        Move(
            subject=Subject.STEP,
            action=action,
            discipline=discipline,
            by=by,
            at=at,
            comment=comment,
            revision=last,
        ),
        before=before,
        after=step.state,
    )
    return step


def _verify(eight_d: EightD, *, at: datetime) -> None:
    """Keep since when the cause is verified; nothing where it is not, or is no longer."""
    verified = is_verified(_states(eight_d))
    if verified is (eight_d.verified_at is not None):
        return
    eight_d.verified_at = at if verified else None
    eight_d.save(update_fields=["verified_at"])


def locked(eight_d: EightD) -> EightD:
    """Lock an 8D and its case: every change of it and its steps begins here.

    The case comes first, as it does for whoever decides or evaluates it, and before any row that
    a move writes: a case that is being ended ends its 8D too, so that `is_open`, read after the
    lock, holds until the move is written.
    """
    case = Episode.objects.filter(eightd=eight_d.pk).select_for_update(of=("self",), no_key=True)
    list(case.values_list("pk", flat=True))
    rows = EightD.objects.select_related("episode__supplier").select_for_update(of=("self",))
    found: EightD = rows.get(pk=eight_d.pk)
    return found


def demand_open(eight_d: EightD) -> None:
    """Raise ForbiddenStepError when the 8D is closed, or has ended with its case."""
    if not eight_d.is_open:
        raise ForbiddenStepError("the 8D is closed, or has ended with its case")


def demand_writer(eight_d: EightD, by: User) -> None:
    """Raise ForbiddenStepError when the user does not write 8Ds of this supplier."""
    if not WRITING & roles_of(eight_d, by):
        raise ForbiddenStepError("not this user's to write")


def roles_of(eight_d: EightD, by: User) -> frozenset[str]:
    """Return the names of the roles in which a user acts on the 8D."""
    return frozenset(role.value for role in access.roles_at(by, eight_d.episode.supplier_id))


def decided(
    subject: Subject, action: Action, state: Any, roles: frozenset[str], *, comment: str
) -> Any:
    """Return the table's row of a decision.

    Raises:
        ValidationError: on `comment`, when the decision needs one.
        ForbiddenStepError: when the table has no such move for these roles.
    """
    try:
        return table_row(subject, action=action, state=state, roles=roles, comment=comment)
    except MissingCommentError as error:
        message = _("Say why; both sides will read it, and it stays for ever.")
        raise ValidationError({"comment": message}) from error


def write_move(eight_d: EightD, move: Move, *, before: str, after: str) -> EightDMove:
    """Append a move that was made."""
    last = eight_d.moves.order_by("-number").values_list("number", flat=True).first()
    written: EightDMove = EightDMove.objects.create(
        eight_d=eight_d,
        number=(last or 0) + 1,
        subject=move.subject.value,
        discipline=move.discipline.value if move.discipline else "",
        action=move.action.value,
        from_state=before,
        to_state=after,
        at=move.at,
        on=day_of(eight_d, move.at),
        by=move.by,
        on_behalf=access.is_internal(move.by) and move.action in (Action.SUBMIT, Action.ASK),
        comment=move.comment.strip(),
        until=move.until,
        revision=move.revision,
    )
    _tell(eight_d, written, at=move.at)
    return written


def _tell(eight_d: EightD, move: EightDMove, *, at: datetime) -> None:
    """Write the messages of a move in its own transaction; some moves need none."""
    event = TOLD.get(Action(move.action))
    if event is None:
        return
    episode = eight_d.episode
    occasion = Occasion(
        kind=MessageKind.EIGHT_D,
        row=move,
        name=f"{eight_d.number}.{move.number}",
        about=eight_d.number,
        event=event,
        supplier_id=episode.supplier_id,
        metric=episode.metric,
        month=episode.last_month,
    )
    tell_of([occasion], at=at)


def frozen_files(eight_d: EightD, discipline: Discipline) -> list[dict[str, str]]:
    """Return name and hash of the files of a step, as a revision keeps them."""
    rows = EightDFile.objects.filter(eight_d=eight_d, discipline=discipline.value)
    return list(rows.order_by("pk").values("name", "sha256"))


def _demand_handed_in_before(eight_d: EightD, discipline: Discipline) -> None:
    demand_order(discipline, _states(eight_d))


def _states(eight_d: EightD) -> dict[Discipline, StepState]:
    rows = eight_d.steps.values_list("discipline", "state")
    return {Discipline(one): StepState(state) for one, state in rows}


def _step(eight_d: EightD, discipline: Discipline) -> EightDStep:
    found: EightDStep | None = eight_d.steps.filter(discipline=discipline.value).first()
    if found is None:
        raise IncompleteStepError(
            schema.problems(discipline, schema.blank(discipline), today=eight_d.requested_on)
        )
    return found
