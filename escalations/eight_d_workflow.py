"""The life of an 8D: one table of who may do what, from which state to which.

It covers the steps (draft → submitted → accepted or returned), the report as a whole (open →
closed) and the extension of a date (asked → granted or refused). Pages, API, services and the
database's own guards read this table; none of them knows a move by itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Discipline(StrEnum):
    """A step of the report; the short statement stands in for all of them."""

    D1 = "d1"
    D2 = "d2"
    D3 = "d3"
    D4 = "d4"
    D5 = "d5"
    D6 = "d6"
    D7 = "d7"
    D8 = "d8"
    SHORT = "short"

    @property
    def before(self) -> "Discipline | None":
        """The step that must have been submitted first."""
        return None if self in (Discipline.D1, Discipline.SHORT) else STEPS[STEPS.index(self) - 1]


STEPS: Final = tuple(one for one in Discipline if one is not Discipline.SHORT)
# What a short statement leaves owed, and what it stands in for the rest of.
BESIDE_STATEMENT: Final = (Discipline.D1, Discipline.D2, Discipline.D3)
# The cause is verified once these are accepted: D6, and all that it rests on.
VERIFYING: Final = STEPS[: STEPS.index(Discipline.D6) + 1]
# The steps a date is set for; the ones between them belong to the next of these.
MILESTONES: Final = (Discipline.D3, Discipline.D5, Discipline.D6, Discipline.D8)


class Subject(StrEnum):
    """What a row of the table moves."""

    STEP = "step"
    REPORT = "report"
    EXTENSION = "extension"


class StepState(StrEnum):
    """Where a step stands; without a row it is a draft nobody has begun."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class ReportState(StrEnum):
    """Where the report stands."""

    OPEN = "open"
    CLOSED = "closed"


class ExtensionState(StrEnum):
    """Where the wish for a later date stands."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class Action(StrEnum):
    """What can be done."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"
    REOPEN = "reopen"
    CLOSE = "close"
    RESUME = "resume"
    ASK = "ask"
    GRANT = "grant"
    REFUSE = "refuse"


SUPPLIER: Final = frozenset({"supplier_member", "supplier_admin"})
QUALITY: Final = frozenset({"sqe", "quality_manager"})
# The supplier writes, or supplier quality on its behalf.
WRITING: Final = SUPPLIER | QUALITY
# States in which a step may be written.
WRITABLE: Final = frozenset({StepState.DRAFT, StepState.RETURNED})
# States that let the next step be submitted.
HANDED_IN: Final = frozenset({StepState.SUBMITTED, StepState.ACCEPTED})

