"""A month's breach of parts that an open controlled shipping of named parts does not cover.

One judgement may hit several cases and begin several: of each part and plant exactly one.
"""

from typing import Any

import pytest

from escalations.models import (
    ControlledShipping,
    Covering,
    Episode,
    Message,
    Policy,
    PolicyVersion,
    Rule,
)
from escalations.notifications.render import render
from escalations.services.records import judge_rejects
from escalations.services.shipping_terms import withdraw
from escalations.workflow import Level
from suppliers.models import Part, Plant, Reject, Supplier, User
from tests.escalations.facts import AT, OCTOBER, TODAY, evaluated, external, record_rule, warranty
from tests.escalations.test_one_level import DECEMBER, NOVEMBER, approved, asked, covered, two_rules
from tests.factories import PartFactory, PlantFactory, RejectFactory

pytestmark = pytest.mark.django_db

APPROVAL = {"activation": "needs_approval", "approval_role": "quality_manager"}


@pytest.fixture
def parts(supplier_a: Supplier) -> list[Part]:
    found: list[Part] = [PartFactory(number=f"PN-{number}") for number in range(5)]
    for part in found:
        supplier_a.parts.create(part=part)
    return found


@pytest.fixture
def plant() -> Plant:
    found: Plant = PlantFactory()
    return found


@pytest.fixture
def held(
    supplier_a: Supplier, parts: list[Part], sqe: User, quality_manager: User
) -> ControlledShipping:
    """Return a level 2 of the first two parts, of the scope of the supplier's figure."""
    return approved(asked(supplier_a, sqe, Level.CS2, *parts[:2]), quality_manager)


def breach(supplier: Supplier, plant: Plant, *parts: Part, **options: Any) -> None:
    """Let the supplier pass 200 PPM with these parts."""
    for part in parts:
        external(supplier, counted=90, received=100_000, part=part, plant=plant, **options)


def rules(*scopes: str, level: str = "cs2", **fields: Any) -> None:
    """Let a new version of the policy in force call for one level above 50 PPM, by scope."""
    policy = Policy.objects.get(name="Default")
    number = policy.versions.count() + 1
    version = PolicyVersion.objects.create(policy=policy, number=number, reason="For this test.")
    for position, scope in enumerate(scopes, start=1):
        Rule.objects.create(
            version=version,
            position=position,
            kind="ppm",
            scope=scope,
            window="month",
            comparator="above",
            threshold_ppm=50,
            level=level,
            **({"metric": "external_ppm"} | fields),
        )


def inspected(level: str = "cs2") -> list[tuple[int, int | None]]:
    """Return every part and plant that is inspected, as often as it is."""
    going_on = ControlledShipping.objects.unfinished().filter(level=level)
    return [lane for one in going_on.order_by("pk") for lane in covered(one)]


def test_breach_of_other_parts_gets_a_level_2_of_its_own(
    supplier_a: Supplier, parts: list[Part], plant: Plant, held: ControlledShipping
) -> None:
    two_rules()
    breach(supplier_a, plant, parts[2])
    (own,) = evaluated().raised
    assert (own.level, own.state, own.part, own.plant) == ("cs2", "open", parts[2], plant)
    assert covered(own.controlledshipping) == [(parts[2].pk, plant.pk)]
    assert own.hits.get().breaching
    assert not held.episode.hits.exists()
    # level 1, which the month calls for too, is held by neither beside it
    assert not Episode.objects.filter(level="cs1").exists()
    assert not evaluated().changed


