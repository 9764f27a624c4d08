"""Every figure opens: of each metric and scope, the rows, suppliers and months add up to it.

The same number in page, file, API and export, for a supplier, a supplier at a plant or of a
part, a plant, a part, a commodity, a defect code, a tier, a group, and all suppliers, through
joins, moves and mergers.
"""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from scorecards.metrics import Metric
from scorecards.periods import Window
from scorecards.queries.arithmetic import arithmetic, contributions
from scorecards.queries.rows import DENOMINATOR, NUMERATOR, rows_behind
from scorecards.queries.scopes import (
    Scope,
    figure_address,
    of_all,
    of_commodity,
    of_defect_code,
    of_group,
    of_part,
    of_plant,
    of_supplier,
    of_tier,
)
from scorecards.services.publication import publish_month
from suppliers.enums import DeliveryKind
from suppliers.models import DefectCode, Part, Plant, Supplier, SupplierGroup, Tier, User
from tests.factories import (
    DefectCodeFactory,
    DeliveryFactory,
    DisputeFactory,
    FieldPopulationFactory,
    PartFactory,
    PlantFactory,
    RejectVerdictFactory,
    SupplierFactory,
    SupplierGroupFactory,
    SupplierGroupMembershipFactory,
    SupplierTierFactory,
    TierFactory,
    WarrantyReturnFactory,
    WarrantyVerdictFactory,
)
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up, suspect

SCOPES = (
    "supplier",
    "supplier at plant",
    "supplier's part",
    "supplier's commodity",
    "supplier's defect code",
    "plant",
    "part",
    "commodity",
    "defect code",
    "tier 1",
    "tier 2",
    "group",
    "merged group",
    "all",
)
SUPPORTED = [
    (metric, scope)
    for metric in Metric
    for scope in SCOPES
    if metric is Metric.EXTERNAL_PPM or not ("plant" in scope or "defect code" in scope)
]
WINDOWS = list(Window)
MOVED = OCTOBER.minus(2).first_day  # B changes tier and group on this day


