"""A later month whose breach is made of parts that the open controlled shipping does not cover.

As long as no letter has fixed its terms they are added to these; afterwards they get a case of
their own. What breaches is never inspected by nobody.
"""

from datetime import date, timedelta

import pytest
from django.test import Client

from escalations import reasons
from escalations.models import ControlledShipping
from escalations.services.decisions import decide
from escalations.services.records import judge_rejects
from escalations.services.shipping_exit import watch
from escalations.services.shipping_letters import send_entry_letter
from escalations.services.shipping_terms import Terms, complete
from escalations.workflow import Action
from suppliers.models import Part, Plant, Reject, Supplier, User
from tests.escalations.facts import AT, evaluated, external, record_rule, warranty
from tests.escalations.test_months_beside_named import APPROVAL, breach, inspected, rules
from tests.escalations.test_one_level import DECEMBER, NOVEMBER, covered, two_rules
from tests.factories import PartFactory, PlantFactory, RejectFactory

pytestmark = pytest.mark.django_db

EVERY_LEVEL = pytest.mark.parametrize("level", ["cs1", "cs2"])
TERMS = Terms(defect="Burr", provider="Sort & Co")


@pytest.fixture
def parts(supplier_a: Supplier) -> list[Part]:
    found: list[Part] = [PartFactory(number=f"PN-{number}") for number in range(4)]
    for part in found:
        supplier_a.parts.create(part=part)
    return found


@pytest.fixture
def plant() -> Plant:
    found: Plant = PlantFactory()
    return found


def held(supplier: Supplier, plant: Plant, *parts: Part, level: str = "cs1") -> ControlledShipping:
    """Let October breach with these parts, and return what the engine entered."""
    rules("supplier", level=level)
    breach(supplier, plant, *parts)
    (case,) = evaluated().raised
    return case.controlledshipping


def sent(shipping: ControlledShipping, parts: list[Part], plant: Plant, by: User) -> None:
    """Complete the terms and send the entry letter."""
    lanes = [(part, plant) for part in parts]
    complete(shipping=shipping, lanes=lanes, terms=TERMS, by=by, at=AT)
    send_entry_letter(shipping=shipping, by=by, at=AT)


@EVERY_LEVEL
def test_they_are_added_as_long_as_no_letter_is_out(
    level: str, supplier_a: Supplier, parts: list[Part], plant: Plant
) -> None:
    shipping = held(supplier_a, plant, parts[0], level=level)
    breach(supplier_a, plant, *parts[:3], month=NOVEMBER)
    outcome = evaluated(**DECEMBER)
    assert not outcome.raised
    assert [hit.episode for hit in outcome.joined] == [shipping.episode]
    shipping.refresh_from_db()
    assert covered(shipping) == [(part.pk, plant.pk) for part in parts[:3]]
    assert [row["part"] for row in shipping.facts] == ["PN-0", "PN-1", "PN-2"]
    event = shipping.shipping_events.latest("number")
    assert (event.action, event.by, event.to_state) == ("widen", None, "entered")
    assert reasons.of_event(event) == (
        "2 parts that had not been covered breached in November 2026; they are inspected too."
    )
    assert not evaluated(**DECEMBER).changed
    assert shipping.shipping_events.count() == 2


def test_what_they_were_rejected_for_is_looked_for_too(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User
) -> None:
    shipping = held(supplier_a, plant, parts[0])
    complete(shipping=shipping, lanes=[(parts[0], plant)], terms=TERMS, by=sqe, at=AT)
    breach(supplier_a, plant, *parts[:2], month=NOVEMBER)
    evaluated(**DECEMBER)
    shipping.refresh_from_db()
    assert shipping.defect.splitlines() == ["Burr", "Bore out of tolerance"]


