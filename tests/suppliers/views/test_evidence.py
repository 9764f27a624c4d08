"""Attaching files on pages: to records by supplier quality, to disputes by both sides."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test import Client

from suppliers.models import Supplier, User
from suppliers.services.evidence import attach
from tests.factories import RejectVerdictFactory
from tests.suppliers.services.records import AT, dispute_of, reject_of

PDF = b"%PDF-1.7\n"


def pdf(name: str = "report.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF)


def test_file_is_attached_to_a_record(supplier_a: Supplier, sqe_client: Client) -> None:
    reject = reject_of(supplier_a)
    page = f"/rejects/{reject.pk}/evidence/"
    assert page in sqe_client.get(f"/rejects/{reject.pk}/").content.decode()
    answer = sqe_client.post(page, {"attachments": [pdf()]}, follow=True)
    assert "1 file attached." in answer.content.decode()
    assert "report.pdf" in answer.content.decode()
    again = sqe_client.post(page, {"attachments": [pdf()]}, follow=True)
    assert "attached already" in again.content.decode()


def test_missing_and_wrong_files_are_said(supplier_a: Supplier, sqe_client: Client) -> None:
    page = f"/rejects/{reject_of(supplier_a).pk}/evidence/"
    nothing = sqe_client.post(page)
    assert nothing.status_code == 422
    assert "Attach at least one file." in nothing.content.decode()
    wrong = sqe_client.post(page, {"attachments": [pdf("report.exe")]})
    assert wrong.status_code == 422
    assert "of no accepted kind" in wrong.content.decode()


def test_verdict_keeps_its_evidence(supplier_a: Supplier, sqe_client: Client) -> None:
    reject = reject_of(supplier_a)
    given = {"supplier_qty": 60, "released_qty": 40, "seen": 0, "reason": "Sorted."}
    page = f"/rejects/{reject.pk}/decide/"
    assert sqe_client.post(page, {**given, "attachments": [pdf()]}).status_code == 302
    assert reject.evidence.get().name == "report.pdf"
    other = SimpleUploadedFile("later.pdf", PDF * 2)
    sqe_client.post(f"/rejects/{reject.pk}/evidence/", {"attachments": [other]})
    content = sqe_client.get(f"/rejects/{reject.pk}/").content.decode()
    of_verdicts = content[content.index('id="verdicts"') : content.index('id="record"')]
    assert "report.pdf" in of_verdicts
    assert "later.pdf" not in of_verdicts
    assert content.count("report.pdf") == content.count("later.pdf") == 1


def test_file_names_no_verdict_of_another_record(supplier_a: Supplier, sqe: User) -> None:
    decided, undecided = reject_of(supplier_a), reject_of(supplier_a, complaint="C-2")
    RejectVerdictFactory(reject=decided)
    attach(files=[pdf()], to=decided, by=sqe, at=AT, verdict=1)
    attach(files=[pdf()], to=undecided, by=sqe, at=AT, verdict=1)
    with pytest.raises(IntegrityError, match="evidence_reject_verdict"):
        connection.check_constraints()


def test_dispute_takes_files_of_both_sides(
    supplier_a: Supplier,
    member_a: User,
    member_a_client: Client,
    member_b_client: Client,
    buyer_client: Client,
    sqe_client: Client,
) -> None:
    dispute = dispute_of(reject_of(supplier_a), member_a)
    page = f"/disputes/{dispute.pk}/evidence/"
    for client in (member_a_client, sqe_client):
        assert page in client.get(f"/disputes/{dispute.pk}/").content.decode()
    assert page not in buyer_client.get(f"/disputes/{dispute.pk}/").content.decode()
    assert buyer_client.get(page).status_code == 403
    assert member_b_client.get(page).status_code == 404
    member_a_client.post(page, {"attachments": [pdf()]})
    assert dispute.evidence.get().uploaded_by == member_a
