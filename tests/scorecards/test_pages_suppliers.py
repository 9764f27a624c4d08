"""The list of suppliers: what it shows, finds, orders and exports."""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from scorecards import cases
from scorecards.cases import OpenCase
from suppliers.models import Supplier
from tests.factories import BaselineFactory, ChartSignalFactory, PlantFactory, SupplierFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up, suspect

LIST = "/suppliers/"


def codes(html: str) -> list[str]:
    return re.findall(r'class="strong" href="/suppliers/([^/]+)/', html)


def page(client: Client, query: str = "") -> str:
    response = client.get(f"{LIST}?month={OCTOBER}{query}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def three(supplier_a: Supplier, supplier_b: Supplier) -> list[Supplier]:
    """A with 100 PPM, B with 300 PPM of which a part is undecided, C without receipts."""
    deliver(supplier_a, 50_000)
    decide(supplier_a, 5)
    deliver(supplier_b, 10_000)
    decide(supplier_b, 1)
    suspect(supplier_b, 2)
    third = SupplierFactory(code="CHARLIE-1", name="Charlie Tubes", in_tier=2)
    deliver(third, 1_000, OCTOBER.minus(5))
    roll_up()
    return [supplier_a, supplier_b, third]


@pytest.fixture
def open_case(supplier_b: Supplier) -> Iterator[OpenCase]:
    case = OpenCase(
        number="8D-2025-00001",
        level="8d",
        level_name="8D request",
        rank=1,
        metric="external_ppm",
        state_name="Open",
        opened_on=date(2025, 11, 8),
        due_on=date(2025, 11, 10),
        due_what="D3 containment",
        url="/escalations/8D-2025-00001/",
    )

    def source(ids: object, *, on: date | None = None) -> dict[int, list[OpenCase]]:
        return {supplier_b.pk: [case]} if supplier_b.pk in list(ids) else {}  # type: ignore[call-overload]

    cases.register(source)
    yield case
    cases._sources.remove(source)  # noqa: SLF001  # undo the registration


@pytest.mark.usefixtures("three")
def test_row_shows_ppm_with_its_counts_and_what_is_undecided(sqe_client: Client) -> None:
    html = page(sqe_client)
    assert codes(html) == ["ALFA-4711", "BRAVO-0815", "CHARLIE-1"]
    assert "5 of 50,000" in html
    assert "3 of 10,000" in html
    assert html.count("2 of the counted parts are not yet decided") >= 1
    assert "target 25" in html


@pytest.mark.usefixtures("three")
def test_month_without_receipts_shows_a_reason_and_no_zero(sqe_client: Client) -> None:
    html = page(sqe_client, "&q=charlie")
    assert codes(html) == ["CHARLIE-1"]
    assert "no activity" in html
    assert "0 of 0" not in html


@pytest.mark.usefixtures("three", "open_case")
def test_default_order_puts_open_levels_first_and_shows_what_is_next(sqe_client: Client) -> None:
    html = page(sqe_client)
    assert codes(html) == ["BRAVO-0815", "ALFA-4711", "CHARLIE-1"]
    assert "D3 containment" in html
    assert "2025-11-10" in html


@pytest.mark.usefixtures("three", "open_case")
def test_list_filters_and_orders(sqe_client: Client) -> None:
    a, b, c = "ALFA-4711", "BRAVO-0815", "CHARLIE-1"
    for query, expected in {
        "&q=bravo": [b],
        "&q=ALFA": [a],
        "&level=8d": [b],
        "&level=any": [b],
        "&level=none": [a, c],
        "&with_rejects=on": [b, a],
        "&order=12": [c, a, b],
        "&order=-12": [b, a, c],
        "&order=month": [a, b, c],
        "&order=-code": [c, b, a],
        "&order=-tier": [c, a, b],
        "&order=due": [b, a, c],
        "&order=nonsense": [b, a, c],
        "&q=nobody": [],
    }.items():
        assert codes(page(sqe_client, query)) == expected, query


@pytest.mark.usefixtures("three")
def test_list_names_who_left_its_own_limits_until_somebody_looked(
    sqe_client: Client, supplier_b: Supplier
) -> None:
    assert "own limits" not in page(sqe_client)
    limits = BaselineFactory(supplier=supplier_b, accepted=True)
    signals = [ChartSignalFactory(baseline=limits, kind=kind) for kind in ("above", "shift")]

    html = page(sqe_client)
    assert "1 month left its supplier's own limits" in html.replace("&#x27;", "'")
    assert '<a href="/suppliers/BRAVO-0815/">BRAVO-0815</a>' in html
    assert html.count('badge-status watch" href="/signals/"') == 1

    sqe_client.post(f"/signals/{signals[0].pk}/seen/", {"note": "A new tool."})
    assert "own limits" not in page(sqe_client)


@pytest.mark.usefixtures("three")
def test_list_filters_by_tier_and_plant(sqe_client: Client, supplier_a: Supplier) -> None:
    plant = PlantFactory(code="NORTH")
    deliver(supplier_a, 10, plant=plant)
    roll_up()
    assert codes(page(sqe_client, f"&plant={plant.pk}")) == ["ALFA-4711"]
    tier = supplier_a.tiers.get().tier
    assert codes(page(sqe_client, f"&tier={tier.pk}")) == ["ALFA-4711", "BRAVO-0815"]


@pytest.mark.usefixtures("three")
def test_list_without_match_says_what_to_do(sqe_client: Client) -> None:
    assert "Clear the filters" in page(sqe_client, "&q=nobody")


@pytest.mark.django_db
def test_list_before_the_first_fact_offers_the_import(sqe_client: Client) -> None:
    html = sqe_client.get(LIST).content.decode()
    assert "No deliveries yet" in html


@pytest.mark.usefixtures("three")
def test_list_opens_with_the_newest_month_that_is_over(
    sqe_client: Client, supplier_a: Supplier
) -> None:
    assert "October 2025" in sqe_client.get(LIST).content.decode()


@pytest.mark.usefixtures("three")
def test_unknown_month_falls_back(sqe_client: Client) -> None:
    for asked in ("1999-01", "2999-01", "soon"):
        response = sqe_client.get(f"{LIST}?month={asked}")
        assert response.context["month"] == OCTOBER


def queries_of(client: Client, query: str = "") -> int:
    with CaptureQueriesContext(connection) as captured:
        page(client, query)
    return len(captured)


@pytest.mark.parametrize("query", ["", "&order=-12"])
def test_number_of_queries_is_the_same_with_one_and_three_rows(
    sqe_client: Client, supplier_a: Supplier, query: str
) -> None:
    deliver(supplier_a, 1_000)
    decide(supplier_a, 1)
    roll_up()
    page(sqe_client, query)
    one = queries_of(sqe_client, query)
    for number in range(2):
        more = SupplierFactory(code=f"MORE-{number}", in_tier=1)
        deliver(more, 1_000)
        decide(more, 1)
    roll_up()
    assert len(codes(page(sqe_client, query))) == 3
    assert queries_of(sqe_client, query) == one


# -- export ------------------------------------------------------------------


@pytest.mark.usefixtures("three")
def test_csv_holds_every_matching_supplier_with_counts(sqe_client: Client) -> None:
    response = sqe_client.get(f"/suppliers.csv?month={OCTOBER}&q=bravo")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 2
    assert lines[1].startswith("2025-10,BRAVO-0815,Bravo Springs,Tier 1,3,2,10000,300,")


@pytest.mark.usefixtures("three")
def test_xlsx_defuses_what_could_be_a_formula(sqe_client: Client, supplier_a: Supplier) -> None:
    Supplier.objects.filter(pk=supplier_a.pk).update(name='=HYPERLINK("http://x","y")')
    response = sqe_client.get(f"/suppliers.xlsx?month={OCTOBER}")
    sheet = load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2))
    assert rows[0][2].value == '\'=HYPERLINK("http://x","y")'
    assert rows[0][2].data_type == "s"
    assert rows[0][7].value == 100
