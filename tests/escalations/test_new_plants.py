"""A letter is fixed at entry: a plant that receives a part later gets a case of its own."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from escalations.models import ControlledShipping, Episode
from escalations.owed import Owed, Scope
from escalations.queries.owed_plants import owed_on_new_plants
from escalations.services.shipping_letters import send_entry_letter
from escalations.workflow import Level
from scorecards.rollup import drain
from suppliers.enums import Role
from suppliers.models import Part, Plant, Supplier, User
from tests.escalations.facts import noon
from tests.escalations.shippings import ENTRY, after, raised
from tests.escalations.test_one_level import asked
from tests.factories import (
    DeliveryFactory,
    MembershipFactory,
    MembershipLimitFactory,
    PartFactory,
    PlantFactory,
    SupplierFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LATER = ENTRY + timedelta(days=3)


@pytest.fixture
def part(supplier_a: Supplier) -> Part:
    found: Part = PartFactory(number="PN-7")
    supplier_a.parts.create(part=found)
    return found


@pytest.fixture
def shipping(supplier_a: Supplier, part: Part) -> ControlledShipping:
    return raised(supplier_a, part=part, plant=PlantFactory(code="N1"))


@pytest.fixture
def plant() -> Plant:
    found: Plant = PlantFactory(code="S2")
    return found


def received(supplier: Supplier, part: Part, plant: Plant, on: date = LATER) -> None:
    DeliveryFactory(supplier=supplier, part=part, plant=plant, received_on=on, quantity=100)
    drain(at=after(4))


def owed(**options: Any) -> list[Owed]:
    return list(owed_on_new_plants(Scope(at=noon(LATER), **options)))


def test_plant_that_first_receives_a_part_is_added_to_terms_that_are_not_fixed(
    supplier_a: Supplier, part: Part, shipping: ControlledShipping, plant: Plant
) -> None:
    assert not owed()
    received(supplier_a, part, plant)
    (found,) = owed()
    assert found.what == f"Part PN-7 goes to plant {plant}, which {shipping.number} does not cover"
    assert (found.action, found.since, found.level) == ("Add it to the terms", LATER, "cs1")
    assert found.url == f"/controlled-shipping/{shipping.number}/terms/"


def test_once_the_letter_is_out_it_gets_a_case_of_its_own(
    supplier_a: Supplier,
    part: Part,
    shipping: ControlledShipping,
    plant: Plant,
    sqe: User,
    sqe_client: Client,
) -> None:
    send_entry_letter(shipping=shipping, by=sqe, at=after(1))
    received(supplier_a, part, plant)
    (found,) = owed()
    assert found.action == "Have it inspected there too"
    page = " ".join(sqe_client.get(shipping.get_absolute_url()).content.decode().split())
    assert found.what in page
    assert "These plants alone: the entry letter fixes them." in page
    assert "Have it inspected there too" in sqe_client.get("/today/").content.decode()
    form = sqe_client.get(found.url)
    begun = form.context["form"].initial
    assert begun["defect"] == shipping.defect
    assert begun["lanes"] == [f"{part.pk}-{plant.pk}"]
    shown = form.content.decode()
    assert f'value="{part.pk}-{plant.pk}"' in shown
    typed = {name: value for name, value in begun.items() if value is not None} | {
        "reason": "It goes there now."
    }
    sent = sqe_client.post(found.url, typed)
    beside = ControlledShipping.objects.exclude(pk=shipping.pk).get()
    assert sent.status_code == 302
    assert (beside.episode.part, beside.episode.plant) == (part, plant)
    assert (beside.level, beside.defect) == ("cs1", shipping.defect)
    assert not owed()


def test_plant_that_received_it_before_was_left_out_on_purpose(
    supplier_a: Supplier, part: Part, plant: Plant
) -> None:
    received(supplier_a, part, plant, on=ENTRY)
    elsewhere = PlantFactory()
    received(supplier_a, part, elsewhere, on=ENTRY - timedelta(days=90))
    raised(supplier_a, part=part)
    received(supplier_a, part, plant)
    received(supplier_a, part, elsewhere)
    assert not owed()


def test_part_at_every_plant_needs_nothing_and_so_does_what_has_ended(
    supplier_a: Supplier, part: Part, plant: Plant, sqe: User
) -> None:
    asked(supplier_a, sqe, Level.CS1, part)
    received(supplier_a, part, plant)
    assert not owed()


def test_people_of_the_supplier_and_of_other_plants_are_not_asked(
    supplier_a: Supplier,
    part: Part,
    shipping: ControlledShipping,
    plant: Plant,
    sqe: User,
    member_a: User,
    client: Client,
) -> None:
    received(supplier_a, part, plant)
    assert len(owed(user=sqe)) == 1
    elsewhere = UserFactory(email="here@oem.example")
    membership = MembershipFactory(user=elsewhere, role=Role.SQE)
    MembershipLimitFactory(membership=membership, plant=PlantFactory())
    assert not owed(user=elsewhere)
    client.force_login(member_a)
    page = client.get(shipping.get_absolute_url()).content.decode()
    assert "does not cover" not in page


@pytest.mark.parametrize("suppliers", [1, 3])
def test_queries_do_not_grow(suppliers: int, part: Part, plant: Plant) -> None:
    person_of = [SupplierFactory() for _ in range(suppliers)]
    for supplier in person_of:
        raised(supplier, part=part)
        received(supplier, part, plant)
    with CaptureQueriesContext(connection) as queries:
        assert len(owed()) == suppliers
    assert len(queries) <= 7
    assert Episode.objects.filter(level="cs1").count() == suppliers
