"""Controlled shipping level 2 replaces level 1: one case, one measure, and the count anew."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from escalations import reasons
from escalations.models import ControlledShipping, EightD, Episode, EpisodeStep, Message
from escalations.notifications.render import render
from escalations.queries.criteria import criteria
from escalations.services.decisions import decide
from escalations.services.proposals import propose
from escalations.workflow import Action, Level
from scorecards.cases import open_cases
from suppliers.models import Part, Plant, Supplier, User
from tests.escalations.facts import AT, OCTOBER, evaluated, external
from tests.escalations.shippings import raised
from tests.factories import PartFactory, PlantFactory

pytestmark = pytest.mark.django_db

NOVEMBER = OCTOBER.minus(-1)
DECEMBER_AT = datetime(2026, 12, 12, 8, tzinfo=UTC)
DECEMBER = {"at": DECEMBER_AT, "today": date(2026, 12, 12)}


@pytest.fixture
def lane() -> tuple[Part, Plant]:
    return PartFactory(), PlantFactory()


@pytest.fixture
def milder(supplier_a: Supplier, lane: tuple[Part, Plant]) -> ControlledShipping:
    return raised(supplier_a, part=lane[0], plant=lane[1])


@pytest.fixture
def harder(
    milder: ControlledShipping, supplier_a: Supplier, quality_manager: User
) -> ControlledShipping:
    """What an escape leads to once the quality manager approves."""
    case = propose(
        supplier=supplier_a,
        metric="external_ppm",
        level=Level.CS2,
        because="A reject escaped.",
        by=None,
        at=AT,
    )
    decide(episode=case, action=Action.APPROVE, by=quality_manager, at=AT)
    found: ControlledShipping = ControlledShipping.objects.get(level="cs2")
    return found


def test_measure_and_case_of_level_1_end(
    client: Client,
    milder: ControlledShipping,
    harder: ControlledShipping,
    supplier_a: Supplier,
    sqe: User,
) -> None:
    milder.refresh_from_db()
    milder.episode.refresh_from_db()
    assert (harder.follows, milder.state, milder.episode.state) == (milder, "upgraded", "closed")
    step = EpisodeStep.objects.get(action="take_over")
    assert (step.episode, step.to_state) == (milder.episode, "closed")
    assert harder.number in step.reason
    assert reasons.of_step(step) == step.reason
    held = {case.level for case in open_cases([supplier_a.pk])[supplier_a.pk]}
    assert held == {"8d", "cs2"}
    assert not Message.objects.filter(event="ended").exists()
    mail = render(Message.objects.get(event="raised", level_after="cs2", audience="purchasing"))
    assert milder.episode.number not in mail.text
    client.force_login(sqe)
    for here, there in ((milder, harder), (harder, milder)):
        page = client.get(here.episode.get_absolute_url()).content.decode()
        assert f'href="{there.episode.get_absolute_url()}"' in page


def test_nothing_is_to_come_in_a_level_1_that_has_ended(
    client: Client, milder: ControlledShipping, harder: ControlledShipping, sqe: User
) -> None:
    client.force_login(sqe)
    for shipping, comes in ((milder, False), (harder, True)):
        page = client.get(shipping.get_absolute_url()).content.decode()
        listed = client.get(f"/api/v1/controlled-shippings/{shipping.number}/").content.decode()
        for text in (page, listed):
            assert "Counted since the entry" in text
            for said in ("more days on which", "more shipments", "have to be accepted"):
                assert (said in text) is comes
        assert ("were not accepted" in page) is not comes
        assert ("No day logged yet" in page) is comes
    assert "No day was logged" in client.get(milder.get_absolute_url()).content.decode()


def test_nothing_is_due_in_an_8d_that_was_taken_back(
    client: Client,
    milder: ControlledShipping,
    lane: tuple[Part, Plant],
    sqe: User,
    quality_manager: User,
) -> None:
    report = EightD.objects.get()
    client.force_login(sqe)
    addresses = [report.get_absolute_url(), reverse("eight_d_step", args=[report.number, "d4"])]
    for address in addresses:
        assert "working day" in client.get(address).content.decode()
    external(milder.supplier, received=10_000_000, part=lane[0], plant=lane[1])
    evaluated()
    decide(
        episode=report.episode, action=Action.WITHDRAW, by=quality_manager, at=AT, reason="Wrong."
    )
    for address in addresses:
        page = client.get(address).content.decode()
        assert "overdue" not in page
        assert "working days left" not in page
    told = client.get(f"/api/v1/eight-ds/{report.number}/").json()
    assert (told["state"], told["clocks"]) == ("taken_back", [])


def test_later_breach_of_level_1s_rule_joins_level_2(
    harder: ControlledShipping, supplier_a: Supplier, lane: tuple[Part, Plant]
) -> None:
    part, plant = lane
    external(supplier_a, counted=30, received=100_000, month=NOVEMBER, part=part, plant=plant)
    outcome = evaluated(**DECEMBER)
    assert {hit.episode.level for hit in outcome.joined} == {"8d", "cs2"}
    assert not outcome.raised
    hit = harder.episode.hits.get()
    assert (hit.month, hit.breaching) == (NOVEMBER.first_day, True)
    assert not evaluated(**DECEMBER).changed
    external(supplier_a, received=1_000_000, month=NOVEMBER, part=part, plant=plant)
    external(supplier_a, counted=1, month=OCTOBER, part=part, plant=plant)
    outcome = evaluated(**DECEMBER)
    hit.refresh_from_db()
    assert hit.breaching is False
    assert not outcome.raised
    # the escape that called for level 2 is still there
    assert "breach" not in {one.name for one in criteria(Episode.objects.get(level="cs2"))}


def test_level_1_that_covers_more_goes_on(
    milder: ControlledShipping, supplier_a: Supplier, quality_manager: User
) -> None:
    elsewhere = PartFactory()
    case = propose(
        supplier=supplier_a,
        part=elsewhere,
        metric="external_ppm",
        level=Level.CS2,
        because="Another part.",
        by=None,
        at=AT,
    )
    decide(episode=case, action=Action.APPROVE, by=quality_manager, at=AT)
    milder.episode.refresh_from_db()
    assert milder.episode.is_in_force
    assert ControlledShipping.objects.get(level="cs2").follows is None
