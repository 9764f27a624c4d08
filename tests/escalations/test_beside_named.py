"""What a level 2 of named parts does not cover gets a case of its own, though they share a scope.

A level 2 by hand for two parts is about no one part and no one plant, as the supplier's figure is:
one case of that scope and level is open at a time (ADR 27).
"""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from escalations.models import ControlledShipping, Episode, Message, RecordHit
from escalations.notifications.render import render
from escalations.services.conflicts import OpenForOtherPartsError
from escalations.services.records import judge_rejects
from escalations.services.shipping_exit import watch
from escalations.workflow import Level
from suppliers.models import Part, Plant, Reject, Supplier, User
from tests.escalations.facts import AT, TODAY, evaluated, external, record_rule
from tests.escalations.shippings import after
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
def parts(supplier_a: Supplier) -> list[Part]:
    found: list[Part] = [PartFactory(number=f"PN-{number}") for number in range(4)]
    for part in found:
        supplier_a.parts.create(part=part)
    return found


@pytest.fixture
def held(
    supplier_a: Supplier, parts: list[Part], sqe: User, quality_manager: User
) -> ControlledShipping:
    """Return a level 2 of the first two parts."""
    return approved(asked(supplier_a, sqe, Level.CS2, *parts[:2]), quality_manager)


@pytest.fixture
def plant() -> Plant:
    found: Plant = PlantFactory()
    return found


@pytest.fixture
def milder(
    supplier_a: Supplier, parts: list[Part], plant: Plant, held: ControlledShipping
) -> ControlledShipping:
    """Return the level 1 of a month of the third part."""
    external(supplier_a, counted=26, received=250_000, part=parts[2], plant=plant)
    evaluated()
    found: ControlledShipping = ControlledShipping.objects.get(level="cs1")
    return found


def said(audience: str) -> str:
    newest = Message.objects.with_content().filter(event="shipping_escape", audience=audience)
    return " ".join(render(newest.latest("pk")).text.split())


def escape(supplier: Supplier, part: Part, plant: Plant) -> Reject:
    found: Reject = RejectFactory(
        supplier=supplier, part=part, plant=plant, detected_on=after(1).date()
    )
    return found


@pytest.mark.parametrize("judged_first", [True, False])
def test_escape_of_another_part_proposes_a_level_2_of_that_part(
    supplier_a: Supplier,
    parts: list[Part],
    plant: Plant,
    milder: ControlledShipping,
    held: ControlledShipping,
    buyer: User,
    quality_manager: User,
    judged_first: bool,
) -> None:
    reject = escape(supplier_a, parts[2], plant)
    if judged_first:
        judge_rejects(at=after(1))
    watch(at=after(1))
    judge_rejects(at=after(1))
    case = Episode.objects.get(state="proposed")
    assert (case.level, case.part, case.plant) == ("cs2", parts[2], plant)
    assert set(RecordHit.objects.filter(reject=reject).values_list("episode", flat=True)) == {
        case.pk
    }
    assert "Controlled shipping level 2 is proposed" in said("quality")
    assert "No new business" in said("purchasing")
    harder = approved(case, quality_manager)
    milder.refresh_from_db()
    assert (harder.follows, milder.state) == (milder, "upgraded")
    assert covered(harder) == [(parts[2].pk, plant.pk)]
    assert sorted(covered(held)) == [(part.pk, None) for part in parts[:2]]
    # a later breach of the figure that is made of another part is not that level 2's
    external(supplier_a, counted=26, received=250_000, part=parts[3], plant=plant, month=NOVEMBER)
    assert [one.level for one in evaluated(**DECEMBER).raised] == ["cs1"]
    assert not case.hits.exists()


def test_escape_of_another_part_waits_for_no_level_2_that_only_was_asked_for(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User
) -> None:
    external(supplier_a, counted=26, received=250_000, part=parts[2], plant=plant)
    evaluated()
    waits = asked(supplier_a, sqe, Level.CS2, *parts[:2])
    escape(supplier_a, parts[2], plant)
    watch(at=after(1))
    assert "Controlled shipping level 2 is proposed" in said("quality")
    case = Episode.objects.exclude(pk=waits.pk).get(state="proposed")
    assert (case.part, case.plant) == (parts[2], plant)


