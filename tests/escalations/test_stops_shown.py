"""A stop of shipments is said wherever its part is looked at, along the numbers of the part."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from escalations.models import ControlledShipping, Episode, Message
from escalations.notifications.render import render
from escalations.services.conflicts import CaseOpenError
from escalations.services.decisions import decide
from escalations.services.opening import NewCase, open_case
from escalations.services.shipping_exit import watch
from escalations.workflow import Action, Level
from suppliers.models import Part, Plant, Supplier, User
from tests.escalations.facts import external
from tests.escalations.shippings import after, entered
from tests.escalations.test_one_level import TERMS
from tests.factories import PartFactory, PlantFactory, RejectFactory

pytestmark = pytest.mark.django_db

SAID = "No shipment at all of the affected parts"


@dataclass(kw_only=True)
class Place:
    supplier: Supplier
    plant: Plant
    old: Part
    new: Part
    other: Part
    sqe: User
    manager: User

    def stop(self, part: Part, plant: Plant | None = None) -> Episode:
        case = self.ask(part, plant)
        decide(episode=case, action=Action.APPROVE, by=self.manager, at=after(1), reason="Nothing.")
        case.refresh_from_db()
        return case

    def ask(self, part: Part, plant: Plant | None = None, metric: str = "external_ppm") -> Episode:
        new = NewCase(
            supplier=self.supplier,
            level=Level.STOP_SHIP,
            metric=metric,
            found="Sharp edges.",
            reason="Somebody was hurt.",
            plant=plant,
            parts=[part],
        )
        return open_case(new=new, by=self.sqe, at=after(1))

    def level_2(self, *parts: Part) -> ControlledShipping:
        return entered(
            supplier=self.supplier,
            level=Level.CS2,
            lanes=[(part, self.plant) for part in parts],
            terms=TERMS,
            reason="It goes on.",
            by=self.sqe,
            at=after(0),
            manager=self.manager,
        )


@pytest.fixture
def place(supplier_a: Supplier, sqe: User, quality_manager: User) -> Place:
    plant = PlantFactory(code="N1")
    old = PartFactory(number="PN-7")
    new = PartFactory(number="PN-7B", supersedes=old)
    for part in (old, new):
        external(supplier_a, counted=1, received=100_000, part=part, plant=plant)
    other = PartFactory(number="PN-9")
    return Place(
        supplier=supplier_a,
        plant=plant,
        old=old,
        new=new,
        other=other,
        sqe=sqe,
        manager=quality_manager,
    )


def flat(client: Client, user: User, address: str) -> str:
    client.force_login(user)
    answer: Any = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("which", ["old", "new"])
def test_controlled_shipping_says_that_its_part_is_stopped(
    client: Client, place: Place, member_a: User, which: str
) -> None:
    """To both sides; of the number in use and of the one that it superseded."""
    shipping = place.level_2(place.old)
    for reader in (place.sqe, member_a):
        assert SAID not in flat(client, reader, shipping.get_absolute_url())
    case = place.stop(getattr(place, which), place.plant)
    for reader in (place.sqe, member_a):
        page = flat(client, reader, shipping.get_absolute_url())
        assert SAID in page
        assert case.get_absolute_url() in page
        assert "PN-7 / N1" in page
    decide(episode=case, action=Action.LIFT, by=place.manager, at=after(2), reason="Mended.")
    assert SAID not in flat(client, place.sqe, shipping.get_absolute_url())


def test_stop_elsewhere_or_of_another_part_is_not_said_there(client: Client, place: Place) -> None:
    shipping = place.level_2(place.old)
    place.stop(place.old, PlantFactory(code="N2"))
    place.stop(place.other)
    assert SAID not in flat(client, place.sqe, shipping.get_absolute_url())


def test_a_part_says_from_whom_nothing_of_it_is_shipped(
    client: Client, place: Place, buyer: User
) -> None:
    pages = [reverse("part", args=[part.number]) for part in (place.old, place.new)]
    for page in pages:
        assert SAID not in flat(client, buyer, page)
    case = place.stop(place.old)
    for page in pages:
        said = flat(client, buyer, page)
        assert SAID in said
        assert place.supplier.code in said
        assert case.get_absolute_url() in said
    assert SAID not in flat(client, buyer, reverse("part", args=[place.other.number]))


def test_supplier_pages_say_what_a_stop_forbids(
    client: Client, place: Place, member_a: User, buyer: User, member_b: User
) -> None:
    case = place.stop(place.old)
    pages = [
        (member_a, reverse("our_quality")),
        (buyer, reverse("supplier", args=[place.supplier.code])),
    ]
    for reader, address in pages:
        said = flat(client, reader, address)
        assert SAID in said
        assert "PN-7 / every plant; PN-7B / every plant" in said
        assert case.get_absolute_url() in said
    assert SAID not in flat(client, member_b, reverse("our_quality"))


def test_supplier_without_any_figures_is_told_too(
    client: Client, supplier_b: Supplier, place: Place, member_b: User
) -> None:
    place.supplier = supplier_b
    place.stop(place.other)
    assert SAID in flat(client, member_b, reverse("our_quality"))


def test_numbers_that_another_supplier_alone_has_are_not_named(
    client: Client, place: Place, member_a: User, supplier_b: Supplier
) -> None:
    theirs = PartFactory(number="PN-7X", supersedes=place.old)
    external(supplier_b, counted=1, received=100_000, part=theirs, plant=place.plant)
    place.stop(place.old)
    page = flat(client, member_a, reverse("our_quality"))
    assert "PN-7B" in page
    assert "PN-7X" not in page


def test_mail_names_the_number_that_supersedes(place: Place, buyer: User) -> None:
    place.stop(place.old, place.plant)
    rows = Message.objects.with_content().filter(event="raised", audience="purchasing")
    text = " ".join(render(rows.latest("pk")).text.split())
    assert "PN-7 / N1; PN-7B / N1" in text
    assert "supersedes" in text


def test_what_a_stop_holds_already_is_not_asked_for_again(place: Place) -> None:
    """By whichever number, subject or plant."""
    case = place.stop(place.old)
    for part, plant in ((place.new, None), (place.old, place.plant), (place.new, place.plant)):
        with pytest.raises((CaseOpenError, ValidationError), match=case.number):
            place.ask(part, plant)
    with pytest.raises((CaseOpenError, ValidationError), match=case.number):
        place.ask(place.old, metric="warranty_ppm")
    assert Episode.objects.filter(level="stop_ship").count() == 1
    # more than it holds is another one
    narrow = place.stop(place.other, place.plant)
    wide = place.ask(place.other)
    assert (narrow.plant, wide.plant) == (place.plant, None)


def test_escape_of_a_number_that_is_stopped_proposes_no_second_stop(place: Place) -> None:
    place.level_2(place.new)
    place.stop(place.old)
    day = after(3).date()
    RejectFactory(supplier=place.supplier, part=place.new, plant=place.plant, detected_on=day)
    assert watch(at=after(4)) == 1
    assert Episode.objects.filter(level="stop_ship").count() == 1
    assert Episode.objects.get(level="new_business_hold").is_proposed
