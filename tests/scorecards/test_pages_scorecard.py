"""A supplier's month as page and PDF: who sees which version, and restating it."""

from datetime import UTC, datetime

import pytest
from django.test import Client, override_settings

from scorecards.models import Scorecard
from scorecards.services.publication import publish_month, restate
from suppliers.models import Supplier, User
from tests.factories import CertificateFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up, suspect
from tests.scorecards.pdf.reading import Read

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)
PAGE = "/suppliers/ALFA-4711/2025-10/"
PDF = f"{PAGE}scorecard.pdf"
RESTATE = f"{PAGE}restate/"
REASON = {"reason": "A reject was booked late."}


@pytest.fixture
def october(supplier_a: Supplier) -> Supplier:
    deliver(supplier_a, 50_000)
    suspect(supplier_a, 5)
    CertificateFactory(supplier=supplier_a)
    roll_up()
    return supplier_a


@pytest.fixture
def published(october: Supplier) -> Scorecard:
    publish_month(month=OCTOBER, by=None, at=NOW)
    return Scorecard.objects.get(supplier=october)


def correct(supplier: Supplier) -> None:
    decide(supplier, 1)
    roll_up()


def text(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_page_says_what_the_pdf_says(published: Scorecard, sqe_client: Client) -> None:
    page, pdf = text(sqe_client), Read(sqe_client.get(PDF).content).text

    for words in (
        "5 rejects in 50,000 (100 PPM). Likely range 32–233.",
        "Above 50 PPM in the month: escalation level 8D",
        "Provisional: 5 of the 5 of this month",
        published.sha256,
        "IATF 16949",
    ):
        assert words in page
        assert words in pdf
    assert "chart-drawing" in page


def test_insiders_see_what_is_preliminary(october: Supplier, auditor_client: Client) -> None:
    assert "This month is not published." in text(auditor_client)
    assert "PRELIMINARY" in Read(auditor_client.get(PDF).content).text


def test_suppliers_see_published_months_only(october: Supplier, member_a_client: Client) -> None:
    assert member_a_client.get(PAGE).status_code == 404
    assert member_a_client.get(PDF).status_code == 404

    publish_month(month=OCTOBER, by=None, at=NOW)
    assert "ALFA-4711" in text(member_a_client)
    answer = member_a_client.get(PDF)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        'attachment; filename="scorecard-ALFA-4711-2025-10-v1.pdf"'
    )


def test_suppliers_are_not_told_who_published(
    october: Supplier, sqe: User, sqe_client: Client, member_a_client: Client
) -> None:
    publish_month(month=OCTOBER, by=sqe, at=NOW)

    assert f"· {sqe.name}" in text(sqe_client)
    assert sqe.name not in text(member_a_client)


@pytest.mark.parametrize("address", [PAGE, PDF, f"{PAGE}?version=1"])
def test_neighbour_and_stranger_get_404(
    published: Scorecard, member_b_client: Client, stranger_client: Client, address: str
) -> None:
    for client in (member_b_client, stranger_client):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", [PAGE, PDF])
def test_nobody_is_asked_to_log_in(published: Scorecard, client: Client, address: str) -> None:
    assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "/suppliers/NOBODY/2025-10/",
        "/suppliers/ALFA-4711/2025-13/",
        "/suppliers/ALFA-4711/9998-01/",
        f"{PAGE}?version=2",
        f"{PAGE}?version=x",
        f"{PDF}?version=0",
    ],
)
def test_what_does_not_exist_is_404(published: Scorecard, sqe_client: Client, address: str) -> None:
    assert sqe_client.get(address).status_code == 404


def test_older_version_stays_readable_and_says_what_superseded_it(
    published: Scorecard, october: Supplier, member_a_client: Client
) -> None:
    correct(october)
    restate(supplier=october, month=OCTOBER, by=None, at=NOW, **REASON)

    newest, older = text(member_a_client), text(member_a_client, f"{PAGE}?version=1")

    assert "Restated" in newest
    assert "A reject was booked late." in newest
    assert "(120 PPM)" in newest
    assert "Superseded by version 2" in older
    assert "(100 PPM)" in older
    marked = Read(member_a_client.get(f"{PDF}?version=1&marked=1").content).text
    assert "SUPERSEDED BY VERSION 2" in marked
    assert "SUPERSEDED" not in Read(member_a_client.get(f"{PDF}?version=1").content).text


# October 2025 is locked by now, so that a quality manager restates it.
def test_changed_counts_can_be_restated_from_the_page(
    published: Scorecard, october: Supplier, quality_manager_client: Client
) -> None:
    assert "The facts have changed" not in text(quality_manager_client)
    correct(october)
    assert "The facts have changed since publication" in text(quality_manager_client)

    answer = quality_manager_client.post(RESTATE, REASON, follow=True)

    assert "Version 2 is published." in answer.content.decode()
    assert Scorecard.objects.get(version=2).reason == REASON["reason"]
    assert "The facts have changed" not in text(quality_manager_client)


def test_too_short_a_reason_is_answered_and_kept(
    published: Scorecard, october: Supplier, sqe_client: Client
) -> None:
    correct(october)

    answer = sqe_client.post(RESTATE, {"reason": "because"})

    assert answer.status_code == 422
    assert "because" in answer.content.decode()
    assert "field-error" in answer.content.decode()
    assert Scorecard.objects.count() == 1


def test_nothing_to_restate_is_said(published: Scorecard, quality_manager_client: Client) -> None:
    answer = quality_manager_client.post(RESTATE, REASON, follow=True)

    assert "Nothing has changed since version 1." in answer.content.decode()
    assert Scorecard.objects.count() == 1


def test_only_quality_restates(
    published: Scorecard,
    october: Supplier,
    buyer_client: Client,
    auditor_client: Client,
    member_a_client: Client,
    member_b_client: Client,
) -> None:
    correct(october)
    answers = {
        client.post(RESTATE, REASON).status_code for client in (buyer_client, auditor_client)
    }
    outside = {
        client.post(RESTATE, REASON).status_code for client in (member_a_client, member_b_client)
    }

    assert (answers, outside) == ({403}, {404})
    assert "The facts have changed" not in text(auditor_client)
    assert Scorecard.objects.count() == 1


def test_pdf_that_cannot_be_made_leads_to_the_page(
    published: Scorecard, member_a_client: Client
) -> None:
    with override_settings(PDF_ENABLED=False):
        answer = member_a_client.get(PDF)
        assert text(member_a_client)

    assert answer.status_code == 503
    assert "No PDF can be made" in answer.content.decode()
    assert PAGE in answer.content.decode()
    assert "SCORECARD_PDF" not in answer.content.decode()
