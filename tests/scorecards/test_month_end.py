"""The end of a month: its dates, states, what is missing, publishing one, lock, corrections."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from scorecards.models import Scorecard
from scorecards.periods import Month
from scorecards.queries.board import month_board
from scorecards.queries.missing import missing
from scorecards.queries.month_end import MonthState, locked_from, month_dates, month_state
from scorecards.services.publication import LockedError, publish_month, restate
from suppliers.models import Supplier, User
from tests.conftest import LogIn
from tests.factories import (
    DisputeFactory,
    ImportBatchFactory,
    PlantFactory,
    RejectVerdictFactory,
    WarrantyReturnFactory,
)
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up, suspect

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)
REASON = "Receipts were booked late."


def test_dates_are_working_days_of_the_next_month() -> None:
    # November 2025 began on a Saturday
    dates = month_dates(OCTOBER, countries=[])

    assert dates.preliminary_on == date(2025, 11, 5)
    assert dates.due_on == date(2025, 11, 12)


def test_dates_wait_for_the_plant_whose_calendar_is_later() -> None:
    # 11 November is a holiday in Poland, 1 January everywhere
    assert month_dates(OCTOBER, countries=["DE", "PL"]).due_on == date(2025, 11, 13)
    assert month_dates(Month(2025, 12), countries=["DE"]).preliminary_on == date(2026, 1, 6)


def test_states_follow_dates_and_publication() -> None:
    dates = month_dates(OCTOBER, countries=[])

    def state(today: date, published_at: datetime | None = None) -> MonthState:
        at = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
        return month_state(dates=dates, today=today, published_at=published_at, at=at)

    assert state(date(2025, 11, 4)) is MonthState.OPEN
    assert state(date(2025, 11, 5)) is MonthState.PRELIMINARY
    assert state(date(2026, 5, 1)) is MonthState.PRELIMINARY
    assert state(date(2025, 11, 10), NOW) is MonthState.PUBLISHED
    assert state(date(2025, 12, 9), NOW) is MonthState.PUBLISHED
    assert state(date(2025, 12, 11), NOW) is MonthState.LOCKED


def test_board_shows_state_and_dates(supplier_a: Supplier) -> None:
    PlantFactory(country="DE")
    deliver(supplier_a, 1_000)
    roll_up()

    [row] = month_board(suppliers=Supplier.objects.all(), at=NOW)
    assert (row.state, row.late, row.locked_on) == (MonthState.PRELIMINARY, False, None)
    [row] = month_board(suppliers=Supplier.objects.all(), at=NOW + timedelta(days=5))[-1:]
    assert row.late

    publish_month(month=OCTOBER, by=None, at=NOW)
    [row] = month_board(suppliers=Supplier.objects.all(), at=NOW + timedelta(days=5))[-1:]
    assert (row.state, row.late, row.locked_on) == (MonthState.PUBLISHED, False, date(2025, 12, 10))
    [row] = month_board(suppliers=Supplier.objects.all(), at=NOW + timedelta(days=31))[-1:]
    assert row.state is MonthState.LOCKED


def test_what_is_missing_leads_to_where_it_is_mended(
    supplier_a: Supplier, sqe: User, sqe_client: Client
) -> None:
    deliver(supplier_a, 1_000)
    undecided = suspect(supplier_a, 3, complaint="C-UNDECIDED")
    decided = decide(supplier_a, 2)
    suspect(supplier_a, 3, OCTOBER.minus(1))
    back = WarrantyReturnFactory(supplier=supplier_a, claim="W-OPEN", received_on=OCTOBER.first_day)
    dispute = DisputeFactory(reject=decided)
    batch = ImportBatchFactory(filename="late.csv", state="ready")

    found = {kind.slug: kind for kind in missing(OCTOBER, user=sqe)}
    page = sqe_client.get("/months/2025-10/").text

    assert {slug: kind.count for slug, kind in found.items()} == {
        "rejects": 1,
        "returns": 1,
        "disputes": 1,
        "imports": 1,
        "stale": 1,
    }
    for url in (
        f"/rejects/{undecided.pk}/decide/",
        f"/returns/{back.pk}/decide/",
        f"/disputes/{dispute.pk}/",
        f"/imports/{batch.pk}/",
        "/suppliers/ALFA-4711/?month=2025-10",
    ):
        assert url in page
        assert sqe_client.get(url).status_code == 200


def test_disputed_published_line_is_missing_too(supplier_a: Supplier, sqe: User) -> None:
    line = DisputeFactory(reject=None, supplier=supplier_a, published_line="2025-10/external_ppm")

    [found] = [kind for kind in missing(OCTOBER, user=sqe) if kind.slug == "disputes"]

    assert [item.url for item in found.items] == [f"/disputes/{line.pk}/"]


def test_month_that_counts_something_else_than_was_published_is_said(
    supplier_a: Supplier, supplier_b: Supplier, sqe: User, member_b: User, sqe_client: Client
) -> None:
    for supplier in (supplier_a, supplier_b):
        deliver(supplier, 1_000)
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)
    assert not [kind for kind in missing(OCTOBER, user=sqe) if kind.slug == "changed"]

    decide(supplier_a, 2)
    roll_up()

    [found] = [kind for kind in missing(OCTOBER, user=sqe) if kind.slug == "changed"]
    assert [item.name for item in found.items] == ["ALFA-4711"]
    card = sqe_client.get(found.items[0].url).text
    assert "The facts have changed since publication" in card
    assert found.items[0].url in sqe_client.get("/months/2025-10/").text
    assert not [kind for kind in missing(OCTOBER, user=member_b) if kind.slug == "changed"]


def test_nothing_missing_is_said(supplier_a: Supplier, sqe_client: Client) -> None:
    deliver(supplier_a, 1_000)
    decide(supplier_a, 2)
    roll_up()

    assert "Nothing is missing" in sqe_client.get("/months/2025-10/").text


def test_what_is_missing_of_other_plants_is_not_shown(
    supplier_a: Supplier, sqe: User, member_a: User
) -> None:
    suspect(supplier_a, 3)
    ImportBatchFactory(state="ready")
    roll_up()

    assert [kind.slug for kind in missing(OCTOBER, user=member_a)] == ["rejects"]
    assert [kind.slug for kind in missing(OCTOBER, user=sqe)] == ["rejects", "imports"]


def test_one_supplier_is_published_from_the_month(
    supplier_a: Supplier, supplier_b: Supplier, sqe_client: Client
) -> None:
    for supplier in (supplier_a, supplier_b):
        deliver(supplier, 1_000)
    roll_up()

    answer = sqe_client.post("/suppliers/ALFA-4711/2025-10/publish/", follow=True)

    assert "2025-10 of ALFA-4711 is published." in answer.text
    assert [card.supplier for card in Scorecard.objects.all()] == [supplier_a]
    again = sqe_client.post("/suppliers/ALFA-4711/2025-10/publish/", follow=True)
    assert "was published before" in again.text
    assert Scorecard.objects.count() == 1


def test_one_supplier_with_stale_figures_is_not_published(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    deliver(supplier_a, 1_000)
    roll_up()
    deliver(supplier_a, 1_000)

    answer = sqe_client.post("/suppliers/ALFA-4711/2025-10/publish/", follow=True)

    assert "are not recomputed yet" in answer.text
    assert not Scorecard.objects.exists()


@pytest.fixture
def changed(supplier_a: Supplier) -> Supplier:
    """A published month whose counts have changed."""
    deliver(supplier_a, 10_000)
    reject = suspect(supplier_a, 3)
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)
    RejectVerdictFactory(reject=reject, supplier_qty=1)
    roll_up()
    return supplier_a


def test_locked_month_is_restated_by_a_quality_manager_alone(
    changed: Supplier, sqe: User, quality_manager: User
) -> None:
    locked = locked_from(supplier=changed, month=OCTOBER)
    assert locked == NOW + timedelta(days=30)
    assert locked is not None

    with pytest.raises(LockedError, match="is locked since 2025-12-10"):
        restate(supplier=changed, month=OCTOBER, reason=REASON, by=sqe, at=locked)
    restated = restate(
        supplier=changed, month=OCTOBER, reason=REASON, by=quality_manager, at=locked
    )

    assert restated.version == 2


def test_locked_month_offers_its_form_to_those_who_may(
    changed: Supplier, sqe_client: Client, log_in: LogIn, quality_manager: User
) -> None:
    """It was published a year ago."""
    address = f"/suppliers/{changed.code}/{OCTOBER}/"
    engineer = sqe_client.get(address).content.decode()
    manager = log_in(quality_manager).get(address).content.decode()

    assert "The month is locked since 2025-12-10; a quality manager can" in engineer
    assert "The facts have changed since publication" in engineer
    assert "Publish a new version" not in engineer
    assert "Publish a new version" in manager
    assert "is locked since" not in manager


def test_month_that_is_not_locked_yet_is_restated_by_an_engineer(
    changed: Supplier, sqe: User
) -> None:
    at = NOW + timedelta(days=30) - timedelta(seconds=1)

    assert restate(supplier=changed, month=OCTOBER, reason=REASON, by=sqe, at=at).version == 2


def test_restating_does_not_put_off_the_lock(changed: Supplier, sqe: User) -> None:
    restate(supplier=changed, month=OCTOBER, reason=REASON, by=sqe, at=NOW + timedelta(days=20))

    assert locked_from(supplier=changed, month=OCTOBER) == NOW + timedelta(days=30)


def test_corrections_of_earlier_months_are_listed(
    changed: Supplier, sqe: User, sqe_client: Client, member_b: User
) -> None:
    restate(supplier=changed, month=OCTOBER, reason=REASON, by=sqe, at=NOW + timedelta(days=20))

    page = sqe_client.get("/months/").text

    assert REASON in page
    assert (
        "External PPM, October 2025: 300 (3 of 10,000, 3 provisional) → 100 (1 of 10,000)<br>"
        in page
    )
    assert "Criterion External PPM: 3 of 10,000: 20 points → 1 of 10,000: 60 points<br>" in page
    assert "Last 3 months" not in page
    assert "25.5 C → 54.5 C" in page
