"""Two level 2 of one subject never inspect the same part: who comes second is refused (ADR 27)."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from escalations.models import ControlledShipping, Episode, Message, Policy, PolicyVersion, Rule
from escalations.notifications.render import render
from escalations.services.conflicts import HeldTwiceError
from escalations.services.decisions import decide
from escalations.services.shipping_exit import rule
from escalations.services.shipping_terms import Terms, complete
from escalations.workflow import Action, Level
from scorecards.rollup import drain
from suppliers.models import Part, Supplier, User
from tests.escalations.facts import AT, evaluated, external
from tests.escalations.shippings import after
from tests.escalations.test_one_level import (
    DECEMBER,
    NOVEMBER,
    approved,
    asked,
    covered,
    proposed,
    two_rules,
)
from tests.factories import PartFactory, PlantFactory, RejectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts(supplier_a: Supplier) -> list[Part]:
    found: list[Part] = [PartFactory(number=f"PN-{number}") for number in range(3)]
    for part in found:
        supplier_a.parts.create(part=part)
    return found


@pytest.fixture
def held(
    supplier_a: Supplier, parts: list[Part], sqe: User, quality_manager: User
) -> ControlledShipping:
    """Return a level 2 of the first part."""
    return approved(asked(supplier_a, sqe, Level.CS2, parts[0]), quality_manager)


def test_second_level_2_by_hand_is_refused_with_the_case_and_the_part(
    supplier_a: Supplier, parts: list[Part], held: ControlledShipping, sqe: User
) -> None:
    with pytest.raises(HeldTwiceError, match=f"{held.episode.number} holds PN-0 / every plant"):
        asked(supplier_a, sqe, Level.CS2, parts[1], parts[0])
    with pytest.raises(HeldTwiceError, match=held.episode.number):
        asked(supplier_a, sqe, Level.CS2, parts[0], plant=PlantFactory())
    assert asked(supplier_a, sqe, Level.CS2, parts[0], metric="warranty_ppm").is_proposed
    assert asked(supplier_a, sqe, Level.CS2, parts[1], parts[2]).is_proposed


def test_page_and_api_say_so(
    supplier_a: Supplier, held: ControlledShipping, sqe_client: Client
) -> None:
    typed: dict[str, Any] = {
        "level": "cs2",
        "metric": "external_ppm",
        "found": "Cracks.",
        "reason": "Seen.",
        "parts": ["PN-0", "PN-1"],
    }
    page = sqe_client.post(f"{reverse('case_new')}?supplier={supplier_a.code}", typed)
    assert page.status_code == 422
    text = page.content.decode()
    assert f"Go to {held.episode.number}" in text
    assert "holds PN-0 / every plant at controlled shipping level 2 already" in text
    sent = typed | {"supplier": supplier_a.code}
    assert sqe_client.post("/api/v1/episodes/", sent, "application/json").status_code == 409
    assert Episode.objects.count() == 1


def test_of_two_that_wait_the_second_is_not_approved(
    supplier_a: Supplier, parts: list[Part], sqe: User, quality_manager: User, client: Client
) -> None:
    both = asked(supplier_a, sqe, Level.CS2, *parts[:2])
    one = asked(supplier_a, sqe, Level.CS2, parts[0])
    approved(both, quality_manager)
    client.force_login(quality_manager)
    address = reverse("decide_episode", args=[one.number])
    page = client.post(address, {"action": "approve", "reason": ""})
    assert page.status_code == 422
    assert both.number in page.content.decode()
    one.refresh_from_db()
    assert one.is_proposed
    assert ControlledShipping.objects.count() == 1


def test_bare_proposal_is_refused_where_all_of_it_is_held(
    supplier_a: Supplier, quality_manager: User
) -> None:
    wide = proposed(supplier_a, Level.CS2)
    waits = proposed(supplier_a, Level.CS2, part=PartFactory())
    approved(wide, quality_manager)
    with pytest.raises(HeldTwiceError, match=wide.number):
        proposed(supplier_a, Level.CS2, part=PartFactory())
    with pytest.raises(HeldTwiceError, match=wide.number):
        decide(episode=waits, action=Action.APPROVE, by=quality_manager, at=AT)


def test_level_1_is_taken_over_by_two_level_2_together(
    supplier_a: Supplier, parts: list[Part], sqe: User, quality_manager: User
) -> None:
    """The second need not name again what the first inspects."""
    milder = asked(supplier_a, sqe, Level.CS1, *parts[:2]).controlledshipping
    first = approved(asked(supplier_a, sqe, Level.CS2, parts[0]), quality_manager)
    milder.refresh_from_db()
    assert (milder.state, first.follows) == ("entered", None)
    second = approved(asked(supplier_a, sqe, Level.CS2, parts[1]), quality_manager)
    milder.refresh_from_db()
    assert (milder.state, second.follows) == ("upgraded", milder)
    assert covered(second) == [(parts[1].pk, None)]
    lanes = [(parts[1], None)]
    terms = Terms(defect="Burr", provider="Sort & Co")
    complete(shipping=second, lanes=lanes, terms=terms, by=sqe, at=AT)
    with pytest.raises(ValidationError, match=first.episode.number):
        complete(shipping=second, lanes=[*lanes, (parts[0], None)], terms=terms, by=sqe, at=AT)


def test_level_2_after_an_escape_leaves_out_what_another_inspects(
    supplier_a: Supplier, parts: list[Part], sqe: User, buyer: User, quality_manager: User
) -> None:
    plant = PlantFactory()
    for part in parts[:2]:
        external(supplier_a, counted=26, received=250_000, part=part, plant=plant)
    evaluated()
    milder = ControlledShipping.objects.get()
    first = approved(asked(supplier_a, sqe, Level.CS2, parts[0]), quality_manager)
    held_already, escaped = (
        RejectFactory(supplier=supplier_a, part=part, plant=plant, detected_on=after(1).date())
        for part in parts[:2]
    )
    ruling: dict[str, Any] = {"counts": True, "reason": "Seen.", "by": sqe, "at": after(1)}
    rule(shipping=milder, reject=held_already, **ruling)
    assert not Episode.objects.filter(state="proposed").exists()
    mails = Message.objects.with_content().filter(event="shipping_escape")
    said = " ".join(render(mails.get(audience="purchasing")).text.split())
    assert "level 2 is proposed" not in said
    assert "No new business" not in said
    assert f"{first.episode.number} has this part inspected at controlled shipping level 2" in said
    rule(shipping=milder, reject=escaped, **ruling)
    newest = mails.filter(audience="purchasing").latest("pk")
    said = " ".join(render(newest).text.split())
    assert "Controlled shipping level 2 is proposed" in said
    assert "No new business" in said
    second = approved(Episode.objects.get(state="proposed"), quality_manager)
    assert second.follows == milder
    assert covered(first) == [(parts[0].pk, None)]
    assert covered(second) == [(parts[1].pk, plant.pk)]


@pytest.mark.parametrize("received", [True, False])
def test_level_2_after_an_escape_spells_out_the_plants_that_another_leaves(
    supplier_a: Supplier, parts: list[Part], sqe: User, quality_manager: User, received: bool
) -> None:
    """One inspects the part at one plant, the other was about every plant."""
    north, south = PlantFactory.create_batch(2)
    if received:
        for plant in (north, south):
            external(supplier_a, counted=0, received=1_000, part=parts[0], plant=plant)
        drain(at=AT)
    milder = asked(supplier_a, sqe, Level.CS1, *parts[:2]).controlledshipping
    first = approved(asked(supplier_a, sqe, Level.CS2, parts[0], plant=north), quality_manager)
    reject = RejectFactory(
        supplier=supplier_a, part=parts[1], plant=south, detected_on=after(1).date()
    )
    rule(shipping=milder, reject=reject, counts=True, reason="Seen.", by=sqe, at=after(1))
    second = approved(Episode.objects.get(state="proposed"), quality_manager)
    assert second.follows == milder
    assert covered(first) == [(parts[0].pk, north.pk)]
    left = [(parts[0], south)] if received else []
    lanes = [*left, (parts[1], None)]
    assert covered(second) == [(part.pk, plant and plant.pk) for part, plant in lanes]
    # and its terms may be completed with that, but with no less
    terms = Terms(defect="Burr", provider="Sort & Co")
    complete(shipping=second, lanes=lanes, terms=terms, by=sqe, at=AT)
    if received:
        with pytest.raises(ValidationError, match=f"covers PN-0 / {south.code} too"):
            complete(shipping=second, lanes=lanes[1:], terms=terms, by=sqe, at=AT)


def test_breach_of_a_rule_joins_the_level_2_that_covers_it(
    supplier_a: Supplier, parts: list[Part], held: ControlledShipping
) -> None:
    two_rules()
    external(supplier_a, counted=90, received=100_000, part=parts[0])
    assert not evaluated().raised
    assert held.episode.hits.get().breaching
    assert not evaluated().changed
    # the figure falls again: the case hears of it
    external(supplier_a, received=10_000_000, part=parts[0])
    evaluated()
    assert not held.episode.hits.get().breaching
    for part in parts[:2]:
        external(supplier_a, counted=90, received=100_000, part=part, month=NOVEMBER)
    assert [case.level for case in evaluated(**DECEMBER).raised] == ["cs2"]
    beside = ControlledShipping.objects.exclude(pk=held.pk).get()
    assert {part for part, _plant in covered(beside)} == {parts[1].pk}


def test_level_1_of_a_figure_made_of_its_one_part_joins_it(
    supplier_a: Supplier, parts: list[Part], held: ControlledShipping
) -> None:
    """A level 2 of one part is about that part, and a breach of the supplier is made of it."""
    external(supplier_a, counted=26, received=250_000, part=parts[0])
    assert [case.level for case in evaluated().raised] == ["8d"]
    assert held.episode.hits.get().breaching


def test_two_level_2_of_one_month_share_no_part(supplier_a: Supplier, parts: list[Part]) -> None:
    """Rules of two scopes call for both at once: a part at a plant stands in one letter."""
    policy = Policy.objects.get(name="Default")
    version = PolicyVersion.objects.create(policy=policy, number=2, reason="For this test.")
    for position, scope in enumerate(("supplier_plant", "supplier_part"), start=1):
        Rule.objects.create(
            version=version,
            position=position,
            kind="ppm",
            scope=scope,
            metric="external_ppm",
            window="month",
            comparator="above",
            threshold_ppm=50,
            level="cs2",
        )
    plants = PlantFactory.create_batch(2)
    for part, plant in ((0, 0), (1, 0), (0, 1)):
        about: dict[str, Any] = {"part": parts[part], "plant": plants[plant]}
        external(supplier_a, counted=20, received=100_000, **about)
    evaluated()
    lanes = [lane for one in ControlledShipping.objects.all() for lane in covered(one)]
    assert len(lanes) == len(set(lanes))
    assert len(set(lanes)) == 3