@pytest.fixture(scope="module")
def scopes(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Scope]]:
    """Each of them, built once for the file; each test undoes what it adds."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _scopes()
        transaction.set_rollback(True)


@pytest.fixture
def supplier_a(scopes: dict[str, Scope], db: None) -> Supplier:
    """One of the three."""
    return Supplier.objects.get(code="ALFA-4711")


def _scopes() -> dict[str, Scope]:
    """Three suppliers, two plants, two parts over a year; one of them moves and merges."""
    supplier_a: Supplier = SupplierFactory(code="ALFA-4711", name="Alfa Castings", in_tier=1)
    moving: Supplier = SupplierFactory(code="MOVING")
    third: Supplier = SupplierFactory(code="THIRD", in_tier=2)
    plants = PlantFactory.create_batch(2)
    parts: list[Part] = [
        PartFactory(commodity="Springs & clips"),
        PartFactory(commodity="Boards/bare"),
    ]
    PartFactory()  # of no commodity, which is none of its own
    code = DefectCodeFactory(code="VIS/01", name="Scratch")
    groups = _memberships(supplier_a, moving)
    for number, supplier in enumerate((supplier_a, moving, third), start=1):
        _year(supplier, plants, parts, number, code=code)
    roll_up()
    everybody = Supplier.objects.all()
    return {
        "supplier": of_supplier(supplier_a),
        "supplier at plant": of_supplier(supplier_a, plant=plants[1]),
        "supplier's part": of_supplier(supplier_a, part=parts[1]),
        "supplier's commodity": of_supplier(supplier_a, commodity=parts[1].commodity),
        "supplier's defect code": of_supplier(supplier_a, defect_code=code),
        "plant": of_plant(plants[0], suppliers=everybody),
        "part": of_part(parts[0], suppliers=everybody),
        "commodity": of_commodity(parts[0].commodity, suppliers=everybody),
        "defect code": of_defect_code(code, suppliers=everybody),
        "tier 1": of_tier(Tier.objects.get(level=1)),
        "tier 2": of_tier(Tier.objects.get(level=2)),
        "group": of_group(groups[0]),
        "merged group": of_group(groups[1]),
        "all": of_all(suppliers=everybody),
    }


def _memberships(supplier_a: Supplier, moving: Supplier) -> list[SupplierGroup]:
    TierFactory(level=2)
    groups: list[SupplierGroup] = SupplierGroupFactory.create_batch(2)
    before, after = DateRange(date(2000, 1, 1), MOVED), DateRange(MOVED, None)
    SupplierTierFactory(supplier=moving, tier__level=1, during=before)
    SupplierTierFactory(supplier=moving, tier__level=2, during=after)
    SupplierGroupMembershipFactory(supplier=moving, group=groups[0], during=before)
    SupplierGroupMembershipFactory(supplier=moving, group=groups[1], during=after)
    SupplierGroupMembershipFactory(supplier=supplier_a, group=groups[1])
    return groups


def _year(
    supplier: Supplier, plants: list[Plant], parts: list[Part], number: int, *, code: DefectCode
) -> None:
    incident = DefectCodeFactory(counts="incident")
    for back in range(14):
        month = OCTOBER.minus(back)
        where: dict[str, Any] = {"plant": plants[back % 2], "part": parts[back // 2 % 2]}
        received = deliver(supplier, 1_000 * number + back, month, **where)
        deliver(supplier, 50, month, kind=DeliveryKind.SAMPLE, **where)
        decide(supplier, number + back % 3, month, **where)
        suspect(supplier, 7, month, defect_code=incident, **where)
        suspect(supplier, 2 * number, month, defect_code=code, **where)
        if back % 4 == 1:
            _take_back(received)
        _return(supplier, where["part"], month.last_day, number)
    FieldPopulationFactory(
        supplier=supplier, part=parts[0], month=OCTOBER.first_day, parts_in_field=12_345 * number
    )


def _take_back(received: Any) -> None:
    DeliveryFactory(
        supplier=received.supplier,
        plant=received.plant,
        part=received.part,
        received_on=received.received_on,
        quantity=10,
        reverses=received,
    )


def _return(supplier: Supplier, part: Part, day: date, number: int) -> None:
    back = WarrantyReturnFactory(supplier=supplier, part=part, received_on=day, quantity=number)
    WarrantyVerdictFactory(warranty_return=back, accepted_pct=Decimal("62.5"))


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(("metric", "name"), SUPPORTED)
def test_rows_suppliers_and_months_add_up_to_the_figure(
    scopes: dict[str, Scope], sqe: User, metric: Metric, name: str, window: Window
) -> None:
    scope = scopes[name]
    shown = arithmetic(scope=scope, metric=metric, window=window, end=OCTOBER)
    figure = shown.figure
    for kind, expected in (
        (NUMERATOR[metric], figure.counted),
        (DENOMINATOR[metric], figure.received),
    ):
        rows = rows_behind(kind, user=sqe, scope=scope, first=shown.first, last=OCTOBER)
        assert rows.total == expected, kind
        assert rows.total == sum(_counts(row) for row in rows), kind
    assert sum(month.counted for month in shown.months) == figure.counted
    left = name == "group" and window is Window.ROLLING_3  # its only member, before these months
    if window is not Window.MONTH and not left:  # in one month some have nothing
        assert figure.counted
    if scope.is_wide:
        shares = contributions(figure, scope=scope, user=sqe)
        assert sum(share.figure.counted for share in shares) == figure.counted
        assert sum(share.figure.received for share in shares) == figure.received


def _counts(row: Any) -> Decimal:
    names = ("counted_qty", "received_qty", "returned_qty", "parts_in_field")
    return next(Decimal(getattr(row, name)) for name in names if hasattr(row, name))


@pytest.mark.parametrize(("metric", "name"), SUPPORTED)
def test_page_file_api_and_export_show_the_same(
    scopes: dict[str, Scope], sqe_client: Client, metric: Metric, name: str
) -> None:
    scope, window = scopes[name], Window.ROLLING_12
    address = figure_address(scope, metric=metric, month=OCTOBER, window=window)
    page = sqe_client.get(address)
    figure = page.context["arithmetic"].figure
    assert page.context["panel"].difference == 0
    assert "equals the figure" in page.content.decode()
    pair = (figure.counted, figure.received)
    assert pair == _files(sqe_client, page.context["files"], metric, address)
    assert pair == _api(sqe_client, scope, metric)
    if not scope.narrowed:
        assert pair == _export(scope, metric)


def _files(client: Client, files: Any, metric: Metric, address: str) -> tuple[Decimal, Decimal]:
    csv_address = next(url for name, url in files if url.split("?")[0].endswith(".csv"))
    numerator, denominator = NUMERATOR[metric].value, DENOMINATOR[metric].value
    other = csv_address.replace(f"/{numerator}.csv", f"/{denominator}.csv")
    columns = {
        "rejects": "Counts",
        "returns": "Counts",
        "deliveries": "Counts as received",
        "in-field": "Parts in field",
    }
    return (
        _column(client, csv_address, columns[numerator]),
        _column(client, other, columns[denominator]),
    )


def _column(client: Client, address: str, column: str) -> Decimal:
    response: Any = client.get(address)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return sum((Decimal(row[column]) for row in csv.DictReader(StringIO(text))), Decimal(0))


def _query(scope: Scope, metric: Metric) -> dict[str, str]:
    query = {"metric": metric.value, "window": "12", "month": str(OCTOBER)}
    for name, code in scope.narrowed.items():
        return query | {"scope": name, name: code, "supplier": str(scope.slug)}
    query |= {"scope": scope.kind.value}
    named = scope.label if scope.kind == "group" else str(scope.slug)
    return query | ({} if scope.kind == "all" else {scope.kind.value: named})


def _api(client: Client, scope: Scope, metric: Metric) -> tuple[Decimal, Decimal]:
    query = _query(scope, metric)
    answer = client.get("/api/v1/arithmetic/", query)
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert [rows["agrees"] for rows in found["rows"]] == [True, True]
    for rows, figure in zip(found["rows"], (found["numerator"], found["denominator"]), strict=True):
        assert rows["figure"] == figure
        assert _sum_of_pages(client, rows["rows"]) == Decimal(figure)
    shares = found["suppliers"]
    assert not shares or sum(Decimal(share["numerator"]) for share in shares) == Decimal(
        found["numerator"]
    )
    assert _of_figures(client, query) == {
        name: found[name] for name in ("numerator", "denominator", "value", "state")
    }
    return Decimal(found["numerator"]), Decimal(found["denominator"])


def _sum_of_pages(client: Client, address: str) -> Decimal:
    total = Decimal(0)
    following: str | None = f"{address}&page_size=5"
    while following:
        page = client.get(following).json()
        total += sum((Decimal(row["counted"]) for row in page["results"]), Decimal(0))
        following = page["next"]
    return total


def _of_figures(client: Client, query: dict[str, str]) -> dict[str, str]:
    """Find the same figure in the list of figures, by the address of its arithmetic."""
    known = {name: value for name, value in query.items() if name not in {"tier", "group"}}
    rows = client.get("/api/v1/figures/", known).json()["results"]
    wanted = set(query.items())
    (row,) = (row for row in rows if wanted <= set(parse_qsl(row["arithmetic"].split("?")[1])))
    return {name: row[name] for name in ("numerator", "denominator", "value", "state")}


def _export(scope: Scope, metric: Metric) -> tuple[Decimal, Decimal]:
    printed = StringIO()
    call_command(
        "export_figures",
        "--metric", metric.value, "--by", scope.kind.value, "--window", "12",
        "--format", "json", "--from", str(OCTOBER), "--to", str(OCTOBER),
        stdout=printed,
    )  # fmt: skip
    label = "all" if scope.kind == "all" else scope.label
    (row,) = (row for row in json.loads(printed.getvalue()) if row["scope"] == label)
    return Decimal(row["numerator"]), Decimal(row["denominator"])


def test_warranty_of_a_plant_or_defect_code_is_no_figure(
    scopes: dict[str, Scope], sqe_client: Client
) -> None:
    for name in ("plant", "supplier at plant", "defect code", "supplier's defect code"):
        address = figure_address(
            scopes[name], metric=Metric.WARRANTY_PPM, month=OCTOBER, window=Window.MONTH
        )
        assert sqe_client.get(address).status_code == 404
        query = _query(scopes[name], Metric.WARRANTY_PPM)
        answer = sqe_client.get("/api/v1/arithmetic/", query)
        assert answer.status_code == 400
        assert list(answer.json()["error"]["fields"]) == ["scope"]


def test_member_narrows_to_its_own_plants_and_parts_only(
    scopes: dict[str, Scope], member_a_client: Client
) -> None:
    """A plant that exists and one that does not are answered alike."""
    foreign, path = PlantFactory(), "/suppliers/ALFA-4711/figures/external_ppm/2025-10/"
    own = scopes["supplier at plant"].plant
    assert own is not None
    assert member_a_client.get(path, {"plant": own.code}).status_code == 200
    assert member_a_client.get(path, {"plant": foreign.code}).status_code == 404
    assert member_a_client.get(path, {"plant": "NONE"}).status_code == 404
    assert member_a_client.get(path, {"part": PartFactory().number}).status_code == 404


def test_member_narrows_to_commodities_and_defect_codes_of_its_own_only(
    scopes: dict[str, Scope], member_a_client: Client
) -> None:
    PartFactory(commodity="Pumps")
    path = "/suppliers/ALFA-4711/figures/external_ppm/2025-10/"
    for own in ({"commodity": "Springs & clips"}, {"defect_code": "VIS/01"}):
        assert member_a_client.get(path, own).status_code == 200
        assert member_a_client.get("/api/v1/figures/", own | {"scope": next(iter(own))}).json()[
            "results"
        ]
    for foreign in (
        {"commodity": "Pumps"},
        {"commodity": "NONE"},
        {"defect_code": DefectCodeFactory().code},
        {"defect_code": "NONE"},
    ):
        assert member_a_client.get(path, foreign).status_code == 404
        answer = member_a_client.get("/api/v1/figures/", foreign | {"scope": next(iter(foreign))})
        assert answer.json()["results"] == []


def test_defect_code_is_measured_by_everything_received(
    scopes: dict[str, Scope], supplier_a: Supplier
) -> None:
    """It has no receipts of its own: the denominator is that of the scope it is asked within."""
    whole, of_code = (
        arithmetic(
            scope=scopes[name], metric=Metric.EXTERNAL_PPM, window=Window.ROLLING_12, end=OCTOBER
        ).figure
        for name in ("supplier", "supplier's defect code")
    )
    assert of_code.received == whole.received
    assert of_code.counted == of_code.provisional == 24
    assert whole.counted > 24
    at_plant = of_supplier(
        supplier_a,
        plant=scopes["supplier at plant"].plant,
        defect_code=scopes["supplier's defect code"].defect_code,
    )
    there = arithmetic(
        scope=at_plant, metric=Metric.EXTERNAL_PPM, window=Window.ROLLING_12, end=OCTOBER
    ).figure
    assert there.counted == 12
    assert 0 < there.received < whole.received


def test_disputed_part_of_a_defect_code_is_its_own(
    scopes: dict[str, Scope], supplier_a: Supplier
) -> None:
    code = scopes["supplier's defect code"].defect_code
    own = suspect(supplier_a, 3, defect_code=code)
    DisputeFactory(reject=own, claimed_qty=3)
    DisputeFactory(reject=suspect(supplier_a, 5), claimed_qty=5)
    roll_up()
    disputed = {
        name: arithmetic(
            scope=scopes[name], metric=Metric.EXTERNAL_PPM, window=Window.MONTH, end=OCTOBER
        ).disputed
        for name in ("supplier", "supplier's defect code", "defect code")
    }
    assert [found.quantity if found else None for found in disputed.values()] == [8, 3, 3]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"scope": "commodity"}, "commodity"),
        ({"scope": "commodity", "commodity": "NONE"}, "commodity"),
        ({"scope": "defect_code", "defect_code": "NONE"}, "defect_code"),
        ({"scope": "plant", "plant": "X", "commodity": "Pumps"}, "commodity"),
        ({"scope": "plant"}, "plant"),
        ({"scope": "supplier", "supplier": "NONE"}, "supplier"),
        ({"scope": "tier", "tier": "9"}, "tier"),
        ({"scope": "tier", "tier": "one"}, "tier"),
        ({"scope": "group", "group": "NONE"}, "group"),
        ({"scope": "all", "supplier": "ALFA-4711"}, "supplier"),
        ({"scope": "all", "plant": "X"}, "plant"),
        ({"scope": "all", "month": "October"}, "month"),
        ({"scope": "all", "colour": "red"}, "colour"),
    ],
)
def test_bad_parameters_are_named(
    scopes: dict[str, Scope], sqe_client: Client, query: dict[str, str], field: str
) -> None:
    answer = sqe_client.get("/api/v1/arithmetic/", {"month": "2025-10"} | query)
    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == [field]


def test_rows_of_another_metric_are_refused(scopes: dict[str, Scope], sqe_client: Client) -> None:
    query = {"scope": "all", "month": "2025-10", "rows": "returns"}
    answer = sqe_client.get("/api/v1/arithmetic/rows/", query)
    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == ["rows"]


def test_member_gets_the_arithmetic_of_its_own_rows_only(
    scopes: dict[str, Scope], member_a_client: Client
) -> None:
    query = {"scope": "all", "month": "2025-10", "window": "12"}
    found = member_a_client.get("/api/v1/arithmetic/", query).json()
    assert [share["supplier"] for share in found["suppliers"]] == ["ALFA-4711"]
    assert all(rows["agrees"] for rows in found["rows"])
    assert found["page"] is None
    assert "THIRD" not in str(found)
    for scope in ({"scope": "tier", "tier": "1"}, {"scope": "group", "group": "x"}):
        assert member_a_client.get("/api/v1/arithmetic/", query | scope).status_code == 400


def test_published_figure_stands_beside_what_facts_say_today(
    scopes: dict[str, Scope], supplier_a: Supplier, sqe: User, sqe_client: Client
) -> None:
    publish_month(month=OCTOBER, by=sqe, at=datetime(2025, 11, 14, 9, tzinfo=UTC))
    address = f"/suppliers/ALFA-4711/figures/external_ppm/{OCTOBER}/"
    assert "The facts still give the same." in sqe_client.get(address).content.decode()
    RejectVerdictFactory(reject=suspect(supplier_a, 500))
    roll_up()
    page = sqe_client.get(address)
    assert page.context["published"].differs
    assert "have changed since" in page.content.decode()
