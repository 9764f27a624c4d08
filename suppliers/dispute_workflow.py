"""The life of a dispute: one table of who may do what, from which state to which.

open → under review → upheld, partly upheld or rejected → one appeal → final. Pages, API,
services and the database's own guard read this table; none of them knows a move by itself.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from suppliers.enums import SUPPLIER_ROLES, DisputeAction, DisputeOutcome, DisputeState, Role

Action, State = DisputeAction, DisputeState

# Working days in which an answer is owed; then the dispute goes to the quality manager.
ANSWER_WORKING_DAYS: Final = 5

ENGINE: Final = frozenset({"engine"})
SUPPLIER: Final[frozenset[Role]] = frozenset(SUPPLIER_ROLES)
MANAGER: Final = frozenset({Role.QUALITY_MANAGER})
QUALITY: Final = frozenset({Role.SQE}) | MANAGER
# Who adds files while it is open.
ATTACHING: Final = SUPPLIER | QUALITY
REVIEWED: Final = (State.UNDER_REVIEW,)
UNFAVOURABLE: Final = (State.PARTLY_UPHELD, State.REJECTED)


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row of the table; no `from_states` for the action that begins a dispute.

    `late_actors` may act instead of `actors` once the dispute is with the quality manager.
    """

    action: DisputeAction
    from_states: frozenset[DisputeState]
    to_state: DisputeState
    actors: frozenset[str]
    late_actors: frozenset[str]
    needs_reason: bool


def _row(
    action: DisputeAction,
    from_states: Collection[DisputeState],
    to_state: DisputeState,
    actors: frozenset[str],
    *,
    late: frozenset[str] | None = None,
    reason: bool = False,
) -> Transition:
    return Transition(
        action=action,
        from_states=frozenset(from_states),
        to_state=to_state,
        actors=actors,
        late_actors=actors if late is None else late,
        needs_reason=reason,
    )


TRANSITIONS: Final[tuple[Transition, ...]] = (
    _row(Action.OPEN, (), State.OPEN, SUPPLIER, reason=True),
    _row(Action.REVIEW, [State.OPEN], State.UNDER_REVIEW, QUALITY),
    _row(Action.ESCALATE, [State.OPEN, State.UNDER_REVIEW], State.UNDER_REVIEW, ENGINE),
    _row(Action.UPHOLD, REVIEWED, State.UPHELD, QUALITY, late=MANAGER, reason=True),
    _row(Action.UPHOLD_PARTLY, REVIEWED, State.PARTLY_UPHELD, QUALITY, late=MANAGER, reason=True),
    _row(Action.REJECT, REVIEWED, State.REJECTED, QUALITY, late=MANAGER, reason=True),
    _row(Action.APPEAL, UNFAVOURABLE, State.APPEALED, SUPPLIER, reason=True),
    _row(Action.UPHOLD, [State.APPEALED], State.FINAL, MANAGER, reason=True),
    _row(Action.UPHOLD_PARTLY, [State.APPEALED], State.FINAL, MANAGER, reason=True),
    _row(Action.REJECT, [State.APPEALED], State.FINAL, MANAGER, reason=True),
)

ANSWERS: Final = {
    Action.UPHOLD: DisputeOutcome.UPHELD,
    Action.UPHOLD_PARTLY: DisputeOutcome.PARTLY_UPHELD,
    Action.REJECT: DisputeOutcome.REJECTED,
}
# Answers that change what counts, so they come with a verdict.
DECIDING: Final = frozenset({Action.UPHOLD, Action.UPHOLD_PARTLY})
# Somebody still owes an answer; what is disputed counts and stands beside the figure.
OPEN_STATES: Final = (State.OPEN, State.UNDER_REVIEW, State.APPEALED)


class ForbiddenMoveError(Exception):
    """The table has no such move from this state for these roles."""


class MissingReasonError(ValueError):
    """The move is a decision or a claim and says nothing."""


def allowed_actions(
    *, state: DisputeState | None, roles: Collection[str], with_manager: bool = False
) -> tuple[DisputeAction, ...]:
    """Return what these roles may do with a dispute in this state, in table order.

    Args:
        state: the dispute's state; None asks who may begin one.
        roles: the actor's roles.
        with_manager: whether the answer is overdue and the quality manager's to give.
    """
    return tuple(
        row.action
        for row in TRANSITIONS
        if _permits(row, state=state, roles=roles, with_manager=with_manager)
    )


def transition(
    *,
    action: DisputeAction,
    state: DisputeState | None,
    roles: Collection[str],
    reason: str = "",
    with_manager: bool = False,
) -> Transition:
    """Return the row that performs the action; its `to_state` is the new state.

    Raises:
        ForbiddenMoveError: when the table has no such move for these roles.
        MissingReasonError: when the move needs a reason and `reason` is blank.
    """
    for row in TRANSITIONS:
        if row.action is action and _permits(
            row, state=state, roles=roles, with_manager=with_manager
        ):
            if row.needs_reason and not reason.strip():
                raise MissingReasonError(f"{action.value} needs a reason")
            return row
    place = "before it is opened" if state is None else f"while {state.value}"
    raise ForbiddenMoveError(f"{action.value} is not allowed {place} to {sorted(roles)}")


def _permits(
    row: Transition, *, state: DisputeState | None, roles: Collection[str], with_manager: bool
) -> bool:
    starts = not row.from_states if state is None else state in row.from_states
    actors = row.late_actors if with_manager else row.actors
    return starts and not actors.isdisjoint(roles)
