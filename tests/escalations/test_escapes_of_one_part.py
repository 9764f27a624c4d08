"""Escapes of one part at two plants ask for one level 2, as one issue at two plants is one."""

from typing import Any

import pytest
from django.test import Client

from escalations.models import ControlledShipping, Episode, Message, RecordHit
from escalations.notifications.render import render
from escalations.services.records import judge_rejects
from escalations.services.shipping_exit import watch
from escalations.workflow import Level
from suppliers.models import Part, Plant, Supplier, User
from tests.escalations.facts import evaluated, external
from tests.escalations.shippings import after
from tests.escalations.test_one_level import approved, asked, covered, proposed
from tests.factories import PartFactory, PlantFactory, RejectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def plants() -> list[Plant]:
    return [PlantFactory(code=f"W{number}") for number in range(3)]


@pytest.fixture
def part(supplier_a: Supplier, plants: list[Plant], sqe: User, quality_manager: User) -> Part:
    """Return a part that a level 1 inspects at three plants, beside a level 2 of two others."""
    approved(asked(supplier_a, sqe, Level.CS2, *PartFactory.create_batch(2)), quality_manager)
    found: Part = PartFactory(number="PN-7")
    for plant in plants:
        external(supplier_a, counted=26, received=250_000, part=found, plant=plant)
    evaluated()
    assert ControlledShipping.objects.get(level="cs1").scopes.count() == 3
    return found


def escape(supplier: Supplier, part: Part, plant: Plant, day: int = 1) -> None:
    detected_on = after(day).date()
    RejectFactory(supplier=supplier, part=part, plant=plant, detected_on=detected_on)


@pytest.mark.parametrize("order", ["jw", "wj", "w", "wjwj"])
@pytest.mark.parametrize("together", [True, False])
def test_two_plants_are_one_proposal_that_covers_both(
    supplier_a: Supplier,
    part: Part,
    plants: list[Plant],
    quality_manager: User,
    buyer: User,
    order: str,
    together: bool,
) -> None:
    def told() -> None:
        for one in order:
            judge_rejects(at=after(1)) if one == "j" else watch(at=after(1))

    for plant in plants[:2]:
        escape(supplier_a, part, plant)
        if not together:
            told()
    told()
    case = Episode.objects.get(state="proposed")
    assert (case.part, case.plant) == (part, None)
    mails = Message.objects.with_content().filter(event="shipping_escape", audience="purchasing")
    texts = [" ".join(render(one).text.split()) for one in mails]
    assert len(texts) == 2
    assert all("Controlled shipping level 2 is proposed" in text for text in texts)
    judge_rejects(at=after(1))
    assert set(RecordHit.objects.values_list("episode", flat=True)) == {case.pk}
    harder = approved(case, quality_manager)
    assert sorted(covered(harder)) == sorted((part.pk, plant.pk) for plant in plants[:2])
    # the level 1 goes on: the third plant is its alone
    assert ControlledShipping.objects.get(level="cs1").state == "entered"
    # what has been decided stays: a later one gets its own
    escape(supplier_a, part, plants[2], day=2)
    watch(at=after(2))
    judge_rejects(at=after(2))
    later = Episode.objects.get(state="proposed", level="cs2")
    assert (later.part, later.plant) == (part, plants[2])


def test_page_names_both_plants(
    supplier_a: Supplier, part: Part, plants: list[Plant], client: Client, quality_manager: User
) -> None:
    for plant in plants[:2]:
        escape(supplier_a, part, plant)
    watch(at=after(1))
    case = Episode.objects.get(state="proposed")
    client.force_login(quality_manager)
    page = " ".join(client.get(case.get_absolute_url()).content.decode().split())
    assert "Would cover" in page
    assert f"PN-7 / {plants[0].code}" in page
    assert f"PN-7 / {plants[1].code}" in page


def test_all_three_plants_take_the_level_1_over(
    supplier_a: Supplier, part: Part, plants: list[Plant], quality_manager: User
) -> None:
    for plant in plants:
        escape(supplier_a, part, plant)
    watch(at=after(1))
    harder = approved(Episode.objects.get(state="proposed"), quality_manager)
    assert ControlledShipping.objects.get(level="cs1").state == "upgraded"
    assert len(covered(harder)) == 3


def test_where_a_case_of_the_part_is_in_the_way_each_plant_keeps_its_own(
    supplier_a: Supplier, part: Part, plants: list[Plant], quality_manager: User
) -> None:
    """One case of a scope is open at a time: that of the part is taken by a bare proposal."""
    about: dict[str, Any] = {"part": part}
    bare = proposed(supplier_a, Level.CS2, **about)
    for plant in plants[:2]:
        escape(supplier_a, part, plant)
    watch(at=after(1))
    cases = Episode.objects.filter(state="proposed").exclude(pk=bare.pk)
    assert {case.plant for case in cases} == set(plants[:2])
