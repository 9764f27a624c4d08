"""The month that is published by itself: which, when, for whom, and when not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client, override_settings

from config.env import publishing_day
from scorecards.models import PublicationRequest, Scorecard, WorkState
from scorecards.periods import Month
from scorecards.queries.month_by_itself import month_by_itself
from scorecards.services.publication import publish_month
from scorecards.services.requests import (
    publish_requested,
    request_due_month,
    request_publication,
)
from suppliers.enums import ImportState
from suppliers.models import Supplier, User
from tests.factories import ImportBatchFactory, MembershipLimitFactory, PlantFactory
from tests.scorecards.facts import OCTOBER, deliver, roll_up

# November 2025 began on a Saturday: its eighth working day is the 12th
BEFORE = datetime(2025, 11, 11, 23, 59, tzinfo=UTC)
DUE = datetime(2025, 11, 12, 0, 0, tzinfo=UTC)


def ask(at: datetime = DUE, working_day: int = 8) -> Month | None:
    return request_due_month(working_day=working_day, at=at)


@pytest.fixture
def october(supplier_a: Supplier) -> Supplier:
    deliver(supplier_a, 1_000, OCTOBER.minus(3))
    deliver(supplier_a, 1_000)
    roll_up()
    return supplier_a


def test_newest_month_alone_is_published_by_nobody_when_its_day_has_come(
    october: Supplier,
) -> None:
    assert ask(BEFORE) is None
    assert ask(DUE) == OCTOBER
    assert publish_requested(clock=lambda: DUE) == 1

    scorecard = Scorecard.objects.get()
    assert (scorecard.supplier, scorecard.period, scorecard.published_by) == (
        october,
        OCTOBER,
        None,
    )
    request = PublicationRequest.objects.get()
    assert (request.requested_by, request.state, request.published) == (None, WorkState.READY, 1)


def test_published_month_is_not_asked_for_again(october: Supplier) -> None:
    publish_month(month=OCTOBER, by=None, at=BEFORE)

    assert ask() is None
    assert not PublicationRequest.objects.exists()


def test_earlier_month_that_was_missed_stays_for_people(october: Supplier) -> None:
    publish_month(month=OCTOBER.plus(1), by=None, at=datetime(2025, 12, 3, tzinfo=UTC))

    assert ask(datetime(2025, 12, 20, tzinfo=UTC)) is None


def test_supplier_that_is_late_is_published_beside_the_others(
    october: Supplier, supplier_b: Supplier
) -> None:
    publish_month(month=OCTOBER, by=None, at=BEFORE)
    deliver(supplier_b, 1_000)
    roll_up()

    assert ask() == OCTOBER
    publish_requested(clock=lambda: DUE)

    assert list(Scorecard.objects.values_list("supplier__code", "version")) == [
        (october.code, 1),
        (supplier_b.code, 1),
    ]
    assert Scorecard.objects.get(supplier=october).published_at == BEFORE


def test_it_waits_for_the_roll_up(october: Supplier) -> None:
    deliver(october, 5, OCTOBER.minus(1))

    assert ask() is None
    roll_up()
    assert ask() == OCTOBER


def test_it_waits_for_confirmed_imports(october: Supplier) -> None:
    batch = ImportBatchFactory(state=ImportState.CONFIRMED)

    assert ask() is None
    batch.delete()
    assert ask() == OCTOBER


def test_asking_twice_is_asking_once_and_people_go_first(
    october: Supplier, supplier_b: Supplier, sqe: User
) -> None:
    deliver(supplier_b, 1_000)
    roll_up()
    MembershipLimitFactory(membership=sqe.memberships.get(), supplier=october)
    request_publication(months=[OCTOBER], by=User.objects.get(pk=sqe.pk), at=DUE)
    assert ask() is None

    publish_requested(clock=lambda: DUE)
    assert ask() == OCTOBER
    assert ask() is None
    assert request_publication(months=[OCTOBER], by=None, at=DUE) == 0
    publish_requested(clock=lambda: DUE)

    authors = Scorecard.objects.order_by("supplier__code").values_list("published_by", flat=True)
    assert list(authors) == [sqe.pk, None]


def test_what_was_given_up_is_left_to_people(october: Supplier, sqe: User) -> None:
    ask()
    PublicationRequest.objects.update(state=WorkState.DEAD, error="ValueError: no")

    assert ask(DUE + timedelta(days=1)) is None
    assert request_publication(months=[OCTOBER], by=sqe, at=DUE) == 1


def test_nothing_is_published_where_it_is_off_or_nothing_is_known(
    october: Supplier, supplier_b: Supplier
) -> None:
    assert ask(working_day=0) is None
    assert month_by_itself(working_day=0, at=DUE) is None
    october.deliveries.all().delete()
    roll_up()
    assert ask() is None


def test_day_is_of_the_plant_whose_calendar_is_later(db: None) -> None:
    for country in ("DE", "PL"):  # 11 November is a holiday in Poland
        PlantFactory(country=country)

    expected = month_by_itself(working_day=8, at=BEFORE)

    assert expected is not None
    assert (expected.month, expected.on) == (OCTOBER, date(2025, 11, 13))


@pytest.mark.parametrize("number", [-1, 1, 2, 16])
def test_setting_that_is_no_such_day_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=f"PUBLISH_ON_WORKING_DAY is {number}"):
        publishing_day(number)
    assert [publishing_day(day) for day in (0, 3, 15)] == [0, 3, 15]


def test_page_says_when_or_nothing_where_it_is_off(october: Supplier, sqe_client: Client) -> None:
    with override_settings(PUBLISH_ON_WORKING_DAY=8):
        assert "published by itself" in sqe_client.get("/months/").content.decode()
    with override_settings(PUBLISH_ON_WORKING_DAY=0):
        assert "by itself" not in sqe_client.get("/months/").content.decode()
