"""Recording, deciding and disputing through the API: the same services, plain refusals."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from suppliers.enums import TokenScope
from suppliers.models import Dispute, Part, Plant, Reject, Supplier, User
from suppliers.services.tokens import issue_token
from tests.factories import DefectCodeFactory, DeliveryFactory, WarrantyReturnFactory
from tests.suppliers.services.records import dispute_of, reject_of

Post = Callable[..., Any]


@pytest.fixture
def post() -> Post:
    """Return a function that posts JSON and returns the answer's, expecting a status."""

    def post(client: Client, path: str, given: Any, *, status: int = 201) -> Any:
        response = client.post(f"/api/v1/{path}", given, content_type="application/json")
        assert response.status_code == status, response.content
        return response.json()

    return post


@pytest.fixture
def complaint(supplier_a: Supplier, plant: Plant, part_a: Part) -> dict[str, Any]:
    delivery = DeliveryFactory(supplier=supplier_a, plant=plant, part=part_a)
    return {
        "supplier": "ALFA-4711",
        "plant": "BER",
        "part": "A-0001",
        "complaint": "Q-1",
        "detected_on": "2026-03-09",
        "defect_code": DefectCodeFactory(code="DIM").code,
        "delivery": delivery.pk,
        "suspect_qty": "50.5",
        "checked_qty": 10,
        "confirmed_qty": 1,
    }


VERDICT = {"supplier_qty": "60", "third_party_qty": "30", "released_qty": 10, "reason": "Sorted."}
CLAIM = {"reason": "quantity", "claimed_qty": "40", "statement": "We counted sixty."}


def test_reject_is_recorded_once(post: Post, sqe_client: Client, complaint: dict[str, Any]) -> None:
    first = post(sqe_client, "rejects/", complaint)
    again = post(sqe_client, "rejects/", complaint, status=200)
    assert first == again
    assert (first["suspect_qty"], first["supplier"]) == ("50.5", "ALFA-4711")
    assert Reject.objects.count() == 1


def test_machine_shift_and_cost_go_in_and_come_out(
    post: Post, sqe_client: Client, complaint: dict[str, Any]
) -> None:
    known = {"machine": "Press 1", "shift": "night", "cost": "250.50", "cost_currency": "EUR"}
    first = post(sqe_client, "rejects/", {**complaint, **known})
    assert {name: first[name] for name in known} == known
    assert post(sqe_client, "rejects/", {**complaint, **known}, status=200) == first
    without = {**complaint, "complaint": "Q-2", "cost": "5"}
    refused = post(sqe_client, "rejects/", without, status=400)
    assert "cost_currency" in refused["error"]["fields"]


WHY = "The supplier's report names another press."


def test_sending_less_again_compares_only_what_was_sent(
    post: Post, sqe_client: Client, complaint: dict[str, Any]
) -> None:
    known = {"machine": "Press 1", "shift": "night", "cost": "250.50", "cost_currency": "EUR"}
    first = post(sqe_client, "rejects/", {**complaint, **known})
    less = {name: value for name, value in complaint.items() if name != "checked_qty"}
    less |= {"confirmed_qty": "0", "shift": "", "delivery": None}
    refused = post(sqe_client, "rejects/", less, status=409)
    assert "another confirmed" in refused["error"]["message"]
    del less["confirmed_qty"]
    assert post(sqe_client, "rejects/", less, status=200) == first
    more = {**less, "machine": "Press 2"}
    assert "another machine" in post(sqe_client, "rejects/", more, status=409)["error"]["message"]


def test_details_are_completed_and_corrected(
    post: Post, sqe_client: Client, complaint: dict[str, Any]
) -> None:
    first = post(sqe_client, "rejects/", complaint)
    path = f"rejects/{first['id']}/details/"
    assert first["version"] == 0
    cost = {"cost": "250.5", "cost_currency": "EUR", "seen": 0}
    done = post(sqe_client, path, cost, status=200)
    assert (done["cost"], done["cost_currency"], done["version"]) == ("250.50", "EUR", 1)
    assert post(sqe_client, path, cost, status=200) == done
    late = post(sqe_client, path, {"machine": "Press 1", "seen": 0}, status=409)
    assert "changed this record meanwhile" in late["error"]["message"]
    bare = post(sqe_client, path, {"cost": "300", "seen": 1}, status=400)
    assert list(bare["error"]["fields"]) == ["reason"]
    corrected = post(sqe_client, path, {"cost": "300", "reason": WHY}, status=200)
    assert corrected == post(sqe_client, path, {"cost": 300}, status=200)
    assert (corrected["cost"], corrected["version"]) == ("300.00", 2)
    unknown = post(sqe_client, path, {"suspect_qty": 1}, status=400)
    assert list(unknown["error"]["fields"]) == ["suspect_qty"]
    assert post(sqe_client, "rejects/", complaint, status=200) == corrected


