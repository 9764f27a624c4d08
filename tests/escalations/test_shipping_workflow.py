"""The table of controlled shipping: who may do what, and where walks through it can end."""

import random

import pytest

from escalations.shipping_workflow import (
    FINAL_STATES,
    LOGGED,
    TRANSITIONS,
    ForbiddenShippingMoveError,
    MissingShippingReasonError,
    ShippingAction,
    ShippingActor,
    ShippingState,
    allowed_actions,
    needs_reason,
    transition,
)

A, S = ShippingAction, ShippingState
ENGINE, SQE, MANAGER = ["engine"], ["sqe"], ["quality_manager"]
ENDING = (A.UPGRADE, A.WITHDRAW, A.END)
SUPPLIER, BUYER = ["supplier_member"], ["buyer"]


def walked(*steps: tuple[ShippingAction, list[str]]) -> ShippingState:
    """Return where the steps lead from the beginning."""
    state: ShippingState | None = None
    for action, roles in steps:
        state = transition(action=action, state=state, roles=roles, reason="because").to_state
    assert state is not None
    return state


def test_the_whole_way() -> None:
    way = [(A.ENTER, ENGINE), (A.COMPLETE, SQE), (A.SEND_LETTER, SQE), (A.CONFIRM, SUPPLIER)]
    way += [(A.START, ENGINE), (A.FIND, ENGINE), (A.ESCAPE, ENGINE), (A.READY, ENGINE)]
    assert walked(*way) is S.EXIT_READY
    assert walked(*way, (A.FIND, ENGINE)) is S.RUNNING
    assert walked(*way, (A.ESCAPE, SQE)) is S.RUNNING
    assert walked(*way, (A.NOT_READY, ENGINE)) is S.RUNNING
    assert walked(*way, (A.END, SQE)) is S.ENDED
    assert walked(*way, (A.UPGRADE, ENGINE)) is S.UPGRADED


@pytest.mark.parametrize(
    ("state", "roles", "actions"),
    [
        (None, SQE, [A.ENTER]),
        (None, SUPPLIER, []),
        (S.ENTERED, SQE, [A.COMPLETE, A.SEND_LETTER, A.ESCAPE, A.CLEAR_ESCAPE, A.UPGRADE]),
        (S.ENTERED, SUPPLIER, []),
        (S.LETTER_SENT, SUPPLIER, [A.CONFIRM]),
        (S.RUNNING, SUPPLIER, []),
        (S.RUNNING, SQE, [A.ESCAPE, A.CLEAR_ESCAPE, A.UPGRADE]),
        (S.RUNNING, MANAGER, [A.ESCAPE, A.CLEAR_ESCAPE, A.UPGRADE, A.WITHDRAW]),
        (S.EXIT_READY, SQE, [A.ESCAPE, A.CLEAR_ESCAPE, A.END, A.UPGRADE]),
        (S.EXIT_READY, BUYER, []),
        *((state, SQE + MANAGER + SUPPLIER + ENGINE, []) for state in sorted(FINAL_STATES)),
    ],
)
def test_who_may_do_what(
    state: ShippingState | None, roles: list[str], actions: list[ShippingAction]
) -> None:
    assert list(allowed_actions(state=state, roles=roles)) == actions


def test_confirming_for_the_supplier_needs_a_reason() -> None:
    assert not needs_reason(A.CONFIRM, state=S.LETTER_SENT, roles=SUPPLIER)
    assert needs_reason(A.CONFIRM, state=S.LETTER_SENT, roles=SQE)
    with pytest.raises(MissingShippingReasonError):
        transition(action=A.CONFIRM, state=S.LETTER_SENT, roles=SQE, reason=" ")
    with pytest.raises(ForbiddenShippingMoveError):
        transition(action=A.END, state=S.RUNNING, roles=SQE)


def test_two_thousand_random_walks_end_only_where_the_table_leads() -> None:
    """Every role tries every action blindly; only the table's moves are made."""
    chance = random.Random(5)  # noqa: S311  # the same walks every time
    actors = [actor.value for actor in ShippingActor]
    everybody = [*actors, "buyer", "auditor", "administrator"]
    ends = set()
    for _walk in range(2_000):
        state = transition(action=A.ENTER, state=None, roles=ENGINE).to_state
        for _step in range(chance.randint(1, 120)):
            action, roles = chance.choice(list(A)), [chance.choice(everybody)]
            if action in ENDING and chance.random() < 0.9:
                continue
            allowed = allowed_actions(state=state, roles=roles)
            try:
                row = transition(action=action, state=state, roles=roles, reason="because")
            except ForbiddenShippingMoveError:
                assert action not in allowed
                continue
            assert action in allowed
            assert roles[0] in actors
            assert row in TRANSITIONS
            assert state in row.from_states
            state = row.to_state
        ends.add(state)
    assert ends == set(S)


def test_an_end_has_no_way_out_and_logging_stands_between_confirmation_and_end() -> None:
    assert not any(row.from_states & FINAL_STATES for row in TRANSITIONS)
    assert {S.CONFIRMED, S.RUNNING, S.EXIT_READY} == LOGGED
