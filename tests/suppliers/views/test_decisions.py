"""Recording and deciding on pages."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from suppliers.models import Delivery, Evidence, Reject, Supplier, User
from tests.factories import (
    DefectCodeFactory,
    DeliveryFactory,
    DisputeFactory,
    PartFactory,
    PlantFactory,
    RejectVerdictFactory,
    WarrantyReturnFactory,
)
from tests.suppliers.services.records import reject_of


@pytest.fixture
def delivery(supplier_a: Supplier) -> Delivery:
    found: Delivery = DeliveryFactory(
        supplier=supplier_a,
        plant=PlantFactory(code="BER"),
        part=PartFactory(number="BR-7"),
        document="GR/7",
        line="10",
        lot="L1",
        received_on=date(2026, 3, 2),
    )
    return found


@pytest.fixture
def typed(delivery: Delivery) -> dict[str, Any]:
    """What somebody types to record a reject of that delivery."""
    return {
        "supplier": "alfa-4711 ",
        "plant": delivery.plant_id,
        "part": "br-7",
        "delivery": "GR/7/10",
        "lot": "L1",
        "complaint": "Q-77",
        "line": "",
        "detected_on": "2026-03-04",
        "detection_point": "line",
        "defect_code": DefectCodeFactory(code="DIM").pk,
        "severity": "line_stop",
        "suspect_qty": "40",
        "checked_qty": "10",
        "confirmed_qty": "1",
        "released_qty": "",
        "defects": "",
    }


def picture(name: str = "bore.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"\x89PNG\r\n\x1a\n...")


def test_reject_is_recorded_with_its_picture(
    sqe_client: Client, delivery: Delivery, typed: dict[str, Any], sqe: User
) -> None:
    answer = sqe_client.post("/rejects/new/", {**typed, "attachments": [picture(), picture()]})
    reject = Reject.objects.get()
    assert answer.headers["Location"] == f"/rejects/{reject.pk}/"
    assert (reject.delivery, reject.suspect_qty, reject.recorded_by) == (delivery, 40, sqe)
    assert Evidence.objects.filter(reject=reject).count() == 2
    html = sqe_client.get(f"/rejects/{reject.pk}/").content.decode()
    assert "bore.png" in html
    assert "entered by" in html


def test_machine_shift_and_cost_are_recorded_where_known(
    sqe_client: Client, typed: dict[str, Any]
) -> None:
    known = {"machine": "Press 1", "shift": "night", "cost": "250.50", "cost_currency": "eur"}
    wrong = sqe_client.post("/rejects/new/", {**typed, **known, "cost_currency": ""})
    assert wrong.status_code == 422
    assert "A cost has a currency of three letters" in wrong.content.decode()
    assert 'value="Press 1"' in wrong.content.decode()
    assert sqe_client.post("/rejects/new/", {**typed, **known}).status_code == 302
    html = sqe_client.get(f"/rejects/{Reject.objects.get().pk}/").content.decode()
    for said in ("Press 1", "night", "250.50 EUR"):
        assert said in html


def test_recording_begins_with_what_the_delivery_says(
    sqe_client: Client, delivery: Delivery
) -> None:
    html = sqe_client.get(f"/rejects/new/?delivery={delivery.pk}").content.decode()
    for value in ("ALFA-4711", "BR-7", "GR/7/10/L1", "L1"):
        assert f'value="{value}"' in html
    assert sqe_client.get("/rejects/new/?delivery=x").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"supplier": "NOBODY"}, "No supplier has this code"),
        ({"part": "NOTHING"}, "No part has this number"),
        ({"delivery": "GR/8"}, "no receipt of this part with this number"),
        ({"suspect_qty": "-1"}, "greater than or equal to 0"),
        ({"suspect_qty": "0"}, "more than 0"),
        ({"suspect_qty": "1e400"}, "error"),
        ({"checked_qty": "41"}, "At most what is suspect: 40 pieces"),
        ({"detected_on": "2126-01-01"}, "still to come"),
        ({"complaint": ""}, "required"),
        ({"complaint": "a\x00b"}, "Null characters"),
    ],
)
def test_bad_input_is_said_and_nothing_typed_is_lost(
    sqe_client: Client, typed: dict[str, Any], wrong: dict[str, str], says: str
) -> None:
    answer = sqe_client.post("/rejects/new/", {**typed, **wrong})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert says in html
    assert 'value="L1"' in html
    assert not Reject.objects.exists()


def test_wrong_files_are_said_with_their_names(sqe_client: Client, typed: dict[str, Any]) -> None:
    wrong = SimpleUploadedFile("virus.png", b"MZ")
    answer = sqe_client.post("/rejects/new/", {**typed, "attachments": [picture(), wrong]})
    html = answer.content.decode()
    assert "“virus.png” does not contain what its name says" in html
    assert "choose the attachments again" in html
    assert not Reject.objects.exists()


def test_an_upload_that_is_too_large_is_stopped(sqe_client: Client, typed: dict[str, Any]) -> None:
    with override_settings(EVIDENCE_MAX_BYTES=1_000):
        big = SimpleUploadedFile("big.png", b"\x89PNG\r\n\x1a\n" + b"." * 200_000)
        answer = sqe_client.post("/rejects/new/", {**typed, "attachments": [big]})
    assert answer.status_code == 422
    assert "too large together" in answer.content.decode()
    assert not Reject.objects.exists()


def test_the_same_complaint_with_other_pieces_is_a_conflict(
    sqe_client: Client, typed: dict[str, Any]
) -> None:
    sqe_client.post("/rejects/new/", typed)
    again = sqe_client.post("/rejects/new/", typed)
    assert again.status_code == 302
    other = sqe_client.post("/rejects/new/", {**typed, "suspect_qty": "41"})
    assert other.status_code == 422
    assert "is recorded at this plant already" in other.content.decode()
    assert Reject.objects.get().suspect_qty == 40


def test_ambiguous_receipts_are_told_apart_by_the_lot(
    sqe_client: Client, delivery: Delivery, typed: dict[str, Any]
) -> None:
    same = {"supplier": delivery.supplier, "plant": delivery.plant, "part": delivery.part}
    DeliveryFactory(**same, document="GR/7", line="10", lot="L2")
    answer = sqe_client.post("/rejects/new/", {**typed, "lot": ""})
    assert "Several receipts" in answer.content.decode()
    sqe_client.post("/rejects/new/", typed)
    assert Reject.objects.get().delivery == delivery


def test_the_same_complaint_typed_again_with_less_is_the_same(
    sqe_client: Client, typed: dict[str, Any]
) -> None:
    sqe_client.post("/rejects/new/", {**typed, "machine": "Press 1"})
    again = sqe_client.post("/rejects/new/", {**typed, "checked_qty": "", "confirmed_qty": ""})
    assert again.headers["Location"] == f"/rejects/{Reject.objects.get().pk}/"


def test_reject_is_decided_once_for_what_was_seen(sqe_client: Client, supplier_a: Supplier) -> None:
    reject = reject_of(supplier_a, 100)
    path = f"/rejects/{reject.pk}/decide/"
    given = {
        "supplier_qty": "60",
        "own_qty": "10",
        "third_party_qty": "",
        "released_qty": "30",
        "reason": "Measured.",
        "seen": "0",
    }
    assert sqe_client.post(path, given).headers["Location"] == f"/rejects/{reject.pk}/"
    late = sqe_client.post(path, {**given, "supplier_qty": "50"})
    assert "decided this record meanwhile" in late.content.decode()
    assert reject.verdicts.get().supplier_qty == 60


def test_deciding_begins_with_the_newest_verdict(sqe_client: Client, supplier_a: Supplier) -> None:
    reject = reject_of(supplier_a, 100)
    RejectVerdictFactory(reject=reject, supplier_qty=Decimal(77))
    html = sqe_client.get(f"/rejects/{reject.pk}/decide/").content.decode()
    assert 'value="77"' in html
    assert 'name="seen" value="1"' in html


def test_a_disputed_record_leads_to_its_dispute(sqe_client: Client, supplier_a: Supplier) -> None:
    reject = reject_of(supplier_a, 100)
    dispute = DisputeFactory(reject=reject)
    html = sqe_client.get(f"/rejects/{reject.pk}/decide/").content.decode()
    assert f'href="/disputes/{dispute.pk}/"' in html
    assert "<textarea" not in html


def test_return_is_decided(sqe_client: Client, supplier_a: Supplier) -> None:
    returned = WarrantyReturnFactory(supplier=supplier_a, quantity=4)
    path = f"/returns/{returned.pk}/decide/"
    given = {"analysis": "not_supplier", "accepted_pct": "50", "reason": "Misuse.", "seen": "0"}
    assert sqe_client.post(path, given).status_code == 422
    assert sqe_client.post(path, {**given, "accepted_pct": "0"}).status_code == 302
    assert returned.verdicts.get().outcome == "not_supplier"


def test_buttons_follow_roles(
    sqe_client: Client, auditor_client: Client, member_a_client: Client, supplier_a: Supplier
) -> None:
    reject = reject_of(supplier_a, 100)
    page = f"/rejects/{reject.pk}/"
    decide, dispute = f'href="{page}decide/"', f'href="{page}dispute/"'
    for client, shown in ((sqe_client, decide), (member_a_client, dispute), (auditor_client, "")):
        html = client.get(page).content.decode()
        assert {button for button in (decide, dispute) if button in html} == {shown} - {""}


def test_a_verdict_begins_with_what_is_not_released(
    sqe_client: Client, supplier_a: Supplier
) -> None:
    reject = reject_of(supplier_a, 100, released_qty=70)
    path = f"/rejects/{reject.pk}/decide/"
    html = sqe_client.get(path).content.decode()
    names = ("supplier_qty", "released_qty", "seen")
    begun = {name: re.search(rf'name="{name}" value="(\d+)', html) for name in names}
    given = {name: found.group(1) for name, found in begun.items() if found}
    assert given == {"supplier_qty": "30", "released_qty": "70", "seen": "0"}
    assert sqe_client.post(path, {**given, "reason": "As sorted."}).status_code == 302