def test_the_same_key_with_other_values_is_a_conflict(
    post: Post, sqe_client: Client, complaint: dict[str, Any]
) -> None:
    post(sqe_client, "rejects/", complaint)
    refused = post(sqe_client, "rejects/", {**complaint, "suspect_qty": 51}, status=409)
    assert refused["error"]["code"] == "conflict"
    assert "another suspect" in refused["error"]["message"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"supplier": "BRAVO-0815-X"}, "supplier"),
        ({"plant": 7}, "plant"),
        ({"part": None}, "part"),
        ({"suspect_qty": "many"}, "suspect_qty"),
        ({"suspect_qty": "NaN"}, "suspect_qty"),
        ({"suspect_qty": -1}, "suspect_qty"),
        ({"checked_qty": 51}, "checked_qty"),
        ({"detected_on": "9.3.2026"}, "detected_on"),
        ({"detected_on": "2126-03-09"}, "detected_on"),
        ({"severity": "bad"}, "severity"),
        ({"delivery": 10**9}, "delivery"),
        ({"complaint": "a\x00b"}, "complaint"),
        ({"suspekt_qty": 4}, "suspekt_qty"),
    ],
)
def test_what_is_wrong_is_named_by_field(
    post: Post, sqe_client: Client, complaint: dict[str, Any], wrong: dict[str, Any], field: str
) -> None:
    refused = post(sqe_client, "rejects/", {**complaint, **wrong}, status=400)
    assert list(refused["error"]["fields"]) == [field]
    assert not Reject.objects.exists()


@pytest.mark.parametrize("body", ["[]", "7", '"x"', "{", ""])
def test_bodies_that_are_no_object_are_refused(sqe_client: Client, body: str) -> None:
    answer = sqe_client.post("/api/v1/rejects/", body, content_type="application/json")
    assert answer.status_code == 400
    assert "error" in answer.json()


def test_sorting_and_verdict(post: Post, sqe_client: Client, supplier_a: Supplier) -> None:
    path = f"rejects/{reject_of(supplier_a).pk}"
    found = {"checked_qty": 100, "confirmed_qty": 90, "released_qty": 10, "reason": "By hand."}
    assert post(sqe_client, f"{path}/sorting/", found, status=200)["released_qty"] == "10"
    given = {**VERDICT, "seen": 0}
    first = post(sqe_client, f"{path}/verdicts/", given)
    assert (first["number"], first["confirmed_qty"]) == (1, "90")
    assert post(sqe_client, f"{path}/verdicts/", given, status=200) == first
    late = {**given, "supplier_qty": 50}
    assert "no. 1" in post(sqe_client, f"{path}/verdicts/", late, status=409)["error"]["message"]
    too_many = {**VERDICT, "supplier_qty": 99}
    refused = post(sqe_client, f"{path}/verdicts/", too_many, status=400)
    assert list(refused["error"]["fields"]) == ["supplier_qty"]


def test_sorting_names_the_version_that_was_read(
    post: Post, sqe_client: Client, supplier_a: Supplier
) -> None:
    path = f"rejects/{reject_of(supplier_a).pk}/sorting/"
    found = {"checked_qty": 50, "confirmed_qty": 20, "released_qty": 10, "reason": "By hand."}
    done = post(sqe_client, path, {**found, "seen": 0}, status=200)
    assert (done["released_qty"], done["version"]) == ("10", 1)
    assert post(sqe_client, path, {**found, "seen": 0}, status=200) == done
    more = {**found, "checked_qty": 60}
    late = post(sqe_client, path, {**more, "seen": 0}, status=409)
    assert "changed this record meanwhile" in late["error"]["message"]
    assert post(sqe_client, path, {**more, "seen": 1}, status=200)["version"] == 2
    assert post(sqe_client, path, found, status=200)["version"] == 3


