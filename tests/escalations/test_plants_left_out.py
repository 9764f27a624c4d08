"""A plant that needs no inspection: supplier quality says so with a reason, and is asked once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client

from escalations.models import ControlledShipping, PlantLeftOut
from escalations.queries.shipping_plants import new_plants
from escalations.services.shipping_letters import send_entry_letter
from escalations.services.shipping_plants import leave_out
from escalations.services.shipping_terms import Terms, enter
from escalations.shipping_workflow import ForbiddenShippingMoveError
from escalations.workflow import Level
from suppliers.enums import Role
from suppliers.models import Part, Plant, Supplier, User
from tests.escalations.shippings import after, raised
from tests.escalations.test_new_plants import owed, received
from tests.factories import (
    MembershipFactory,
    MembershipLimitFactory,
    PartFactory,
    PlantFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

REASON = "It receives samples for the museum only."


@pytest.fixture
def part(supplier_a: Supplier) -> Part:
    found: Part = PartFactory(number="PN-7")
    supplier_a.parts.create(part=found)
    return found


@pytest.fixture
def shipping(supplier_a: Supplier, part: Part, sqe: User) -> ControlledShipping:
    found = raised(supplier_a, part=part, plant=PlantFactory(code="N1"))
    send_entry_letter(shipping=found, by=sqe, at=after(1))
    found.refresh_from_db()
    return found


@pytest.fixture
def plant(supplier_a: Supplier, part: Part, shipping: ControlledShipping) -> Plant:
    found: Plant = PlantFactory(code="S2")
    received(supplier_a, part, found)
    return found


def address(shipping: ControlledShipping) -> str:
    return f"/controlled-shipping/{shipping.number}/plants/"


def typed(part: Part, plant: Plant, reason: str = REASON) -> dict[str, str]:
    return {"lane": f"{part.pk}-{plant.pk}", "plant-reason": reason}


def page_of(client: Client, shipping: ControlledShipping) -> str:
    return " ".join(client.get(shipping.get_absolute_url()).content.decode().split())


def test_supplier_quality_says_on_the_page_that_it_needs_none(
    shipping: ControlledShipping, part: Part, plant: Plant, sqe_client: Client, sqe: User
) -> None:
    page = page_of(sqe_client, shipping)
    assert "Needs no inspection" in page
    assert "The supplier does not read it." in page
    (line,) = owed()
    assert line.else_url == f"{shipping.get_absolute_url()}#plant-{part.pk}-{plant.pk}"
    assert "Needs no inspection" in sqe_client.get("/today/").content.decode()
    answer = sqe_client.post(address(shipping), typed(part, plant), follow=True)
    assert answer.redirect_chain[0] == (shipping.get_absolute_url(), 302)
    assert not owed()
    found = PlantLeftOut.objects.get()
    assert (found.shipping, found.part, found.plant) == (shipping, part, plant)
    assert (found.by, found.reason) == (sqe, REASON)
    page = page_of(sqe_client, shipping)
    assert "does not cover" not in page
    for said in (REASON, str(sqe), "PN-7", "S2"):
        assert said in page
    # and yet it may be inspected after all, with the same terms
    assert f"like={shipping.number}&amp;lane={part.pk}-{plant.pk}" in page


def test_without_a_reason_nothing_is_left_out(
    shipping: ControlledShipping, part: Part, plant: Plant, sqe_client: Client
) -> None:
    answer = sqe_client.post(address(shipping), typed(part, plant, reason=" "))
    assert answer.status_code == 422
    assert len(owed()) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        PlantLeftOut.objects.create(
            shipping=shipping,
            part=part,
            plant=plant,
            by=UserFactory(),
            at=after(5),
            reason="",
        )


def test_another_part_at_that_plant_and_another_plant_are_asked_about(
    supplier_a: Supplier, part: Part, plant: Plant, shipping: ControlledShipping, sqe: User
) -> None:
    other = PartFactory(number="PN-8")
    second = raised_beside(supplier_a, other, sqe)
    leave_out(shipping=shipping, part=part, plant=plant, reason=REASON, by=sqe, at=after(5))
    assert not owed()
    received(supplier_a, other, plant)
    (found,) = owed()
    assert (found.what.startswith("Part PN-8"), second.number in found.what) == (True, True)
    received(supplier_a, part, PlantFactory(code="W3"))
    assert len(owed()) == 2


def raised_beside(supplier: Supplier, part: Part, by: User) -> ControlledShipping:
    supplier.parts.create(part=part)
    case = enter(
        supplier=supplier,
        level=Level.CS1,
        lanes=[(part, PlantFactory(code="N9"))],
        terms=Terms(defect="Burr"),
        reason="Seen.",
        by=by,
        at=after(0),
    )
    found: ControlledShipping = ControlledShipping.objects.get(episode=case)
    return found


def test_it_is_kept_for_ever_and_said_once(
    shipping: ControlledShipping, part: Part, plant: Plant, sqe: User
) -> None:
    about: dict[str, Any] = {"shipping": shipping, "part": part, "plant": plant, "by": sqe}
    leave_out(**about, reason=REASON, at=after(5))
    with pytest.raises(ForbiddenShippingMoveError):
        leave_out(**about, reason="Again.", at=after(6))
    (row,) = PlantLeftOut.objects.all()
    assert (row.reason, row.at) == (REASON, after(5))
    with pytest.raises(ProgrammingError), transaction.atomic():
        PlantLeftOut.objects.all().delete()


def test_what_was_never_asked_cannot_be_left_out(
    shipping: ControlledShipping, part: Part, sqe_client: Client, sqe: User
) -> None:
    elsewhere = PlantFactory(code="Q9")
    answer = sqe_client.post(address(shipping), typed(part, elsewhere))
    assert answer.status_code == 422
    assert not PlantLeftOut.objects.exists()
    for lane in ("", "x-y", f"{part.pk}", "99999999-99999999"):
        wrong = sqe_client.post(address(shipping), {"lane": lane, "plant-reason": REASON})
        assert wrong.status_code == 422


def test_who_answers_for_the_plant_decides_and_others_read_nothing_of_it(
    supplier_a: Supplier,
    shipping: ControlledShipping,
    part: Part,
    plant: Plant,
    member_a: User,
    client: Client,
) -> None:
    elsewhere, here = UserFactory(email="e@oem.example"), UserFactory(email="h@oem.example")
    far = PlantFactory(code="F4")
    received(supplier_a, PartFactory(), far)
    for user, limit in ((elsewhere, far), (here, plant)):
        membership = MembershipFactory(user=user, role=Role.SQE)
        MembershipLimitFactory(membership=membership, plant=limit)
    client.force_login(elsewhere)
    assert client.post(address(shipping), typed(part, plant)).status_code == 422
    assert not PlantLeftOut.objects.exists()
    client.force_login(here)
    assert client.post(address(shipping), typed(part, plant)).status_code == 302
    assert REASON in page_of(client, shipping)
    for reader in (member_a, elsewhere):
        client.force_login(reader)
        assert REASON not in page_of(client, shipping)
        assert "Needs no inspection" not in page_of(client, shipping)


def test_before_the_letter_it_is_left_out_just_as_well(
    supplier_a: Supplier, part: Part, sqe: User
) -> None:
    shipping = raised(supplier_a, part=part, plant=PlantFactory(code="N2"))
    plant = PlantFactory(code="S3")
    received(supplier_a, part, plant)
    (line,) = new_plants([shipping])
    assert line.may_be_added
    leave_out(shipping=shipping, part=part, plant=plant, reason=REASON, by=sqe, at=after(5))
    assert not owed()
    # nor is it asked again as the weeks go by
    received(supplier_a, part, plant, on=after(4).date() + timedelta(days=30))
    assert not owed()