@EVERY_LEVEL
def test_once_the_letter_is_out_each_gets_a_case_of_its_own(
    level: str, supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User
) -> None:
    shipping = held(supplier_a, plant, parts[0], level=level)
    sent(shipping, parts[:1], plant, sqe)
    breach(supplier_a, plant, *parts[:3], month=NOVEMBER)
    outcome = evaluated(**DECEMBER)
    assert {(case.level, case.part, case.plant) for case in outcome.raised} == {
        (level, parts[1], plant),
        (level, parts[2], plant),
    }
    assert [hit.episode for hit in outcome.joined] == [shipping.episode]
    assert inspected(level) == [(part.pk, plant.pk) for part in parts[:3]]
    assert not evaluated(**DECEMBER).changed
    # of other parts alone: the case that covers none of them is not hit
    breach(supplier_a, plant, parts[3], month=NOVEMBER.plus(1))
    later = evaluated(at=DECEMBER["at"].replace(year=2027), today=DECEMBER["today"].replace(2027))
    assert [case.part for case in later.raised] == [parts[3]]
    assert not later.joined


def test_level_1_called_for_beside_a_fixed_level_2_of_other_parts_holds(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User
) -> None:
    two_rules()
    breach(supplier_a, plant, parts[0], parts[0], parts[0])
    (harder,) = evaluated().raised
    sent(harder.controlledshipping, parts[:1], plant, sqe)
    breach(supplier_a, plant, parts[1], month=NOVEMBER)
    raised = evaluated(**DECEMBER).raised
    assert {case.part for case in raised} == {parts[1]}
    assert (parts[1].pk, plant.pk) in [*inspected("cs1"), *inspected("cs2")]


def test_restated_month_that_breaches_by_more_parts_is_inspected_as_well(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User
) -> None:
    shipping = held(supplier_a, plant, parts[0])
    breach(supplier_a, plant, parts[1])
    assert not evaluated().raised
    assert covered(shipping) == [(part.pk, plant.pk) for part in parts[:2]]
    sent(shipping, parts[:2], plant, sqe)
    breach(supplier_a, plant, parts[2])
    assert [case.part for case in evaluated().raised] == [parts[2]]
    assert not evaluated().changed


def test_approved_after_two_months_it_covers_the_parts_of_both(
    supplier_a: Supplier, parts: list[Part], plant: Plant, quality_manager: User
) -> None:
    rules("supplier", level="cs1", **APPROVAL)
    breach(supplier_a, plant, parts[0])
    (case,) = evaluated().proposed
    breach(supplier_a, plant, parts[1], month=NOVEMBER)
    assert [hit.episode for hit in evaluated(**DECEMBER).joined] == [case]
    decide(episode=case, action=Action.APPROVE, by=quality_manager, at=DECEMBER["at"])
    assert set(inspected("cs1")) == {(part.pk, plant.pk) for part in parts[:2]}


def test_rule_that_asks_for_approval_proposes_what_a_letter_leaves_out(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User, quality_manager: User
) -> None:
    rules("supplier", level="cs1", **APPROVAL)
    breach(supplier_a, plant, parts[0])
    (case,) = evaluated().proposed
    decide(episode=case, action=Action.APPROVE, by=quality_manager, at=AT)
    sent(ControlledShipping.objects.get(), parts[:1], plant, sqe)
    breach(supplier_a, plant, parts[1], month=NOVEMBER)
    (own,) = evaluated(**DECEMBER).proposed
    decide(episode=own, action=Action.APPROVE, by=quality_manager, at=DECEMBER["at"])
    assert inspected("cs1") == [(part.pk, plant.pk) for part in parts[:2]]


def test_returns_of_a_part_that_every_plant_inspects_need_nothing_more(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User
) -> None:
    breach(supplier_a, plant, parts[0])
    rules("supplier", level="cs1", metric="warranty_ppm")
    warranty(supplier_a, returned=30, in_field=100_000, part=parts[0])
    (case,) = evaluated().raised
    sent(case.controlledshipping, parts[:1], plant, sqe)
    warranty(supplier_a, returned=30, in_field=100_000, part=parts[0], month=NOVEMBER)
    outcome = evaluated(**DECEMBER)
    assert not outcome.raised
    assert [hit.episode for hit in outcome.joined] == [case]