def test_breach_of_its_parts_and_others_hits_it_and_begins_the_others(
    supplier_a: Supplier, parts: list[Part], plant: Plant, held: ControlledShipping
) -> None:
    two_rules()
    breach(supplier_a, plant, parts[0], parts[2], parts[3])
    outcome = evaluated()
    assert {(case.part, case.plant) for case in outcome.raised} == {
        (parts[2], plant),
        (parts[3], plant),
    }
    assert [hit.episode for hit in outcome.joined] == [held.episode]
    assert {hit.judgement_id for hit in outcome.joined} == {
        case.judgement_id for case in outcome.raised
    }
    assert len(inspected()) == len(set(inspected())) == 4
    assert not evaluated().changed
    # the next month joins each where it belongs, and begins what is new
    breach(supplier_a, plant, *parts[1:], month=NOVEMBER)
    again = evaluated(**DECEMBER)
    assert [case.part for case in again.raised] == [parts[4]]
    assert {hit.episode.part for hit in again.joined} == {None, parts[2], parts[3]}
    assert not evaluated(**DECEMBER).changed


def test_each_hears_when_its_parts_leave_the_breach_and_when_it_ends(
    supplier_a: Supplier, parts: list[Part], plant: Plant, held: ControlledShipping
) -> None:
    two_rules()
    breach(supplier_a, plant, parts[0], parts[2])
    (own,) = evaluated().raised
    # booked on the wrong part: it was another one's
    Reject.objects.filter(part=parts[2]).update(part=parts[3])
    external(supplier_a, received=10, part=parts[3], plant=plant)
    outcome = evaluated()
    assert [case.part for case in outcome.raised] == [parts[3]]
    assert outcome.reviewed == [own]
    assert not own.hits.get().breaching
    assert held.episode.hits.get().breaching
    # the figure falls for good
    external(supplier_a, received=100_000_000, part=parts[0], plant=plant)
    assert set(evaluated().reviewed) == {held.episode, outcome.raised[0]}
    assert not evaluated().changed


def test_warranty_of_other_parts_has_no_plant(
    supplier_a: Supplier, parts: list[Part], sqe: User, quality_manager: User
) -> None:
    held = approved(
        asked(supplier_a, sqe, Level.CS2, *parts[:2], metric="warranty_ppm"), quality_manager
    )
    rules("supplier", metric="warranty_ppm")
    for part in (parts[0], parts[2]):
        warranty(supplier_a, returned=30, in_field=100_000, part=part)
    outcome = evaluated()
    assert [(case.part, case.plant) for case in outcome.raised] == [(parts[2], None)]
    assert covered(outcome.raised[0].controlledshipping) == [(parts[2].pk, None)]
    assert [hit.episode for hit in outcome.joined] == [held.episode]
    assert not evaluated().changed


def test_rule_makes_what_was_asked_for_hold_and_begins_the_other_parts(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User
) -> None:
    """What waits for approval is of the scope of the figure too."""
    rules("supplier")
    waits = asked(supplier_a, sqe, Level.CS2, *parts[:2])
    breach(supplier_a, plant, parts[2])
    assert [case.part for case in evaluated().raised] == [parts[2]]
    waits.refresh_from_db()
    assert waits.is_proposed
    breach(supplier_a, plant, parts[0], parts[3], month=NOVEMBER)
    assert {case.part for case in evaluated(**DECEMBER).raised} == {None, parts[3]}
    waits.refresh_from_db()
    assert waits.is_in_force
    assert len(inspected()) == len(set(inspected())) == 4


def test_rule_that_asks_for_approval_proposes_the_other_parts(
    supplier_a: Supplier,
    parts: list[Part],
    plant: Plant,
    held: ControlledShipping,
    quality_manager: User,
) -> None:
    rules("supplier", **APPROVAL)
    breach(supplier_a, plant, parts[0], parts[2])
    outcome = evaluated()
    assert [(case.state, case.part) for case in outcome.proposed] == [("proposed", parts[2])]
    # it is judged, and approved, by what it would cover, and not by all of the breach
    own = approved(outcome.proposed[0], quality_manager)
    assert covered(own) == [(parts[2].pk, plant.pk)]
    assert not evaluated().changed


