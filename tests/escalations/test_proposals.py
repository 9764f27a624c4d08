"""Levels that wait for a role: proposed, approved, declined."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from escalations.models import (
    ControlledShipping,
    Episode,
    EvaluationRun,
    Message,
    Policy,
    PolicyVersion,
    Rule,
)
from escalations.services.decisions import decide
from escalations.services.proposals import propose
from escalations.services.runs import record
from escalations.transitions import ForbiddenTransitionError, MissingReasonError
from escalations.workflow import Action, Level, State
from scorecards.cases import open_cases
from suppliers.models import Supplier, User
from tests.escalations.facts import AT, OCTOBER, evaluated, external

pytestmark = pytest.mark.django_db


def proposal(supplier: Supplier, **options: Any) -> Episode:
    fields: dict[str, Any] = {
        "metric": "external_ppm",
        "level": Level.CS2,
        "because": "A reject escaped during CS1.",
        "by": None,
        "at": AT,
    }
    return propose(supplier=supplier, **(fields | options))


def new_version(**fields: Any) -> Rule:
    """Give the policy in force a version with one rule."""
    policy = Policy.objects.get(name="Default")
    version = PolicyVersion.objects.create(policy=policy, number=2, reason="For this test.")
    defaults = {
        "kind": "ppm",
        "metric": "external_ppm",
        "window": "month",
        "comparator": "above",
        "threshold_ppm": 50,
        "level": "cs1",
    }
    rule: Rule = Rule.objects.create(version=version, position=1, **(defaults | fields))
    return rule


def test_proposal_holds_for_nobody_until_it_is_approved(
    supplier_a: Supplier, sqe: User, quality_manager: User, member_a: User, buyer: User
) -> None:
    case = proposal(supplier_a)
    assert case.state == State.PROPOSED.value
    assert open_cases([supplier_a.pk]) == {}
    assert not Episode.objects.visible_to(member_a).exists()
    assert not ControlledShipping.objects.exists()
    told = set(Message.objects.values_list("event", "audience"))
    assert told == {("proposed", "manager"), ("proposed", "quality")}
    with pytest.raises(ForbiddenTransitionError):
        decide(episode=case, action=Action.APPROVE, by=sqe, at=AT)
    decide(episode=case, action=Action.APPROVE, by=quality_manager, at=AT)
    case.refresh_from_db()
    assert case.state == State.OPEN.value
    assert ControlledShipping.objects.get().level == Level.CS2.value
    assert Episode.objects.visible_to(member_a).get() == case
    raised = Message.objects.filter(event="raised")
    assert set(raised.values_list("audience", "level_before", "level_after")) == {
        (audience, "", "cs2") for audience in ("purchasing", "quality", "supplier")
    }


def test_declined_proposal_ends_with_its_reason(
    supplier_a: Supplier, quality_manager: User, member_a: User
) -> None:
    case = proposal(supplier_a)
    with pytest.raises(MissingReasonError):
        decide(episode=case, action=Action.DECLINE, by=quality_manager, at=AT)
    step = decide(
        episode=case, action=Action.DECLINE, by=quality_manager, at=AT, reason="Found in sorting."
    )
    assert (step.to_state, step.reason) == ("declined", "Found in sorting.")
    assert not Episode.objects.visible_to(member_a).exists()
    assert not Message.objects.filter(event="ended").exists()
    assert proposal(supplier_a).pk != case.pk


def test_proposed_again_it_is_the_same_case(supplier_a: Supplier, supplier_b: Supplier) -> None:
    case = proposal(supplier_a)
    assert proposal(supplier_a, because="Again.") == case
    assert proposal(supplier_b) != case
    assert proposal(supplier_a, level=Level.NEW_BUSINESS_HOLD) != case
    assert case.steps.count() == 1


def test_who_may_not_propose(supplier_a: Supplier, buyer: User, sqe: User) -> None:
    with pytest.raises(ForbiddenTransitionError):
        proposal(supplier_a, by=buyer)
    with pytest.raises(ForbiddenTransitionError):
        proposal(supplier_a, by=sqe, level=Level.WATCH)
    with pytest.raises(MissingReasonError):
        proposal(supplier_a, by=sqe, because=" ")
    assert not Episode.objects.exists()


def test_database_wants_an_approver(supplier_a: Supplier) -> None:
    case = proposal(supplier_a)
    with pytest.raises(IntegrityError, match="names_approver"), transaction.atomic():
        Episode.objects.filter(pk=case.pk).update(approver="")


def test_rule_that_needs_approval_proposes(supplier_a: Supplier) -> None:
    new_version(activation="needs_approval", approval_role="sqe")
    external(supplier_a, counted=7, received=100_000, month=OCTOBER.minus(1))
    external(supplier_a, counted=8, received=100_000)
    outcome = evaluated()
    (case,) = outcome.proposed
    assert not outcome.raised
    assert (case.state, case.approver, case.hits.count()) == ("proposed", "sqe", 2)
    run = record(outcome, run=EvaluationRun(requested_at=AT), at=AT)
    assert "1 level proposed, which waits for approval" in run.summary
    actions = case.steps.order_by("number").values_list("action", flat=True)
    assert list(actions) == ["propose", "join"]
    assert "70 PPM" in case.steps.get(action="propose").reason
    assert "80 PPM" in case.steps.get(action="join").reason
    assert not ControlledShipping.objects.exists()
    assert not evaluated().changed


def test_rule_that_needs_none_makes_the_proposal_hold(supplier_a: Supplier) -> None:
    external(supplier_a, counted=30, received=100_000)
    case = proposal(supplier_a, level=Level.CS1)
    outcome = evaluated()
    case.refresh_from_db()
    assert case.state == State.OPEN.value
    assert case in outcome.raised
    assert ControlledShipping.objects.get().episode == case
    assert [step.action for step in case.steps.order_by("number")] == ["propose", "approve"]
    assert not evaluated().changed


def test_page_of_a_proposal_offers_what_the_table_says(
    client: Client, supplier_a: Supplier, sqe: User, quality_manager: User, member_a: User
) -> None:
    case = proposal(supplier_a)
    url = reverse("decide_episode", args=[case.number])
    client.force_login(member_a)
    assert client.get(case.get_absolute_url()).status_code == 404
    client.force_login(sqe)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "Only proposed" in page
    assert "A reject escaped during CS1." in page
    assert 'value="approve"' not in page
    client.force_login(quality_manager)
    page = client.get(case.get_absolute_url()).content.decode()
    assert 'value="approve"' in page
    assert 'value="decline"' in page
    client.post(url, {"action": "approve"})
    case.refresh_from_db()
    assert case.state == State.OPEN.value


def test_engineer_proposes_a_harder_level_on_the_page(
    client: Client, supplier_a: Supplier, sqe: User, buyer: User
) -> None:
    external(supplier_a, counted=7, received=100_000)
    evaluated()
    case = Episode.objects.get()
    address = reverse("propose_level", args=[case.number])
    client.force_login(sqe)
    refused = client.post(address, {"level": "8d", "because": ""})
    assert refused.status_code == 422
    assert "Propose a harder level" in refused.content.decode()
    assert "Once approved, the supplier reads it too." in refused.content.decode()
    client.post(address, {"level": "cs1", "because": "It comes back every week."})
    proposed = Episode.objects.get(level="cs1")
    assert (proposed.state, proposed.steps.get().by) == ("proposed", sqe)
    client.force_login(buyer)
    assert client.post(address, {"level": "cs2", "because": "No."}).status_code == 403
