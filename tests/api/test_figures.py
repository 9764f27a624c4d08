"""Figures through the API: the same rows as the export, and nothing of a neighbour."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from scorecards.rollup import drain
from suppliers.models import Part, Plant, Supplier
from tests.api.conftest import AT, Get, month_of
from tests.factories import DeliveryFactory, SupplierFactory


def test_figure_shows_counts_value_and_state(get: Get, facts: None, sqe_client: Client) -> None:
    answer = get(sqe_client, "figures/", supplier="ALFA-4711")
    address = (
        "/api/v1/arithmetic/?metric=external_ppm&scope=supplier&window=month&month=2026-03"
        "&supplier=ALFA-4711"
    )
    assert answer["results"] == [
        {
            "scope_kind": "supplier",
            "scope": "ALFA-4711",
            "month": "2026-03",
            "window": "month",
            "metric": "external_ppm",
            "numerator": "3",
            "denominator": "20000",
            "provisional": "0",
            "value": "150.000000",
            "state": "figure",
            "range": {"lower_ppm": "30.933606", "upper_ppm": "438.363653"},
            "sentence": "3 rejects in 20,000 (150 PPM). Likely range 31–438.",
            "arithmetic": address,
        }
    ]


def test_a_mistyped_later_year_is_nobodys_newest_month(
    get: Get, facts: None, supplier_b: Supplier, sqe_client: Client
) -> None:
    DeliveryFactory(supplier=supplier_b, received_on=date(2199, 1, 4), quantity=10)
    drain(at=AT)
    answer = get(sqe_client, "figures/", supplier="ALFA-4711")
    assert [one["month"] for one in answer["results"]] == ["2026-03"]
    assert [one["month"] for one in get(sqe_client, "figures/", scope="all")["results"]] == [
        "2026-03"
    ]


@pytest.mark.parametrize("metric", ["external_ppm", "warranty_ppm"])
@pytest.mark.parametrize("scope", ["supplier", "tier", "group", "part", "all"])
@pytest.mark.parametrize("window", ["month", "12"])
def test_figures_equal_the_export(
    get: Get, facts: None, sqe_client: Client, metric: str, scope: str, window: str
) -> None:
    printed = StringIO()
    call_command(
        "export_figures",
        "--metric", metric, "--by", scope, "--window", window,
        "--format", "json", "--from", "2026-03", "--to", "2026-03",
        stdout=printed,
    )  # fmt: skip
    answer = get(sqe_client, "figures/", metric=metric, scope=scope, window=window)
    added = {"scope_kind", "arithmetic", "range", "sentence"}
    rows = [{k: v for k, v in row.items() if k not in added} for row in answer["results"]]
    assert rows == json.loads(printed.getvalue())
    assert rows


def test_several_months_come_with_gaps_as_no_activity(
    get: Get, facts: None, sqe_client: Client
) -> None:
    query = {"from": "2026-03", "to": "2026-05", "supplier": "ALFA-4711"}
    rows = get(sqe_client, "figures/", **query)["results"]
    assert [(row["month"], row["state"], row["value"]) for row in rows] == [
        ("2026-03", "figure", "150.000000"),
        ("2026-04", "no_activity", None),
        ("2026-05", "no_activity", None),
    ]


@pytest.mark.parametrize("scope", ["supplier", "plant", "part", "all"])
def test_member_gets_figures_of_its_own_deliveries_only(
    get: Get, facts: None, member_a_client: Client, scope: str
) -> None:
    rows = get(member_a_client, "figures/", scope=scope)["results"]
    assert [(row["numerator"], row["denominator"]) for row in rows] == [("3", "20000")]
    assert "B-0002" not in str(rows)
    assert "BRAVO" not in str(rows)


def test_member_gets_no_figures_of_tiers(get: Get, facts: None, member_a_client: Client) -> None:
    error = get(member_a_client, "figures/", status=400, scope="tier")["error"]
    assert "sum of all its suppliers" in error["fields"]["scope"][0]


def test_foreign_and_absent_suppliers_are_answered_alike(
    get: Get, facts: None, member_b_client: Client
) -> None:
    foreign = get(member_b_client, "figures/", status=400, supplier="ALFA-4711")
    assert foreign == get(member_b_client, "figures/", status=400, supplier="NONE")


def test_foreign_and_absent_parts_are_answered_alike(
    get: Get, facts: None, member_b_client: Client
) -> None:
    foreign = get(member_b_client, "figures/", scope="part", part="A-0001")
    assert foreign == get(member_b_client, "figures/", scope="part", part="NONE")
    assert foreign["results"] == []


def test_newest_month_of_a_neighbour_does_not_show(
    get: Get, facts: None, member_a_client: Client, supplier_b: Supplier, part_b: Part, plant: Plant
) -> None:

    DeliveryFactory(supplier=supplier_b, part=part_b, plant=plant, received_on=date(2026, 5, 4))
    drain(at=AT)
    rows = get(member_a_client, "figures/")["results"]
    assert [row["month"] for row in rows] == ["2026-03"]


def test_stranger_gets_no_figures(get: Get, facts: None, stranger_client: Client) -> None:
    for scope in ("supplier", "plant", "part", "all"):
        assert get(stranger_client, "figures/", scope=scope)["results"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"metric": "ppm"}, "metric"),
        ({"scope": "galaxy"}, "scope"),
        ({"window": "2"}, "window"),
        ({"month": "March"}, "month"),
        ({"month": "2026-03", "from": "2026-01"}, "month"),
        ({"from": "2026-04", "to": "2026-03"}, "from"),
        ({"plant": "BER"}, "plant"),
        ({"scope": "plant", "metric": "warranty_ppm"}, "scope"),
        ({"scope": "tier", "supplier": "ALFA-4711"}, "scope"),
        ({"tier": "1"}, "tier"),
    ],
)
def test_bad_parameters_are_named(
    get: Get, facts: None, sqe_client: Client, query: dict[str, Any], field: str
) -> None:
    error = get(sqe_client, "figures/", status=400, **query)["error"]
    assert list(error["fields"]) == [field]


def test_figures_of_one_supplier_by_plant(get: Get, facts: None, sqe_client: Client) -> None:
    rows = get(sqe_client, "figures/", scope="plant", supplier="BRAVO-0815")["results"]
    assert [(row["scope"], row["numerator"]) for row in rows] == [("BER", "777")]


def test_pages_hold_whole_scopes(get: Get, facts: None, sqe_client: Client) -> None:
    query = {"from": "2026-03", "to": "2026-04", "page_size": 1}
    first = get(sqe_client, "figures/", **query)
    second = sqe_client.get(first["next"]).json()
    assert [row["scope"] for row in first["results"]] == ["ALFA-4711"] * 2
    assert [row["scope"] for row in second["results"]] == ["BRAVO-0815"] * 2
    assert second["next"] is None


def test_figures_cost_the_same_queries_for_one_and_three_suppliers(
    get: Get,
    sqe_client: Client,
    plant: Plant,
    part_a: Part,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    counts = []
    for more in (1, 2):
        for _ in range(more):
            month_of(SupplierFactory(), plant, part_a, rejected=1)
        drain(at=AT)
        with django_assert_max_num_queries(20) as queries:
            get(sqe_client, "figures/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
