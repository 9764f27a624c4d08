"""Causes of several suppliers: of a tier, plant, part, commodity; and who makes most of them."""

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg.types.range import DateRange

from scorecards.enums import CauseMeasure
from scorecards.periods import Window
from scorecards.queries.cause_question import CauseQuestion, counted_in, in_currency, kinds_of
from scorecards.queries.cause_records import cause_records
from scorecards.queries.cause_table import cause_table
from scorecards.queries.scopes import Scope, of_commodity, of_part, of_plant, of_tier
from suppliers.enums import Role
from suppliers.models import Part, Plant, Supplier, SupplierTier, Tier, User
from tests.factories import (
    DefectCodeFactory,
    MembershipFactory,
    MembershipLimitFactory,
    PartFactory,
    PlantFactory,
    SupplierTierFactory,
    TierFactory,
    UserFactory,
)
from tests.scorecards.causes import facts_at_random, family_and_others, html_of
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up

PLANT = f"/plants/NORTH/causes/{OCTOBER}/"
TIER = f"/tiers/2/causes/{OCTOBER}/"
COMMODITY = f"/commodities/castings/causes/{OCTOBER}/"


@pytest.fixture
def north(db: None) -> Plant:
    plant: Plant = PlantFactory(code="NORTH")
    return plant


@pytest.fixture
def second(supplier_a: Supplier, supplier_b: Supplier) -> Tier:
    """B is in tier 2; A has been since October."""
    tier: Tier = TierFactory(level=2)
    since = DateRange(date(2025, 10, 1), None)
    SupplierTier.objects.filter(supplier__in=(supplier_a, supplier_b)).delete()
    SupplierTierFactory(supplier=supplier_a, tier=tier, during=since)
    SupplierTierFactory(supplier=supplier_b, tier=tier)
    return tier


@pytest.fixture
def casting(north: Plant, supplier_a: Supplier, supplier_b: Supplier, second: Tier) -> Part:
    """At NORTH A 3 and B 9 castings; A 4 elsewhere, 2 of another part, and 20 in September."""
    assert second.level == 2
    part: Part = PartFactory(number="C-1", commodity="castings")
    bore, rust = DefectCodeFactory(code="BORE"), DefectCodeFactory(code="RUST")
    here: dict[str, Any] = {"plant": north, "part": part}
    for supplier in (supplier_a, supplier_b):
        deliver(supplier, 10_000, **here)
    decide(supplier_a, 3, defect_code=bore, **here)
    decide(supplier_b, 9, defect_code=rust, **here)
    decide(supplier_a, 4, part=part, defect_code=bore)
    decide(supplier_a, 2, plant=north, defect_code=bore)
    decide(supplier_a, 20, OCTOBER.minus(1), defect_code=bore, **here)
    roll_up()
    return part


def counted_by(client: Client, address: str, by: str, **more: str) -> dict[str, int]:
    table = client.get(address, {"by": by, **more}).context["causes"].table
    return {cause.key: int(cause.value) for cause in table.causes}


@pytest.mark.parametrize("seed", range(2))
def test_causes_of_several_add_up_to_their_figure_however_they_are_told_apart(
    supplier_a: Supplier, supplier_b: Supplier, second: Tier, sqe: User, seed: int
) -> None:
    random = Random(seed)  # noqa: S311  # no secret
    plants, parts = PlantFactory.create_batch(2), family_and_others(commodity="castings")
    for supplier in (supplier_a, supplier_b):
        facts_at_random(supplier, random, plants=plants, parts=parts)
    roll_up()
    everybody = Supplier.objects.visible_to(sqe)
    scopes: list[Scope] = [
        of_tier(second),
        of_plant(plants[0], suppliers=everybody),
        of_part(parts[0], suppliers=everybody),
        of_commodity("castings", suppliers=everybody),
    ]
    for scope in scopes:
        for window in (Window.MONTH, Window.ROLLING_12):
            for measure in CauseMeasure:
                totals = set()
                for by in kinds_of(scope):
                    asked = in_currency(
                        CauseQuestion(
                            scope=scope, end=OCTOBER, window=window, by=by, measure=measure
                        )
                    )
                    table = cause_table(asked)
                    totals.add(table.total)
                    assert cause_records(asked, table.causes, user=sqe).total == table.total
                    for cause in table.causes:
                        assert cause_records(asked, [cause], user=sqe).total == cause.value
                    if measure is CauseMeasure.PIECES:
                        assert table.total == counted_in(asked)
                assert len(totals) == 1, (scope.kind, window, measure)


