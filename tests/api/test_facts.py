"""Suppliers, deliveries, rejects and returns through the API."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from suppliers.models import Delivery, Part, Plant, Reject, Supplier, WarrantyReturn
from tests.api.conftest import Get
from tests.factories import (
    CertificateFactory,
    DeliveryFactory,
    RejectFactory,
    RejectVerdictFactory,
    SupplierFactory,
    WarrantyReturnFactory,
    WarrantyVerdictFactory,
)

LISTS = ["suppliers", "deliveries", "rejects", "returns"]


def test_supplier_is_written_with_tier_and_certificates(
    get: Get, sqe_client: Client, supplier_a: Supplier
) -> None:
    CertificateFactory(supplier=supplier_a, number="N1", expires_on=date(2027, 1, 31))
    assert get(sqe_client, "suppliers/ALFA-4711/") == {
        "code": "ALFA-4711",
        "name": "Alfa Castings",
        "country": "DE",
        "time_zone": "Europe/Berlin",
        "archived_at": None,
        "tiers": [{"level": 1, "name": "Tier 1", "since": "2000-01-01", "until": None}],
        "certificates": [
            {
                "standard": "IATF 16949",
                "number": "N1",
                "expires_on": "2027-01-31",
                "mandatory": False,
            }
        ],
        "business_hold": None,
    }


def test_delivery_is_written_with_codes_and_plain_pieces(
    get: Get, sqe_client: Client, supplier_a: Supplier, plant: Plant, part_a: Part
) -> None:
    delivery = DeliveryFactory(
        supplier=supplier_a, plant=plant, part=part_a, quantity="1000.500", document="0081", lot="L"
    )
    row = get(sqe_client, f"deliveries/{delivery.pk}/")
    assert row.pop("recorded_at")
    assert row == {
        "id": delivery.pk,
        "supplier": "ALFA-4711",
        "plant": "BER",
        "part": "A-0001",
        "document": "0081",
        "line": "10",
        "lot": "L",
        "received_on": "2026-03-10",
        "quantity": "1000.5",
        "unit": "",
        "unit_quantity": None,
        "kind": "serial",
        "promised_on": None,
        "ordered_quantity": None,
        "reverses": None,
    }


def test_reject_carries_its_decisions(get: Get, sqe_client: Client, facts: None) -> None:
    reject = Reject.objects.get(supplier__code="ALFA-4711")
    row = get(sqe_client, f"rejects/{reject.pk}/")
    assert row["suspect_qty"] == "3"
    assert [verdict["supplier_qty"] for verdict in row["verdicts"]] == ["3"]
    assert row["verdicts"][0]["decided_by"] == str(reject.verdicts.get().decided_by)
    assert row["defect_code"]["code"] == reject.defect_code.code


def test_return_carries_its_decisions(get: Get, sqe_client: Client, facts: None) -> None:
    found = WarrantyReturn.objects.get(supplier__code="ALFA-4711")
    row = get(sqe_client, f"returns/{found.pk}/")
    assert row["verdicts"][0]["accepted_pct"] == "100"
    assert row["verdicts"][0]["decided_by"] == str(found.verdicts.get().decided_by)


@pytest.mark.parametrize("name", LISTS)
def test_member_gets_only_its_own_rows(
    get: Get, facts: None, member_b_client: Client, name: str
) -> None:
    answer = get(member_b_client, f"{name}/")
    assert len(answer["results"]) == 1
    assert "ALFA" not in str(answer)
    assert "A-0001" not in str(answer)


@pytest.mark.parametrize("name", LISTS)
def test_stranger_gets_no_rows(get: Get, facts: None, stranger_client: Client, name: str) -> None:
    assert get(stranger_client, f"{name}/")["results"] == []


@pytest.mark.parametrize("name", LISTS)
def test_foreign_and_absent_rows_are_answered_alike(
    get: Get, facts: None, supplier_a: Supplier, member_b_client: Client, name: str
) -> None:
    models: dict[str, Any] = {"deliveries": Delivery, "rejects": Reject, "returns": WarrantyReturn}
    foreign = (
        supplier_a.code if name == "suppliers" else models[name].objects.get(supplier=supplier_a).pk
    )
    absent = "NONE" if name == "suppliers" else 10**15
    assert get(member_b_client, f"{name}/{foreign}/", status=404) == get(
        member_b_client, f"{name}/{absent}/", status=404
    )


def test_foreign_and_absent_supplier_filters_are_answered_alike(
    get: Get, facts: None, member_b_client: Client
) -> None:
    foreign = get(member_b_client, "deliveries/", status=400, supplier="ALFA-4711")
    absent = get(member_b_client, "deliveries/", status=400, supplier="NONE")
    assert foreign == absent
    assert foreign["error"]["fields"] == {"supplier": ["No supplier with this code."]}


@pytest.mark.parametrize(
    ("path", "query", "rows"),
    [
        ("deliveries/", {"supplier": "ALFA-4711"}, 1),
        ("deliveries/", {"plant": "BER"}, 2),
        ("deliveries/", {"plant": "MUC"}, 0),
        ("deliveries/", {"part": "A-0001"}, 1),
        ("deliveries/", {"month": "2026-03"}, 2),
        ("deliveries/", {"month": "2026-02"}, 0),
        ("deliveries/", {"received_from": "2026-03-02", "received_to": "2026-03-02"}, 2),
        ("deliveries/", {"received_from": "2026-03-03"}, 0),
        ("deliveries/", {"kind": "sample"}, 0),
        ("rejects/", {"decided": "true"}, 2),
        ("rejects/", {"decided": "false"}, 0),
        ("rejects/", {"severity": "line_stop"}, 0),
        ("rejects/", {"month": "2026-12"}, 0),
        ("returns/", {"decided": "true", "supplier": "BRAVO-0815"}, 1),
        ("suppliers/", {"archived": "true"}, 0),
        ("suppliers/", {"archived": "false"}, 2),
        ("suppliers/", {"code": "BRAVO-0815"}, 1),
    ],
)
def test_filters_narrow_the_rows(
    get: Get, facts: None, sqe_client: Client, path: str, query: dict[str, str], rows: int
) -> None:
    assert len(get(sqe_client, path, **query)["results"]) == rows


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ({"month": "2026-13"}, "month", "Write a month like 2026-03."),
        ({"received_from": "yesterday"}, "received_from", "Enter a valid date."),
        ({"suplier": "X"}, "suplier", "There is no such parameter."),
        ({"page_size": "0"}, "page_size", "Write a number from 1 to 1000."),
        ({"page_size": "many"}, "page_size", "Write a number from 1 to 1000."),
        ({"cursor": "nonsense"}, "cursor", "Follow the links"),
        ({"kind": "gift"}, "kind", "Select a valid choice"),
    ],
)
def test_bad_parameters_are_named_and_explained(
    get: Get, facts: None, sqe_client: Client, query: dict[str, str], field: str, message: str
) -> None:
    error = get(sqe_client, "deliveries/", status=400, **query)["error"]
    assert error["code"] == "invalid"
    assert list(error["fields"]) == [field]
    assert error["fields"][field][0].startswith(message)


def test_pages_follow_each_other_and_end(
    get: Get, sqe_client: Client, supplier_a: Supplier
) -> None:
    made = [DeliveryFactory(supplier=supplier_a).pk for _ in range(5)]
    seen, path = [], "/api/v1/deliveries/?page_size=2"
    while path:
        answer = sqe_client.get(path).json()
        seen.append([row["id"] for row in answer["results"]])
        path = answer["next"]
    assert seen == [made[:2], made[2:4], made[4:]]


@pytest.mark.parametrize("name", LISTS)
def test_lists_cost_the_same_queries_for_one_and_three_rows(
    get: Get,
    sqe_client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    name: str,
) -> None:
    def add() -> None:
        supplier = SupplierFactory(in_tier=1)
        CertificateFactory(supplier=supplier)
        DeliveryFactory(supplier=supplier)
        RejectVerdictFactory(reject=RejectFactory(supplier=supplier))
        WarrantyVerdictFactory(warranty_return=WarrantyReturnFactory(supplier=supplier))

    add()
    with django_assert_max_num_queries(20) as one:
        get(sqe_client, f"{name}/")
    add()
    add()
    with django_assert_max_num_queries(20) as three:
        get(sqe_client, f"{name}/")
    assert len(one) == len(three)
