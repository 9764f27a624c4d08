"""Writing and moving the steps of an 8D: every move is the table's, and every move is a row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from escalations.eight_d_checks import Problem, problems, shaped
from escalations.eight_d_schema import blank
from escalations.eight_d_workflow import (
    WRITABLE,
    Action,
    Discipline,
    ForbiddenStepError,
    StepState,
    Subject,
    demand_order,
    is_verified,
)
from escalations.eight_d_workflow import transition as table_row
from escalations.models import (
    EightD,
    EightDFile,
    EightDRevision,
    EightDStep,
)
from escalations.queries.eight_d_clocks import day_of
from escalations.queries.shown import may_write_all
from escalations.services.eight_d_moves import (
    Move,
    decided,
    demand_open,
    demand_writer,
    locked,
    roles_of,
    write_move,
)
from suppliers import access
from suppliers.models import User


class StaleDraftError(Exception):
    """Somebody else has saved the step since; `step` is what stands now, None: nothing yet."""

    def __init__(self, step: EightDStep | None) -> None:
        self.step = step
        super().__init__("the step was saved by somebody else meanwhile")


class IncompleteStepError(Exception):
    """The step cannot be submitted yet; `problems` says what must be mended where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(f"{len(self.problems)} fields must be mended")


class StaleReviewError(Exception):
    """Another revision was submitted since the one that was read; `newest` is its number."""

    def __init__(self, newest: int) -> None:
        self.newest = newest
        super().__init__(f"revision {newest} was submitted meanwhile")


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
    typed = shaped(discipline, content)
    step: EightDStep | None = EightDStep.objects.filter(
        eight_d=found, discipline=discipline.value
    ).first()
    if step is not None and StepState(step.state) not in WRITABLE:
        raise ForbiddenStepError("a step that was submitted is not written any more")
    if step is not None and step.content == typed:
        return step
    if (0 if step is None else step.version) != seen:
        raise StaleDraftError(step)
    if step is None:
        step = EightDStep(eight_d=found, discipline=discipline.value, version=0)
    step.content, step.version = typed, step.version + 1
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
    wrong = problems(discipline, step.content, today=day_of(found, at))
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
            problems(discipline, blank(discipline), today=eight_d.requested_on)
        )
    return found
