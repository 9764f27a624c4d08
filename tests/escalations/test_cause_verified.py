"""When the cause of an 8D is verified: one answer for criteria, exits, effects and clocks."""

from datetime import timedelta
from typing import Any

import pytest

from escalations.eight_d_workflow import STEPS, Action, Discipline, StepState, is_verified
from escalations.models import ControlledShipping, EightD, Episode
from escalations.queries.criteria import criteria
from escalations.queries.eight_d_clocks import clocks_of
from escalations.queries.eight_d_closing import conditions
from escalations.queries.eight_d_effect import effect_of
from escalations.queries.shipping_exit import exit_progress
from escalations.services import eight_d as services
from suppliers.models import Supplier, User
from tests.escalations.eight_d_contents import CONTENTS
from tests.escalations.facts import AT, evaluated, external

D1, D2, D3, D4, D5, D6, D7, D8 = STEPS
SHORT = Discipline.SHORT
ACCEPTED, SUBMITTED, RETURNED = StepState.ACCEPTED, StepState.SUBMITTED, StepState.RETURNED
LATER = AT + timedelta(days=5)


def hand_in(eight_d: EightD, by: User, *steps: Discipline) -> None:
    for step in steps:
        told: Any = {"eight_d": eight_d, "discipline": step, "by": by, "at": AT}
        kept = eight_d.steps.filter(discipline=step.value).first()
        version = 0 if kept is None else kept.version
        if kept is None:
            version = services.save_draft(**told, content=CONTENTS[step], seen=0).version
        services.submit(**told, seen=version)


def answer(
    eight_d: EightD, by: User, action: Action, *steps: Discipline, at: Any = AT, said: str = ""
) -> None:
    for step in steps:
        revision = eight_d.revisions.filter(discipline=step.value).count()
        told: Any = {"eight_d": eight_d, "discipline": step, "revision": revision}
        services.review(**told, action=action, comment=said, by=by, at=at)


@pytest.fixture
def held(supplier_a: Supplier) -> EightD:
    """An 8D beside a controlled shipping of the same breach."""
    external(supplier_a, counted=30, received=100_000)
    evaluated()
    found: EightD = EightD.objects.get()
    return found


def said_verified(eight_d: EightD) -> set[bool]:
    """What everybody who asks is told."""
    eight_d.refresh_from_db()
    shipping = ControlledShipping.objects.get()
    by_case = {
        one.met
        for case in Episode.objects.all()
        for one in criteria(case)
        if one.name == "cause_verified"
    }
    exit_action = exit_progress(shipping, today=LATER.date()).action
    assert exit_action is not None
    return {*by_case, exit_action.met, eight_d.verified_at is not None}


def test_it_is_the_steps_up_to_d6_all_accepted() -> None:
    six: dict[Discipline, StepState] = dict.fromkeys(STEPS[:6], ACCEPTED)
    assert is_verified(six)
    assert not is_verified({})
    for step in STEPS[:6]:
        assert not is_verified(six | {step: RETURNED})
        assert not is_verified(six | {step: SUBMITTED})
    assert is_verified(six | {D7: RETURNED})


def test_it_is_an_accepted_statement_with_the_steps_it_leaves_owed() -> None:
    stated = {D1: ACCEPTED, D2: ACCEPTED, D3: ACCEPTED, SHORT: ACCEPTED}
    assert is_verified(stated)
    assert not is_verified(stated | {SHORT: RETURNED})
    assert not is_verified(stated | {D3: RETURNED})


@pytest.mark.django_db
@pytest.mark.parametrize("step", STEPS[:6])
def test_reopening_any_step_up_to_d6_takes_the_verification_back(
    held: EightD, member_a: User, sqe: User, step: Discipline
) -> None:
    hand_in(held, member_a, *STEPS[:7])
    answer(held, sqe, Action.ACCEPT, *STEPS[:6])
    assert said_verified(held) == {True}
    answer(held, sqe, Action.REOPEN, step, at=LATER, said="Found again on the line.")
    assert said_verified(held) == {False}
    assert effect_of(held).months == ()
    (d6,) = (one for one in clocks_of([held], at=LATER)[held.pk] if one.milestone is D6)
    assert d6.met_on is None
    why = next(
        one.why for one in criteria(Episode.objects.get(level="8d")) if one.name == "cause_verified"
    )
    assert step.value.upper() in why
    hand_in(held, member_a, step)
    assert said_verified(held) == {False}
    answer(held, sqe, Action.ACCEPT, step, at=LATER)
    assert said_verified(held) == {True}
    assert held.verified_at == LATER


@pytest.mark.django_db
def test_d6_accepted_before_d4_verifies_nothing(held: EightD, member_a: User, sqe: User) -> None:
    hand_in(held, member_a, *STEPS[:6])
    answer(held, sqe, Action.ACCEPT, D1, D2, D3, D5, D6)
    assert said_verified(held) == {False}
    answer(held, sqe, Action.RETURN, D4, said="The proof is missing.")
    assert said_verified(held) == {False}
    hand_in(held, member_a, D4)
    answer(held, sqe, Action.ACCEPT, D4, at=LATER)
    assert (said_verified(held), held.verified_at) == ({True}, LATER)


@pytest.mark.django_db
def test_what_comes_after_d6_leaves_it_verified(held: EightD, member_a: User, sqe: User) -> None:
    hand_in(held, member_a, *STEPS)
    answer(held, sqe, Action.ACCEPT, *STEPS[:7])
    answer(held, sqe, Action.REOPEN, D7, at=LATER, said="The FMEA is missing.")
    assert (said_verified(held), held.verified_at) == ({True}, AT)
    assert not conditions(held)[0].met