@pytest.mark.parametrize("letter", [False, True])
def test_single_rejects_of_other_parts_are_inspected_as_well(
    letter: bool, supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User
) -> None:
    record_rule(severity="line_stop", level="cs1", scope="supplier")
    options = {"supplier": supplier_a, "plant": plant, "severity": "line_stop"}
    RejectFactory(part=parts[0], detected_on=AT.date(), **options)
    judge_rejects(at=AT)
    shipping = ControlledShipping.objects.get()
    if letter:
        sent(shipping, parts[:1], plant, sqe)
    RejectFactory(part=parts[1], detected_on=AT.date(), **options)
    judge_rejects(at=AT)
    assert inspected("cs1") == [(part.pk, plant.pk) for part in parts[:2]]
    assert ControlledShipping.objects.count() == 1 + letter
    judge_rejects(at=AT)
    assert ControlledShipping.objects.count() == 1 + letter


def test_terms_that_were_opened_before_parts_were_added_do_not_take_them_out_unseen(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe_client: Client
) -> None:
    shipping = held(supplier_a, plant, parts[0])
    address = f"/controlled-shipping/{shipping.number}/terms/"
    opened = sqe_client.get(address)
    typed = {
        **{name: value for name, value in opened.context["form"].initial.items() if value},
        "defect": "Burr at the bore.",
        "seen": opened.context["seen"],
    }
    breach(supplier_a, plant, parts[1], month=NOVEMBER)
    evaluated(**DECEMBER)
    refused = sqe_client.post(address, typed)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert f"PN-1 / {plant.code}" in page
    assert "Burr at the bore." in page
    assert "were added meanwhile" in page
    assert covered(shipping) == [(part.pk, plant.pk) for part in parts[:2]]
    # who has read that decides
    again = sqe_client.post(address, typed | {"seen": refused.context["seen"]})
    assert again.status_code == 302
    assert covered(shipping) == [(parts[0].pk, plant.pk)]


@pytest.mark.parametrize("by_hand", [True, False])
def test_what_was_rejected_before_its_part_was_added_has_escaped_nothing(
    by_hand: bool, supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User
) -> None:
    """Nobody inspected the part until then, and what is inspected from then on may escape."""
    shipping = held(supplier_a, plant, parts[0])
    breach(supplier_a, plant, parts[1], month=NOVEMBER)
    Reject.objects.filter(part=parts[1]).update(detected_on=date(2026, 11, 20))
    later = DECEMBER["at"]
    if by_hand:
        lanes = [(part, plant) for part in parts[:2]]
        complete(shipping=shipping, lanes=lanes, terms=TERMS, by=sqe, at=later)
    else:
        evaluated(**DECEMBER)
    assert set(covered(shipping)) == {(part.pk, plant.pk) for part in parts[:2]}
    assert not watch(at=later)
    # completed again, it is covered since the same day
    complete(
        shipping=shipping,
        lanes=[(part, plant) for part in parts[:2]],
        terms=TERMS,
        by=sqe,
        at=later + timedelta(days=3),
    )
    day = later.date() + timedelta(days=2)
    external(supplier_a, counted=1, part=parts[1], plant=plant)
    Reject.objects.filter(part=parts[1], suspect_qty=1).update(detected_on=day)
    assert watch(at=later + timedelta(days=3)) == 1


def test_reject_that_was_corrected_to_a_part_that_a_letter_leaves_out(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User
) -> None:
    record_rule(severity="line_stop", level="cs1", scope="supplier")
    options = {"supplier": supplier_a, "plant": plant, "severity": "line_stop"}
    rejects = [RejectFactory(part=parts[0], detected_on=AT.date(), **options) for _ in range(2)]
    judge_rejects(at=AT)
    shipping = ControlledShipping.objects.get()
    sent(shipping, parts[:1], plant, sqe)
    Reject.objects.filter(pk=rejects[0].pk).update(part=parts[1])
    judge_rejects(at=AT)
    assert inspected("cs1") == [(part.pk, plant.pk) for part in parts[:2]]
    shipping.episode.refresh_from_db()
    assert shipping.episode.state == "open"
