"""A level 2 by hand is over the parts that were named for it, and over no other (ADR 27)."""

import pytest

from escalations.models import ControlledShipping, Episode, RecordHit
from escalations.services.conflicts import HeldAtLevel2Error
from escalations.services.decisions import decide
from escalations.services.records import judge_rejects
from escalations.workflow import Action, Level
from scorecards.rollup import drain
from suppliers.models import Part, Reject, Supplier, User
from tests.escalations.facts import AT, TODAY, evaluated, external, record_rule
from tests.escalations.shippings import raised
from tests.escalations.test_one_level import (
    DECEMBER,
    NOVEMBER,
    approved,
    asked,
    covered,
    proposed,
)
from tests.factories import PartFactory, PlantFactory, RejectFactory

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


@pytest.fixture
def taken(
    supplier_a: Supplier, named: list[Part], sqe: User, quality_manager: User
) -> ControlledShipping:
    """Return a level 2 of the first part that took over the level 1 of the supplier's figure."""
    milder = raised(supplier_a, part=named[0])
    found = approved(asked(supplier_a, sqe, Level.CS2, named[0]), quality_manager)
    assert (found.follows, found.episode.part) == (milder, named[0])
    return found


@pytest.mark.parametrize("among", [[1], [0, 1]])
def test_breach_of_a_part_that_level_2_never_covered_gets_a_case_of_its_own(
    supplier_a: Supplier, named: list[Part], taken: ControlledShipping, among: list[int]
) -> None:
    plant = PlantFactory()
    for number in among:
        external(
            supplier_a,
            counted=26,
            received=250_000,
            part=named[number],
            plant=plant,
            month=NOVEMBER,
        )
    outcome = evaluated(**DECEMBER)
    assert [case.level for case in outcome.raised] == ["cs1"]
    milder = ControlledShipping.objects.get(level="cs1", state="entered")
    assert sorted(covered(milder)) == sorted((named[number].pk, plant.pk) for number in among)
    assert not taken.episode.hits.exists()
    assert not evaluated(**DECEMBER).changed


def test_breach_of_what_it_covers_still_joins_the_level_2_that_took_over(
    supplier_a: Supplier, named: list[Part], taken: ControlledShipping
) -> None:
    external(supplier_a, counted=26, received=250_000, part=named[0], month=NOVEMBER)
    assert not evaluated(**DECEMBER).raised
    assert taken.episode.hits.get().breaching
    external(supplier_a, received=10_000_000, part=named[0], month=NOVEMBER)
    assert not evaluated(**DECEMBER).raised
    assert not taken.episode.hits.get().breaching


def test_single_reject_of_a_part_that_level_2_never_covered_gets_a_case_of_its_own(
    supplier_a: Supplier, named: list[Part], sqe: User, quality_manager: User
) -> None:
    record_rule(severity="line_stop", level="cs1", scope="supplier")
    about = {"supplier": supplier_a, "severity": "line_stop", "detected_on": TODAY}
    RejectFactory(part=named[0], **about)
    judge_rejects(at=AT)
    taken = approved(
        asked(supplier_a, sqe, Level.CS2, named[0], metric="incident"), quality_manager
    )
    assert taken.follows is not None
    joining, beside = (RejectFactory(part=part, **about) for part in named)
    judge_rejects(at=AT)
    assert RecordHit.objects.get(reject=joining).episode == taken.episode
    own = RecordHit.objects.get(reject=beside).episode
    assert (own.level, own.state) == ("cs1", "open")
    assert {part for part, _plant in covered(own.controlledshipping)} >= {named[1].pk}


def test_level_1_is_proposed_and_approved_by_the_parts_it_would_cover(
    supplier_a: Supplier, named: list[Part], taken: ControlledShipping, quality_manager: User
) -> None:
    """A figure is the supplier's: which parts make it says what is held already."""
    with pytest.raises(HeldAtLevel2Error, match=taken.episode.number):
        proposed(supplier_a, Level.CS1)
    external(supplier_a, counted=26, received=250_000, part=named[0], month=NOVEMBER)
    drain(at=AT)
    with pytest.raises(HeldAtLevel2Error, match=taken.episode.number):
        proposed(supplier_a, Level.CS1)
    external(supplier_a, counted=26, received=250_000, part=named[1], month=NOVEMBER)
    drain(at=AT)
    of_its = proposed(supplier_a, Level.CS1)
    decide(episode=of_its, action=Action.APPROVE, by=quality_manager, at=AT)
    assert named[1].pk in dict(covered(ControlledShipping.objects.get(episode=of_its)))


def test_level_1_is_not_approved_once_level_2_covers_all_of_it(
    supplier_a: Supplier, named: list[Part], sqe: User, quality_manager: User
) -> None:
    external(supplier_a, counted=26, received=250_000, part=named[0], month=NOVEMBER)
    drain(at=AT)
    waiting = proposed(supplier_a, Level.CS1)
    taken = approved(asked(supplier_a, sqe, Level.CS2, *named), quality_manager)
    with pytest.raises(HeldAtLevel2Error, match=taken.episode.number):
        decide(episode=waiting, action=Action.APPROVE, by=quality_manager, at=AT)


def test_level_2_hears_that_none_of_its_parts_is_left_in_a_breach(
    supplier_a: Supplier, named: list[Part], held: ControlledShipping
) -> None:
    """The rejects were booked on the wrong part: the breach is another part's."""
    external(supplier_a, counted=26, received=250_000, part=named[0])
    evaluated()
    assert held.episode.hits.get().breaching
    other = PartFactory()
    Reject.objects.update(part=other)
    external(supplier_a, received=10, part=other)
    outcome = evaluated()
    assert [case.level for case in outcome.raised] == ["cs1"]
    assert outcome.reviewed == [held.episode]
    assert not held.episode.hits.get().breaching
    assert not evaluated().changed


def test_level_2_keeps_a_breach_in_which_one_of_its_parts_is_left(
    supplier_a: Supplier, named: list[Part], held: ControlledShipping
) -> None:
    external(supplier_a, counted=26, received=250_000, part=named[0])
    evaluated()
    external(supplier_a, counted=5, received=10, part=PartFactory())
    outcome = evaluated()
    assert [case.level for case in outcome.raised] == ["cs1"]
    assert not outcome.reviewed
    assert held.episode.hits.get().breaching