def test_new_case_follows_the_one_whose_inspection_is_over(
    supplier_a: Supplier,
    parts: list[Part],
    plant: Plant,
    held: ControlledShipping,
    quality_manager: User,
) -> None:
    rules("supplier")
    breach(supplier_a, plant, parts[2])
    (own,) = evaluated().raised
    withdraw(shipping=own.controlledshipping, reason="Moved.", by=quality_manager, at=AT)
    breach(supplier_a, plant, parts[2], month=NOVEMBER)
    (after,) = evaluated(**DECEMBER).raised
    assert (after.part, after.plant) == (parts[2], plant)
    own.refresh_from_db()
    assert own.state == "closed"


def test_month_of_a_rules_level_2_tells_the_one_of_named_parts_too(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User, quality_manager: User
) -> None:
    """The scope of the figure is free: one of a single part is of its own scope."""
    held = approved(asked(supplier_a, sqe, Level.CS2, parts[0]), quality_manager)
    rules("supplier")
    breach(supplier_a, plant, *parts[:2])
    outcome = evaluated()
    assert [(case.part, case.plant) for case in outcome.raised] == [(None, None)]
    assert [hit.episode for hit in outcome.joined] == [held.episode]
    assert inspected() == [(parts[0].pk, None), (parts[1].pk, plant.pk)]
    assert not evaluated().changed
    # both hear of a correction
    external(supplier_a, received=100_000_000, part=parts[0], plant=plant)
    assert set(evaluated().reviewed) == {held.episode, outcome.raised[0]}


def test_two_level_2_that_cover_all_of_it_together_leave_nothing_to_raise(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User, quality_manager: User
) -> None:
    cases = [
        approved(asked(supplier_a, sqe, Level.CS2, part), quality_manager).episode
        for part in parts[:2]
    ]
    two_rules()
    breach(supplier_a, plant, *parts[:2])
    outcome = evaluated()
    assert not outcome.raised
    assert {hit.episode for hit in outcome.joined} == set(cases)
    assert not evaluated().changed


def test_level_1_of_named_parts_leaves_other_parts_to_a_case_of_their_own(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User
) -> None:
    held = asked(supplier_a, sqe, Level.CS1, *parts[:2])
    rules("supplier", level="cs1")
    breach(supplier_a, plant, parts[2])
    (own,) = evaluated().raised
    assert (own.level, own.part, own.plant) == ("cs1", parts[2], plant)
    assert not held.hits.exists()
    assert not evaluated().changed
    breach(supplier_a, plant, parts[0], parts[2], parts[3], month=NOVEMBER)
    again = evaluated(**DECEMBER)
    assert [case.part for case in again.raised] == [parts[3]]
    assert {hit.episode for hit in again.joined} == {held, own}
    assert len(inspected("cs1")) == len(set(inspected("cs1"))) == 4
    assert not evaluated(**DECEMBER).changed


def test_level_1_of_named_parts_leaves_to_level_2_what_that_inspects(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User, quality_manager: User
) -> None:
    milder = asked(supplier_a, sqe, Level.CS1, *parts[:2])
    harder = approved(asked(supplier_a, sqe, Level.CS2, parts[2]), quality_manager).episode
    rules("supplier", level="cs1")
    breach(supplier_a, plant, parts[0], parts[2])
    outcome = evaluated()
    assert not outcome.raised
    assert {hit.episode for hit in outcome.joined} == {milder, harder}


def test_single_reject_of_another_part_than_those_of_a_level_1_begins_its_own(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User
) -> None:
    record_rule(severity="line_stop", level="cs1", scope="supplier")
    held = asked(supplier_a, sqe, Level.CS1, *parts[:2], metric="incident")
    joining, beside = (
        RejectFactory(
            supplier=supplier_a, part=part, plant=plant, severity="line_stop", detected_on=TODAY
        )
        for part in (parts[0], parts[2])
    )
    judge_rejects(at=AT)
    assert held.record_hits.get().reject_id == joining.pk
    own = Episode.objects.get(record_hits__reject=beside)
    assert (own.level, own.part, own.plant) == ("cs1", parts[2], plant)
    assert covered(own.controlledshipping) == [(parts[2].pk, plant.pk)]


