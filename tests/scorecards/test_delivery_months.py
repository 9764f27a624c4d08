"""Rejects by the month their parts were delivered: for analysis, and nothing is lost."""

import csv
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from scorecards.metrics import Metric
from scorecards.periods import Window
from scorecards.queries.by_delivery_month import DeliveryMonths, delivery_month_table
from scorecards.queries.figures import supplier_series, window_figure
from scorecards.queries.scopes import of_supplier
from suppliers.models import Supplier
from tests.factories import PartFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up, suspect

API = "/api/v1/delivery-months/"
JULY = OCTOBER.minus(3)
PAGE = f"/suppliers/ALFA-4711/delivery-months/{OCTOBER}/"


@pytest.fixture
def table(supplier_a: Supplier) -> DeliveryMonths:
    """A lot of July found bad in October, one of two years ago, one of which nobody knows."""
    part = PartFactory(number="BR-7")
    july = deliver(supplier_a, 1000, JULY, part=part)
    old = deliver(supplier_a, 500, OCTOBER.minus(24), part=part)
    deliver(supplier_a, 2000, OCTOBER, part=part)
    decide(supplier_a, 10, delivery=july, part=part, plant=july.plant)
    suspect(supplier_a, 4, delivery=july, part=part, plant=july.plant)
    decide(supplier_a, 3, delivery=old, part=part, plant=old.plant)
    decide(supplier_a, 2, part=part)
    decide(supplier_a, 7, OCTOBER.plus(1), delivery=july, part=part, plant=july.plant)
    roll_up()
    return delivery_month_table(scope=of_supplier(supplier_a), end=OCTOBER)


def test_rejects_stand_in_the_month_of_their_delivery(table: DeliveryMonths) -> None:
    rows = {row.month: row for row in table.rows}
    assert len(rows) == 12
    july, october = rows[JULY], rows[OCTOBER]
    assert july.shape.counted == 14
    assert july.shape.received == 1000
    assert july.shape.ppm == 14_000
    assert july.provisional == 4
    assert october.shape.counted == 0
    assert october.shape.ppm == 0
    assert rows[OCTOBER.minus(1)].shape.ppm is None


def test_with_what_has_no_place_it_adds_up_to_the_figure_by_detection(
    table: DeliveryMonths, supplier_a: Supplier
) -> None:
    assert table.unplaced == 2
    assert table.outside == 3
    placed = sum(row.shape.counted for row in table.rows)
    assert placed + 5 == table.counted
    series = supplier_series(
        supplier_id=supplier_a.pk,
        metric=Metric.EXTERNAL_PPM,
        first=OCTOBER.minus(11),
        last=OCTOBER,
    )
    twelve = window_figure(
        series, metric=Metric.EXTERNAL_PPM, window=Window.ROLLING_12, end=OCTOBER
    )
    assert table.counted == twelve.counted


@pytest.mark.usefixtures("table")
def test_page_is_reached_from_the_supplier_and_narrowed(
    sqe_client: Client, member_a_client: Client, member_b_client: Client
) -> None:
    supplier = sqe_client.get(f"/suppliers/ALFA-4711/?month={OCTOBER}").content.decode()
    assert PAGE in supplier
    content = member_a_client.get(PAGE).content.decode()
    assert "14,000" in content
    assert "14 of 1,000" in content
    assert "4 of the counted parts are not yet decided" in content
    assert "2 counted pieces name no delivery" in content
    assert member_a_client.get(f"{PAGE}?part=BR-7").status_code == 200
    assert member_a_client.get(f"{PAGE}?part=NONE").status_code == 404
    assert member_b_client.get(PAGE).status_code == 404


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("where", ["suppliers/ALFA-4711/", "tiers/1/", ""])
def test_file_of_a_supplier_a_tier_and_all_adds_up(sqe_client: Client, where: str) -> None:
    address = f"/{where}delivery-months/{OCTOBER}/"
    assert f'href="{address}table.csv"' in sqe_client.get(address).content.decode()
    content = b"".join(sqe_client.get(f"{address}table.csv")).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(content)))
    assert len(rows) == 12 + 2
    assert sum(Decimal(row["Rejected"]) for row in rows) == 19
    [july] = [row for row in rows if row["Delivered"] == str(JULY)]
    assert (july["Rejected"], july["Provisional"], july["Received"]) == ("14", "4", "1000")


@pytest.mark.usefixtures("table")
def test_tiers_page_leads_to_it_and_its_suppliers_do_not_see_it(
    sqe_client: Client, member_a_client: Client
) -> None:
    tiers = sqe_client.get(f"/tiers/?month={OCTOBER}").content.decode()
    assert f"/tiers/1/delivery-months/{OCTOBER}/" in tiers
    for where in ("tiers/1/", ""):
        address = f"/{where}delivery-months/{OCTOBER}/"
        assert member_a_client.get(address).status_code == 404


@pytest.mark.usefixtures("table")
def test_api_says_what_the_page_says(
    sqe_client: Client, member_a_client: Client, member_b_client: Client
) -> None:
    query = {"month": str(OCTOBER), "supplier": "ALFA-4711"}
    for client in (sqe_client, member_a_client):
        found = client.get(API, query).json()
        (july,) = (row for row in found["delivery_months"] if row["delivered"] == str(JULY))
        assert (july["numerator"], july["denominator"], july["provisional"]) == ("14", "1000", "4")
        assert july["value"] == "14000.000000"
        assert (found["unplaced"], found["outside"], found["numerator"]) == ("2", "3", "19")
        assert len(found["delivery_months"]) == 12
    everything = member_b_client.get(API, {"month": str(OCTOBER)}).json()
    assert (everything["scope"], everything["numerator"]) == ("all", "0")
    refused = member_b_client.get(API, query)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["supplier"])
    own_part = query | {"part": "BR-7"}
    assert sqe_client.get(API, own_part).json()["numerator"] == "19"
    tier = sqe_client.get(API, {"month": str(OCTOBER), "tier": "1"}).json()
    assert (tier["scope_kind"], tier["numerator"]) == ("tier", "19")


@pytest.mark.usefixtures("table")
def test_api_gives_the_page_s_file(sqe_client: Client) -> None:
    query = {"month": str(OCTOBER), "supplier": "ALFA-4711"}
    for form in ("csv", "xlsx"):
        sent = sqe_client.get(f"{API}table/", query | {"form": form})
        assert f"-delivery-months-{OCTOBER}.{form}" in sent["Content-Disposition"]
    files: list[Any] = [
        sqe_client.get(f"{PAGE}table.csv"),
        sqe_client.get(f"{API}table/", query),
    ]
    own, sent_too = (b"".join(file.streaming_content) for file in files)
    assert own == sent_too


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "month"),
        ({"month": "2025-10", "colour": "red"}, "colour"),
        ({"month": "2025-10", "tier": "1", "supplier": "ALFA-4711"}, "tier"),
        ({"month": "2025-10", "tier": "9"}, "tier"),
    ],
)
def test_api_names_the_wrong_parameter(
    supplier_a: Supplier, sqe_client: Client, query: dict[str, str], field: str
) -> None:
    refused = sqe_client.get(API, query)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, [field])
