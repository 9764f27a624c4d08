"""Asking for months to be published, and the worker that does it."""

from datetime import UTC, datetime, timedelta

import pytest

from scorecards import tasks
from scorecards.models import PublicationRequest, Scorecard, ScorecardDocument, WorkState
from scorecards.periods import Month
from scorecards.services import requests
from scorecards.services.publication import MonthNotOverError
from scorecards.services.requests import publish_requested, request_publication
from suppliers.models import Supplier, User
from tests.factories import MembershipLimitFactory, SupplierFactory
from tests.scorecards.facts import OCTOBER, deliver, roll_up

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)


def now() -> datetime:
    return NOW


def test_requested_month_is_published_in_the_name_of_who_asked(
    supplier_a: Supplier, sqe: User
) -> None:
    deliver(supplier_a, 1_000)

    assert request_publication(months=[OCTOBER], by=sqe, at=NOW) == 1
    assert publish_requested(clock=now) == 1

    scorecard = Scorecard.objects.get()
    request = PublicationRequest.objects.get()
    assert (scorecard.period, scorecard.published_by) == (OCTOBER, sqe)
    assert (request.state, request.published, request.finished_at) == (WorkState.READY, 1, NOW)


def test_asking_twice_is_asking_once(supplier_a: Supplier, sqe: User) -> None:
    assert request_publication(months=[OCTOBER], by=sqe, at=NOW) == 1
    assert request_publication(months=[OCTOBER], by=sqe, at=NOW) == 0
    assert PublicationRequest.objects.count() == 1


def test_month_can_be_asked_for_again_when_done(supplier_a: Supplier, sqe: User) -> None:
    deliver(supplier_a, 1_000)
    request_publication(months=[OCTOBER], by=sqe, at=NOW)
    publish_requested(clock=now)

    assert request_publication(months=[OCTOBER], by=sqe, at=NOW) == 1
    assert publish_requested(clock=now) == 1
    assert Scorecard.objects.count() == 1


def test_running_month_is_refused_and_none_is_asked_for(db: None, sqe: User) -> None:
    with pytest.raises(MonthNotOverError):
        request_publication(months=[OCTOBER, Month(2025, 11)], by=sqe, at=NOW)

    assert not PublicationRequest.objects.exists()


def test_long_month_is_published_in_parts(sqe: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for supplier in SupplierFactory.create_batch(5):
        deliver(supplier, 1_000)
    monkeypatch.setattr(requests, "SUPPLIERS_AT_ONCE", 2)
    request_publication(months=[OCTOBER], by=sqe, at=NOW)

    assert publish_requested(clock=now) == 1

    assert Scorecard.objects.count() == ScorecardDocument.objects.count() == 5
    assert PublicationRequest.objects.get().published == 5


def test_facts_and_a_request_that_come_while_another_is_worked_off_count(
    supplier_a: Supplier, supplier_b: Supplier, sqe: User, quality_manager: User
) -> None:
    deliver(supplier_a, 1_000)
    request_publication(months=[OCTOBER], by=sqe, at=NOW)

    def meanwhile() -> datetime:
        first_is_done = Scorecard.objects.exists()
        if first_is_done and PublicationRequest.objects.count() == 1:
            deliver(supplier_b, 1_000)
            request_publication(months=[OCTOBER], by=quality_manager, at=NOW)
        return NOW

    assert publish_requested(clock=meanwhile) == 2
    published = Scorecard.objects.values_list("supplier__code", flat=True)
    assert set(published) == {supplier_a.code, supplier_b.code}


def test_narrowed_user_publishes_only_own_suppliers(
    supplier_a: Supplier, supplier_b: Supplier, sqe: User
) -> None:
    MembershipLimitFactory(membership=sqe.memberships.get(), supplier=supplier_a)
    deliver(supplier_a, 1_000)
    deliver(supplier_b, 1_000)
    request_publication(months=[OCTOBER], by=User.objects.get(pk=sqe.pk), at=NOW)

    publish_requested(clock=now)

    assert Scorecard.objects.get().supplier == supplier_a


def test_interrupted_request_goes_on_with_what_is_left(supplier_a: Supplier, sqe: User) -> None:
    another = SupplierFactory()
    deliver(supplier_a, 1_000)
    deliver(another, 1_000)
    roll_up()
    request_publication(months=[OCTOBER], by=sqe, at=NOW)
    PublicationRequest.objects.update(
        state=WorkState.WORKING, attempts=1, next_attempt_at=NOW + timedelta(seconds=10)
    )

    assert publish_requested(clock=now) == 0
    assert publish_requested(clock=lambda: NOW + timedelta(seconds=10)) == 1
    assert Scorecard.objects.count() == 2


def test_task_does_nothing_when_nobody_asked(db: None) -> None:
    assert tasks.publish_requested() == 0
