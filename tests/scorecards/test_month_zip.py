"""The PDFs of a month in one ZIP: a selection or all, never what the user may not see."""

import io
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from django.test import Client

from scorecards.models import Scorecard
from scorecards.pdf import pdf_available, version_pdf
from scorecards.services.documents import render_now
from scorecards.services.publication import publish_month
from suppliers.models import Supplier
from tests.scorecards.facts import OCTOBER, deliver, roll_up

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)
ADDRESS = "/months/2025-10/scorecards.zip"


@pytest.fixture
def published(supplier_a: Supplier, supplier_b: Supplier) -> list[Scorecard]:
    """October of both suppliers; A's PDF is drawn, B's is not."""
    assert pdf_available()
    for supplier in (supplier_a, supplier_b):
        deliver(supplier, 1_000)
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)
    cards = list(Scorecard.objects.order_by("supplier__code"))
    render_now(cards[0], clock=lambda: NOW)
    return cards


def names(content: bytes) -> list[str]:
    return ZipFile(io.BytesIO(content)).namelist()


def test_zip_has_the_ready_pdfs_and_names_the_others(
    published: list[Scorecard], sqe_client: Client
) -> None:
    first = b"".join(sqe_client.get(ADDRESS))
    again = b"".join(sqe_client.get(ADDRESS))

    assert names(first) == ["scorecard-ALFA-4711-2025-10-v1.pdf", "not-ready.txt"]
    archive = ZipFile(io.BytesIO(first))
    assert archive.read("scorecard-ALFA-4711-2025-10-v1.pdf") == version_pdf(published[0]).content
    assert archive.read("not-ready.txt") == b"BRAVO-0815\n"
    assert again == first


def test_zip_of_a_selection(published: list[Scorecard], sqe_client: Client) -> None:
    content = b"".join(sqe_client.get(f"{ADDRESS}?supplier=ALFA-4711"))

    assert names(content) == ["scorecard-ALFA-4711-2025-10-v1.pdf"]


def test_zip_without_a_selection_has_what_the_list_has(
    published: list[Scorecard], sqe_client: Client
) -> None:
    render_now(published[1], clock=lambda: NOW)

    for query, code in (("q=springs", "BRAVO-0815"), ("q=castings&sign_off=nobody", "ALFA-4711")):
        content = b"".join(sqe_client.get(f"{ADDRESS}?{query}"))
        assert names(content) == [f"scorecard-{code}-2025-10-v1.pdf"]


def test_nothing_ready_is_said(published: list[Scorecard], sqe_client: Client) -> None:
    answer = sqe_client.get(f"{ADDRESS}?supplier=BRAVO-0815", follow=True)

    assert "None of these PDFs is ready yet." in answer.text


def test_suppliers_get_no_zip_of_all(published: list[Scorecard], member_a_client: Client) -> None:
    assert member_a_client.get(ADDRESS).status_code == 404
