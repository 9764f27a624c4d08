"""The month board: what it shows, who may publish, and what happens then."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from scorecards.models import PublicationRequest, Scorecard, ScorecardDocument, WorkState
from scorecards.periods import Month
from scorecards.queries.board import BoardRow, month_board
from scorecards.services.publication import publish_month, restate
from scorecards.services.requests import publish_requested
from suppliers.models import Supplier, User
from tests.factories import MembershipLimitFactory, SupplierFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up, suspect

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)


def board(at: datetime = NOW) -> list[BoardRow]:
    return month_board(suppliers=Supplier.objects.all(), at=at)


def test_board_has_ended_months_with_figures_newest_first(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000, OCTOBER.minus(2))
    deliver(supplier_a, 1_000, OCTOBER.plus(1))
    roll_up()

    assert [row.month for row in board()] == [OCTOBER.minus(n) for n in range(3)]


def test_months_before_the_first_published_are_due_on_no_day(
    supplier_a: Supplier, sqe_client: Client
) -> None:
    """A first file brings years of history that nobody was to publish."""
    for back in range(3):
        deliver(supplier_a, 1_000, OCTOBER.minus(back))
    roll_up()
    later = datetime(2025, 11, 28, 9, 30, tzinfo=UTC)
    assert [row.late for row in board(later)] == [True, False, False]
    assert "history, due on no day" in sqe_client.get("/months/").content.decode()

    publish_month(month=OCTOBER.minus(1), by=None, at=NOW)
    assert [row.late for row in board(later)] == [True, False, False]
    assert [row.history for row in board(later)] == [False, False, True]


def test_board_counts_who_is_published(supplier_a: Supplier, supplier_b: Supplier) -> None:
    deliver(supplier_a, 1_000)
    deliver(supplier_b, 1_000)
    decide(supplier_a, 1)
    suspect(supplier_a, 3)
    roll_up()
    [row] = board()
    assert (row.published, row.suppliers, row.complete) == (0, 2, False)
    assert row.provisional_share == 0.75

    publish_month(
        month=OCTOBER, by=None, at=NOW, suppliers=Supplier.objects.filter(pk=supplier_a.pk)
    )
    decide(supplier_a, 1)
    [row] = board()
    assert (row.published, row.suppliers, row.stale) == (1, 2, 1)
    assert (row.pdf_waiting, row.pdf_ready, row.pdf_dead) == (1, 0, 0)

    publish_rest_and_restate(supplier_a)
    [row] = board()
    assert (row.published, row.suppliers, row.restated, row.complete) == (2, 2, 1, True)
    assert row.pdf_waiting == 3


def publish_rest_and_restate(supplier: Supplier) -> None:
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)
    restate(supplier=supplier, month=OCTOBER, reason="Booked late by us.", by=None, at=NOW)


def test_board_knows_waiting_and_failed_requests(supplier_a: Supplier, sqe: User) -> None:
    deliver(supplier_a, 1_000)
    roll_up()
    request = PublicationRequest.objects.create(
        month=OCTOBER.first_day, requested_at=NOW, requested_by=sqe
    )
    assert board()[0].busy

    PublicationRequest.objects.update(state=WorkState.DEAD, error="ValueError: no")
    assert (board()[0].request_state, board()[0].request_error) == ("dead", "ValueError: no")

    request.finish(at=NOW)
    assert (board()[0].request_state, board()[0].busy) == ("", False)


def test_queries_of_the_board_do_not_grow(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000)
    roll_up()
    with CaptureQueriesContext(connection) as one:
        board()
    for number in range(4):
        deliver(SupplierFactory(), 1_000, OCTOBER.minus(number))
    roll_up()
    with CaptureQueriesContext(connection) as many:
        assert len(board()) == 4

    assert len(one) == len(many)


def test_page_shows_months_and_buttons_to_quality(supplier_a: Supplier, sqe_client: Client) -> None:
    deliver(supplier_a, 1_000)
    roll_up()

    page = sqe_client.get("/months/").content.decode()

    assert "October 2025" in page
    assert "0 of 1" in page
    assert 'name="month" value="2025-10"' in page
    assert 'value="all"' in page


def test_readers_see_no_buttons_and_may_not_publish(
    supplier_a: Supplier, auditor_client: Client, buyer_client: Client
) -> None:
    deliver(supplier_a, 1_000)
    roll_up()

    for client in (auditor_client, buyer_client):
        assert "<button" not in client.get("/months/").content.decode().split("<main")[1]
        assert client.post("/months/publish/", {"month": "2025-10"}).status_code == 403
    assert not PublicationRequest.objects.exists()


def test_suppliers_and_strangers_get_404(
    supplier_a: Supplier, member_a_client: Client, stranger_client: Client
) -> None:
    for client in (member_a_client, stranger_client):
        for address in ("/months/", "/months/2025-10/"):
            assert client.get(address).status_code == 404
        assert client.post("/months/publish/", {"month": "2025-10"}).status_code == 404


def test_nobody_is_asked_to_log_in(client: Client) -> None:
    assert client.get("/months/").status_code == 302


def test_publishing_from_the_page_is_done_by_the_worker(
    supplier_a: Supplier, sqe_client: Client, sqe: User
) -> None:
    deliver(supplier_a, 1_000)
    roll_up()

    answer = sqe_client.post("/months/publish/", {"month": "2025-10"}, follow=True)
    assert "is being published" in answer.content.decode()
    assert "hx-trigger" in answer.content.decode()
    publish_requested(clock=timezone.now)

    assert Scorecard.objects.get().published_by == sqe
    assert "1 of 1" in sqe_client.get("/months/").content.decode()


def test_publishing_all_takes_every_open_month(supplier_a: Supplier, sqe_client: Client) -> None:
    deliver(supplier_a, 1_000, OCTOBER.minus(1))
    roll_up()
    sqe_client.post("/months/publish/", {"month": "2025-10"})
    publish_requested(clock=timezone.now)

    sqe_client.post("/months/publish/", {"month": "all"})

    asked = set(PublicationRequest.objects.values_list("month", flat=True))
    assert OCTOBER.minus(1).first_day in asked
    waiting = PublicationRequest.objects.filter(state=WorkState.WAITING)
    assert OCTOBER.first_day not in waiting.values_list("month", flat=True)


@pytest.mark.parametrize("month", ["", "yesterday", "2025-13", "9999-01"])
def test_wrong_month_is_answered_with_a_message(sqe_client: Client, month: str) -> None:
    answer = sqe_client.post("/months/publish/", {"month": month}, follow=True)

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not PublicationRequest.objects.exists()


def test_htmx_gets_the_table_alone(supplier_a: Supplier, sqe_client: Client) -> None:
    deliver(supplier_a, 1_000)
    roll_up()

    fragment = sqe_client.get("/months/", headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in fragment
    assert 'id="months-table"' in fragment
    assert "hx-trigger" not in fragment


def test_empty_board_says_what_to_do(sqe_client: Client) -> None:
    assert "Import deliveries first" in sqe_client.get("/months/").content.decode()


def test_board_says_when_pdf_is_off(supplier_a: Supplier, sqe_client: Client) -> None:
    deliver(supplier_a, 1_000)
    roll_up()

    assert "PDF is off" not in sqe_client.get("/months/").content.decode()
    with override_settings(PDF_ENABLED=False):
        assert "PDF is off" in sqe_client.get("/months/").content.decode()


def test_month_lists_every_supplier_with_its_scorecard(
    supplier_a: Supplier, supplier_b: Supplier, sqe_client: Client
) -> None:
    deliver(supplier_a, 1_000)
    deliver(supplier_b, 1_000)
    roll_up()
    publish_month(
        month=OCTOBER, by=None, at=NOW, suppliers=Supplier.objects.filter(pk=supplier_a.pk)
    )
    ScorecardDocument.objects.update(state=WorkState.DEAD, error="OSError: disk full")

    page = sqe_client.get("/months/2025-10/").content.decode()

    assert "1 of 2 suppliers" in page
    assert "/suppliers/ALFA-4711/2025-10/" in page
    assert "OSError: disk full" in page
    assert "preliminary PDF" in page


def test_narrowed_insider_sees_own_suppliers_only(
    supplier_a: Supplier, supplier_b: Supplier, sqe: User, sqe_client: Client
) -> None:
    MembershipLimitFactory(membership=sqe.memberships.get(), supplier=supplier_a)
    deliver(supplier_a, 1_000)
    deliver(supplier_b, 1_000)
    roll_up()

    assert "0 of 1" in sqe_client.get("/months/").content.decode()
    page = sqe_client.get("/months/2025-10/").content.decode()
    assert "ALFA-4711" in page
    assert "BRAVO-0815" not in page


def test_month_without_figures_is_empty(sqe_client: Client) -> None:
    assert "Nobody delivered" in sqe_client.get(f"/months/{Month(1999, 1)}/").content.decode()
