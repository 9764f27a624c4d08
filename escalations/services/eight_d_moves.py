"""What every change of an 8D shares: the lock, who may, the table's row, and the move itself."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from escalations.eight_d_workflow import (
    WRITING,
    Action,
    Discipline,
    ForbiddenStepError,
    MissingCommentError,
    Subject,
)
from escalations.eight_d_workflow import transition as table_row
from escalations.enums import MessageEvent, MessageKind
from escalations.models import EightD, EightDMove, EightDRevision, Episode
from escalations.queries.eight_d_clocks import day_of
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
