"""A level 2 by hand is over the parts that were named for it, and over no other (ADR 27)."""

import pytest

from escalations.models import ControlledShipping, Episode
from escalations.services.conflicts import HeldAtLevel2Error
from escalations.services.decisions import decide
from escalations.workflow import Action, Level
from suppliers.models import Part, Supplier, User
from tests.escalations.facts import AT, evaluated, external
from tests.escalations.test_one_level import approved, asked, covered, proposed
from tests.factories import PartFactory, PlantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def named() -> list[Part]:
    return list(PartFactory.create_batch(2))


@pytest.fixture
def held(
    supplier_a: Supplier, named: list[Part], sqe: User, quality_manager: User
) -> ControlledShipping:
    return approved(asked(supplier_a, sqe, Level.CS2, *named), quality_manager)


def test_proposed_level_1_is_declined_only_for_a_part_that_was_named(
    supplier_a: Supplier, named: list[Part], sqe: User, quality_manager: User
) -> None:
    of_named = proposed(supplier_a, Level.CS1, part=named[0])
    of_another = proposed(supplier_a, Level.CS1, part=PartFactory())
    of_a_plant = proposed(supplier_a, Level.CS1, plant=PlantFactory())
    of_all = proposed(supplier_a, Level.CS1)
    approved(asked(supplier_a, sqe, Level.CS2, *named), quality_manager)
    declined = Episode.objects.filter(state="declined")
    assert list(declined) == [of_named]
    for waiting in (of_another, of_a_plant, of_all):
        assert Episode.objects.get(number=waiting.number).is_proposed
    decide(episode=of_another, action=Action.APPROVE, by=quality_manager, at=AT)
    assert {one.level for one in Episode.objects.in_force()} == {"cs1", "cs2"}


def test_level_1_is_proposed_beside_it_for_a_part_that_was_not_named(
    supplier_a: Supplier, named: list[Part], held: ControlledShipping
) -> None:
    with pytest.raises(HeldAtLevel2Error, match=held.episode.number):
        proposed(supplier_a, Level.CS1, part=named[1])
    assert proposed(supplier_a, Level.CS1, part=PartFactory()).is_proposed


@pytest.mark.parametrize("among", [[2], [0, 2]])
def test_breach_of_a_part_that_was_not_named_brings_level_1(
    supplier_a: Supplier, named: list[Part], held: ControlledShipping, among: list[int]
) -> None:
    parts: list[Part] = [*named, PartFactory()]
    plant = PlantFactory()
    for number in among:
        external(supplier_a, counted=26, received=250_000, part=parts[number], plant=plant)
    assert {case.level for case in evaluated().raised} == {"8d", "cs1"}
    milder = ControlledShipping.objects.get(level="cs1")
    assert sorted(covered(milder)) == sorted((parts[number].pk, plant.pk) for number in among)
    assert not held.episode.hits.exists()
    assert not evaluated().changed


def test_breach_of_the_parts_that_were_named_joins_level_2(
    supplier_a: Supplier, named: list[Part], held: ControlledShipping
) -> None:
    for part in named:
        external(supplier_a, counted=26, received=250_000, part=part)
    assert {case.level for case in evaluated().raised} == {"8d"}
    assert held.episode.hits.get().breaching
    assert not evaluated().changed
    # the figure falls again: the case hears of it
    external(supplier_a, received=10_000_000, part=named[0])
    evaluated()
    assert not held.episode.hits.get().breaching
