"""Writing down what sorting found, and completing or correcting details, on pages."""

from django.test import Client

from suppliers.models import Supplier
from tests.suppliers.services.records import reject_of

SORTED = {
    "checked_qty": "100",
    "confirmed_qty": "4",
    "released_qty": "96",
    "defects": "",
    "reason": "By hand",
    "seen": "0",
}


def test_sorting_releases_and_stays_in_the_history(
    sqe_client: Client, supplier_a: Supplier
) -> None:
    reject = reject_of(supplier_a, 100)
    path = f"/rejects/{reject.pk}/sorting/"
    assert 'name="seen" value="0"' in sqe_client.get(path).content.decode()
    given = {**SORTED, "released_qty": "97"}
    assert sqe_client.post(path, given).status_code == 422
    assert sqe_client.post(path, {**given, "released_qty": "96"}).status_code == 302
    html = sqe_client.get(f"/rejects/{reject.pk}/").content.decode()
    assert "Released: 0 → 96" in html
    assert "By hand" in html


def test_sorting_that_somebody_changed_meanwhile_is_shown_beside_what_was_typed(
    sqe_client: Client, supplier_a: Supplier
) -> None:
    reject = reject_of(supplier_a, 100)
    path = f"/rejects/{reject.pk}/sorting/"
    sqe_client.post(path, {**SORTED, "defects": "17"})
    typed = {**SORTED, "checked_qty": "50", "released_qty": "45", "reason": "At the plant."}
    late = sqe_client.post(path, typed)
    html = late.content.decode()
    assert late.status_code == 422
    assert "changed this record meanwhile" in html
    for recorded in ("96", "17"):
        assert f"<dd>{recorded}</dd>" in html
    for said in ('value="45"', "At the plant.", 'name="seen" value="1"'):
        assert said in html
    reject.refresh_from_db()
    assert reject.released_qty == 96
    assert sqe_client.post(path, {**typed, "seen": "1"}).status_code == 302
    reject.refresh_from_db()
    assert reject.released_qty == 45


def test_the_same_sorting_typed_by_two_is_no_conflict(
    sqe_client: Client, supplier_a: Supplier
) -> None:
    path = f"/rejects/{reject_of(supplier_a, 100).pk}/sorting/"
    first = sqe_client.post(path, SORTED, follow=True)
    assert "Written down. The earlier quantities" in first.content.decode()
    again = sqe_client.post(path, SORTED, follow=True)
    assert "Nothing was changed." in again.content.decode()
    assert again.content.decode().count("By hand") == 1


KNOWN = {
    "machine": "Press 1",
    "shift": "night",
    "cost": "1250.50",
    "cost_currency": "eur",
    "lot": "L-7",
    "detection_point": "incoming",
    "reason": "",
}


def test_details_are_completed_then_corrected_with_a_reason(
    sqe_client: Client, supplier_a: Supplier
) -> None:
    reject = reject_of(supplier_a, lot="")
    path = f"/rejects/{reject.pk}/details/"
    assert 'name="seen" value="0"' in sqe_client.get(path).content.decode()
    assert sqe_client.post(path, {**KNOWN, "seen": "0"}).status_code == 302
    other = {**KNOWN, "machine": "Press 2", "seen": "1"}
    refused = sqe_client.post(path, other)
    assert refused.status_code == 422
    assert "This replaces what is recorded (Machine)" in refused.content.decode()
    assert 'value="Press 2"' in refused.content.decode()
    assert sqe_client.post(path, {**other, "reason": "Press 1 was idle."}).status_code == 302
    html = sqe_client.get(f"/rejects/{reject.pk}/").content.decode()
    for said in ("Machine: — → Press 1", "Cost: — → 1,250.50", "Press 1 → Press 2", "was idle"):
        assert said in html


def test_details_that_somebody_changed_meanwhile_are_shown_beside_what_was_typed(
    sqe_client: Client, supplier_a: Supplier
) -> None:
    reject = reject_of(supplier_a, lot="")
    path = f"/rejects/{reject.pk}/details/"
    sqe_client.post(path, {**KNOWN, "seen": "0"})
    typed = {**KNOWN, "machine": "Press 3", "reason": "Measured there.", "seen": "0"}
    late = sqe_client.post(path, typed)
    html = late.content.decode()
    assert late.status_code == 422
    assert "changed this record meanwhile" in html
    assert "<dd>Press 1</dd>" in html
    assert 'value="Press 3"' in html
    assert 'name="seen" value="1"' in html
    assert sqe_client.post(path, {**typed, "seen": "1"}).status_code == 302
    reject.refresh_from_db()
    assert reject.machine == "Press 3"
