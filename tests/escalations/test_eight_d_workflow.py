"""The one table of 8Ds, the fields of its steps, its score and its differences: all pure."""

import random
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.eight_d_checks import Problem, ShapeError, problems, shaped
from escalations.eight_d_differences import differences
from escalations.eight_d_schema import FORMS, Table, blank
from escalations.eight_d_score import Criterion, suffices, total
from escalations.eight_d_workflow import (
    STEPS,
    TRANSITIONS,
    Action,
    Discipline,
    ExtensionState,
    ForbiddenStepError,
    MissingCommentError,
    ReportState,
    StepState,
    Subject,
    TooEarlyError,
    allowed_actions,
    demand_order,
    moves,
    transition,
)
from tests.escalations.eight_d_contents import CONTENTS

TODAY = date(2026, 11, 12)
ROLES = [
    "sqe",
    "quality_manager",
    "supplier_member",
    "supplier_admin",
    "buyer",
    "auditor",
    "administrator",
]
STATES = [None, *StepState, *ReportState, *ExtensionState]


@pytest.mark.parametrize(
    ("role", "state", "allowed"),
    [
        ("supplier_member", StepState.DRAFT, (Action.SUBMIT,)),
        ("sqe", StepState.DRAFT, (Action.SUBMIT,)),
        ("supplier_admin", StepState.RETURNED, (Action.SUBMIT,)),
        ("supplier_member", StepState.SUBMITTED, ()),
        ("sqe", StepState.SUBMITTED, (Action.ACCEPT, Action.RETURN)),
        ("quality_manager", StepState.ACCEPTED, (Action.REOPEN,)),
        ("supplier_member", StepState.ACCEPTED, ()),
        ("buyer", StepState.DRAFT, ()),
        ("auditor", StepState.SUBMITTED, ()),
        ("administrator", StepState.SUBMITTED, ()),
    ],
)
def test_who_may_do_what_with_a_step(
    role: str, state: StepState, allowed: tuple[Action, ...]
) -> None:
    assert allowed_actions(Subject.STEP, state=state, roles=[role]) == allowed


@given(
    subject=st.sampled_from(Subject),
    action=st.sampled_from(Action),
    state=st.sampled_from(STATES),
    roles=st.sets(st.sampled_from(ROLES)),
)
def test_transition_succeeds_exactly_when_allowed(
    subject: Subject, action: Action, state: Any, roles: set[str]
) -> None:
    if action in allowed_actions(subject, state=state, roles=roles):
        row = transition(subject, action=action, state=state, roles=roles, comment="because")
        assert row in TRANSITIONS
    else:
        with pytest.raises(ForbiddenStepError):
            transition(subject, action=action, state=state, roles=roles, comment="because")


def test_two_thousand_random_walks_end_in_allowed_states() -> None:
    """Every role tries every action blindly on each subject; only the table's moves are made."""
    chance = random.Random(5)  # noqa: S311  # walks, no secrets
    begins: dict[Subject, Any] = {
        Subject.STEP: StepState.DRAFT,
        Subject.REPORT: ReportState.OPEN,
        Subject.EXTENSION: None,
    }
    ended = set()
    for _walk in range(2_000):
        subject = chance.choice(list(Subject))
        state = begins[subject]
        for _step in range(20):
            action, role = chance.choice(list(Action)), chance.choice(ROLES)
            asked: Any = {"state": state, "roles": [role]}
            try:
                row = transition(subject, action=action, comment="because", **asked)
            except ForbiddenStepError:
                assert action not in allowed_actions(subject, **asked)
                continue
            assert action in allowed_actions(subject, **asked)
            assert role in ROLES[:4]
            assert state is None or (state.value, row.to_state.value) in moves(subject)
            state = row.to_state
        ended.add(state)
    assert ended - {None} == {*StepState, *ReportState, *ExtensionState}


def test_returning_needs_a_comment_and_accepting_does_not() -> None:
    state, roles = StepState.SUBMITTED, ["sqe"]
    with pytest.raises(MissingCommentError):
        transition(Subject.STEP, action=Action.RETURN, state=state, roles=roles, comment=" ")
    transition(Subject.STEP, action=Action.ACCEPT, state=state, roles=roles)


def test_steps_are_submitted_in_their_order() -> None:
    demand_order(Discipline.D1, {})
    demand_order(Discipline.SHORT, {})
    for before, step in pairwise(STEPS):
        for state in StepState:
            if state in {StepState.SUBMITTED, StepState.ACCEPTED}:
                demand_order(step, {before: state})
                continue
            with pytest.raises(TooEarlyError) as early:
                demand_order(step, {before: state})
            assert early.value.missing is before


