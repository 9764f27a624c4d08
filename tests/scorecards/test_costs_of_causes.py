"""Causes by machine, shift and cost, where records say them; amounts stay in their currency."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from scorecards.enums import CauseKind, CauseMeasure
from scorecards.models import Scorecard
from scorecards.services.publication import publish_month
from suppliers.enums import Role
from suppliers.models import Reject, Supplier, User
from tests.factories import (
    DefectCodeFactory,
    MembershipFactory,
    MembershipLimitFactory,
    PartFactory,
    RejectVerdictFactory,
    UserFactory,
)
from tests.scorecards.causes import API, PAGE, html_of, table_of, values_of
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up, suspect

NOVEMBER = datetime(2025, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def costly(supplier_a: Supplier) -> Supplier:
    """Press 1: 300.50 and 100 EUR. Press 2: 70 USD. Unknown: 50 EUR, 999 that does not count."""
    part, code = PartFactory(), DefectCodeFactory(code="BORE")
    same: dict[str, Any] = {"part": part, "defect_code": code}
    night: dict[str, Any] = {"machine": "Press 1", "shift": "night", "cost_currency": "EUR"}
    decide(supplier_a, 1, cost=Decimal("300.50"), **night, **same)
    decide(supplier_a, 2, cost=Decimal(100), **night, **same)
    decide(supplier_a, 9, machine="Press 2", cost=Decimal(70), cost_currency="USD", **same)
    decide(supplier_a, 4, cost=Decimal(50), cost_currency="EUR", **same)
    ended = suspect(supplier_a, 3, cost=Decimal(999), cost_currency="EUR", **same)
    RejectVerdictFactory(reject=ended, confirmed_qty=0, supplier_qty=0, released_qty=3)
    roll_up()
    return supplier_a


def test_machines_and_shifts_are_told_apart_and_the_rest_is_said_not_reported(
    costly: Supplier, sqe_client: Client
) -> None:
    table = table_of(costly, CauseKind.MACHINE, CauseMeasure.PIECES)
    assert values_of(table) == {"Press 2": 9, "": 4, "Press 1": 3}
    shifts = table_of(costly, CauseKind.SHIFT, CauseMeasure.PIECES)
    assert values_of(shifts) == {"": 13, "night": 3}
    page = html_of(sqe_client, f"{PAGE}?by=machine")
    assert "not reported" in page
    answer = sqe_client.get(f"{PAGE}?by=machine&cause=")
    assert answer.context["found"].total == 4
    rows = sqe_client.get(f"{API}rows/", {"month": str(OCTOBER), "by": "machine", "cause": ""})
    assert [row["counted"] for row in rows.json()["results"]] == ["4"]


def test_costs_of_different_currencies_are_never_added(
    costly: Supplier, sqe_client: Client, member_a_client: Client
) -> None:
    assert costly.code in PAGE
    for client in (sqe_client, member_a_client):
        page = html_of(client, f"{PAGE}?by=machine&measure=cost")
        assert "Cost by machine" in page
        assert "Together 450.50 EUR" in page
        assert "never added: choose one" in page
        assert "currency=USD" in page
        dollars = html_of(client, f"{PAGE}?by=machine&measure=cost&currency=USD")
        assert "Together 70 USD" in dollars
        found = client.get(API, {"month": str(OCTOBER), "by": "machine", "measure": "cost"}).json()
        assert (found["currency"], found["currencies"]) == ("EUR", ["EUR", "USD"])
        assert (found["total"], found["numerator"]) == ("450.5", "16")
        costs = {one["key"]: one["cost"] for one in found["causes"]}
        assert costs == {"Press 1": "400.5", "": "50"}
        records = client.get(found["causes"][0]["rows"]).json()["results"]
        assert sum(Decimal(row["cost"]) for row in records) == Decimal("400.5")
    query = "?by=machine&measure=cost&currency=EUR"
    content = b"".join(sqe_client.get(f"{PAGE}table.csv{query}")).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(content)))
    assert [(row["Machine"], row["Cost"]) for row in rows] == [("Press 1", "400.5"), ("", "50")]
    assert {row["Currency of the cost"] for row in rows} == {"EUR"}
    answer = sqe_client.get(f"{PAGE}{query}&cause=Press+1")
    assert (answer.context["found"].total, answer.context["difference"]) == (Decimal("400.5"), 0)


def test_what_nobody_reported_is_not_offered(supplier_a: Supplier, sqe_client: Client) -> None:
    decide(supplier_a, 8)
    suspect(supplier_a, 2)
    roll_up()
    page = html_of(sqe_client, PAGE)
    for absent in ("by=machine", "by=shift", "measure=cost"):
        assert absent not in page
    assert "Nothing counts in this time" in html_of(sqe_client, f"{PAGE}?measure=cost")


@pytest.mark.usefixtures("costly")
def test_a_currency_is_read_however_it_is_written(sqe_client: Client) -> None:
    assert "Together 70 USD" in html_of(sqe_client, f"{PAGE}?measure=cost&currency=usd")
    found = sqe_client.get(API, {"month": str(OCTOBER), "measure": "cost", "currency": "usd"})
    assert (found.json()["currency"], found.json()["total"]) == ("USD", "70")


@pytest.mark.usefixtures("costly")
@pytest.mark.parametrize("currency", ["GBP", "<b>", "€" * 300])
def test_a_currency_nobody_reported_gives_no_other_ones_sum(
    sqe_client: Client, currency: str
) -> None:
    asked = {"month": str(OCTOBER), "measure": "cost", "currency": currency}
    for address in (API, f"{API}rows/", f"{API}table/"):
        answer = sqe_client.get(address, asked)
        assert answer.status_code == 400
        said = answer.json()["error"]["fields"]["currency"][0]
        assert currency != "GBP" or "EUR, USD" in said
    for address in (PAGE, "/suppliers/ALFA-4711/"):
        answer = sqe_client.get(address, asked)
        page = answer.content.decode().split('id="causes"')[1].split("</section>")[0]
        assert answer.status_code == 200
        assert "costs of this time are reported in EUR, USD" in page
        assert "Together" not in page
        assert "450.50" not in page
        assert "currency=USD" in page
    for file in ("table.csv", "records.csv"):
        assert sqe_client.get(f"{PAGE}{file}", asked).status_code == 404
    # without costs nothing is said of currencies
    assert "Together 16 counted pieces" in html_of(sqe_client, f"{PAGE}?currency=GBP")


@pytest.mark.usefixtures("costly")
def test_what_others_plants_cost_is_said_as_money(supplier_a: Supplier, client: Client) -> None:
    seen = Reject.objects.get(cost=Decimal("300.50")).plant
    deliver(supplier_a, 10, plant=seen)
    roll_up()
    narrowed = UserFactory()
    membership = MembershipFactory(user=narrowed, role=Role.SQE)
    MembershipLimitFactory(membership=membership, plant=seen)
    client.force_login(narrowed)
    page = html_of(client, f"{PAGE}?measure=cost")
    assert supplier_a.code in page
    assert "The causes cost 150 EUR more than these records" in page


def test_what_is_completed_is_a_cause_at_once(
    supplier_a: Supplier, sqe: User, sqe_client: Client, member_a_client: Client
) -> None:
    reject = decide(supplier_a, 8, lot="")
    deliver(supplier_a, 10_000, part=reject.part, plant=reject.plant)
    roll_up()
    publish_month(month=OCTOBER, by=sqe, at=NOVEMBER)
    published = list(Scorecard.objects.values())
    assert "by=machine" not in html_of(sqe_client, PAGE)
    known = {"machine": "Press 1", "shift": "", "cost": "80", "cost_currency": "EUR"}
    rest = {"lot": "", "detection_point": reject.detection_point, "reason": "", "seen": "0"}
    done = sqe_client.post(f"/rejects/{reject.pk}/details/", {**known, **rest})
    assert done.status_code == 302
    for client in (sqe_client, member_a_client):
        assert "Together 80 EUR" in html_of(client, f"{PAGE}?by=machine&measure=cost")
        found = client.get(API, {"month": str(OCTOBER), "by": "machine"}).json()
        assert [(one["key"], one["value"]) for one in found["causes"]] == [("Press 1", "8")]
    roll_up()
    publish_month(month=OCTOBER, by=sqe, at=NOVEMBER)
    assert list(Scorecard.objects.values()) == published
