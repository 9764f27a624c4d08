"""Targets that a supplier has not acknowledged stand on its page, and are reminded of."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from escalations.owed import Owed, Scope
from escalations.queries.owed_targets import owed_on_targets
from scorecards.metrics import Metric
from scorecards.models import Target
from scorecards.services.targets import Owner, acknowledge_target, set_target
from suppliers.models import Supplier, User
from tests.factories import SupplierPartFactory

pytestmark = pytest.mark.django_db

FIRST = date(2025, 10, 1)


def agreed(owner: Owner, by: User, *, first_day: date = FIRST, ppm: str = "15") -> Target:
    return set_target(
        owner=owner,
        metric=Metric.EXTERNAL_PPM,
        target_ppm=Decimal(ppm),
        first_day=first_day,
        by=by,
    )


def owed(user: User | None = None) -> list[Owed]:
    return list(owed_on_targets(Scope(at=timezone.now(), user=user)))


def test_supplier_owes_what_was_set_for_it_and_its_parts_until_it_acknowledges(
    supplier_a: Supplier, member_a: User, member_b: User, sqe: User, member_a_client: Client
) -> None:
    part = SupplierPartFactory(supplier=supplier_a)
    target = agreed(Owner(supplier_part=part), sqe)
    (one,) = owed(member_a)
    assert one.what == f"Target for External PPM of part {part.part.number}: 15 PPM"
    assert (one.action, one.supplier_id, one.reminded) == ("Acknowledge", supplier_a.pk, True)
    assert one.due_on is not None
    assert one.due_on > one.since == one.local.today
    assert owed(member_b) == []
    assert [each.key for each in owed()] == [one.key]
    page = member_a_client.get(f"/escalations/supplier/{supplier_a.code}/owed/").content.decode()
    assert one.what in page
    assert f'href="/suppliers/{supplier_a.code}/targets/"' in page

    acknowledge_target(target=target, name="Ida Vance", by=member_a, at=datetime.now(UTC))
    assert owed() == []


def test_targets_of_tiers_and_those_that_are_over_are_owed_by_nobody(
    supplier_a: Supplier, sqe: User
) -> None:
    assert Target.objects.filter(tier__isnull=False).exists()
    owner = Owner(supplier=supplier_a)
    agreed(owner, sqe, first_day=date(2025, 1, 1))
    later = agreed(owner, sqe, first_day=date(2025, 6, 1), ppm="12")
    assert [one.key for one in owed()] == [f"target-{later.pk}"]


def test_a_target_says_its_metric_in_words(supplier_a: Supplier, sqe: User) -> None:
    target = agreed(Owner(supplier=supplier_a), sqe)
    target.refresh_from_db()
    assert str(target) == f"{supplier_a}: External PPM 15"