@pytest.mark.usefixtures("casting")
def test_who_makes_most_of_it_is_one_way_to_tell_causes_apart(sqe_client: Client) -> None:
    assert counted_by(sqe_client, PLANT, "supplier") == {"ALFA-4711": 25, "BRAVO-0815": 9}
    assert counted_by(sqe_client, PLANT, "defect_code") == {"BORE": 25, "RUST": 9}
    assert counted_by(sqe_client, COMMODITY, "supplier", window="month") == {
        "BRAVO-0815": 9,
        "ALFA-4711": 7,
    }
    page = html_of(sqe_client, f"{PLANT}?by=supplier")
    assert "Pieces by supplier, 12 months" in page
    assert "cause=ALFA-4711#rows" in page
    assert "by=plant" not in page
    assert "They add up to the numerator of the external PPM" in page
    one = html_of(sqe_client, f"{PLANT}?by=supplier&cause=BRAVO-0815")
    assert "equals the bar" in one
    file = b"".join(sqe_client.get(f"{PLANT}table.csv?by=supplier")).decode("utf-8-sig")
    assert [line.split(",")[0] for line in file.splitlines()] == [
        "Supplier",
        "ALFA-4711",
        "BRAVO-0815",
    ]
    rows = b"".join(sqe_client.get(f"{PLANT}records.csv?by=supplier&cause=BRAVO-0815"))
    assert len(rows.splitlines()) == 2


@pytest.mark.usefixtures("casting")
def test_a_tier_has_the_causes_of_those_who_were_in_it(sqe_client: Client) -> None:
    assert counted_by(sqe_client, TIER, "supplier") == {"ALFA-4711": 9, "BRAVO-0815": 9}
    tiers = html_of(sqe_client, f"/tiers/?month={OCTOBER}")
    assert f'href="{TIER}"' in tiers


@pytest.mark.usefixtures("casting")
@pytest.mark.parametrize("page", ["/plants/NORTH/", "/parts/C-1/"])
def test_the_panel_stands_on_the_page_and_opens_all_causes(sqe_client: Client, page: str) -> None:
    html = html_of(sqe_client, f"{page}?month={OCTOBER}&by=supplier")
    assert "What was wrong, 12 months" in html
    assert f"{page}causes/{OCTOBER}/" in html
    assert "BRAVO-0815" in html.split('id="causes"')[1].split("</section>")[0]


@pytest.mark.usefixtures("casting")
@pytest.mark.parametrize("where", ["tiers/2", "plants/NORTH", "parts/C-1", "commodities/castings"])
def test_the_arithmetic_leads_to_the_causes_of_its_rejects(sqe_client: Client, where: str) -> None:
    html = html_of(sqe_client, f"/{where}/figures/external_ppm/{OCTOBER}/")
    address = f"/{where}/causes/{OCTOBER}/?window=month"
    assert f'href="{address}"' in html
    assert "They add up to the numerator" in html_of(sqe_client, address)


def test_a_supplier_is_not_told_apart_by_itself(casting: Part, sqe_client: Client) -> None:
    assert casting.number == "C-1"
    answer = sqe_client.get(f"/suppliers/ALFA-4711/causes/{OCTOBER}/?by=supplier")
    assert "Pieces by defect code" in answer.content.decode()
    assert "Supplier" not in {str(way["label"]) for way in answer.context["causes"].ways}
    asked = {"month": str(OCTOBER), "by": "supplier"}
    assert sqe_client.get("/api/v1/causes/ALFA-4711/", asked).status_code == 400


@pytest.mark.usefixtures("casting")
@pytest.mark.parametrize("address", [PLANT, TIER, COMMODITY])
def test_no_supplier_opens_causes_of_several(member_a_client: Client, address: str) -> None:
    for file in ("", "table.csv", "records.csv"):
        assert member_a_client.get(f"{address}{file}").status_code == 404


def test_who_sees_some_suppliers_reads_of_these_alone(
    casting: Part, supplier_b: Supplier, client: Client
) -> None:
    assert casting.number == "C-1"
    narrowed = UserFactory()
    membership = MembershipFactory(user=narrowed, role=Role.SQE)
    MembershipLimitFactory(membership=membership, supplier=supplier_b)
    client.force_login(narrowed)
    assert counted_by(client, COMMODITY, "supplier") == {"BRAVO-0815": 9}
    assert "ALFA" not in html_of(client, f"{COMMODITY}?by=supplier")
    assert client.get(TIER).status_code == 403


def test_who_sees_one_plant_opens_the_records_of_it(
    casting: Part, north: Plant, client: Client
) -> None:
    assert casting.number == "C-1"
    narrowed = UserFactory()
    membership = MembershipFactory(user=narrowed, role=Role.SQE)
    MembershipLimitFactory(membership=membership, plant=north)
    client.force_login(narrowed)
    answer = client.get(f"{COMMODITY}?by=supplier")
    assert answer.context["found"].total == Decimal(32)
    assert answer.context["difference"] == 4
    assert "belongs to plants that you do not see" in answer.content.decode()
    elsewhere = PlantFactory(code="SOUTH")
    assert client.get(f"/plants/{elsewhere.code}/causes/{OCTOBER}/").status_code == 404


@pytest.mark.usefixtures("casting")
def test_page_takes_as_many_queries_for_many_suppliers(
    sqe_client: Client, north: Plant, supplier_a: Supplier, supplier_b: Supplier
) -> None:
    counts = []
    for supplier in (supplier_a, supplier_b):
        with CaptureQueriesContext(connection) as queries:
            html_of(sqe_client, f"{PLANT}?by=part")
        counts.append(len(queries))
        for _ in range(3):
            decide(supplier, 2, plant=north)
        roll_up()
    assert counts[0] == counts[1]