def test_escape_of_a_part_that_it_holds_proposes_nothing_and_says_so(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User, quality_manager: User
) -> None:
    for part in (parts[0], parts[2]):
        external(supplier_a, counted=26, received=250_000, part=part, plant=plant)
    evaluated()
    held = approved(asked(supplier_a, sqe, Level.CS2, *parts[:2]), quality_manager)
    escape(supplier_a, parts[0], plant)
    watch(at=after(1))
    assert not Episode.objects.filter(level="cs2", state="proposed").exists()
    messages = Message.objects.with_content().filter(event="shipping_escape", audience="quality")
    texts = [" ".join(render(one).text.split()) for one in messages]
    assert any(f"{held.episode.number} has this part inspected" in text for text in texts)
    assert not any("level 2 is proposed" in text for text in texts)


def test_single_reject_of_another_part_raises_a_level_2_of_that_part(
    supplier_a: Supplier, parts: list[Part], plant: Plant, sqe: User, quality_manager: User
) -> None:
    record_rule(severity="line_stop", level="cs2", scope="supplier")
    held = approved(
        asked(supplier_a, sqe, Level.CS2, *parts[:2], metric="incident"), quality_manager
    )
    about: dict[str, Any] = {
        "supplier": supplier_a,
        "plant": plant,
        "severity": "line_stop",
        "detected_on": TODAY,
    }
    joining, beside, again = (
        RejectFactory(part=part, **about) for part in (parts[0], parts[2], parts[2])
    )
    judge_rejects(at=AT)
    assert RecordHit.objects.get(reject=joining).episode == held.episode
    own = RecordHit.objects.get(reject=beside).episode
    assert (own.level, own.state, own.part, own.plant) == ("cs2", "open", parts[2], plant)
    assert covered(own.controlledshipping) == [(parts[2].pk, plant.pk)]
    assert RecordHit.objects.get(reject=again).episode == own


def test_by_hand_for_two_further_parts_says_that_one_part_works(
    supplier_a: Supplier, parts: list[Part], held: ControlledShipping, sqe_client: Client, sqe: User
) -> None:
    typed: dict[str, Any] = {
        "level": "cs2",
        "metric": "external_ppm",
        "found": "Cracks.",
        "reason": "Seen.",
        "parts": ["PN-2", "PN-3"],
    }
    with pytest.raises(OpenForOtherPartsError, match=held.episode.number):
        asked(supplier_a, sqe, Level.CS2, *parts[2:])
    page = sqe_client.post(f"{reverse('case_new')}?supplier={supplier_a.code}", typed)
    assert page.status_code == 422
    assert "Name one part" in page.content.decode()
    sent = typed | {"supplier": supplier_a.code}
    assert sqe_client.post("/api/v1/episodes/", sent, "application/json").status_code == 409
    for part in parts[2:]:
        assert asked(supplier_a, sqe, Level.CS2, part).is_proposed


@pytest.mark.parametrize("judged_first", [True, False])
def test_escape_of_a_part_that_another_level_2_inspects_is_told_the_same_whoever_comes_first(
    supplier_a: Supplier,
    parts: list[Part],
    plant: Plant,
    buyer: User,
    quality_manager: User,
    judged_first: bool,
) -> None:
    """The level 2 was proposed for one part of a figure that the level 1 is of."""
    for part in parts[:2]:
        external(supplier_a, counted=26, received=250_000, part=part, plant=plant)
    evaluated()
    held = approved(proposed(supplier_a, Level.CS2, part=parts[0]), quality_manager)
    assert covered(held) == [(parts[0].pk, None)]
    reject = escape(supplier_a, parts[0], plant)
    if judged_first:
        judge_rejects(at=after(1))
    watch(at=after(1))
    judge_rejects(at=after(1))
    assert set(Episode.objects.filter(level="cs2")) == {held.episode}
    assert RecordHit.objects.filter(reject=reject, episode=held.episode).exists()
    messages = Message.objects.with_content().filter(event="shipping_escape", audience="quality")
    texts = [" ".join(render(one).text.split()) for one in messages]
    assert any(f"{held.episode.number} has this part inspected" in text for text in texts)
    assert not any("Controlled shipping level 2 is proposed" in text for text in texts)


def test_single_reject_joins_the_level_2_that_inspects_its_part_whatever_its_scope(
    supplier_a: Supplier, parts: list[Part], plant: Plant, quality_manager: User
) -> None:
    record_rule(severity="line_stop", level="cs2", scope="supplier")
    bare = proposed(supplier_a, Level.CS2, metric="incident", part=parts[0])
    approved(bare, quality_manager)
    reject = RejectFactory(
        supplier=supplier_a, part=parts[0], plant=plant, severity="line_stop", detected_on=TODAY
    )
    judge_rejects(at=AT)
    assert RecordHit.objects.get(reject=reject).episode == bare
