"""Evidence through the API: attached by the pages' rules, given to whoever sees the record."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from suppliers.models import Dispute, Evidence, Reject, Supplier, User
from tests.factories import WarrantyReturnFactory
from tests.suppliers.services.records import dispute_of, reject_of

PDF = b"%PDF-1.7\n"
CLAIM = {"reason": "quantity", "claimed_qty": "40", "statement": "We counted sixty."}


def pdf(name: str = "report.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(client: Client, path: str, given: dict[str, Any], *, status: int = 201) -> Any:
    """Post as multipart/form-data, as programs send files."""
    response = client.post(f"/api/v1/{path}", given)
    assert response.status_code == status, response.content
    return response.json()


@pytest.fixture
def reject(supplier_a: Supplier) -> Reject:
    return reject_of(supplier_a)


def test_dispute_is_opened_with_its_files(
    reject: Reject, member_a_client: Client, member_b_client: Client, sqe_client: Client
) -> None:
    given = {**CLAIM, "attachments": [pdf(), pdf("second.pdf", b"%PDF-1.7\n2")]}
    opened = send(member_a_client, f"rejects/{reject.pk}/disputes/", given)
    for client in (member_a_client, sqe_client):
        listed = client.get("/api/v1/evidence/", {"dispute": opened["id"]}).json()["results"]
        assert [row["name"] for row in listed] == ["report.pdf", "second.pdf"]
        assert listed[0]["content_type"] == "application/pdf"
        file = client.get(listed[0]["file"])
        assert b"".join(file.streaming_content) == PDF  # type: ignore[attr-defined]
        assert file["Content-Disposition"] == 'attachment; filename="report.pdf"'
        assert "sandbox" in file["Content-Security-Policy"]
    assert member_b_client.get("/api/v1/evidence/").json()["results"] == []
    assert member_b_client.get(listed[0]["file"]).status_code == 404


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (pdf("report.exe"), "of no accepted kind"),
        (pdf("report.pdf", b"MZ"), "does not contain what its name says"),
        (pdf("report.pdf", b""), "is empty"),
    ],
)
def test_refused_file_leaves_nothing(
    reject: Reject, member_a_client: Client, file: SimpleUploadedFile, said: str
) -> None:
    file.seek(0)
    given = {**CLAIM, "attachments": [file]}
    refused = send(member_a_client, f"rejects/{reject.pk}/disputes/", given, status=400)
    assert said in refused["error"]["fields"]["attachments"][0]
    assert not Dispute.objects.exists()
    assert not Evidence.objects.exists()


@override_settings(EVIDENCE_MAX_BYTES=10)
def test_what_is_too_large_is_refused(reject: Reject, sqe_client: Client) -> None:
    path = f"rejects/{reject.pk}/evidence/"
    for size in (11, 200, 200_000):
        refused = send(sqe_client, path, {"attachments": [pdf(content=b"x" * size)]}, status=400)
        assert "too large" in str(refused) or "larger than" in str(refused)
    assert not Evidence.objects.exists()


def test_text_is_no_file(reject: Reject, sqe_client: Client) -> None:
    path = f"/api/v1/rejects/{reject.pk}/evidence/"
    for given in ({"attachments": ["report.pdf"]}, {"attachments": "x"}):
        refused = sqe_client.post(path, json.dumps(given), content_type="application/json")
        assert refused.status_code == 400
        assert "multipart/form-data" in str(refused.json()["error"]["fields"]["attachments"])


def test_files_are_attached_once(reject: Reject, sqe_client: Client) -> None:
    path = f"rejects/{reject.pk}/evidence/"
    [new] = send(sqe_client, path, {"attachments": [pdf()]})
    assert (new["reject"], new["size_bytes"]) == (reject.pk, len(PDF))
    assert send(sqe_client, path, {"attachments": [pdf("again.pdf")]}, status=200) == []
    refused = send(sqe_client, path, {}, status=400)
    assert refused["error"]["fields"]["attachments"] == ["Attach at least one file."]


def test_verdicts_bring_their_evidence(
    reject: Reject, supplier_a: Supplier, sqe_client: Client
) -> None:
    given = {"supplier_qty": "60", "released_qty": "40", "reason": "Sorted.", "attachments": pdf()}
    verdict = send(sqe_client, f"rejects/{reject.pk}/verdicts/", given)
    assert verdict["number"] == 1
    returned = WarrantyReturnFactory(supplier=supplier_a)
    given = {"outcome": "confirmed", "accepted_pct": "50", "reason": "Half.", "attachments": pdf()}
    send(sqe_client, f"returns/{returned.pk}/verdicts/", given)
    assert (reject.evidence.count(), returned.evidence.count()) == (1, 1)
    send(sqe_client, f"rejects/{reject.pk}/evidence/", {"attachments": pdf("b.pdf", PDF * 2)})
    found = sqe_client.get(f"/api/v1/evidence/?reject={reject.pk}").json()["results"]
    assert [file["verdict"] for file in found] == [1, None]


def test_dispute_takes_files_of_both_sides_while_it_is_open(
    reject: Reject, member_a: User, member_a_client: Client, sqe_client: Client
) -> None:
    dispute = dispute_of(reject, member_a)
    path = f"disputes/{dispute.pk}/evidence/"
    send(member_a_client, path, {"attachments": [pdf()]})
    send(sqe_client, path, {"attachments": [pdf("ours.pdf", b"%PDF-1.7\n2")]})
    given = {"action": "reject", "reason": "No.", "attachments": [pdf("why.pdf", b"%PDF-1.7\n3")]}
    send(sqe_client, f"disputes/{dispute.pk}/answer/", given, status=200)
    assert dispute.evidence.count() == 3
    refused = send(member_a_client, path, {"attachments": [pdf("late.pdf", PDF * 2)]}, status=409)
    assert "settled" in refused["error"]["message"]
    given = {"reason": "Look.", "attachments": [pdf("appeal.pdf", b"%PDF-1.7\n4")]}
    send(member_a_client, f"disputes/{dispute.pk}/appeal/", given, status=200)
    assert dispute.evidence.count() == 4
