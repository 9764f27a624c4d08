"""The life of a controlled shipping: one table of who may do what, from which state to which.

entered → letter sent → confirmed → running → exit ready → ended; a harder level takes it over
(upgraded), a quality manager takes it back (withdrawn). Pages, API, services and the database's
own guard read this table; none of them knows a move by itself.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ShippingState(StrEnum):
    """Where a controlled shipping stands."""

    ENTERED = "entered"
    LETTER_SENT = "letter_sent"
    CONFIRMED = "confirmed"
    RUNNING = "running"
    EXIT_READY = "exit_ready"
    ENDED = "ended"
    UPGRADED = "upgraded"
    WITHDRAWN = "withdrawn"

    @property
    def is_final(self) -> bool:
        """Whether it has ended; a harder level goes on in a controlled shipping of its own."""
        return self in FINAL_STATES


class ShippingAction(StrEnum):
    """What can happen to a controlled shipping."""

    ENTER = "enter"
    COMPLETE = "complete"
    WIDEN = "widen"
    SEND_LETTER = "send_letter"
    CONFIRM = "confirm"
    START = "start"
    FIND = "find"
    ESCAPE = "escape"
    CLEAR_ESCAPE = "clear_escape"
    READY = "ready"
    NOT_READY = "not_ready"
    END = "end"
    UPGRADE = "upgrade"
    WITHDRAW = "withdraw"


class ShippingActor(StrEnum):
    """Who moves it: the engine, or a person's role by the role's own name."""

    ENGINE = "engine"
    SQE = "sqe"
    QUALITY_MANAGER = "quality_manager"
    SUPPLIER_MEMBER = "supplier_member"
    SUPPLIER_ADMIN = "supplier_admin"


@dataclass(frozen=True, kw_only=True)
class ShippingTransition:
    """One row of the table; no `from_states` for the action that begins one."""

    action: ShippingAction
    from_states: frozenset[ShippingState]
    to_state: ShippingState
    actors: frozenset[ShippingActor]
    needs_reason: bool


class ForbiddenShippingMoveError(Exception):
    """The table has no such move from this state for these roles."""


class MissingShippingReasonError(ValueError):
    """The move is a decision and says nothing."""


Action, State, Actor = ShippingAction, ShippingState, ShippingActor

FINAL_STATES: Final = frozenset({State.ENDED, State.UPGRADED, State.WITHDRAWN})
ENGINE: Final = frozenset({Actor.ENGINE})
MANAGER: Final = frozenset({Actor.QUALITY_MANAGER})
PEOPLE: Final = frozenset({Actor.SQE}) | MANAGER
SUPPLIER: Final = frozenset({Actor.SUPPLIER_MEMBER, Actor.SUPPLIER_ADMIN})
# Sorting happens, so days are logged and counted.
LOGGED: Final = frozenset({State.CONFIRMED, State.RUNNING, State.EXIT_READY})
UNFINISHED: Final = frozenset(State) - FINAL_STATES


def _row(
    action: ShippingAction,
    from_states: Collection[ShippingState],
    to_state: ShippingState,
    actors: frozenset[ShippingActor],
    *,
    reason: bool = False,
) -> ShippingTransition:
    return ShippingTransition(
        action=action,
        from_states=frozenset(from_states),
        to_state=to_state,
        actors=actors,
        needs_reason=reason,
    )


# A find or an escape brings what was ready to exit back to running; before that an escape
# changes nothing but the count, and is written down.
TRANSITIONS: Final[tuple[ShippingTransition, ...]] = (
    _row(Action.ENTER, (), State.ENTERED, ENGINE | PEOPLE),
    _row(Action.COMPLETE, [State.ENTERED], State.ENTERED, PEOPLE),
    # what breached beside it before any letter fixed what it covers
    _row(Action.WIDEN, [State.ENTERED], State.ENTERED, ENGINE),
    _row(Action.SEND_LETTER, [State.ENTERED], State.LETTER_SENT, PEOPLE),
    _row(Action.CONFIRM, [State.LETTER_SENT], State.CONFIRMED, SUPPLIER),
    # on the supplier's behalf, who confirmed by another way
    _row(Action.CONFIRM, [State.LETTER_SENT], State.CONFIRMED, PEOPLE, reason=True),
    _row(Action.START, [State.CONFIRMED], State.RUNNING, ENGINE),
    _row(Action.FIND, [State.RUNNING, State.EXIT_READY], State.RUNNING, ENGINE),
    *(
        _row(Action.ESCAPE, [state], state, ENGINE)
        for state in (State.ENTERED, State.LETTER_SENT, State.CONFIRMED)
    ),
    _row(Action.ESCAPE, [State.RUNNING, State.EXIT_READY], State.RUNNING, ENGINE),
    *(
        _row(Action.ESCAPE, [state], state, PEOPLE, reason=True)
        for state in (State.ENTERED, State.LETTER_SENT, State.CONFIRMED)
    ),
    _row(Action.ESCAPE, [State.RUNNING, State.EXIT_READY], State.RUNNING, PEOPLE, reason=True),
    *(
        _row(Action.CLEAR_ESCAPE, [state], state, PEOPLE, reason=True)
        for state in State
        if state in UNFINISHED
    ),
    _row(Action.READY, [State.RUNNING], State.EXIT_READY, ENGINE),
    _row(Action.NOT_READY, [State.EXIT_READY], State.RUNNING, ENGINE),
    _row(Action.END, [State.EXIT_READY], State.ENDED, PEOPLE),
    _row(Action.UPGRADE, UNFINISHED, State.UPGRADED, ENGINE | PEOPLE),
    # the engine's: its case has ended otherwise than by the exit criteria
    _row(Action.WITHDRAW, UNFINISHED, State.WITHDRAWN, ENGINE | MANAGER, reason=True),
)


def allowed_actions(
    *, state: ShippingState | None, roles: Collection[str]
) -> tuple[ShippingAction, ...]:
    """Return what these roles may do in this state, in table order, each once.

    Args:
        state: where it stands; None asks who may begin one.
        roles: names of the actor's roles; others are simply powerless.
    """
    found = (row.action for row in TRANSITIONS if _permits(row, state=state, roles=roles))
    return tuple(dict.fromkeys(found))


def needs_reason(action: ShippingAction, *, state: ShippingState, roles: Collection[str]) -> bool:
    """Return whether these roles must say why they do it; False where they may not at all."""
    rows = [row for row in _rows(action) if _permits(row, state=state, roles=roles)]
    return bool(rows) and all(row.needs_reason for row in rows)


def transition(
    *,
    action: ShippingAction,
    state: ShippingState | None,
    roles: Collection[str],
    reason: str = "",
) -> ShippingTransition:
    """Return the row that performs the action; its `to_state` is the new state.

    Raises:
        ForbiddenShippingMoveError: when the table has no such move for these roles.
        MissingShippingReasonError: when the move is a decision and `reason` is blank.
    """
    rows = [row for row in _rows(action) if _permits(row, state=state, roles=roles)]
    for row in rows:
        if reason.strip() or not row.needs_reason:
            return row
    if rows:
        raise MissingShippingReasonError(f"{action.value} needs a reason")
    place = "before it is entered" if state is None else f"while {state.value}"
    raise ForbiddenShippingMoveError(f"{action.value} is not allowed {place} to {sorted(roles)}")


def _rows(action: ShippingAction) -> list[ShippingTransition]:
    return [row for row in TRANSITIONS if row.action is action]


def _permits(
    row: ShippingTransition, *, state: ShippingState | None, roles: Collection[str]
) -> bool:
    starts = not row.from_states if state is None else state in row.from_states
    return starts and not row.actors.isdisjoint(roles)
