"""Warranty by build month and months in service: placed, matured, never 0 for want of data."""

import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from scorecards.formulas.rates import FigureState
from scorecards.periods import Month
from scorecards.queries.by_build_month import (
    BuildMonth,
    BuildMonthTable,
    build_month_table,
    rows_of_cell,
)
from scorecards.queries.scopes import of_part, of_supplier
from suppliers.models import Part, Supplier, User
from tests.factories import PartFactory, WarrantyReturnFactory, WarrantyVerdictFactory
from tests.scorecards.facts import OCTOBER, deliver, roll_up

BUILT = OCTOBER.minus(14)
ADDRESS = f"/suppliers/ALFA-4711/build-months/{OCTOBER}/"


@pytest.fixture
def part(db: None) -> Part:
    found: Part = PartFactory(number="BR/7 A")
    return found


def came_back(supplier: Supplier, part: Part, **fields: Any) -> None:
    WarrantyReturnFactory(
        **{"supplier": supplier, "part": part, "received_on": date(2025, 9, 3)} | fields
    )


@pytest.fixture
def facts(supplier_a: Supplier, part: Part) -> None:
    """2,000 built: back after 2, 3, 12 and 13 months; 12 by their days; one half accepted."""
    deliver(supplier_a, 2_000, BUILT, part=part)
    deliver(supplier_a, 500, OCTOBER.minus(3), part=part)
    for months_in_service in (2, 3, 12, 13):
        came_back(supplier_a, part, built_on=BUILT.first_day, months_in_service=months_in_service)
    came_back(supplier_a, part, built_on=BUILT.last_day, failed_on=date(2025, 9, 1))
    half = WarrantyReturnFactory(
        supplier=supplier_a,
        part=part,
        received_on=date(2025, 9, 3),
        built_on=BUILT.first_day,
        months_in_service=0,
    )
    WarrantyVerdictFactory(warranty_return=half, accepted_pct=50)
    came_back(supplier_a, part)
    came_back(supplier_a, part, built_on=date(2020, 1, 1), months_in_service=4)
    came_back(supplier_a, part, built_on=date(2025, 9, 1), months_in_service=0)
    came_back(
        supplier_a,
        part,
        built_on=BUILT.first_day,
        months_in_service=1,
        received_on=OCTOBER.plus(1).first_day,
    )
    roll_up()


def row_of(table: BuildMonthTable, month: Month) -> BuildMonth:
    (row,) = (row for row in table.rows if row.month == month)
    return row


@pytest.mark.usefixtures("facts")
def test_returns_are_placed_by_build_month_and_months_in_service(supplier_a: Supplier) -> None:
    table = build_month_table(scope=of_supplier(supplier_a), end=OCTOBER)
    row = row_of(table, BUILT)
    assert [cell.counted for cell in row.cells] == [Decimal("2.5"), Decimal("4.5"), Decimal("5.5")]
    assert row.cells[0].shape.ppm == Fraction(1250)
    assert table.derived == 1  # 13 months by the calendar, one of them the lag
    assert table.unplaced == 1
    assert table.older == 1


@pytest.mark.usefixtures("facts")
def test_cells_mature_when_all_parts_have_had_the_time(supplier_a: Supplier) -> None:
    """Built 14 months before, a month of lag: 12 months in service are over, 24 are not."""
    table = build_month_table(scope=of_supplier(supplier_a), end=OCTOBER)
    assert [cell.mature for cell in row_of(table, BUILT).cells] == [True, True, False]
    assert [cell.mature for cell in row_of(table, OCTOBER.minus(3)).cells] == [False] * 3
    assert [(total.counted, total.received) for total in table.totals] == [
        (Decimal("2.5"), Decimal(2_000)),
        (Decimal("4.5"), Decimal(2_000)),
        (Decimal(0), Decimal(0)),
    ]
    edge = build_month_table(scope=of_supplier(supplier_a), end=BUILT.plus(4))
    assert row_of(edge, BUILT).cells[0].mature
    before = build_month_table(scope=of_supplier(supplier_a), end=BUILT.plus(3))
    assert not row_of(before, BUILT).cells[0].mature


@pytest.mark.usefixtures("facts")
def test_a_build_month_without_pieces_has_no_rate(supplier_a: Supplier) -> None:
    """Returned without anything received then: no data, neither 0 nor infinite."""
    table = build_month_table(scope=of_supplier(supplier_a), end=OCTOBER)
    cell = row_of(table, Month(2025, 9)).cells[0]
    assert cell.shape.ppm is None
    assert cell.shape.state is FigureState.REJECTS_WITHOUT_RECEIPTS
    assert table.totals[2].shape.ppm is None


@pytest.mark.usefixtures("facts")
def test_rows_of_every_cell_add_up_to_it(supplier_a: Supplier, part: Part, sqe: User) -> None:
    everybody = Supplier.objects.all()
    for scope in (
        of_supplier(supplier_a),
        of_supplier(supplier_a, part=part),
        of_part(part, suppliers=everybody),
    ):
        table = build_month_table(scope=scope, end=OCTOBER)
        for row in table.rows:
            for cell in row.cells:
                rows = rows_of_cell(
                    scope=scope,
                    user=sqe,
                    end=OCTOBER,
                    built=row.month,
                    months_in_service=cell.months_in_service,
                )
                assert rows.total == cell.counted == sum(one.returned_qty for one in rows)


