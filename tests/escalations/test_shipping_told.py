"""Controlled shipping that leaves nothing out, and mails that take back what they have asked."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from escalations.models import ControlledShipping, Episode, Message, ShippingEscape
from escalations.notifications.render import in_language_of, render
from escalations.queries.shipping_exit import exit_progress, said
from escalations.queries.shipping_lanes import sorted_lanes
from escalations.services.decisions import decide
from escalations.services.shipping_exit import rule
from escalations.services.shipping_letters import send_exit_letter
from escalations.services.shipping_log import log_days
from escalations.services.shipping_terms import Terms, complete, withdraw
from escalations.workflow import Action, Level
from suppliers.models import Supplier, User
from tests.escalations.shippings import AT, ENTRY, after, confirmed, day, entered
from tests.escalations.translated import missing
from tests.factories import PartFactory, PlantFactory, RejectFactory

__all__ = ["missing"]  # a fixture

pytestmark = pytest.mark.django_db

TERMS = Terms(defect="Burr", exit_production_days=3, exit_shipments=1, exit_action_verified=False)


def state(shipping: ControlledShipping) -> str:
    shipping.refresh_from_db()
    return str(shipping.state)


def told(event: str, audience: str) -> str:
    """Return the newest mail of an event to an audience, as it would be sent now."""
    rows = Message.objects.with_content().filter(event=event, audience=audience)
    message: Message = rows.order_by("-pk")[0]
    with in_language_of(message):
        return render(message).text


def test_level_2_takes_over_only_what_it_covers_whole(
    supplier_a: Supplier, sqe: User, quality_manager: User
) -> None:
    plant, elsewhere = PlantFactory(), PlantFactory()
    one, other = PartFactory(number="P-1"), PartFactory(number="P-2")
    by_hand: dict[str, Any] = {"supplier": supplier_a, "terms": TERMS, "by": sqe, "at": AT}
    both = [(one, plant), (other, None)]
    milder = entered(**by_hand, level=Level.CS1, lanes=both, reason="Complaints.")
    harder = {**by_hand, "level": Level.CS2, "reason": "Sorting fails.", "manager": quality_manager}
    for lanes in ([(one, plant)], [(one, elsewhere)], [(other, None)]):
        beside = entered(**harder, lanes=lanes)
        assert beside.follows is None
        assert state(milder) == "entered"
        # two level 2 never inspect the same part
        withdraw(shipping=beside, reason="Beside it.", by=quality_manager, at=AT)
    follower = entered(**harder, lanes=[(one, None), (other, None)])
    assert follower.follows == milder
    assert state(milder) == "upgraded"
    with pytest.raises(ValidationError, match=r"P-2 / every plant"):
        complete(shipping=follower, lanes=[(one, None), (other, plant)], terms=TERMS, by=sqe, at=AT)
    assert follower.scopes.count() == 2


def test_case_by_hand_begins_by_the_plants_clock_and_sorting_by_the_suppliers(
    supplier_a: Supplier, sqe: User
) -> None:
    plant = PlantFactory(time_zone="America/Chicago")
    shipping = entered(
        supplier=supplier_a,
        level=Level.CS1,
        lanes=[(PartFactory(), plant)],
        terms=TERMS,
        reason="Complaints.",
        by=sqe,
        at=datetime(2027, 1, 1, 3, tzinfo=UTC),
    )
    case = shipping.episode
    assert (case.raised_on, case.first_month) == (date(2026, 12, 31), date(2026, 12, 1))
    assert case.number.startswith("ESC-2026-")
    assert shipping.entered_on == date(2027, 1, 1)
    assert shipping.number.startswith("CS-2027-")


def test_plants_of_a_part_not_received_are_those_of_the_letter(
    supplier_a: Supplier, sqe: User, quality_manager: User
) -> None:
    PlantFactory()
    plant, new = PlantFactory(), PartFactory()
    entry: dict[str, Any] = {"supplier": supplier_a, "terms": TERMS, "by": sqe, "at": AT}
    alone = entered(**entry, level=Level.CS1, lanes=[(new, None)], reason="New.")
    assert sorted_lanes(alone) == []
    lanes = [(new, None), (PartFactory(), plant)]
    with_other = entered(
        **entry, level=Level.CS2, lanes=lanes, reason="New.", manager=quality_manager
    )
    assert {lane.plant for lane in sorted_lanes(with_other)} == {plant}


@pytest.fixture
def running(supplier_a: Supplier, sqe: User, member_a: User, buyer: User) -> ControlledShipping:
    """Level 1, confirmed on the day of entry."""
    return confirmed(supplier_a, sqe=sqe, member=member_a)


def test_purchasing_is_told_what_other_cases_still_forbid(
    supplier_a: Supplier, sqe: User, member_a: User, buyer: User, quality_manager: User
) -> None:
    entry: dict[str, Any] = {"supplier": supplier_a, "terms": TERMS, "by": sqe, "at": AT}
    first = entered(**entry, level=Level.CS1, lanes=[(PartFactory(), None)], reason="One.")
    entry |= {"level": Level.CS2, "manager": quality_manager}
    entered(**entry, lanes=[(PartFactory(), None)], reason="Other.")
    withdraw(shipping=first, reason="Wrong part.", by=quality_manager, at=AT)
    text = told("shipping_withdrawn", "purchasing")
    assert "Nothing is forbidden." not in text
    assert "Wrong part." in text
    assert "free again" in text
    assert "taken back" in told("shipping_withdrawn", "supplier")
    second = ControlledShipping.objects.get(level="cs2")
    withdraw(shipping=second, reason="Wrong too.", by=quality_manager, at=AT)
    assert "Nothing is forbidden." in told("shipping_withdrawn", "purchasing")


def test_an_escape_that_is_none_is_taken_back_in_both_languages(
    running: ControlledShipping, sqe: User, quality_manager: User, missing: set[str]
) -> None:
    reject = RejectFactory(supplier=running.episode.supplier, detected_on=ENTRY + timedelta(days=4))
    ruling: dict[str, Any] = {"shipping": running, "reject": reject, "by": sqe, "at": after(4)}
    assert rule(**ruling, counts=False, reason="Shipped before the entry.")
    assert not Message.objects.filter(event="shipping_cleared").exists()
    assert ShippingEscape.objects.get().counts is False
    assert not rule(**ruling, counts=False, reason="Again.")
    assert rule(**ruling, counts=True, reason="Mixed into the box.")
    assert "Until then, place no new business" in told("shipping_escape", "purchasing")
    assert rule(**ruling, counts=False, reason="Label read wrongly.")
    assert "free again" in told("shipping_cleared", "purchasing")
    for audience in ("supplier", "quality"):
        assert "was ruled not to be one" in told("shipping_cleared", audience)
    assert not Episode.objects.filter(state="proposed").exists()
    other = RejectFactory(supplier=running.episode.supplier, detected_on=ENTRY + timedelta(days=4))
    assert rule(**(ruling | {"reject": other}), counts=True, reason="Mixed into the box.")
    proposal = Episode.objects.get(state="proposed")
    given: dict[str, Any] = {"by": quality_manager, "at": after(5), "reason": "No escape."}
    decide(episode=proposal, action=Action.DECLINE, **given)
    text = told("declined", "purchasing")
    assert "free again" in text
    assert "Forbidden now" in text
    withdraw(shipping=running, **{**given, "reason": "All a mistake."})
    User.objects.update(language="de")
    Message.objects.update(language="de")
    missing.clear()
    for event in ("shipping_cleared", "shipping_withdrawn", "declined"):
        assert "wieder frei" in told(event, "purchasing")
    assert "gilt nach Entscheidung" in told("shipping_cleared", "supplier")
    assert "zurückgenommen" in told("shipping_withdrawn", "supplier")
    assert missing == set()


def test_finds_of_one_upload_are_one_mail_as_are_those_taken_back(
    running: ControlledShipping, sqe: User, member_a: User, missing: set[str]
) -> None:
    found = {"found_qty": Decimal(2), "defect": "Burr"}
    days = [day(running, number, **(found if number % 3 else {})) for number in range(1, 31)]
    log_days(shipping=running, days=days, by=member_a, at=after(31))
    assert Message.objects.filter(event="shipping_find", audience="quality").count() == 1
    text = told("shipping_find", "quality")
    assert "20 finds" in text
    assert text.count("2 of 100 found, Burr") == 20
    again = [day(running, number) for number in (1, 2, 4)]
    corrected: dict[str, Any] = {"shipping": running, "by": member_a, "reason": "Good parts."}
    log_days(**corrected, days=again, at=after(32))
    text = told("shipping_find_corrected", "quality")
    assert text.count("2 found (Burr), now none") == 3
    assert "Good parts." in text
    assert Message.objects.filter(event="shipping_find_corrected").count() == 1
    log_days(
        **corrected, days=[day(running, 5, **{**found, "found_qty": Decimal(3)})], at=after(32)
    )
    assert Message.objects.filter(event="shipping_find_corrected").count() == 1
    Message.objects.update(language="de")
    missing.clear()
    assert "20 Funde" in told("shipping_find", "quality")
    assert "Zurückgenommen" in told("shipping_find_corrected", "quality")
    assert missing == set()


def test_shipments_count_only_on_days_that_were_inspected(
    supplier_a: Supplier, sqe: User, member_a: User
) -> None:
    shipping = confirmed(supplier_a, sqe=sqe, member=member_a)
    days = [
        day(shipping, 1, shipments=1),
        day(shipping, 2, inspected_qty=Decimal(0), shipments=4),
    ]
    log_days(shipping=shipping, days=days, by=member_a, at=after(2))
    with pytest.raises(ValidationError):
        send_exit_letter(shipping=shipping, by=sqe, at=after(2))
    assert "Shipments without a find: 1 of 5" in _progress(shipping)


def _progress(shipping: ControlledShipping) -> str:
    found = said(exit_progress(shipping, today=ENTRY + timedelta(days=2)))
    return "; ".join(f"{one.name}: {one.have} of {one.need}" for one in found)
