"""Control limits and signals through the API: one's own, and nothing that is only proposed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from scorecards.models import Baseline
from scorecards.periods import Month
from scorecards.rollup import drain
from suppliers.models import Supplier
from tests.api.conftest import Get
from tests.factories import (
    BaselineFactory,
    ChartSignalFactory,
    DeliveryFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
)

pytestmark = pytest.mark.django_db


def test_baseline_names_its_months_and_sums(
    get: Get, supplier_a: Supplier, sqe_client: Client
) -> None:
    BaselineFactory(supplier=supplier_a, accepted=True)
    (found,) = get(sqe_client, "baselines/", supplier="ALFA-4711")["results"]
    assert found["supplier"] == "ALFA-4711"
    assert (found["first_month"], found["last_month"]) == ("2025-01", "2025-12")
    assert (found["counted"], found["volume"], found["state"]) == ("60", "1200000", "accepted")


def test_supplier_sees_its_own_limits_but_no_proposal(
    get: Get, supplier_a: Supplier, supplier_b: Supplier, member_a_client: Client
) -> None:
    BaselineFactory(supplier=supplier_a, accepted=True)
    BaselineFactory(supplier=supplier_a, version=2)
    BaselineFactory(supplier=supplier_b, accepted=True)
    found = get(member_a_client, "baselines/")["results"]
    assert [(one["supplier"], one["version"]) for one in found] == [("ALFA-4711", 1)]


def test_open_signals_are_those_nobody_has_looked_at(
    get: Get, supplier_a: Supplier, sqe_client: Client
) -> None:
    signal = ChartSignalFactory(baseline=BaselineFactory(supplier=supplier_a, accepted=True))
    (found,) = get(sqe_client, "signals/", open="true")["results"]
    assert (found["id"], found["month"], found["kind"]) == (signal.pk, "2026-03", "above")
    assert get(sqe_client, "signals/", open="false")["results"] == []


@pytest.fixture
def post(sqe_client: Client) -> Callable[..., Any]:
    def post(path: str, client: Client = sqe_client, **given: Any) -> Any:
        return client.post(f"/api/v1/{path}", given, content_type="application/json")

    return post


@pytest.fixture
def steady(supplier_a: Supplier) -> dict[str, Any]:
    """Thirteen months of five rejects in 100,000, of which the last has fifty."""
    for back in range(13):
        month = Month(2026, 3).minus(back)
        here = {"supplier": supplier_a, "plant": PlantFactory(), "part": PartFactory()}
        DeliveryFactory(**here, received_on=month.first_day, quantity=100_000)
        RejectFactory(**here, detected_on=month.first_day, suspect_qty=5 if back else 50)
    drain(at=datetime(2026, 4, 2, tzinfo=UTC))
    return {
        "supplier": "ALFA-4711",
        "metric": "external_ppm",
        "first_month": "2025-03",
        "last_month": "2026-02",
    }


def test_limits_are_proposed_and_frozen_and_a_signal_is_answered(
    get: Get, post: Callable[..., Any], steady: dict[str, Any], sqe_client: Client
) -> None:
    made = post("baselines/", **steady)
    again = post("baselines/", **steady)
    assert (made.status_code, again.status_code) == (201, 200)
    found = made.json()
    assert again.json() == found
    assert (found["state"], found["counted"], len(found["points"])) == ("proposed", "60", 12)
    assert post("baselines/", **steady | {"last_month": "2026-03"}).status_code == 409

    path = f"baselines/{found['id']}/"
    without_cause = post(f"{path}points/", month="2025-04")
    assert without_cause.status_code == 400
    assert "Say what the cause was" in str(without_cause.json())
    assert post(f"{path}points/", month="2020-01", cause="A strike.").status_code == 404
    left_out = post(f"{path}points/", month="2025-04", cause="A strike.").json()
    assert left_out["counted"] == "55"
    assert [p["cause"] for p in left_out["points"] if p["excluded"]] == ["A strike."]
    assert post(f"{path}points/", month="2025-04", excluded=False).json()["counted"] == "60"

    assert post(f"{path}acceptance/", reason="short").status_code == 400
    for _ in range(2):
        accepted = post(f"{path}acceptance/", reason="Agreed with the supplier.")
        assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    assert post(f"{path}points/", month="2025-04", cause="A strike.").status_code == 409
    assert post(f"{path}withdrawal/").status_code == 409

    signals = get(sqe_client, "signals/", open="true")["results"]
    assert {(one["month"], one["baseline"]) for one in signals} == {("2026-03", found["id"])}
    seen = post(f"signals/{signals[0]['id']}/seen/", note="A new tool.")
    assert seen.json()["seen_at"] is not None
    assert get(sqe_client, "signals/", open="true")["results"] == []


def test_proposal_is_withdrawn_once(post: Callable[..., Any], steady: dict[str, Any]) -> None:
    found = post("baselines/", **steady).json()
    states = [post(f"baselines/{found['id']}/withdrawal/").json()["state"] for _ in range(2)]
    assert states == ["withdrawn", "withdrawn"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"supplier": "NOBODY"}, "supplier"),
        ({"part": "NONE"}, "part"),
        ({"first_month": "2025-13"}, "first_month"),
        ({"first_month": "2026-01"}, "non_field_errors"),
        ({"first_day": "2025-01-01"}, "first_day"),
    ],
)
def test_wrong_proposal_says_what_is_wrong(
    post: Callable[..., Any], steady: dict[str, Any], wrong: dict[str, str], field: str
) -> None:
    answer = post("baselines/", **steady | wrong)
    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == [field]
    assert not Baseline.objects.exists()


def test_supplier_proposes_nothing(
    post: Callable[..., Any],
    steady: dict[str, Any],
    member_a_client: Client,
    buyer_client: Client,
) -> None:
    assert post("baselines/", member_a_client, **steady).status_code == 404
    assert post("baselines/", buyer_client, **steady).status_code == 403
    assert not Baseline.objects.exists()
