"""A new-business hold in force is said wherever its supplier appears, to whoever may know."""

import csv
from datetime import date
from typing import Any

import pytest
from django.test import Client

from escalations.models import EightD, Episode
from escalations.services.decisions import decide
from escalations.services.opening import NewCase, open_case
from escalations.services.records import judge_rejects
from escalations.workflow import Action, Level
from suppliers.models import Part, Plant, Supplier, User
from tests.escalations.shippings import after, entered
from tests.escalations.test_one_level import TERMS
from tests.factories import (
    DeliveryFactory,
    DisputeFactory,
    PartFactory,
    PlantFactory,
    RejectFactory,
    TargetFactory,
)
from tests.scorecards.facts import roll_up

pytestmark = pytest.mark.django_db

FORBIDS = "No new business: no inquiry, nomination or new part may be placed"
MARK = "New-business hold"


@pytest.fixture
def part(supplier_a: Supplier) -> Part:
    found: Part = PartFactory(number="PN-7")
    supplier_a.parts.create(part=found)
    return found


@pytest.fixture
def plant() -> Plant:
    found: Plant = PlantFactory(code="N1")
    return found


@pytest.fixture
def case(supplier_a: Supplier, sqe: User) -> Episode:
    return open_case(new=_new(supplier_a, Level.EIGHT_D), by=sqe, at=after(0))


@pytest.fixture
def proposed(supplier_a: Supplier, case: Episode, sqe: User) -> Episode:
    return open_case(new=_new(supplier_a, Level.NEW_BUSINESS_HOLD), by=sqe, at=after(0))


@pytest.fixture
def hold(proposed: Episode, quality_manager: User) -> Episode:
    decide(
        episode=proposed, action=Action.APPROVE, by=quality_manager, at=after(1), reason="No trust."
    )
    proposed.refresh_from_db()
    return proposed


def _new(supplier: Supplier, level: Level) -> NewCase:
    return NewCase(
        supplier=supplier, level=level, metric="external_ppm", found="Burr.", reason="Seen."
    )


