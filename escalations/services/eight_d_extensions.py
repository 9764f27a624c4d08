"""Asking for a later date of an 8D, and answering."""

from datetime import date, datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.eight_d_workflow import Action, Discipline, ExtensionState, Subject
from escalations.models import EightD, EightDMove
from escalations.queries.eight_d import extension
from escalations.queries.eight_d_clocks import clocks_on, day_of
from escalations.services.eight_d_moves import (
    Move,
    decided,
    demand_open,
    locked,
    roles_of,
    write_move,
)
from suppliers.models import User

# A later date lies at most so far ahead of the day it is asked for.
MOST_AHEAD: Final = timedelta(days=365)


class StaleWishError(Exception):
    """Another date is asked for than the one that was read; `wish` is what waits now."""

    def __init__(self, wish: EightDMove) -> None:
        self.wish = wish
        super().__init__("another date is asked for meanwhile")


@transaction.atomic
def ask(
    *, eight_d: EightD, milestone: Discipline, until: date, reason: str, by: User, at: datetime
) -> EightDMove:
    """Ask for a later date; until it is granted the date stays what it is.

    Raises:
        ValidationError: on `until` or `comment`, what is wrong with them.
        ForbiddenStepError: a wish waits for an answer already, or it is not this user's to ask.
    """
    found = locked(eight_d)
    demand_open(found)
    row = decided(
        Subject.EXTENSION, Action.ASK, _state(found, milestone), roles_of(found, by), comment=reason
    )
    clocks = clocks_on([found], today=day_of(found, at))[found.pk]
    clock = next((one for one in clocks if one.milestone is milestone), None)
    if clock is None or clock.met_on is not None:
        raise ValidationError({"until": _("This step is not owed any more.")})
    if until <= clock.due_on:
        message = _("Choose a day after %(day)s, which is the date now.")
        raise ValidationError({"until": message % {"day": date_format(clock.due_on)}})
    latest = day_of(found, at) + MOST_AHEAD
    if until > latest:
        message = _("Choose a day up to %(day)s, a year from today.")
        raise ValidationError({"until": message % {"day": date_format(latest)}})
    return _write(found, milestone, Action.ASK, row.to_state.value, reason, by, at, until)


@transaction.atomic
def answer(  # what was read, what is said to it, and by whom
    *,
    eight_d: EightD,
    milestone: Discipline,
    wish: int,
    action: Action,
    comment: str,
    by: User,
    at: datetime,
) -> EightDMove:
    """Grant the date that was asked for, or refuse it; `wish` is the number of that move.

    Raises:
        StaleWishError: that wish was answered, and another date is asked for since.
        ValidationError: on `comment`, when it is refused without a reason.
        ForbiddenStepError: nothing waits for an answer, or it is not this user's to give.
    """
    found = locked(eight_d)
    demand_open(found)
    state = _state(found, milestone)
    row = decided(Subject.EXTENSION, action, state, roles_of(found, by), comment=comment)
    asked = extension(found, milestone)
    if asked is not None and asked.number != wish:
        raise StaleWishError(asked)
    until = asked.until if asked is not None and action is Action.GRANT else None
    return _write(found, milestone, action, row.to_state.value, comment, by, at, until)


def _state(eight_d: EightD, milestone: Discipline) -> ExtensionState | None:
    last = extension(eight_d, milestone)
    return None if last is None else ExtensionState(last.to_state)


def _write(  # the parts of a row
    eight_d: EightD,
    milestone: Discipline,
    action: Action,
    after: str,
    comment: str,
    by: User,
    at: datetime,
    until: date | None,
) -> EightDMove:
    before = _state(eight_d, milestone)
    move = Move(
        subject=Subject.EXTENSION,
        action=action,
        discipline=milestone,
        by=by,
        at=at,
        comment=comment,
        until=until,
    )
    return write_move(eight_d, move, before="" if before is None else before.value, after=after)
