import pytest

from suppliers.dispute_workflow import (
    TRANSITIONS,
    ForbiddenMoveError,
    MissingReasonError,
    allowed_actions,
    transition,
)
from suppliers.enums import DisputeAction as Action
from suppliers.enums import DisputeState as State
from suppliers.enums import Role

SQE, MANAGER, MEMBER = {Role.SQE}, {Role.QUALITY_MANAGER}, {Role.SUPPLIER_MEMBER}
ANSWERS = (Action.UPHOLD, Action.UPHOLD_PARTLY, Action.REJECT)


@pytest.mark.parametrize(
    ("state", "roles", "late", "actions"),
    [
        (None, MEMBER, False, (Action.OPEN,)),
        (None, SQE, False, ()),
        (State.OPEN, SQE, False, (Action.REVIEW,)),
        (State.OPEN, MEMBER, False, ()),
        (State.UNDER_REVIEW, SQE, False, ANSWERS),
        (State.UNDER_REVIEW, SQE, True, ()),
        (State.UNDER_REVIEW, MANAGER, True, ANSWERS),
        (State.UPHELD, MEMBER, False, ()),
        (State.PARTLY_UPHELD, MEMBER, False, (Action.APPEAL,)),
        (State.REJECTED, MEMBER, False, (Action.APPEAL,)),
        (State.REJECTED, SQE, False, ()),
        (State.APPEALED, SQE, True, ()),
        (State.APPEALED, MANAGER, True, ANSWERS),
        (State.FINAL, MEMBER | MANAGER | SQE, True, ()),
        (State.UNDER_REVIEW, {Role.BUYER, Role.AUDITOR}, False, ()),
    ],
)
def test_who_may_do_what(
    state: State | None, roles: set[str], late: bool, actions: tuple[Action, ...]
) -> None:
    assert allowed_actions(state=state, roles=roles, with_manager=late) == actions


def test_final_state_is_never_left() -> None:
    assert all(State.FINAL not in row.from_states for row in TRANSITIONS)


def test_answer_without_reason_is_refused() -> None:
    with pytest.raises(MissingReasonError):
        transition(action=Action.REJECT, state=State.UNDER_REVIEW, roles=SQE, reason=" ")


def test_second_appeal_is_refused() -> None:
    with pytest.raises(ForbiddenMoveError):
        transition(action=Action.APPEAL, state=State.FINAL, roles=MEMBER, reason="again")
