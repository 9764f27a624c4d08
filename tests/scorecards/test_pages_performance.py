"""The arithmetic of deliveries on time and incidents: rows sum to the figure of the score."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.test import Client

from scorecards.periods import Window
from scorecards.queries.performance_figure import (
    PerformanceKind,
    performance_figure,
    performance_rows,
)
from suppliers.enums import Severity
from suppliers.models import Supplier, User
from tests.factories import DeliveryFactory
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up

ADDRESS = f"/suppliers/ALFA-4711/performance/{{}}/{OCTOBER}/"


@pytest.fixture
def alfa(supplier_a: Supplier, supplier_b: Supplier) -> Supplier:
    """Three of five promised lines on time; issues of 13 in October and 3 in September."""
    deliver(supplier_a, 10_000, promised_on=OCTOBER.first_day)
    deliver(supplier_a, 10_000, promised_on=OCTOBER.first_day + timedelta(days=2))
    late = deliver(supplier_a, 500, promised_on=OCTOBER.first_day - timedelta(days=1))
    deliver(supplier_a, 500, promised_on=OCTOBER.first_day, ordered_quantity=600)
    deliver(supplier_a, 1_000)
    DeliveryFactory(
        supplier=supplier_a,
        plant=late.plant,
        part=late.part,
        received_on=OCTOBER.first_day,
        quantity=500,
        promised_on=OCTOBER.first_day,
        reverses=late,
    )
    deliver(supplier_a, 5_000, OCTOBER.minus(1), promised_on=OCTOBER.minus(1).first_day)
    decide(supplier_a, 2, severity=Severity.LINE_STOP)
    decide(supplier_a, 5, severity=Severity.LINE_DISTURBANCE)
    decide(supplier_a, 1, OCTOBER.minus(1), severity=Severity.LINE_DISTURBANCE)
    deliver(supplier_b, 9_000, promised_on=OCTOBER.first_day)
    decide(supplier_b, 9, severity=Severity.FIELD)
    roll_up()
    return supplier_a


@pytest.mark.parametrize(
    ("kind", "window", "counted", "of"),
    [
        (PerformanceKind.ON_TIME, Window.MONTH, 2, 4),
        (PerformanceKind.ON_TIME, Window.ROLLING_3, 3, 5),
        (PerformanceKind.ON_TIME, Window.YEAR_TO_DATE, 3, 5),
        (PerformanceKind.INCIDENTS, Window.MONTH, 13, 21_500),
        (PerformanceKind.INCIDENTS, Window.ROLLING_12, 16, 26_500),
    ],
)
def test_rows_add_up_to_the_figure(
    alfa: Supplier, sqe: User, kind: PerformanceKind, window: Window, counted: int, of: int
) -> None:
    figure = performance_figure(kind, supplier=alfa, window=window, end=OCTOBER)
    found = performance_rows(figure, user=sqe)

    expected = (Decimal(counted), Decimal(of))
    assert (figure.measure.numerator, figure.measure.denominator) == expected
    assert (found.numerator, found.denominator) == expected
    assert sum(measure.numerator for _month, measure in figure.measures) == counted
    column = "on_time" if kind is PerformanceKind.ON_TIME else "weighted_incidents"
    assert sum(getattr(row, column) for row in found.rows) == counted


def test_page_shows_formula_rule_and_rows(
    alfa: Supplier, sqe_client: Client, member_a_client: Client, member_b_client: Client
) -> None:
    for client in (sqe_client, member_a_client):
        html = client.get(ADDRESS.format("on-time")).content.decode()
        assert "100 × 2 ÷ 4 = <strong>50</strong>" in html
        assert "from 2 days before the promise to 0 days after it" in html
        assert "On time of 4 promised lines" in html
        assert "The rows give other sums" not in html
    html = sqe_client.get(ADDRESS.format("incidents") + "?window=3").content.decode()
    assert "1,000,000,000 × 16 ÷ 26,500 = <strong>603,774</strong>" in html
    assert "Line stop" in html
    assert member_b_client.get(ADDRESS.format("on-time")).status_code == 404


def test_rows_come_as_a_file(alfa: Supplier, sqe_client: Client) -> None:
    answer = sqe_client.get(f"{ADDRESS.format('incidents')}rows.csv?window=3")
    content = b"".join(answer).decode()
    rows = list(csv.DictReader(StringIO(content.lstrip("\ufeff"))))
    assert sum(int(row["weight"]) for row in rows) == 16


def test_score_leads_to_the_arithmetic_of_its_values(alfa: Supplier, sqe_client: Client) -> None:
    page = sqe_client.get(f"/suppliers/ALFA-4711/?month={OCTOBER}").content.decode()
    for path in ("performance/on-time", "performance/incidents", "figures/external_ppm"):
        assert f"/suppliers/ALFA-4711/{path}/{OCTOBER}/?window=" in page


def test_without_facts_there_is_no_figure(supplier_a: Supplier, sqe_client: Client) -> None:
    assert "No line was promised" in sqe_client.get(ADDRESS.format("on-time")).content.decode()
    assert "nothing was received" in sqe_client.get(ADDRESS.format("incidents")).content.decode()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("on-time", ("3", "5", "60.000000", "percent")),
        ("incidents", ("16", "26500", "603773.584906", "per_billion")),
    ],
)
def test_api_takes_the_same_figure_apart(
    alfa: Supplier,
    sqe_client: Client,
    member_a_client: Client,
    member_b_client: Client,
    kind: str,
    expected: tuple[str, ...],
) -> None:
    address = "/api/v1/performance/ALFA-4711/"
    query = {"kind": kind, "window": "3", "month": str(OCTOBER)}
    for client in (sqe_client, member_a_client):
        found = client.get(address, query).json()
        names = ("numerator", "denominator", "value", "unit")
        assert tuple(found[name] for name in names) == expected
        assert found["agrees"]
        assert sum(Decimal(month["numerator"]) for month in found["months"]) == Decimal(expected[0])
        rows = _rows_of(client, found["rows"])
        assert sum(Decimal(row["counted"]) for row in rows) == Decimal(expected[0])
        assert {row["severity"] is None for row in rows} == {kind == "on-time"}
    assert member_b_client.get(address, query).status_code == 404
    assert member_b_client.get(f"{address}rows/", query).status_code == 404


def _rows_of(client: Client, address: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    following: str | None = f"{address}&page_size=2"
    while following:
        page = client.get(following).json()
        rows += page["results"]
        following = page["next"]
    return rows


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"month": "2025-10"}, "kind"),
        ({"kind": "weather", "month": "2025-10"}, "kind"),
        ({"kind": "on-time"}, "month"),
        ({"kind": "on-time", "month": "2025-10", "colour": "red"}, "colour"),
    ],
)
def test_api_names_the_wrong_parameter(
    alfa: Supplier, sqe_client: Client, query: dict[str, str], field: str
) -> None:
    refused = sqe_client.get("/api/v1/performance/ALFA-4711/", query)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, [field])
