import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.transitions import (
    ForbiddenTransitionError,
    MissingReasonError,
    NotProvenError,
    allowed_actions,
    transition,
)
from escalations.workflow import TRANSITIONS, Action, Actor, Level, State


def move(action: Action, state: State | None, role: str, reason: str = "") -> State:
    return transition(
        action=action, state=state, roles=[role], level=Level.EIGHT_D, reason=reason
    ).to_state


def test_levels_are_ordered() -> None:
    assert [level.rank for level in Level] == [0, 1, 2, 3, 4, 5]
    assert Level.CS1.outranks(Level.EIGHT_D)
    assert not Level.WATCH.outranks(Level.WATCH)


def test_episode_from_engine_to_closure() -> None:
    assert move(Action.RAISE, None, "engine") is State.OPEN
    assert move(Action.ACKNOWLEDGE, State.OPEN, "sqe") is State.ACKNOWLEDGED
    assert move(Action.MONITOR, State.ACKNOWLEDGED, "sqe") is State.MONITORING
    assert move(Action.BREACH_AGAIN, State.MONITORING, "engine") is State.ACKNOWLEDGED
    assert move(Action.REVIEW, State.ACKNOWLEDGED, "engine", "restated") is State.UNDER_REVIEW
    assert move(Action.CLOSE, State.UNDER_REVIEW, "sqe", "verified") is State.CLOSED


def test_withdrawal_is_the_quality_managers_decision() -> None:
    assert (
        move(Action.WITHDRAW, State.UNDER_REVIEW, "quality_manager", "wrong plant")
        is State.WITHDRAWN
    )
    with pytest.raises(ForbiddenTransitionError) as refused:
        move(Action.WITHDRAW, State.UNDER_REVIEW, "sqe", "wrong plant")
    assert refused.value.action is Action.WITHDRAW
    assert refused.value.state is State.UNDER_REVIEW


def test_closing_needs_a_reason() -> None:
    with pytest.raises(MissingReasonError):
        move(Action.CLOSE, State.ACKNOWLEDGED, "sqe", "   ")


@pytest.mark.parametrize("role", ["supplier_member", "buyer", "auditor", "", "administrator"])
def test_outsiders_may_do_nothing(role: str) -> None:
    for state in State:
        assert allowed_actions(state=state, roles=[role]) == ()


def test_only_a_watch_lapses() -> None:
    assert Action.LAPSE in allowed_actions(state=State.OPEN, roles=["engine"], level=Level.WATCH)
    assert Action.LAPSE not in allowed_actions(state=State.OPEN, roles=["engine"], level=Level.CS1)


def test_nothing_leaves_a_final_state() -> None:
    everyone = [actor.value for actor in Actor]
    for level in Level:
        for state in (State.CLOSED, State.WITHDRAWN):
            assert state.is_final
            assert allowed_actions(state=state, roles=everyone, level=level) == ()


def test_every_state_is_reached_and_can_end() -> None:
    reached = {row.to_state for row in TRANSITIONS}
    assert reached == set(State)
    assert all(
        any(state in row.from_states for row in TRANSITIONS)
        for state in State
        if not state.is_final
    )


@given(
    action=st.sampled_from(Action),
    state=st.one_of(st.none(), st.sampled_from(State)),
    roles=st.sets(st.sampled_from([*[actor.value for actor in Actor], "buyer"])),
    level=st.sampled_from(Level),
)
def test_transition_succeeds_exactly_when_allowed(
    action: Action, state: State | None, roles: set[str], level: Level
) -> None:
    permitted = action in allowed_actions(state=state, roles=roles, level=level)
    if permitted:
        assert (
            transition(
                action=action, state=state, roles=roles, level=level, reason="because"
            ).action
            is action
        )
    else:
        with pytest.raises(ForbiddenTransitionError):
            transition(action=action, state=state, roles=roles, level=level, reason="because")


def test_two_thousand_random_walks_end_in_allowed_states() -> None:
    """Every role tries every action blindly; only the table's moves are made."""
    chance = random.Random(5)  # noqa: S311  # walks, no secrets
    roles = [*[actor.value for actor in Actor], "buyer", "auditor", "supplier_member"]
    pairs = {
        (level, before, row.to_state)
        for row in TRANSITIONS
        for before in row.from_states
        for level in row.levels
    }
    beginnings = {row.to_state for row in TRANSITIONS if not row.from_states}
    ended = set()
    for _walk in range(2_000):
        level, state = chance.choice(list(Level)), None
        for _step in range(12):
            action, role = chance.choice(list(Action)), chance.choice(roles)
            asked: dict[str, Any] = {
                "state": state,
                "roles": [role],
                "level": level,
                "approver": chance.choice([Actor.SQE, Actor.QUALITY_MANAGER]),
                "proven": chance.random() < 0.5,
            }
            try:
                row = transition(action=action, reason="because", **asked)
            except (ForbiddenTransitionError, NotProvenError):
                assert action not in allowed_actions(**asked)
                continue
            assert action in allowed_actions(**asked)
            assert role in [actor.value for actor in Actor]
            if state is None:
                assert row.to_state in beginnings
            else:
                assert (level, state, row.to_state) in pairs
            state = row.to_state
            if row.action is Action.CLOSE:
                assert asked["proven"]
        ended.add(state)
    assert ended - {None} == set(State)