@pytest.mark.usefixtures("facts")
def test_page_says_what_is_mature_and_opens_a_cell(member_a_client: Client) -> None:
    page = member_a_client.get(ADDRESS).content.decode()
    assert "1,250" in page
    assert "so far" in page
    assert "none received" in page
    assert "cannot be placed" in page
    opened = member_a_client.get(ADDRESS, {"built": str(BUILT), "mis": "12"})
    assert opened.context["panel"].difference == 0
    assert "within 12 months" in opened.content.decode()
    for nonsense in ({"built": "May"}, {"built": str(BUILT), "mis": "7"}, {"built": "1999-01"}):
        assert member_a_client.get(ADDRESS, nonsense).context["panel"] is None


@pytest.mark.usefixtures("facts")
def test_file_has_the_same_numbers(sqe_client: Client, part: Part) -> None:
    page = sqe_client.get(f"/parts/{part.number}/build-months/{OCTOBER}/")
    assert page.status_code == 200
    response: Any = sqe_client.get(page.context["files"][0][1])
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    (line,) = (row for row in csv.DictReader(StringIO(text)) if row["Build month"] == str(BUILT))
    assert line["Received"] == "2000"
    assert line["Returned within 12 months"] == "4.5"
    assert line["PPM at 12 months"] == "2250"
    assert (line["Mature at 12 months"], line["Mature at 24 months"]) == ("1", "0")


@pytest.mark.usefixtures("facts")
def test_supplier_page_leads_to_it(sqe_client: Client) -> None:
    page = sqe_client.get(f"/suppliers/ALFA-4711/?month={OCTOBER}").content.decode()
    assert ADDRESS in page


def test_without_anything_it_says_what_is_needed(supplier_a: Supplier, sqe_client: Client) -> None:
    assert "36 months" in sqe_client.get(ADDRESS).content.decode()


@pytest.mark.usefixtures("facts")
def test_parts_in_field_say_whether_they_were_reported(sqe_client: Client) -> None:
    page = sqe_client.get(f"/suppliers/ALFA-4711/figures/warranty_ppm/{OCTOBER}/")
    assert "0 reported, 2,500 derived" in " ".join(page.content.decode().split())


API = "/api/v1/build-months/"


@pytest.mark.usefixtures("facts")
def test_api_says_what_the_page_says(
    sqe_client: Client, member_a_client: Client, member_b_client: Client, part: Part
) -> None:
    query = {"month": str(OCTOBER), "supplier": "ALFA-4711"}
    for client in (sqe_client, member_a_client):
        table = client.get(API, query).json()
        (row,) = (row for row in table["build_months"] if row["built"] == str(BUILT))
        assert [cell["numerator"] for cell in row["cells"]] == ["2.5", "4.5", "5.5"]
        assert [cell["mature"] for cell in row["cells"]] == [True, True, False]
        assert [cell["value"] for cell in row["cells"]][:2] == ["1250.000000", "2250.000000"]
        assert (table["derived"], table["unplaced"], table["older"]) == ("1", "1", "1")
        assert table["totals"][2]["value"] is None
        for cell in row["cells"]:
            rows = client.get(cell["rows"]).json()["results"]
            assert sum(Decimal(one["counted"]) for one in rows) == Decimal(cell["numerator"])
    of_part_alone = sqe_client.get(API, {"month": str(OCTOBER), "part": part.number}).json()
    assert of_part_alone["build_months"][-1]["cells"]
    refused = member_b_client.get(API, query)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["supplier"])
    refused = member_b_client.get(API, {"month": str(OCTOBER), "part": part.number})
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["part"])
    everything = {"month": str(OCTOBER)}
    assert member_b_client.get(API, everything).json()["build_months"] == []
    assert len(sqe_client.get(API, everything).json()["build_months"]) == 3


@pytest.mark.usefixtures("facts")
def test_api_gives_the_page_s_file(sqe_client: Client) -> None:
    page = sqe_client.get(ADDRESS)
    files: list[Any] = [
        sqe_client.get(page.context["files"][0][1]),
        sqe_client.get(
            f"{API}table/", {"month": str(OCTOBER), "supplier": "ALFA-4711", "form": "csv"}
        ),
    ]
    own, sent = (b"".join(file.streaming_content) for file in files)
    assert own == sent


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "month"),
        ({"month": "May"}, "month"),
        ({"month": "2025-10", "mis": "3"}, "mis"),
        ({"month": "2025-10", "supplier": "NOBODY"}, "supplier"),
    ],
)
def test_api_names_the_wrong_parameter(
    sqe_client: Client, query: dict[str, str], field: str
) -> None:
    refused = sqe_client.get(API, query)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, [field])


def test_api_rows_need_a_cell(sqe_client: Client) -> None:
    query = {"month": "2025-10", "built": "2025-01", "mis": "7"}
    refused = sqe_client.get(f"{API}rows/", query)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["mis"])
