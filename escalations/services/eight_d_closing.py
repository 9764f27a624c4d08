"""Scoring an 8D from both sides, closing it, and taking it up again."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from escalations.eight_d_enums import CUSTOMER_SIDE, SUPPLIER_SIDE
from escalations.eight_d_score import total
from escalations.eight_d_workflow import Action, ForbiddenStepError, ReportState, Subject
from escalations.models import EightD, EightDScore
from escalations.queries.eight_d_closing import conditions
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


@transaction.atomic
def score(
    *, eight_d: EightD, points: Mapping[str, int], comment: str, by: User, at: datetime
) -> EightDScore:
    """Keep points for the ten criteria; the writer's side is the supplier's or the customer's.

    Raises:
        ValidationError: a criterion is missing or its points do not exist.
        ForbiddenStepError: the 8D is closed, or it is not this user's to score.
    """
    found = locked(eight_d)
    demand_open(found)
    demand_writer(found, by)
    try:
        total(points)
    except ValueError as error:
        raise ValidationError(_("Answer every criterion with 0, 1 or 2 points.")) from error
    kept: EightDScore = EightDScore.objects.create(
        eight_d=found,
        side=CUSTOMER_SIDE if access.is_internal(by) else SUPPLIER_SIDE,
        points=dict(points),
        comment=comment.strip(),
        by=by,
        at=at,
    )
    return kept


@transaction.atomic
def close(*, eight_d: EightD, reason: str, by: User, at: datetime) -> EightD:
    """Close an 8D whose conditions are met.

    Raises:
        ValidationError: without a reason, or with the conditions that are not met.
        ForbiddenStepError: it is closed already, or not this user's to close.
    """
    found = locked(eight_d)
    demand_open(found)
    row = decided(
        Subject.REPORT, Action.CLOSE, ReportState(found.state), roles_of(found, by), comment=reason
    )
    missing = [one for one in conditions(found) if not one.met]
    if missing:
        raise ValidationError([f"{one.what}: {one.why}" for one in missing])
    return _move(found, Action.CLOSE, row.to_state.value, reason=reason, by=by, at=at)


@transaction.atomic
def resume(*, eight_d: EightD, reason: str, by: User, at: datetime) -> EightD:
    """Take a closed 8D up again, because its defect came back or something was overlooked.

    Once its case has ended, a new one is begun instead.

    Raises:
        ValidationError: without a reason.
        ForbiddenStepError: it is not closed, its case has ended, or it is not theirs to decide.
    """
    found = locked(eight_d)
    if not found.episode.is_open:
        raise ForbiddenStepError("its case has ended; a new one is begun")
    row = decided(
        Subject.REPORT, Action.RESUME, ReportState(found.state), roles_of(found, by), comment=reason
    )
    return _move(found, Action.RESUME, row.to_state.value, reason=reason, by=by, at=at)


def _move(
    eight_d: EightD, action: Action, after: str, *, reason: str, by: User, at: datetime
) -> EightD:
    before, eight_d.state = eight_d.state, after
    eight_d.closed_at = at if action is Action.CLOSE else None
    eight_d.save(update_fields=["state", "closed_at"])
    move = Move(subject=Subject.REPORT, action=action, by=by, at=at, comment=reason)
    write_move(eight_d, move, before=before, after=after)
    return eight_d