State = StepState | ReportState | ExtensionState


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row of the table; no `from_states` for what begins something."""

    subject: Subject
    action: Action
    from_states: frozenset[str]
    to_state: State
    actors: frozenset[str]
    needs_reason: bool


def _row(
    subject: Subject,
    action: Action,
    from_states: Collection[State],
    to_state: State,
    actors: frozenset[str],
    *,
    reason: bool = False,
) -> Transition:
    return Transition(
        subject=subject,
        action=action,
        from_states=frozenset(state.value for state in from_states),
        to_state=to_state,
        actors=actors,
        needs_reason=reason,
    )


_STEP, _REPORT, _EXTENSION = Subject.STEP, Subject.REPORT, Subject.EXTENSION
_ANSWERED = (ExtensionState.GRANTED, ExtensionState.REFUSED)

TRANSITIONS: Final[tuple[Transition, ...]] = (
    _row(_STEP, Action.SUBMIT, WRITABLE, StepState.SUBMITTED, WRITING),
    _row(_STEP, Action.ACCEPT, [StepState.SUBMITTED], StepState.ACCEPTED, QUALITY),
    _row(_STEP, Action.RETURN, [StepState.SUBMITTED], StepState.RETURNED, QUALITY, reason=True),
    _row(_STEP, Action.REOPEN, [StepState.ACCEPTED], StepState.RETURNED, QUALITY, reason=True),
    _row(_REPORT, Action.CLOSE, [ReportState.OPEN], ReportState.CLOSED, QUALITY, reason=True),
    _row(_REPORT, Action.RESUME, [ReportState.CLOSED], ReportState.OPEN, QUALITY, reason=True),
    _row(_EXTENSION, Action.ASK, (), ExtensionState.ASKED, WRITING, reason=True),
    _row(_EXTENSION, Action.ASK, _ANSWERED, ExtensionState.ASKED, WRITING, reason=True),
    _row(_EXTENSION, Action.GRANT, [ExtensionState.ASKED], ExtensionState.GRANTED, QUALITY),
    _row(
        _EXTENSION,
        Action.REFUSE,
        [ExtensionState.ASKED],
        ExtensionState.REFUSED,
        QUALITY,
        reason=True,
    ),
)


class ForbiddenStepError(Exception):
    """The table has no such move from this state for these roles."""


class MissingCommentError(ValueError):
    """The move is a decision and says nothing."""


class TooEarlyError(Exception):
    """The step before has not been submitted; `missing` is that step."""

    def __init__(self, missing: Discipline) -> None:
        self.missing = missing
        super().__init__(f"{missing.value} has not been submitted")


def moves(subject: Subject) -> frozenset[tuple[str, str]]:
    """Return the moves of a subject as (from, to), for the guards of the database."""
    return frozenset(
        (before, row.to_state.value)
        for row in TRANSITIONS
        if row.subject is subject
        for before in row.from_states
    )


def allowed_actions(
    subject: Subject, *, state: State | None, roles: Collection[str]
) -> tuple[Action, ...]:
    """Return what these roles may do in this state, in table order; None: nothing begun."""
    return tuple(
        row.action
        for row in TRANSITIONS
        if row.subject is subject and _permits(row, state=state, roles=roles)
    )


def transition(
    subject: Subject,
    *,
    action: Action,
    state: State | None,
    roles: Collection[str],
    comment: str = "",
) -> Transition:
    """Return the row that performs the action; its `to_state` is the new state.

    Raises:
        ForbiddenStepError: when the table has no such move for these roles.
        MissingCommentError: when the move needs a reason and `comment` is blank.
    """
    for row in TRANSITIONS:
        if (row.subject, row.action) == (subject, action) and _permits(
            row, state=state, roles=roles
        ):
            if row.needs_reason and not comment.strip():
                raise MissingCommentError(f"{action.value} needs a reason")
            return row
    place = "before anything" if state is None else f"while {state.value}"
    raise ForbiddenStepError(f"{action.value} is not allowed {place} to {sorted(roles)}")


def demand_order(discipline: Discipline, states: Mapping[Discipline, StepState]) -> None:
    """Raise TooEarlyError unless the step before was submitted.

    Args:
        discipline: the step that is to be submitted.
        states: the steps that have been begun.
    """
    before = discipline.before
    if before is not None and states.get(before) not in HANDED_IN:
        raise TooEarlyError(before)


def came_back(discipline: Discipline, states: Mapping[Discipline, StepState]) -> bool:
    """Return whether a step up to this one was returned or reopened, and is not in again."""
    return any(states.get(one) is StepState.RETURNED for one in steps_up_to(discipline))


def steps_up_to(discipline: Discipline) -> tuple[Discipline, ...]:
    """Return a step of the report and those before it."""
    return STEPS[: STEPS.index(discipline) + 1]


def verification_lacks(states: Mapping[Discipline, StepState]) -> tuple[Discipline, ...]:
    """Return the steps that must be accepted still before the cause is verified.

    It is once D6 and every step before it are accepted, or a short statement and the steps
    beside it. Whichever of them comes back, it is no longer.
    """
    stated = states.get(Discipline.SHORT) is StepState.ACCEPTED
    return tuple(
        one
        for one in (BESIDE_STATEMENT if stated else VERIFYING)
        if states.get(one) is not StepState.ACCEPTED
    )


def is_verified(states: Mapping[Discipline, StepState]) -> bool:
    """Return whether the cause is verified, as `verification_lacks` says."""
    return not verification_lacks(states)


def _permits(row: Transition, *, state: State | None, roles: Collection[str]) -> bool:
    starts = not row.from_states if state is None else state.value in row.from_states
    return starts and not row.actors.isdisjoint(roles)
