"""A stop of shipments: proposed by an escape from level 2 or by hand, ordered, shown and lifted."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from escalations.models import ControlledShipping, Episode, Message
from escalations.notifications.render import render
from escalations.owed import Scope
from escalations.queries.owed_cases import owed_on_cases
from escalations.record_triggers import next_level
from escalations.services.decisions import decide
from escalations.services.opening import NewCase, open_case
from escalations.services.shipping_exit import watch
from escalations.transitions import ForbiddenTransitionError, MissingReasonError
from escalations.workflow import Action, Level
from suppliers.models import Part, Plant, Supplier, User
from tests.escalations.facts import noon
from tests.escalations.shippings import ENTRY, after, entered
from tests.escalations.test_one_level import TERMS
from tests.factories import PartFactory, PlantFactory, RejectFactory

pytestmark = pytest.mark.django_db

PEOPLE = {"purchasing", "quality", "supplier"}


@pytest.fixture
def part(supplier_a: Supplier) -> Part:
    found: Part = PartFactory(number="PN-7")
    supplier_a.parts.create(part=found)
    return found


@pytest.fixture
def plant() -> Plant:
    found: Plant = PlantFactory(code="N1")
    return found


@pytest.fixture
def level_2(
    supplier_a: Supplier, part: Part, plant: Plant, sqe: User, quality_manager: User
) -> ControlledShipping:
    return entered(
        supplier=supplier_a,
        level=Level.CS2,
        lanes=[(part, plant)],
        terms=TERMS,
        reason="It goes on.",
        by=sqe,
        at=after(0),
        manager=quality_manager,
    )


@pytest.fixture
def proposed(level_2: ControlledShipping, part: Part, plant: Plant) -> Episode:
    """Let a reject escape from level 2."""
    supplier = level_2.episode.supplier
    day = ENTRY + timedelta(days=2)
    RejectFactory(supplier=supplier, part=part, plant=plant, detected_on=day)
    assert watch(at=after(3)) == 1
    found: Episode = Episode.objects.get(level="stop_ship")
    return found


@pytest.fixture
def stop(proposed: Episode, quality_manager: User) -> Episode:
    decide(
        episode=proposed,
        action=Action.APPROVE,
        by=quality_manager,
        at=after(3),
        reason="Nothing leaves.",
    )
    proposed.refresh_from_db()
    return proposed


def flat(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def mail(event: str, audience: str, level: str = "stop_ship") -> str:
    rows = Message.objects.with_content().filter(
        event=event, audience=audience, step__episode__level=level
    )
    return " ".join(render(rows.latest("pk")).text.split())


def test_an_escape_from_level_2_proposes_it_for_the_part_at_its_plant(
    proposed: Episode, part: Part, plant: Plant, supplier_a: Supplier
) -> None:
    assert (proposed.state, proposed.approver) == ("proposed", "quality_manager")
    assert (proposed.part, proposed.plant, proposed.metric) == (part, plant, "external_ppm")
    assert Episode.objects.get(level="new_business_hold").state == "proposed"
    # a second escape of the part there is the same stop; of another plant's another one
    day = ENTRY + timedelta(days=3)
    RejectFactory(supplier=supplier_a, part=part, plant=plant, detected_on=day)
    assert watch(at=after(4)) == 1
    assert Episode.objects.filter(level="stop_ship").count() == 1


def test_its_proposal_decides_about_no_new_business(
    proposed: Episode, quality_manager: User
) -> None:
    rows = Message.objects.with_content().filter(recipient=quality_manager, event="proposed")
    texts = [" ".join(render(message).text.split()) for message in rows]
    stops = [text for text in texts if "Please approve or decline the stop" in text]
    assert len(stops) == 1
    assert "places no new business until you decide" not in stops[0]
    assert any("places no new business until you decide" in text for text in texts)


def test_as_long_as_it_is_proposed_nothing_is_stopped(
    proposed: Episode, client: Client, buyer: User, member_a: User
) -> None:
    for reader in (buyer, member_a):
        client.force_login(reader)
        assert "No shipment at all" not in flat(client, f"/suppliers/{proposed.supplier.code}/")
    told = {one.audience for one in Message.objects.filter(step__episode=proposed)}
    assert told <= {"manager"}


def test_ordered_it_is_shown_to_everybody_with_part_plant_who_and_when(
    stop: Episode,
    sqe_client: Client,
    client: Client,
    buyer: User,
    member_a: User,
    quality_manager: User,
) -> None:
    assert stop.is_in_force
    case = flat(sqe_client, stop.get_absolute_url())
    for said in ("No shipment at all", "PN-7", "N1", "Nothing leaves.", str(quality_manager)):
        assert said in case, said
    panel = flat(sqe_client, reverse("supplier_escalations", args=[stop.supplier.code]))
    assert "Stop of shipments" in panel
    assert "PN-7 / N1" in panel
    client.force_login(buyer)
    assert "No shipment at all" in flat(client, "/my-suppliers/")
    assert "PN-7 / N1" in flat(client, "/my-suppliers/")
    client.force_login(member_a)
    assert "No shipment at all" in flat(client, stop.get_absolute_url())
    for audience in PEOPLE:
        said = mail("raised", audience)
        assert "No shipment at all of the affected parts" in said
        assert "PN-7 / N1" in said
        assert "a quality manager lifts the stop" in said


def test_it_stands_on_today_until_it_is_lifted(
    stop: Episode, quality_manager: User, sqe: User
) -> None:
    def lines() -> list[str]:
        found = owed_on_cases(Scope(at=noon(ENTRY + timedelta(days=4))))
        return [one.action for one in found if one.key.startswith(f"case-{stop.pk}-")]

    assert lines() == ["Acknowledge"]
    decide(episode=stop, action=Action.ACKNOWLEDGE, by=sqe, at=after(4))
    assert lines() == ["Lift it, or let it hold"]
    decide(episode=stop, action=Action.LIFT, by=quality_manager, at=after(5), reason="Mended.")
    assert not lines()


def test_the_quality_manager_lifts_it_with_a_reason_and_everybody_is_told(
    stop: Episode, quality_manager: User, sqe: User, sqe_client: Client, client: Client, buyer: User
) -> None:
    with pytest.raises(ForbiddenTransitionError):
        decide(episode=stop, action=Action.LIFT, by=sqe, at=after(5), reason="Mended.")
    with pytest.raises(MissingReasonError):
        decide(episode=stop, action=Action.LIFT, by=quality_manager, at=after(5))
    # no month without shipments proves anything: it is not closed by the criteria of levels
    assert "Close although criteria are open" not in flat(sqe_client, stop.get_absolute_url())
    client.force_login(quality_manager)
    page = flat(client, stop.get_absolute_url())
    assert "Lift the stop" in page
    assert "At or below target" not in page
    lifted = client.post(
        reverse("decide_episode", args=[stop.number]),
        {"action": "lift", "reason": "Gauge replaced."},
    )
    assert lifted.status_code == 302
    stop.refresh_from_db()
    assert stop.state == "closed"
    page = flat(sqe_client, stop.get_absolute_url())
    for said in ("Stop lifted", "Gauge replaced.", str(quality_manager)):
        assert said in page, said
    for audience in PEOPLE:
        assert "stop of shipments" in mail("ended", audience)
    client.force_login(buyer)
    assert "No shipment at all" not in flat(client, "/my-suppliers/")


def test_declining_it_frees_nobody_of_what_the_hold_asks_for(
    proposed: Episode, quality_manager: User
) -> None:
    decide(
        episode=proposed, action=Action.DECLINE, by=quality_manager, at=after(4), reason="Sorted."
    )
    told = Message.objects.filter(step__episode=proposed, event="declined")
    assert "purchasing" not in {one.audience for one in told}


def test_by_hand_it_is_of_one_part(
    supplier_a: Supplier, part: Part, plant: Plant, sqe: User
) -> None:
    new = NewCase(
        supplier=supplier_a,
        level=Level.STOP_SHIP,
        metric="external_ppm",
        found="Sharp edges.",
        reason="Somebody was hurt.",
        plant=plant,
        parts=[part],
    )
    case = open_case(new=new, by=sqe, at=after(0))
    assert (case.state, case.part, case.plant) == ("proposed", part, plant)
    choices: list[list[Part]] = [[], [part, PartFactory()]]
    for parts in choices:
        with pytest.raises(ValidationError, match="one part"):
            open_case(
                new=NewCase(
                    supplier=supplier_a,
                    level=Level.STOP_SHIP,
                    metric="external_ppm",
                    found="Sharp edges.",
                    reason="Somebody was hurt.",
                    parts=parts,
                ),
                by=sqe,
                at=after(0),
            )
    with pytest.raises(IntegrityError), transaction.atomic():
        Episode.objects.filter(pk=case.pk).update(part=None)


def test_rules_never_climb_to_it() -> None:
    assert next_level(Level.CS2) is Level.NEW_BUSINESS_HOLD
    assert next_level(Level.STOP_SHIP) is Level.NEW_BUSINESS_HOLD


def test_a_case_of_the_whole_supplier_offers_no_stop(
    supplier_a: Supplier, sqe: User, sqe_client: Client, part: Part
) -> None:
    about: dict[str, Any] = {
        "supplier": supplier_a,
        "level": Level.EIGHT_D,
        "metric": "external_ppm",
        "found": "Burr.",
        "reason": "Seen.",
    }
    whole = open_case(new=NewCase(**about), by=sqe, at=after(0))
    single = open_case(new=NewCase(**about, parts=[part]), by=sqe, at=after(0))
    assert 'value="stop_ship"' not in flat(sqe_client, whole.get_absolute_url())
    assert 'value="stop_ship"' in flat(sqe_client, single.get_absolute_url())


def test_the_interface_names_and_lifts_it(
    stop: Episode, client: Client, quality_manager: User
) -> None:
    client.force_login(quality_manager)
    found = client.get(f"/api/v1/episodes/{stop.number}/").json()
    assert (found["level"], found["part"], found["plant"]) == ("stop_ship", "PN-7", "N1")
