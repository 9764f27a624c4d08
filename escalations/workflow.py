"""The life of an episode: one table of who may do what, from which state to which.

Pages, API and services ask it (`transitions.py`); none of them knows a state change by itself.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """What an episode demands, from mildest to hardest (`rank`)."""

    WATCH = "watch"
    EIGHT_D = "8d"
    CS1 = "cs1"
    CS2 = "cs2"
    STOP_SHIP = "stop_ship"
    NEW_BUSINESS_HOLD = "new_business_hold"

    @property
    def rank(self) -> int:
        """Position in the order of levels, 0 for a watch."""
        return list(Level).index(self)

    def outranks(self, other: "Level") -> bool:
        """Return whether this level is harder than the other."""
        return self.rank > other.rank


class State(StrEnum):
    """Where an episode stands."""

    PROPOSED = "proposed"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    MONITORING = "monitoring"
    UNDER_REVIEW = "under_review"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"

    @property
    def is_in_force(self) -> bool:
        """Whether its level holds: not merely proposed, and not ended."""
        return self not in NOT_IN_FORCE

    @property
    def is_final(self) -> bool:
        """Whether the episode has ended; a new breach then raises a new one."""
        return self in FINAL_STATES


FINAL_STATES = frozenset({State.CLOSED, State.WITHDRAWN, State.DECLINED})
NOT_IN_FORCE = FINAL_STATES | {State.PROPOSED}
# What only the OEM's people see: nothing has been decided, or it was decided against.
UNDECIDED_STATES = frozenset({State.PROPOSED, State.DECLINED})


class Actor(StrEnum):
    """Who moves an episode: the engine, or a person's role by the role's own name."""

    ENGINE = "engine"
    SQE = "sqe"
    QUALITY_MANAGER = "quality_manager"


class Action(StrEnum):
    """What can be done with an episode."""

    RAISE = "raise"
    PROPOSE = "propose"
    APPROVE = "approve"
    DECLINE = "decline"
    ACKNOWLEDGE = "acknowledge"
    MONITOR = "monitor"
    BREACH_AGAIN = "breach_again"
    JOIN = "join"
    REVIEW = "review"
    CONFIRM = "confirm"
    CLOSE = "close"
    OVERRULE = "overrule"
    LIFT = "lift"
    LAPSE = "lapse"
    TAKE_OVER = "take_over"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row of the table; `from_states` is empty for the actions that begin an episode.

    `by_approver` narrows the people among the actors to the role the episode names;
    `needs_proof` asks that every criterion of de-escalation is met.
    """

    action: Action
    from_states: frozenset[State]
    to_state: State
    actors: frozenset[Actor]
    needs_reason: bool
    levels: frozenset[Level]
    by_approver: bool = False
    needs_proof: bool = False


PEOPLE = frozenset({Actor.SQE, Actor.QUALITY_MANAGER})
MANAGER = frozenset({Actor.QUALITY_MANAGER})
ENGINE = frozenset({Actor.ENGINE})
# Who may be asked to approve a level that is only proposed.
APPROVERS = PEOPLE
# The levels that a supplier climbs and that are proven to end. A stop of shipments stands beside
# them: it is of one part, and shipments that are stopped prove nothing. It is lifted.
LADDER = tuple(level for level in Level if level is not Level.STOP_SHIP)
LEVELS_TO_PROPOSE = tuple(level for level in Level if level is not Level.WATCH)
IN_WORK = frozenset({State.OPEN, State.ACKNOWLEDGED, State.MONITORING})
# What joins a case in one of these leaves it there.
JOINED_IN = (State.PROPOSED, State.OPEN, State.ACKNOWLEDGED, State.UNDER_REVIEW)


def _row(
    action: Action,
    from_states: set[State] | frozenset[State],
    to_state: State,
    actors: frozenset[Actor],
    *,
    reason: bool = False,
    levels: Collection[Level] = tuple(Level),
    by_approver: bool = False,
    needs_proof: bool = False,
) -> Transition:
    return Transition(
        action=action,
        from_states=frozenset(from_states),
        to_state=to_state,
        actors=actors,
        needs_reason=reason,
        levels=frozenset(levels),
        by_approver=by_approver,
        needs_proof=needs_proof,
    )


