"""A supplier is held at one level of controlled shipping for one subject (ADR 27)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from escalations.models import ControlledShipping, Episode, Message, Policy, PolicyVersion, Rule
from escalations.services.conflicts import HeldAtLevel2Error
from escalations.services.decisions import decide
from escalations.services.opening import NewCase, open_case
from escalations.services.proposals import propose
from escalations.services.shipping_terms import Terms, complete
from escalations.workflow import Action, Level
from suppliers.models import Part, Plant, Supplier, User
from tests.escalations.facts import AT, OCTOBER, evaluated, external, warranty
from tests.escalations.shippings import entered, raised
from tests.factories import PartFactory, PlantFactory

pytestmark = pytest.mark.django_db

TERMS = Terms(defect="Burr", provider="Sort & Co")
NOVEMBER = OCTOBER.plus(1)
DECEMBER: dict[str, Any] = {
    "at": datetime(2026, 12, 12, 8, tzinfo=UTC),
    "today": date(2026, 12, 12),
}


@pytest.fixture
def lane() -> tuple[Part, Plant]:
    return PartFactory(), PlantFactory()


def asked(supplier: Supplier, by: User, level: Level, *parts: Part, **options: Any) -> Episode:
    """Ask for a level from the page that begins cases."""
    fields: dict[str, Any] = {
        "supplier": supplier,
        "level": level,
        "metric": "external_ppm",
        "found": "Cracks at the boss.",
        "reason": "Seen at the line.",
        "parts": parts,
    }
    return open_case(new=NewCase(**(fields | options)), by=by, at=AT)


def approved(case: Episode, by: User) -> ControlledShipping:
    decide(episode=case, action=Action.APPROVE, by=by, at=AT)
    found: ControlledShipping = ControlledShipping.objects.get(episode=case)
    return found


def proposed(supplier: Supplier, level: Level, **options: Any) -> Episode:
    fields: dict[str, Any] = {"metric": "external_ppm", "because": "It comes back.", "by": None}
    return propose(supplier=supplier, level=level, at=AT, **(fields | options))


def covered(shipping: ControlledShipping) -> list[tuple[int, int | None]]:
    return list(shipping.scopes.order_by("pk").values_list("part", "plant"))


def two_rules() -> None:
    """Let level 1 come above 50 PPM and level 2 above 200."""
    policy = Policy.objects.get(name="Default")
    version = PolicyVersion.objects.create(policy=policy, number=2, reason="For this test.")
    for position, (level, threshold) in enumerate((("cs1", 50), ("cs2", 200)), start=1):
        Rule.objects.create(
            version=version,
            position=position,
            kind="ppm",
            metric="external_ppm",
            window="month",
            comparator="above",
            threshold_ppm=threshold,
            level=level,
        )


def test_level_2_covers_what_was_named_for_it_and_what_it_takes_over(
    supplier_a: Supplier, lane: tuple[Part, Plant], sqe: User, quality_manager: User
) -> None:
    part, plant = lane
    milder = raised(supplier_a, part=part, plant=plant)
    other = PartFactory()
    case = asked(supplier_a, sqe, Level.CS2, other, part)
    harder = approved(case, quality_manager)
    assert harder.follows == milder
    assert covered(harder) == [(other.pk, None), (part.pk, None)]
    assert harder.defect.splitlines() == ["Cracks at the boss.", "Bore out of tolerance"]


def test_level_2_with_terms_of_its_own_looks_for_the_defect_of_level_1_too(
    supplier_a: Supplier, lane: tuple[Part, Plant], sqe: User, quality_manager: User
) -> None:
    milder = raised(supplier_a, part=lane[0], plant=lane[1])
    harder = entered(
        supplier=supplier_a,
        level=Level.CS2,
        lanes=[lane],
        terms=TERMS,
        reason="It goes on.",
        by=sqe,
        at=AT,
        manager=quality_manager,
    )
    assert (harder.follows, harder.provider) == (milder, TERMS.provider)
    assert harder.defect.splitlines() == [TERMS.defect, "Bore out of tolerance"]


def test_level_2_of_other_parts_leaves_level_1_alone(
    supplier_a: Supplier, lane: tuple[Part, Plant], sqe: User, quality_manager: User
) -> None:
    milder = raised(supplier_a, part=lane[0], plant=lane[1])
    harder = approved(
        asked(supplier_a, sqe, Level.CS2, PartFactory(), PartFactory()), quality_manager
    )
    milder.refresh_from_db()
    assert (harder.follows, milder.state) == (None, "entered")
    assert harder.defect == "Cracks at the boss."


def test_level_2_of_a_rule_covers_its_own_breach_too(
    supplier_a: Supplier, lane: tuple[Part, Plant]
) -> None:
    two_rules()
    part, plant = lane
    external(supplier_a, counted=10, received=100_000, part=part, plant=plant)
    evaluated()
    milder = ControlledShipping.objects.get()
    worse = PartFactory()
    external(supplier_a, counted=90, received=100_000, month=NOVEMBER, part=worse, plant=plant)
    evaluated(**DECEMBER)
    harder = ControlledShipping.objects.get(level="cs2")
    assert harder.follows == milder
    assert covered(harder) == [(worse.pk, plant.pk), (part.pk, plant.pk)]


def test_month_that_calls_for_both_raises_level_2_alone(supplier_a: Supplier) -> None:
    two_rules()
    external(supplier_a, counted=90, received=100_000)
    evaluated()
    assert [case.level for case in Episode.objects.in_force()] == ["cs2"]
    assert ControlledShipping.objects.count() == 1
    assert not evaluated().changed


def test_level_1_by_hand_is_refused_where_level_2_covers_the_parts(
    supplier_a: Supplier, sqe: User, quality_manager: User, sqe_client: Client
) -> None:
    part, other = PartFactory(number="PN-7"), PartFactory()
    supplier_a.parts.create(part=part)
    held = asked(supplier_a, sqe, Level.CS2, part)
    approved(held, quality_manager)
    with pytest.raises(HeldAtLevel2Error, match=held.number):
        asked(supplier_a, sqe, Level.CS1, part)
    with pytest.raises(HeldAtLevel2Error, match=held.number):
        asked(supplier_a, sqe, Level.CS1, part, plant=PlantFactory())
    where = f"{reverse('case_new')}?supplier={supplier_a.code}"
    typed = {
        "level": "cs1",
        "metric": "external_ppm",
        "found": "Cracks.",
        "reason": "Seen.",
        "parts": "PN-7",
    }
    page = sqe_client.post(where, typed)
    assert page.status_code == 422
    assert f"Go to {held.number}" in page.content.decode()
    sent = typed | {"supplier": supplier_a.code, "parts": ["PN-7"]}
    assert sqe_client.post("/api/v1/episodes/", sent, "application/json").status_code == 409
    assert Episode.objects.count() == 1
    # another subject, and what the level 2 does not cover
    asked(supplier_a, sqe, Level.CS1, part, metric="warranty_ppm")
    asked(supplier_a, sqe, Level.CS1, part, other)


def test_proposed_level_1_is_declined_when_level_2_comes_into_force(
    supplier_a: Supplier, quality_manager: User, member_a: User, client: Client
) -> None:
    elsewhere = PlantFactory()
    same = proposed(supplier_a, Level.CS1)
    narrower = proposed(supplier_a, Level.CS1, plant=elsewhere)
    other = proposed(supplier_a, Level.CS1, metric="warranty_ppm")
    case = proposed(supplier_a, Level.CS2)
    approved(case, quality_manager)
    for one in (same, narrower):
        step = one.steps.order_by("-number")[0]
        assert (step.action, step.to_state, step.by) == ("decline", "declined", None)
        assert case.number in step.reason
    other.refresh_from_db()
    assert other.is_proposed
    assert not Message.objects.filter(event="declined").exists()
    assert same not in Episode.objects.visible_to(member_a)
    client.force_login(quality_manager)
    page = client.get(same.get_absolute_url()).content.decode()
    assert "which asks for more" in page
    assert "automatically" in page


def test_level_1_is_neither_proposed_nor_approved_beside_level_2(
    supplier_a: Supplier, sqe: User, quality_manager: User, client: Client
) -> None:
    plant = PlantFactory()
    external(supplier_a, counted=7, received=100_000, plant=plant)
    evaluated()
    milder = Episode.objects.get(level="8d")
    wider = proposed(supplier_a, Level.CS1)
    held = proposed(supplier_a, Level.CS2, plant=plant)
    approved(held, quality_manager)
    wider.refresh_from_db()
    assert wider.is_proposed  # it is about more than one plant
    with pytest.raises(HeldAtLevel2Error, match=held.number):
        proposed(supplier_a, Level.CS1, plant=plant)
    decide(episode=wider, action=Action.DECLINE, by=quality_manager, at=AT, reason="No.")
    everywhere = proposed(supplier_a, Level.CS2)
    approved(everywhere, quality_manager)
    client.force_login(sqe)
    address = reverse("propose_level", args=[milder.number])
    refused = client.post(address, {"level": "cs1", "because": "It comes back."})
    assert refused.status_code == 422
    assert everywhere.number in refused.content.decode()
    assert "It comes back." in refused.content.decode()
    with pytest.raises(HeldAtLevel2Error, match=everywhere.number):
        proposed(supplier_a, Level.CS1)


def test_upgrade_of_a_warranty_case_keeps_its_subject_and_its_breaches(
    supplier_a: Supplier, sqe: User, quality_manager: User
) -> None:
    part = PartFactory()
    warranty(supplier_a, returned=30, in_field=100_000, part=part)
    evaluated()
    milder = ControlledShipping.objects.get()
    by_hand: dict[str, Any] = {
        "supplier": supplier_a,
        "level": Level.CS2,
        "lanes": [(scope.part, scope.plant) for scope in milder.scopes.all()],
        "terms": TERMS,
        "reason": "It goes on.",
        "by": sqe,
        "at": AT,
        "manager": quality_manager,
    }
    beside = entered(**by_hand)
    assert (beside.follows, beside.episode.metric) == (None, "external_ppm")
    harder = entered(**by_hand, metric="warranty_ppm")
    assert harder.follows == milder
    assert harder.episode.part is not None  # narrower than the case it took over
    warranty(supplier_a, returned=30, in_field=100_000, month=NOVEMBER, part=part)
    outcome = evaluated(**DECEMBER)
    assert not outcome.raised
    assert {hit.episode for hit in outcome.joined} == {
        harder.episode,
        Episode.objects.get(level="8d"),
    }


@pytest.mark.parametrize("by_hand", [True, False])
def test_level_2_takes_over_every_level_1_that_it_covers(
    supplier_a: Supplier, sqe: User, quality_manager: User, sqe_client: Client, by_hand: bool
) -> None:
    parts = PartFactory.create_batch(2)
    milder = [
        asked(supplier_a, sqe, Level.CS1, part, found=f"Defect {number}.")
        for number, part in enumerate(parts)
    ]
    beside = asked(supplier_a, sqe, Level.CS1, PartFactory(), metric="warranty_ppm")
    case = asked(supplier_a, sqe, Level.CS2, *parts) if by_hand else proposed(supplier_a, Level.CS2)
    page = sqe_client.get(case.get_absolute_url()).content.decode()
    assert all(f'href="{one.get_absolute_url()}"' in page for one in milder)
    harder = approved(case, quality_manager)
    assert set(Episode.objects.in_force()) == {case, beside}
    assert {part for part, _plant in covered(harder)} == {part.pk for part in parts}
    own = ["Cracks at the boss."] * by_hand
    assert harder.defect.splitlines() == [*own, "Defect 0.", "Defect 1."]
    for one in milder:
        assert one.controlledshipping.level == "cs1"
        assert harder.number in one.steps.get(action="take_over").reason
        page = sqe_client.get(one.get_absolute_url()).content.decode()
        assert f'href="{case.get_absolute_url()}"' in page
    page = sqe_client.get(case.get_absolute_url()).content.decode()
    assert all(f'href="{one.get_absolute_url()}"' in page for one in milder)
    for part in parts:
        lanes = [(part, None)]
        with pytest.raises(ValidationError, match="left out"):
            complete(shipping=harder, lanes=lanes, terms=TERMS, by=sqe, at=AT)
