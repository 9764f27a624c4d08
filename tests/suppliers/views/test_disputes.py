"""Disputes on pages, from the record to the answer."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from escalations.models import MailPreference
from suppliers.enums import DisputeAction
from suppliers.models import Dispute, Evidence, Reject, Supplier, User
from suppliers.services.disputes import answer, pass_on_overdue
from tests.factories import DeliveryFactory, DisputeFactory, WarrantyReturnFactory
from tests.scorecards.facts import roll_up
from tests.suppliers.services.records import AT, dispute_of, pdf, reject_of

GIVEN = {"reason": "transport_damage", "claimed_qty": "40", "statement": "Crushed in transport."}
ANSWER = {
    "action": "uphold_partly",
    "supplier_qty": "70",
    "own_qty": "",
    "third_party_qty": "30",
    "released_qty": "",
    "reason": "Thirty were crushed.",
}


@pytest.fixture
def reject(supplier_a: Supplier) -> Reject:
    return reject_of(supplier_a)


@pytest.fixture
def dispute(reject: Reject, member_a: User) -> Dispute:
    return dispute_of(reject, member_a, files=[pdf("photo.pdf")])


def test_supplier_disputes_from_the_record(member_a_client: Client, reject: Reject) -> None:
    path = f"/rejects/{reject.pk}/dispute/"
    assert "At most 100" in member_a_client.get(path).content.decode()
    file = SimpleUploadedFile("crushed.pdf", b"%PDF-1.7")
    answered = member_a_client.post(path, {**GIVEN, "attachments": [file]})
    dispute = Dispute.objects.get()
    assert answered.headers["Location"] == f"/disputes/{dispute.pk}/"
    html = member_a_client.get(f"/disputes/{dispute.pk}/").content.decode()
    for words in ("Transport damage", "Crushed in transport.", "crushed.pdf", "Answer due"):
        assert words in html
    record = member_a_client.get(f"/rejects/{reject.pk}/").content.decode()
    assert f'href="/disputes/{dispute.pk}/"' in record
    assert f'href="{path}"' not in record


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"claimed_qty": "101"}, "At most 100 pieces"),
        ({"claimed_qty": "0"}, "more than 0"),
        ({"statement": "  "}, "required"),
        ({"reason": "bad mood"}, "Select a valid choice"),
    ],
)
def test_bad_claims_are_said_and_nothing_typed_is_lost(
    member_a_client: Client, reject: Reject, wrong: dict[str, str], says: str
) -> None:
    answered = member_a_client.post(f"/rejects/{reject.pk}/dispute/", {**GIVEN, **wrong})
    html = answered.content.decode()
    assert answered.status_code == 422
    assert says in html
    assert wrong.get("statement") or "Crushed in transport." in html
    assert not Dispute.objects.exists()


def test_return_is_disputed(member_a_client: Client, supplier_a: Supplier) -> None:
    returned = WarrantyReturnFactory(supplier=supplier_a, quantity=2)
    given = {**GIVEN, "claimed_qty": "2", "reason": "no_trouble_found"}
    member_a_client.post(f"/returns/{returned.pk}/dispute/", given)
    assert Dispute.objects.get().warranty_return == returned


def test_sqe_upholds_partly_and_both_see_why(
    sqe_client: Client, member_a_client: Client, dispute: Dispute, reject: Reject
) -> None:
    path = f"/disputes/{dispute.pk}/answer/"
    assert 'value="60"' in sqe_client.get(path).content.decode()
    assert sqe_client.post(path, ANSWER).status_code == 302
    assert reject.verdicts.get().supplier_qty == 70
    for client in (sqe_client, member_a_client):
        html = client.get(f"/disputes/{dispute.pk}/").content.decode()
        assert "Thirty were crushed." in html
        assert "Verdict no. 1: supplier 70 · own 0 · third party 30" in html


def test_upheld_with_too_many_left_is_said(sqe_client: Client, dispute: Dispute) -> None:
    path = f"/disputes/{dispute.pk}/answer/"
    answered = sqe_client.post(path, {**ANSWER, "action": "uphold"})
    assert answered.status_code == 422
    assert "at most 60 pieces may stay with the supplier" in answered.content.decode()
    assert "Thirty were crushed." in answered.content.decode()


def test_rejecting_asks_for_no_verdict(
    sqe_client: Client, dispute: Dispute, reject: Reject
) -> None:
    given = {"action": "reject", "reason": "The packaging was yours.", "supplier_qty": "nonsense"}
    path = f"/disputes/{dispute.pk}/answer/"
    assert sqe_client.post(path, {**given, "supplier_qty": ""}).status_code == 302
    assert not reject.verdicts.exists()


def test_taking_it_up_is_seen_by_the_supplier(
    sqe_client: Client, member_a_client: Client, dispute: Dispute
) -> None:
    sqe_client.post(f"/disputes/{dispute.pk}/review/")
    assert "Under review" in member_a_client.get(f"/disputes/{dispute.pk}/").content.decode()


def test_one_appeal_goes_to_the_quality_manager(
    sqe_client: Client,
    quality_manager_client: Client,
    member_a_client: Client,
    dispute: Dispute,
) -> None:
    page = f"/disputes/{dispute.pk}/"
    sqe_client.post(f"{page}answer/", ANSWER)
    assert member_a_client.post(f"{page}appeal/", {"reason": ""}).status_code == 422
    assert member_a_client.post(f"{page}appeal/", {"reason": "Forty!"}).status_code == 302
    refused = sqe_client.post(f"{page}answer/", {**ANSWER, "supplier_qty": "60"}, follow=True)
    assert "not yours to do" in refused.content.decode()
    quality_manager_client.post(f"{page}answer/", {**ANSWER, "supplier_qty": "60"})
    dispute.refresh_from_db()
    assert (dispute.state, dispute.outcome) == ("final", "partly_upheld")
    member_a_client.post(f"{page}appeal/", {"reason": "Again!"})
    assert dispute.steps.filter(action="appeal").count() == 1


def test_overdue_is_the_quality_managers(
    sqe_client: Client, quality_manager_client: Client, dispute: Dispute
) -> None:
    pass_on_overdue(at=datetime(2026, 3, 19, tzinfo=UTC))
    link = f'href="/disputes/{dispute.pk}/answer/"'
    assert link not in sqe_client.get("/disputes/").content.decode()
    assert link in quality_manager_client.get("/disputes/").content.decode()


def test_list_has_what_is_owed_first_and_can_be_narrowed(
    sqe_client: Client, member_a: User, supplier_a: Supplier, supplier_b: Supplier, sqe: User
) -> None:
    settled = dispute_of(reject_of(supplier_a, complaint="C-OLD"), member_a)
    answer(
        dispute=settled,
        action=DisputeAction.REJECT,
        reason="No.",
        decided=None,
        by=sqe,
        at=AT,
    )
    DisputeFactory(reject=reject_of(supplier_b, complaint="C-LATER"), due_on=AT.date())
    DisputeFactory(reject=reject_of(supplier_a, complaint="C-FIRST"), due_on=date(2026, 3, 9))
    html = sqe_client.get("/disputes/?state=all").content.decode()
    places = [html.index(name) for name in ("C-FIRST", "C-LATER", "C-OLD")]
    assert places == sorted(places)
    assert "overdue" in html
    assert "C-OLD" not in sqe_client.get("/disputes/").content.decode()
    only = sqe_client.get("/disputes/?supplier=bravo").content.decode()
    assert ("C-LATER" in only, "C-FIRST" in only) == (True, False)


def test_list_costs_the_same_with_one_and_three(
    sqe_client: Client, supplier_a: Supplier, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _count in (1, 2):
        for _one in range(_count):
            DisputeFactory(reject=reject_of(supplier_a))
        with django_assert_max_num_queries(8):
            sqe_client.get("/disputes/")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_list_is_exported_as_it_is_filtered(
    sqe_client: Client, dispute: Dispute, form: str
) -> None:
    answered: Any = sqe_client.get(f"/disputes/export/?format={form}")
    body = b"".join(answered.streaming_content)
    answered.close()
    assert answered.headers["Content-Disposition"].endswith(f'disputes.{form}"')
    if form == "csv":
        assert "Transport damage" in body.decode()


def test_list_is_exported_whatever_a_supplier_wrote(sqe_client: Client, dispute: Dispute) -> None:
    Dispute.objects.filter(pk=dispute.pk).update(statement="Crushed\x0bin\x01 transport.")
    answered: Any = sqe_client.get("/disputes/export/?format=xlsx")
    body = b"".join(answered.streaming_content)
    answered.close()
    cells = [cell for row in load_workbook(BytesIO(body)).active.values for cell in row]
    assert "Crushedin transport." in cells


def test_figure_stands_with_and_without_the_dispute(
    sqe_client: Client, dispute: Dispute, reject: Reject
) -> None:
    DeliveryFactory(
        supplier=reject.supplier,
        part=reject.part,
        plant=reject.plant,
        received_on=reject.detected_on,
        quantity=1_000_000,
    )
    roll_up()
    html = sqe_client.get(f"/disputes/{dispute.pk}/figure/").content.decode()
    assert "100 of 1,000,000" in html
    assert "60 of 1,000,000" in html
    assert "of which disputed: 40" in html


def test_evidence_is_given_out_as_an_attachment(
    member_a_client: Client, member_b_client: Client, dispute: Dispute
) -> None:
    file = Evidence.objects.get()
    answered: Any = member_a_client.get(f"/evidence/{file.pk}/")
    assert b"".join(answered.streaming_content) == b"%PDF-1.7\n"
    assert answered.headers["Content-Disposition"] == 'attachment; filename="photo.pdf"'
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    assert answered.headers["Content-Security-Policy"].startswith("sandbox")
    assert member_b_client.get(f"/evidence/{file.pk}/").status_code == 404


def test_a_form_without_its_token_is_refused(member_a: User, reject: Reject) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member_a)
    assert strict.post(f"/rejects/{reject.pk}/dispute/", GIVEN).status_code == 403
    assert not Dispute.objects.exists()


def test_times_are_written_by_the_readers_clock_and_say_so(
    sqe_client: Client, sqe: User, dispute: Dispute
) -> None:
    MailPreference.objects.create(user=sqe, time_zone="Asia/Tokyo")
    for path in (f"/disputes/{dispute.pk}/", f"/rejects/{dispute.reject_id}/"):
        assert "2026-03-10 18:00 JST" in sqe_client.get(path).content.decode()
