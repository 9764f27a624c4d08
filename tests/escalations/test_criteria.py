"""What must hold before a level ends, and who may end it in spite of that."""

from datetime import date

import pgtrigger
import pytest
from django.test import Client
from django.urls import reverse

from escalations.models import EightD, Episode
from escalations.queries.criteria import criteria
from escalations.services.decisions import decide
from escalations.transitions import ForbiddenTransitionError, NotProvenError
from escalations.workflow import Action
from scorecards.rollup import drain
from scorecards.services.publication import publish_month
from suppliers.models import Reject, Supplier, User
from tests.escalations.facts import AT, OCTOBER, evaluated, external
from tests.factories import (
    PartFactory,
    RejectFactory,
    RejectVerdictFactory,
    SupplierFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db
AUGUST = OCTOBER.minus(2)


@pytest.fixture
def case(supplier_a: Supplier, sqe: User) -> Episode:
    """An acknowledged 8D of August."""
    external(supplier_a, counted=7, received=100_000, month=AUGUST)
    evaluated()
    found = Episode.objects.get()
    decide(episode=found, action=Action.ACKNOWLEDGE, by=sqe, at=AT)
    found.refresh_from_db()
    return found


def state_of(case: Episode) -> dict[str, bool]:
    return {criterion.name: criterion.met for criterion in criteria(case)}


def test_months_count_once_published_and_in_a_row(
    case: Episode, supplier_a: Supplier, sqe: User
) -> None:
    external(supplier_a, counted=2, received=100_000, month=OCTOBER.minus(1))
    external(supplier_a, counted=1, received=100_000)
    drain(at=AT)
    assert state_of(case)["clean_months"] is False
    publish_month(month=OCTOBER.minus(1), by=sqe, at=AT)
    assert state_of(case)["clean_months"] is False
    publish_month(month=OCTOBER, by=sqe, at=AT)
    assert state_of(case)["clean_months"] is True


def test_month_without_receipts_or_above_target_is_not_clean(
    case: Episode, supplier_a: Supplier, sqe: User
) -> None:
    external(supplier_a, counted=3, received=100_000, month=OCTOBER.minus(1))  # 30 PPM, target 25
    external(supplier_a, counted=1, received=100_000)
    drain(at=AT)
    for month in (OCTOBER.minus(1), OCTOBER):
        publish_month(month=month, by=sqe, at=AT)
    (months, *_others) = criteria(case)
    assert not months.met
    assert "30 PPM, above the target of 25" in months.why


def test_month_without_a_target_is_named_with_the_way_to_set_one(
    client: Client, sqe: User, buyer: User
) -> None:
    supplier = SupplierFactory(code="ECHO-1")  # in no tier, so without its target
    external(supplier, counted=7, received=100_000, month=AUGUST)
    external(supplier, counted=1, received=100_000, month=OCTOBER.minus(1))
    evaluated()
    case = Episode.objects.get()
    drain(at=AT)
    publish_month(month=OCTOBER.minus(1), by=sqe, at=AT)
    (months, *_others) = criteria(case)
    assert not months.met
    assert "10 PPM, but no target for external PPM of ECHO-1 holds in this month" in months.why
    link = f"{reverse('target_new')}?supplier=ECHO-1"
    assert months.mend == link
    for user, offered in ((sqe, True), (buyer, False)):
        client.force_login(user)
        assert (link in client.get(case.get_absolute_url()).content.decode()) is offered
    TargetFactory(supplier=supplier, target_ppm=50)
    (months, *_others) = criteria(case)
    assert (months.mend, "at or below the target of 50" in months.why) == ("", True)


def test_open_criteria_keep_it_open_but_for_the_quality_manager(
    client: Client, case: Episode, sqe: User, quality_manager: User
) -> None:
    assert state_of(case) == {"clean_months": False, "cause_verified": False, "no_repeat": False}
    with pytest.raises(NotProvenError):
        decide(episode=case, action=Action.CLOSE, by=sqe, at=AT, reason="Enough.")
    with pytest.raises(ForbiddenTransitionError):
        decide(episode=case, action=Action.OVERRULE, by=sqe, at=AT, reason="Enough.")
    client.force_login(sqe)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "To end this level" in page
    assert 'value="close"' not in page
    said = client.post(
        reverse("decide_episode", args=[case.number]), {"action": "close", "reason": "Enough."}
    )
    assert said.status_code == 422
    assert "cannot be closed yet" in said.content.decode()
    step = decide(
        episode=case, action=Action.OVERRULE, by=quality_manager, at=AT, reason="Part phased out."
    )
    assert (step.action, step.to_state) == ("overrule", "closed")


def test_vanished_breach_leaves_nothing_to_prove(
    case: Episode, supplier_a: Supplier, sqe: User
) -> None:
    external(supplier_a, received=100_000, month=AUGUST)
    evaluated()
    case.refresh_from_db()
    assert (case.state, state_of(case)) == ("under_review", {"breach": True})
    decide(episode=case, action=Action.CLOSE, by=sqe, at=AT, reason="Receipts were late.")


def test_only_what_the_supplier_answers_for_is_a_repeat(
    case: Episode, supplier_a: Supplier
) -> None:
    report = EightD.objects.get()
    first = Reject.objects.get()
    report.facts = [
        {**row, "defects": [{"code": first.defect_code.code}]}
        for row in report.facts
        if row["part"] == first.part.number
    ]
    report.verified_at = AT
    report.save()
    found = {"supplier": supplier_a, "defect_code": first.defect_code, "suspect_qty": 2}
    found |= {"detected_on": date(2026, 11, 20), "plant": first.plant}
    RejectFactory(part=first.part, checked_qty=2, released_qty=2, **found)
    theirs = RejectFactory(part=first.part, **found)
    RejectVerdictFactory(reject=theirs, confirmed_qty=2, supplier_qty=0, own_qty=2)
    assert state_of(case)["no_repeat"] is True
    successor = PartFactory(supersedes=first.part)
    RejectFactory(part=successor, complaint="SUCCESSOR-1", **found)
    (repeat,) = [one for one in criteria(case) if one.name == "no_repeat"]
    assert not repeat.met
    assert "SUCCESSOR-1" in repeat.why


def test_controlled_shipping_must_have_ended_by_its_own_criteria(supplier_a: Supplier) -> None:
    external(supplier_a, counted=30, received=100_000)
    evaluated()
    case = Episode.objects.get(level="cs1")
    assert state_of(case)["shipping_exited"] is False
    shipping = case.controlledshipping
    with pgtrigger.ignore("escalations.ControlledShipping:controlled_shipping_moves_by_the_table"):
        type(shipping).objects.filter(pk=shipping.pk).update(
            state="withdrawn", ended_on=date(2026, 12, 20)
        )
    assert state_of(case)["shipping_exited"] is True
    assert EightD.objects.get().number in next(
        one.why for one in criteria(case) if one.name == "cause_verified"
    )