@pytest.mark.parametrize("discipline", list(Discipline))
def test_complete_contents_have_no_problem_and_empty_ones_do(discipline: Discipline) -> None:
    content = shaped(discipline, CONTENTS[discipline])
    assert problems(discipline, content, today=TODAY) == []
    assert shaped(discipline, content) == content
    missing = problems(discipline, blank(discipline), today=TODAY)
    required = [one for one in FORMS[discipline] if isinstance(one, Table) or one.required]
    assert bool(missing) == bool(required)


@pytest.mark.parametrize(
    ("discipline", "changed", "problem"),
    [
        (
            Discipline.D3,
            {"clean_from": "next week"},
            Problem(field="clean_from", code="no_day", value="next week"),
        ),
        (
            Discipline.D6,
            {"verified_on": "2026-11-13"},
            Problem(field="verified_on", code="ahead", value="2026-11-13"),
        ),
        (
            Discipline.D4,
            {"occurrence_whys": [{"because": "worn"}]},
            Problem(field="occurrence_whys", code="too_few_rows", value="2"),
        ),
        (
            Discipline.D4,
            {"responsibility": "maybe"},
            Problem(field="responsibility", code="no_choice", value="maybe"),
        ),
        (Discipline.D1, {"champion": " "}, Problem(field="champion", code="missing")),
    ],
)
def test_each_fault_is_named_at_its_field(
    discipline: Discipline, changed: dict[str, Any], problem: Problem
) -> None:
    content = shaped(discipline, CONTENTS[discipline] | changed)
    assert problems(discipline, content, today=TODAY) == [problem]


def test_quantities_and_places_of_containment_are_checked() -> None:
    stock: Any = [
        dict(row) for row in CONTENTS[Discipline.D3]["stock"] if row["place"] != "transit"
    ]
    stock[0]["found"] = "-1"
    content = shaped(Discipline.D3, CONTENTS[Discipline.D3] | {"stock": stock})
    assert problems(Discipline.D3, content, today=TODAY) == [
        Problem(field="stock.1.found", code="no_quantity", value="-1"),
        Problem(field="stock", code="not_covered", value="transit"),
    ]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ([], "no_object"),
        ({"boss": "x"}, "unknown"),
        ({"champion": 7}, "no_text"),
        ({"champion": "x" * 201}, "too_long"),
        ({"team": "me"}, "no_list"),
        ({"team": ["me"]}, "no_object"),
        ({"team": [{"shoe": "42"}]}, "unknown"),
        ({"team": [{"name": "x"}] * 51}, "too_many_rows"),
    ],
)
def test_content_of_another_shape_is_refused(raw: Any, code: str) -> None:
    with pytest.raises(ShapeError) as refused:
        shaped(Discipline.D1, raw)
    assert [one.code for one in refused.value.problems] == [code]


NAMES = st.sampled_from(["champion", "team", "name", "q"])
LEAVES = st.none() | st.booleans() | st.text(max_size=9)
ANY_JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=9
)


@given(ANY_JSON)
def test_any_json_is_taken_or_refused_and_never_breaks(raw: Any) -> None:
    try:
        content = shaped(Discipline.D1, raw)
    except ShapeError:
        return
    assert set(content) == {"champion", "team"}


def test_seventy_percent_suffice_exactly() -> None:
    points = {one.value: 2 if place < 4 else 1 for place, one in enumerate(Criterion)}
    assert total(points) == 14
    assert suffices(points)
    assert not suffices(points | {Criterion.TEAM.value: 1})
    with pytest.raises(ValueError, match="every criterion"):
        total({Criterion.TEAM: 2})


def test_differences_name_row_and_column_and_the_words() -> None:
    old = shaped(Discipline.D1, {"champion": "Ann Bell", "team": [{"name": "A", "role": "Lead"}]})
    new = shaped(
        Discipline.D1,
        {
            "champion": "Ann Miller Bell",
            "team": [{"name": "A", "role": "Head"}, {"name": "B", "role": "QA"}],
        },
    )
    found = differences(Discipline.D1, old, new)
    assert [(one.path, one.before, one.after) for one in found] == [
        ("champion", "Ann Bell", "Ann Miller Bell"),
        ("team.1.role", "Lead", "Head"),
        ("team.2.name", "", "B"),
        ("team.2.role", "", "QA"),
    ]
    assert [(piece.kind, piece.text) for piece in found[0].pieces] == [
        ("kept", "Ann "),
        ("added", "Miller "),
        ("kept", "Bell"),
    ]
    assert differences(Discipline.D1, new, new) == []