def test_rules_of_two_scopes_raise_no_level_2_without_parts(
    supplier_a: Supplier, parts: list[Part], plant: Plant
) -> None:
    rules("supplier_plant", "supplier_part")
    breach(supplier_a, plant, *parts[:2])
    (own,) = evaluated().raised
    assert (own.plant, own.part) == (plant, None)
    assert len(inspected()) == len(set(inspected())) == 2
    evidence = Covering.objects.filter(episode=own).select_related("judgement")
    assert {row.judgement.part for row in evidence} == set(parts[:2])
    assert not evaluated().changed
    assert Covering.objects.count() == 2


def test_page_says_which_triggers_a_level_2_covers(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe_client: Any
) -> None:
    rules("supplier_plant", "supplier_part")
    breach(supplier_a, plant, parts[0])
    (own,) = evaluated().raised
    page = " ".join(sqe_client.get(own.get_absolute_url()).content.decode().split())
    assert "Called for too, and covered by this case" in page
    assert "part PN-0" in page


def test_level_2_of_an_earlier_month_leaves_nothing_to_a_rule_of_another_scope(
    supplier_a: Supplier, parts: list[Part], plant: Plant
) -> None:
    rules("supplier_plant")
    breach(supplier_a, plant, parts[0], month=OCTOBER.minus(1))
    (held,) = evaluated().raised
    rules("supplier_part")
    breach(supplier_a, plant, *parts[:2])
    outcome = evaluated()
    assert [case.part for case in outcome.raised] == [parts[1]]
    assert [hit.episode for hit in outcome.joined] == [held]


def test_proposed_level_1_of_the_figure_is_declined_when_level_2_covers_its_parts(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User, quality_manager: User
) -> None:
    rules("supplier", level="cs1", **APPROVAL)
    breach(supplier_a, plant, *parts[:2])
    (waits,) = evaluated().proposed
    approved(asked(supplier_a, sqe, Level.CS2, parts[0], parts[3]), quality_manager)
    waits.refresh_from_db()
    assert waits.is_proposed
    second = approved(asked(supplier_a, sqe, Level.CS2, parts[1]), quality_manager)
    waits.refresh_from_db()
    assert waits.state == "declined"
    step = waits.steps.get(action="decline")
    assert (step.by, second.episode.number in step.reason) == (None, True)


def test_level_of_a_rule_covers_every_part_of_its_breach(
    supplier_a: Supplier, plant: Plant
) -> None:
    """A mail names the ten worst; the eleventh is inspected as well."""
    rules("supplier")
    breach(supplier_a, plant, *PartFactory.create_batch(12))
    evaluated()
    assert len(inspected()) == 12


def test_mail_says_what_each_case_is_about_and_asks_once(
    supplier_a: Supplier,
    parts: list[Part],
    plant: Plant,
    held: ControlledShipping,
    buyer: User,
) -> None:
    two_rules()
    breach(supplier_a, plant, parts[0], parts[2], parts[3])
    evaluated()
    newest = Message.objects.with_content().filter(event="raised", audience="purchasing")
    text = " ".join(render(newest.latest("pk")).text.split())
    assert "Part PN-2 Bracket" in text
    assert "Part PN-3 Bracket" in text
    assert text.count("Please see to it that nobody asks for shipments") == 1
    assert text.count("strictly above 200: controlled shipping level 2") == 1


def test_mail_names_ten_parts_and_how_many_more(
    supplier_a: Supplier, plant: Plant, buyer: User
) -> None:
    rules("supplier")
    breach(supplier_a, plant, *PartFactory.create_batch(12))
    evaluated()
    mail = Message.objects.with_content().get(event="raised", audience="purchasing")
    text = render(mail).text
    assert text.count(f"plant {plant.code}: 90 rejected") == 10
    assert "and 2 more" in text
