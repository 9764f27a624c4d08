"""Asking the table of `workflow.py`: what somebody may do with an episode, and where it leads."""

from collections.abc import Collection

from escalations.workflow import TRANSITIONS, Action, Actor, Level, State, Transition


class ForbiddenTransitionError(Exception):
    """The action is not allowed in this state, at this level or to these roles."""

    def __init__(self, *, action: Action, state: State | None, roles: Collection[str]) -> None:
        self.action = action
        self.state = state
        self.roles = frozenset(roles)
        place = "before it is raised" if state is None else f"while {state.value}"
        super().__init__(f"{action.value} is not allowed {place} to {sorted(self.roles)}")


class MissingReasonError(ValueError):
    """The action is a decision and needs a written reason."""


class NotProvenError(Exception):
    """The episode may not be closed yet: a criterion of de-escalation is not met."""


def allowed_actions(
    *,
    state: State | None,
    roles: Collection[str],
    level: Level | None = None,
    approver: str = Actor.QUALITY_MANAGER,
    proven: bool = True,
) -> tuple[Action, ...]:
    """Return what these roles may do with an episode in this state, in table order.

    Args:
        state: the episode's state; None asks who may begin one.
        roles: names of the actor's roles (`Actor` values; others are simply powerless).
        level: the episode's level; None leaves out what only some levels allow.
        approver: the role that a proposed episode waits for.
        proven: whether every criterion of de-escalation is met.
    """
    return tuple(
        row.action
        for row in TRANSITIONS
        if (proven or not row.needs_proof)
        and _permits(row, state=state, roles=roles, level=level, approver=approver)
    )


def transition(
    *,
    action: Action,
    state: State | None,
    roles: Collection[str],
    level: Level,
    reason: str = "",
    approver: str = Actor.QUALITY_MANAGER,
    proven: bool = True,
) -> Transition:
    """Return the table row that performs the action; its `to_state` is the new state.

    Raises:
        ForbiddenTransitionError: when the table has no such move for these roles.
        NotProvenError: when the move needs proof and criteria are open.
        MissingReasonError: when the move is a decision and `reason` is blank.
    """
    for row in TRANSITIONS:
        if row.action is action and _permits(
            row, state=state, roles=roles, level=level, approver=approver
        ):
            if row.needs_reason and not reason.strip():
                raise MissingReasonError(f"{action.value} needs a reason")
            if row.needs_proof and not proven:
                raise NotProvenError(f"{action.value} needs every criterion met")
            return row
    raise ForbiddenTransitionError(action=action, state=state, roles=roles)


def _permits(
    row: Transition,
    *,
    state: State | None,
    roles: Collection[str],
    level: Level | None,
    approver: str,
) -> bool:
    starts = not row.from_states if state is None else state in row.from_states
    levels = row.levels == frozenset(Level) if level is None else level in row.levels
    actors = {*row.actors} & ({Actor.ENGINE, approver} if row.by_approver else row.actors)
    return starts and levels and not actors.isdisjoint(roles)