def test_return_is_decided(post: Post, sqe_client: Client, supplier_a: Supplier) -> None:
    path = f"returns/{WarrantyReturnFactory(supplier=supplier_a).pk}/verdicts/"
    given = {"outcome": "confirmed", "accepted_pct": "50", "reason": "Shared."}
    assert post(sqe_client, path, given)["accepted_pct"] == "50"
    wrong = {**given, "outcome": "not_supplier"}
    refused = post(sqe_client, path, wrong, status=400)
    assert list(refused["error"]["fields"]) == ["accepted_pct"]


def test_dispute_from_claim_to_final(
    post: Post,
    member_a_client: Client,
    sqe_client: Client,
    quality_manager_client: Client,
    supplier_a: Supplier,
) -> None:
    reject = reject_of(supplier_a)
    opened = post(member_a_client, f"rejects/{reject.pk}/disputes/", CLAIM)
    assert post(member_a_client, f"rejects/{reject.pk}/disputes/", CLAIM, status=200) == opened
    path = f"disputes/{opened['id']}"
    uphold = {"action": "uphold_partly", "reason": "Some."}
    refused = post(sqe_client, f"{path}/answer/", uphold, status=400)
    assert list(refused["error"]["fields"]) == ["supplier_qty"]
    answered = post(sqe_client, f"{path}/answer/", {**uphold, "supplier_qty": 80}, status=200)
    assert (answered["state"], answered["outcome"]) == ("partly_upheld", "partly_upheld")
    assert answered["steps"][-1]["verdict"] == 1
    again = {**uphold, "supplier_qty": 80}
    assert post(sqe_client, f"{path}/answer/", again, status=409)["error"]["code"] == "conflict"
    post(member_a_client, f"{path}/appeal/", {"reason": "Look again."}, status=200)
    post(member_a_client, f"{path}/appeal/", {"reason": "And again."}, status=409)
    final = {**uphold, "supplier_qty": 70}
    assert post(quality_manager_client, f"{path}/answer/", final, status=200)["state"] == "final"


def test_disputes_are_listed_and_narrowed(
    member_a: User, supplier_a: Supplier, sqe_client: Client, member_b_client: Client
) -> None:
    dispute_of(reject_of(supplier_a), member_a)

    def found(client: Client, query: str) -> int:
        return len(client.get(f"/api/v1/disputes/?{query}").json()["results"])

    assert found(sqe_client, "supplier=ALFA-4711&open=true&reason=transport_damage") == 1
    assert found(sqe_client, "open=false") == 0
    assert found(member_b_client, "") == 0
    assert sqe_client.get("/api/v1/disputes/?stat=open").status_code == 400


def test_who_may_not_is_refused(
    post: Post,
    buyer_client: Client,
    member_a_client: Client,
    member_b_client: Client,
    sqe_client: Client,
    supplier_a: Supplier,
) -> None:
    path = f"rejects/{reject_of(supplier_a).pk}"
    post(buyer_client, f"{path}/verdicts/", VERDICT, status=403)
    post(member_a_client, f"{path}/verdicts/", VERDICT, status=404)
    post(sqe_client, f"{path}/disputes/", CLAIM, status=403)
    post(member_b_client, f"{path}/disputes/", CLAIM, status=404)
    assert not Dispute.objects.exists()


@pytest.mark.parametrize(
    ("scope", "status"), [(TokenScope.FACTS, 403), (TokenScope.DECISIONS, 201)]
)
def test_a_token_writes_only_with_its_scope(
    post: Post, sqe: User, supplier_a: Supplier, scope: TokenScope, status: int
) -> None:
    now = timezone.now()
    _token, secret = issue_token(
        user=sqe, name="MES", scopes=[scope], expires_at=now + timedelta(days=1), by=sqe
    )
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    path = f"rejects/{reject_of(supplier_a).pk}/verdicts/"
    post(client, path, VERDICT, status=status)


def test_a_browsers_post_needs_its_token(supplier_a: Supplier, sqe: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(sqe)
    path = f"/api/v1/rejects/{reject_of(supplier_a).pk}/verdicts/"
    assert strict.post(path, VERDICT, content_type="application/json").status_code == 403