def flat(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


@pytest.fixture
def facts(supplier_a: Supplier, part: Part, plant: Plant) -> Any:
    """A month with a delivery, and a reject."""
    about: dict[str, Any] = {"supplier": supplier_a, "part": part, "plant": plant}
    delivery = DeliveryFactory(**about, received_on=date(2026, 3, 2), quantity=1000)
    reject = RejectFactory(**about, detected_on=date(2026, 3, 9))
    roll_up()
    return delivery, reject


def test_purchasing_reads_it_on_top_of_every_page_of_the_supplier(
    hold: Episode, case: Episode, facts: Any, buyer_client: Client
) -> None:
    delivery, reject = facts
    report = EightD.objects.get(episode=case)
    for address in (
        "/suppliers/ALFA-4711/",
        "/suppliers/ALFA-4711/targets/",
        "/suppliers/ALFA-4711/figures/external_ppm/2026-03/",
        "/parts/PN-7/",
        f"/rejects/{reject.pk}/",
        f"/deliveries/{delivery.pk}/",
        f"/8d/{report.number}/",
    ):
        page = flat(buyer_client, address)
        assert FORBIDS in page, address
        assert hold.number in page, address


def test_purchasing_sees_it_beside_the_supplier_in_every_list(
    hold: Episode, case: Episode, facts: Any, supplier_a: Supplier, buyer_client: Client
) -> None:
    TargetFactory(supplier=supplier_a)
    for address in (
        "/suppliers/",
        "/suppliers/?q=ALFA",
        "/my-suppliers/",
        "/8d/",
        "/escalations/",
        "/months/2026-03/",
        "/parts/PN-7/",
        "/targets/",
    ):
        assert MARK in flat(buyer_client, address), address


def test_purchasing_sees_it_on_controlled_shipping(
    hold: Episode,
    supplier_a: Supplier,
    part: Part,
    plant: Plant,
    sqe: User,
    buyer_client: Client,
) -> None:
    shipping = entered(
        supplier=supplier_a,
        level=Level.CS1,
        lanes=[(part, plant)],
        terms=TERMS,
        reason="It goes on.",
        by=sqe,
        at=after(2),
    )
    assert MARK in flat(buyer_client, "/controlled-shipping/")
    exported = buyer_client.get("/controlled-shipping.csv")
    header, row = csv.reader(exported.getvalue().decode("utf-8-sig").splitlines())
    assert (header[-1], row[-1]) == (MARK, hold.number)
    assert FORBIDS in flat(buyer_client, f"/controlled-shipping/{shipping.number}/")


def test_exports_name_its_case_with_the_supplier(
    hold: Episode, case: Episode, facts: Any, supplier_b: Supplier, buyer_client: Client
) -> None:
    DisputeFactory(reject=facts[1])
    for address in ("/8d/export/", "/months/2026-03/scorecards.csv", "/disputes/export/"):
        answer = buyer_client.get(address)
        sent = answer.getvalue()
        header, *rows = csv.reader(sent.decode("utf-8-sig").splitlines())
        assert header[-1] == MARK, address
        held = {row[1]: row[-1] for row in rows}
        assert held.pop("ALFA-4711") == hold.number, address
        assert set(held.values()) <= {""}, address


def test_the_interface_says_it_with_the_supplier(
    hold: Episode, supplier_b: Supplier, buyer_client: Client
) -> None:
    rows = buyer_client.get("/api/v1/suppliers/").json()["results"]
    held = {row["code"]: row["business_hold"] for row in rows}
    assert held["BRAVO-0815"] is None
    assert held["ALFA-4711"]["number"] == hold.number
    assert held["ALFA-4711"]["forbids"].startswith(FORBIDS)
    one = buyer_client.get("/api/v1/suppliers/ALFA-4711/").json()
    assert one["business_hold"] == held["ALFA-4711"]


def test_one_look_serves_a_whole_list(
    hold: Episode,
    supplier_b: Supplier,
    buyer_client: Client,
    django_assert_max_num_queries: Any,
) -> None:
    address = "/api/v1/suppliers/"
    buyer_client.get(address)
    with django_assert_max_num_queries(12) as asked:
        buyer_client.get(address)
    assert sum("new_business_hold" in str(one["sql"]) for one in asked.captured_queries) == 1


def test_what_is_only_proposed_or_over_is_not_said(
    proposed: Episode, facts: Any, buyer_client: Client, quality_manager: User
) -> None:
    page = "/suppliers/ALFA-4711/targets/"
    assert FORBIDS not in flat(buyer_client, page)
    decide(
        episode=proposed, action=Action.APPROVE, by=quality_manager, at=after(1), reason="No trust."
    )
    assert FORBIDS in flat(buyer_client, page)
    proposed.refresh_from_db()
    for action in (Action.ACKNOWLEDGE, Action.OVERRULE):
        decide(episode=proposed, action=action, by=quality_manager, at=after(2), reason="Mended.")
        proposed.refresh_from_db()
    assert FORBIDS not in flat(buyer_client, page)
    assert buyer_client.get("/api/v1/suppliers/").json()["results"][0]["business_hold"] is None


def test_until_a_proposal_after_an_escape_is_decided_its_pages_ask_to_wait(
    supplier_a: Supplier,
    part: Part,
    plant: Plant,
    sqe: User,
    quality_manager: User,
    buyer_client: Client,
    member_a_client: Client,
) -> None:
    shipping = entered(
        supplier=supplier_a,
        level=Level.CS1,
        lanes=[(part, plant)],
        terms=TERMS,
        reason="It goes on.",
        by=sqe,
        at=after(0),
    )
    RejectFactory(
        supplier=supplier_a,
        part=part,
        plant=plant,
        detected_on=after(2).date(),
        recorded_at=after(2),
    )
    judge_rejects(at=after(2))
    waiting = "No new business with this supplier until the proposal is decided."
    proposal = Episode.objects.get(state="proposed", level=Level.CS2.value)
    for address in ("/suppliers/ALFA-4711/targets/", f"/controlled-shipping/{shipping.number}/"):
        assert waiting in flat(buyer_client, address), address
        assert waiting not in flat(member_a_client, address), address
    decide(
        episode=proposal, action=Action.DECLINE, by=quality_manager, at=after(3), reason="Sorted."
    )
    assert waiting not in flat(buyer_client, "/suppliers/ALFA-4711/targets/")


def test_a_neighbour_reads_nothing_of_it(hold: Episode, member_b_client: Client) -> None:
    for address in ("/our-quality/", "/8d/", "/escalations/", "/disputes/"):
        page = flat(member_b_client, address)
        assert FORBIDS not in page
        assert hold.number not in page
    rows = member_b_client.get("/api/v1/suppliers/").json()["results"]
    assert [(row["code"], row["business_hold"]) for row in rows] == [("BRAVO-0815", None)]