# A proposed level holds for nobody until the role it names approves it, or until a rule that
# needs no approval calls for the same level. An episode under review goes back to work
# (confirm), ends (close) or is taken back (withdraw); only the quality manager may take back
# what the engine raised, or close it while criteria are open (overrule). A watch whose month
# was judged for good lapses by itself, and controlled shipping level 1 ends with level 2, which
# takes it over: a supplier is never held at both for the same, so that a level 1 which was only
# proposed is declined by the engine. A case whose controlled shipping is over ends where a new
# breach, or a person, calls for the same again: the new case has the new controlled shipping.
# A stop of shipments is lifted by the quality manager.
TRANSITIONS: tuple[Transition, ...] = (
    _row(Action.RAISE, set(), State.OPEN, ENGINE | PEOPLE),
    _row(
        Action.PROPOSE,
        set(),
        State.PROPOSED,
        ENGINE | PEOPLE,
        reason=True,
        levels=LEVELS_TO_PROPOSE,
    ),
    _row(
        Action.APPROVE,
        {State.PROPOSED},
        State.OPEN,
        ENGINE | APPROVERS,
        levels=LEVELS_TO_PROPOSE,
        by_approver=True,
    ),
    _row(
        Action.DECLINE,
        {State.PROPOSED},
        State.DECLINED,
        ENGINE | APPROVERS,
        reason=True,
        levels=LEVELS_TO_PROPOSE,
        by_approver=True,
    ),
    _row(Action.ACKNOWLEDGE, {State.OPEN}, State.ACKNOWLEDGED, PEOPLE),
    _row(Action.MONITOR, {State.ACKNOWLEDGED}, State.MONITORING, PEOPLE),
    _row(Action.BREACH_AGAIN, {State.MONITORING}, State.ACKNOWLEDGED, ENGINE),
    *(_row(Action.JOIN, {state}, state, ENGINE, reason=True) for state in JOINED_IN),
    _row(Action.REVIEW, IN_WORK, State.UNDER_REVIEW, ENGINE | PEOPLE, reason=True),
    _row(Action.CONFIRM, {State.UNDER_REVIEW}, State.ACKNOWLEDGED, PEOPLE, reason=True),
    _row(
        Action.CLOSE,
        {State.ACKNOWLEDGED, State.MONITORING, State.UNDER_REVIEW},
        State.CLOSED,
        PEOPLE,
        reason=True,
        levels=LADDER,
        needs_proof=True,
    ),
    _row(
        Action.OVERRULE,
        {State.ACKNOWLEDGED, State.MONITORING, State.UNDER_REVIEW},
        State.CLOSED,
        MANAGER,
        reason=True,
        levels=LADDER,
    ),
    _row(
        Action.LIFT,
        IN_WORK | {State.UNDER_REVIEW},
        State.CLOSED,
        MANAGER,
        reason=True,
        levels=[Level.STOP_SHIP],
    ),
    _row(
        Action.LAPSE,
        IN_WORK | {State.UNDER_REVIEW},
        State.CLOSED,
        ENGINE,
        reason=True,
        levels=[Level.WATCH],
    ),
    _row(
        Action.TAKE_OVER,
        IN_WORK | {State.UNDER_REVIEW},
        State.CLOSED,
        ENGINE,
        reason=True,
        levels=[Level.CS1],
    ),
    _row(
        Action.SUPERSEDE,
        IN_WORK | {State.UNDER_REVIEW},
        State.CLOSED,
        ENGINE,
        reason=True,
        levels=[Level.CS1, Level.CS2],
    ),
    _row(Action.WITHDRAW, {State.UNDER_REVIEW}, State.WITHDRAWN, MANAGER, reason=True),
)
