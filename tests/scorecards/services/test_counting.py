"""Choosing how undecided rejects count: a version, and every running figure follows."""

from datetime import UTC, datetime
from decimal import Decimal
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.test import Client

from scorecards.enums import ProvisionalRule
from scorecards.models import CountingPolicy, SupplierMonth
from scorecards.rollup import drain, verify
from scorecards.services.counting import (
    PolicyChangedError,
    ReasonTooShortError,
    change_provisional,
)
from suppliers.models import Supplier, User
from tests.scorecards.facts import OCTOBER, decide, deliver, suspect

AT = datetime(2025, 11, 3, 9, tzinfo=UTC)
REASON = "Agreed with the suppliers' council."
RULES = {
    ProvisionalRule.FOUND_ONLY: 2,
    ProvisionalRule.EXTRAPOLATED: 20,
    ProvisionalRule.WHOLE_LOT: 100,
}


@pytest.fixture
def undecided(supplier_a: Supplier) -> Supplier:
    """100 suspect, 10 checked, 2 confirmed; nobody has decided. Seven others are decided."""
    deliver(supplier_a, 1_000_000)
    suspect(supplier_a, 100, checked_qty=Decimal(10), confirmed_qty=Decimal(2))
    decide(supplier_a, 7)
    drain(at=AT)
    return supplier_a


def change(rule: ProvisionalRule, by: User, **fields: int) -> CountingPolicy:
    seen = CountingPolicy.objects.in_force().version
    return change_provisional(rule=rule, reason=REASON, by=by, at=AT, **{"seen": seen, **fields})


@pytest.mark.parametrize("rule", RULES)
def test_every_running_figure_follows(
    undecided: Supplier, quality_manager: User, rule: ProvisionalRule
) -> None:
    change(ProvisionalRule.WHOLE_LOT, quality_manager)
    change(rule, quality_manager)
    drain(at=AT)
    month = SupplierMonth.objects.get(supplier=undecided, month=OCTOBER.first_day)
    assert (month.counted_qty, month.provisional_qty) == (7 + RULES[rule], RULES[rule])
    assert verify() == []


def test_a_month_that_counted_nothing_follows_too(
    supplier_a: Supplier, quality_manager: User
) -> None:
    change(ProvisionalRule.FOUND_ONLY, quality_manager)
    suspect(supplier_a, 100)
    drain(at=AT)
    change(ProvisionalRule.WHOLE_LOT, quality_manager)
    drain(at=AT)
    assert SupplierMonth.objects.get(supplier=supplier_a).counted_qty == 100


def test_version_says_who_when_and_why(quality_manager: User) -> None:
    policy = change(ProvisionalRule.FOUND_ONLY, quality_manager)
    assert (policy.version, policy.created_by, policy.created_at) == (2, quality_manager, AT)
    kept = CountingPolicy.objects.get(version=1)
    assert kept.warranty_months == policy.warranty_months
    assert change(ProvisionalRule.FOUND_ONLY, quality_manager).version == 2


def test_changing_unseen_or_without_reason_is_refused(quality_manager: User) -> None:
    change(ProvisionalRule.FOUND_ONLY, quality_manager)
    with pytest.raises(PolicyChangedError):
        change(ProvisionalRule.WHOLE_LOT, quality_manager, seen=1)
    with pytest.raises(ReasonTooShortError):
        change_provisional(
            rule=ProvisionalRule.WHOLE_LOT, reason="Because", seen=2, by=quality_manager, at=AT
        )


@pytest.mark.django_db(transaction=True)
def test_a_drain_under_way_never_leaves_the_older_version(
    supplier_a: Supplier, quality_manager: User
) -> None:
    suspect(supplier_a, 100, checked_qty=Decimal(10), confirmed_qty=Decimal(2))
    drained, go_on = Event(), Event()

    def slow_drain() -> None:
        try:
            with transaction.atomic():
                drain(at=AT)
                drained.set()
                go_on.wait(timeout=60)
        finally:
            connection.close()

    def changes() -> None:
        try:
            change(ProvisionalRule.WHOLE_LOT, quality_manager)
        finally:
            connection.close()

    threads = [Thread(target=slow_drain), Thread(target=changes)]
    threads[0].start()
    assert drained.wait(timeout=60)
    threads[1].start()
    threads[1].join(timeout=0.5)
    assert threads[1].is_alive()  # it waits for the drain
    go_on.set()
    for thread in threads:
        thread.join(timeout=60)
    drain(at=AT)
    assert SupplierMonth.objects.get(supplier=supplier_a).counted_qty == 100
    assert verify() == []


def test_page_shows_versions_and_lets_a_manager_change_it(
    quality_manager_client: Client, sqe_client: Client
) -> None:
    given = {"provisional": "found_only", "reason": "Too short", "seen": "1"}
    path = "/counting-policy/change/"
    assert sqe_client.post(path, given).status_code == 403
    assert quality_manager_client.post(path, given).status_code == 422
    assert quality_manager_client.post(path, {**given, "reason": REASON}).status_code == 302
    html = sqe_client.get("/counting-policy/").content.decode()
    assert "Version 2: Confirmed pieces only" in html
    assert "suppliers&#x27; council" in html
    assert "Put into force" not in html
    late = {**given, "provisional": "whole_lot", "reason": REASON}
    answer = quality_manager_client.post(path, late)
    assert "changed the policy meanwhile" in answer.content.decode()
