"""What a mail says its reader can act on: why, what it means, what is forbidden, until when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from escalations.enums import Audience
from escalations.models import Episode, Message
from escalations.notifications.digest import summary
from escalations.notifications.parts import Content
from escalations.notifications.render import RenderedMail, render
from escalations.notifications.subjects import subject_of
from escalations.services.decisions import decide
from escalations.services.proposals import propose
from escalations.services.shipping_exit import watch
from escalations.services.shipping_letters import send_entry_letter, send_exit_letter
from escalations.services.shipping_log import log_days
from escalations.services.shipping_terms import Terms, confirm
from escalations.workflow import Action, Level
from scorecards.rollup import drain
from scorecards.services.publication import publish_month
from suppliers.models import Supplier, User
from tests.escalations.facts import AT, OCTOBER, external
from tests.escalations.shippings import confirmed, day, entered
from tests.factories import PartFactory, PlantFactory, RejectFactory, SupplierFactory
from tests.suppliers.services.records import dispute_of, reject_of

pytestmark = pytest.mark.django_db

NO_SHIPMENT = "No shipment of the affected parts"


def newest(event: str, audience: str) -> RenderedMail:
    rows = Message.objects.with_content().filter(event=event, audience=audience)
    return render(rows.order_by("-pk")[0])


def flat(mail: RenderedMail) -> str:
    return " ".join(mail.text.split())


def test_hold_says_why_it_was_proposed_and_until_when_it_lasts(
    supplier_a: Supplier, sqe: User, quality_manager: User, buyer: User
) -> None:
    hold = propose(
        supplier=supplier_a,
        metric="external_ppm",
        level=Level.NEW_BUSINESS_HOLD,
        because="Two escapes within a week.",
        by=sqe,
        at=AT,
    )
    reason = "Agreed in the round."
    decide(episode=hold, action=Action.APPROVE, by=quality_manager, at=AT, reason=reason)
    said = flat(newest("raised", "purchasing"))
    assert "Two escapes within a week." in said
    assert reason in said
    assert "No new business: no inquiry, nomination or new part" in said
    assert "There is no fixed date. It ends when quality closes the case" in said


def test_after_the_exit_letter_neither_mail_nor_page_forbids_what_is_over(
    client: Client,
    supplier_a: Supplier,
    sqe: User,
    member_a: User,
    buyer: User,
    quality_manager: User,
) -> None:
    terms = Terms(
        defect="Burr", exit_production_days=1, exit_shipments=1, exit_action_verified=False
    )
    lane = (PartFactory(), PlantFactory())
    given: dict[str, Any] = {"supplier": supplier_a, "terms": terms, "by": sqe, "at": AT}
    shipping = entered(**given, level=Level.CS1, lanes=[lane], reason="Burrs.")
    send_entry_letter(shipping=shipping, by=sqe, at=AT)
    confirm(shipping=shipping, name="Ms Weld", by=member_a, at=AT)
    later = AT + timedelta(days=2)
    log_days(shipping=shipping, days=[day(shipping, 1, shipments=1)], by=member_a, at=later)
    client.force_login(buyer)
    assert NO_SHIPMENT in client.get(reverse("my_suppliers")).content.decode()
    send_exit_letter(shipping=shipping, by=sqe, at=later)
    ended = flat(newest("shipping_exited", "purchasing"))
    assert "What it covered may be shipped again" in ended
    assert "Forbidden now Nothing is forbidden." in ended
    assert f"{shipping.episode.number} (controlled shipping level 1) stays open" in ended
    case = Episode.objects.get()
    assert case.is_in_force
    for address in (reverse("my_suppliers"), case.get_absolute_url()):
        assert NO_SHIPMENT not in client.get(address).content.decode(), address
    propose(
        supplier=supplier_a,
        metric="warranty_ppm",
        level=Level.NEW_BUSINESS_HOLD,
        because="Two escapes within a week.",
        by=sqe,
        at=later,
    )
    hold = Episode.objects.get(level=Level.NEW_BUSINESS_HOLD.value)
    decide(episode=hold, action=Action.APPROVE, by=quality_manager, at=later, reason="Agreed.")
    assert NO_SHIPMENT not in flat(newest("raised", "purchasing"))
    rest = summed_up(newest_of("shipping_exited")).sections[-1]
    assert rest.title == "Still forbidden"
    assert [line.startswith("ALFA-4711: No new business: no inquiry") for line in rest.lines] == [
        True
    ]


def newest_of(event: str) -> Message:
    message: Message = Message.objects.with_content().get(event=event, audience="purchasing")
    return message


def summed_up(message: Message) -> Content:
    """Return a purchasing summary with one note in it."""
    return summary([(message, subject_of(message).content(message))], audience=Audience.PURCHASING)


def test_escape_names_what_purchasing_is_asked_to_leave_under_forbidden_now(
    supplier_a: Supplier, sqe: User, member_a: User, buyer: User, quality_manager: User
) -> None:
    shipping = confirmed(supplier_a, sqe=sqe, member=member_a)
    scope = shipping.scopes.get()
    later = AT + timedelta(days=3)
    RejectFactory(supplier=supplier_a, part=scope.part, plant=scope.plant, detected_on=later.date())
    watch(at=later)
    said = flat(newest("shipping_escape", "purchasing"))
    asked = "No new business with this supplier until the proposal is decided."
    assert f"Forbidden now {asked} {NO_SHIPMENT}" in said
    assert "has every piece of it inspected" in said
    assert asked not in flat(newest("shipping_escape", "supplier"))


def test_level_2_asks_the_supplier_for_a_third_party(
    supplier_a: Supplier, sqe: User, member_a: User, quality_manager: User
) -> None:
    terms = Terms(defect="Burr", provider="Sort-It Ltd")
    lane = (PartFactory(), PlantFactory())
    given: dict[str, Any] = {"supplier": supplier_a, "terms": terms, "by": sqe, "at": AT}
    reason = "Burrs."
    entered(**given, level=Level.CS2, lanes=[lane], reason=reason, manager=quality_manager)
    assert "by an independent third party, at your expense" in flat(newest("raised", "supplier"))
    assert "agree the third party" in flat(newest("raised", "quality"))


def test_summary_names_few_suppliers_and_links_each_note(supplier_a: Supplier) -> None:
    content = Content(
        subject="It is confirmed",
        opening=["Ms Weld has confirmed."],
        sections=[],
        link="http://localhost:8000/controlled-shipping/CS-1/",
        link_text="Open CS-1",
    )
    told = [(Message(supplier=SupplierFactory(code=f"S-{n}")), content) for n in range(7)]
    found = summary(told, audience=Audience.PURCHASING)
    assert found.subject == "Daily summary: 7 notes about S-0, S-1, S-2, S-3, 3 more"
    assert {(one.link, one.link_text) for one in found.sections} == {
        (content.link, content.link_text)
    }


def test_dispute_of_a_month_without_receipts_says_so(
    supplier_a: Supplier, sqe: User, member_a: User
) -> None:
    at = datetime(2026, 3, 12, tzinfo=UTC)
    reject = reject_of(supplier_a, complaint="C-1")
    drain(at=at)
    dispute_of(reject, member_a, at=at)
    drain(at=at)
    said = flat(newest("disputed", "quality"))
    assert "no figure; 100 counted, and no parts to compare them with." in said
    assert "—" not in said


def test_scorecard_to_sign_says_until_when(supplier_a: Supplier, sqe: User, member_a: User) -> None:
    external(supplier_a, counted=1, received=100_000)
    drain(at=AT)
    publish_month(month=OCTOBER, by=None, at=AT)
    assert "sign on its page by 2026-12-" in flat(newest("published", "supplier"))
