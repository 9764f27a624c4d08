"""Who is told once, who is not told at all, and in whose language the engine gives its reasons."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from escalations import reasons
from escalations.eight_d_workflow import STEPS, Action, Discipline
from escalations.models import EightD, Episode, Message, ShippingEvent
from escalations.services.decisions import decide
from escalations.services.proposals import propose
from escalations.services.records import judge_rejects
from escalations.services.sending import send_due
from escalations.services.shipping_exit import watch
from escalations.workflow import Action as CaseAction
from escalations.workflow import Level
from scorecards.models import Scorecard
from scorecards.rollup import drain
from scorecards.services.publication import publish_month
from suppliers.models import Reject, Supplier, User
from tests.escalations.every_message import hand_in, reviewed
from tests.escalations.facts import AT, OCTOBER, evaluated, external
from tests.escalations.shippings import ENTRY, after, confirmed
from tests.factories import RejectFactory

pytestmark = pytest.mark.django_db


def mails(event: str, audience: str) -> list[Message]:
    rows = Message.objects.with_content().filter(event=event, audience=audience)
    return list(rows.order_by("pk"))


def withdrawn(episode: Episode, *, by: User, at: datetime, reason: str = "Wrong part.") -> None:
    for action in (CaseAction.REVIEW, CaseAction.WITHDRAW):
        decide(episode=episode, action=action, by=by, at=at, reason=reason)


def test_steps_handed_in_together_are_one_mail(
    supplier_a: Supplier, member_a: User, sqe: User
) -> None:
    external(supplier_a, counted=13, received=250_000)
    evaluated()
    found = EightD.objects.get()
    hand_in(found, member_a, *STEPS[:3])
    send_due(now=lambda: AT)
    assert {one.state for one in mails("step_submitted", "quality")} == {"waiting"}
    minutes = AT + timedelta(minutes=5)
    send_due(now=lambda: minutes)
    first, *others = mails("step_submitted", "quality")
    assert first.subject == f"ALFA-4711: D1, D2, D3 submitted, {found.number}"
    assert [(one.state, one.digest_id) for one in others] == [("summed_up", first.pk)] * 2
    assert first.attachment is not None
    assert first.attachment.name == f"{found.number}-3.pdf"
    # what comes later is a mail of its own, and so is what the customer returns at once
    hand_in(found, member_a, Discipline.D4, at=minutes)
    reviewed(found, sqe, Action.RETURN, Discipline.D4)
    send_due(now=lambda: minutes)
    (returned,) = mails("step_returned", "supplier")
    assert "D4 root causes returned" in returned.subject
    send_due(now=lambda: minutes + timedelta(minutes=5))
    last = mails("step_submitted", "quality")[-1]
    assert last.subject.startswith("ALFA-4711: D4 root causes submitted")


@pytest.mark.parametrize("judged_first", [True, False])
def test_an_escape_tells_the_engineer_once(
    supplier_a: Supplier,
    sqe: User,
    member_a: User,
    buyer: User,
    quality_manager: User,
    judged_first: bool,
) -> None:
    shipping = confirmed(supplier_a, sqe=sqe, member=member_a)
    scope = shipping.scopes.get()
    RejectFactory(
        supplier=supplier_a,
        part=scope.part,
        plant=scope.plant,
        detected_on=ENTRY + timedelta(days=3),
    )
    if judged_first:
        judge_rejects(at=after(4))
    watch(at=after(4))
    judge_rejects(at=after(4))
    assert len(mails("shipping_escape", "quality")) == 1
    assert mails("proposed", "quality") == []
    assert len(mails("proposed", "manager")) == 1
    proposal = Episode.objects.get(state="proposed")
    decide(
        episode=proposal, action=CaseAction.DECLINE, by=quality_manager, at=after(5), reason="No."
    )
    assert len(mails("declined", "purchasing")) == 1


def test_purchasing_hears_nothing_of_a_proposal_it_was_never_told_of(
    supplier_a: Supplier, sqe: User, buyer: User, quality_manager: User
) -> None:
    about: dict[str, Any] = {"supplier": supplier_a, "metric": "external_ppm", "at": AT}
    hold = propose(**about, level=Level.NEW_BUSINESS_HOLD, because="Twice.", by=sqe)
    decide(episode=hold, action=CaseAction.DECLINE, by=quality_manager, at=AT, reason="Not yet.")
    assert mails("declined", "purchasing") == []
    assert len(mails("declined", "quality")) == 1


def test_an_ended_case_goes_with_the_newest_scorecard(
    supplier_a: Supplier, sqe: User, buyer: User, quality_manager: User
) -> None:
    external(supplier_a, counted=13, received=250_000)
    evaluated()
    episode = Episode.objects.get()
    withdrawn(episode, by=quality_manager, at=AT)
    send_due(now=lambda: AT)
    (early,) = mails("ended", "purchasing")
    assert early.attachment is None
    assert "no scorecard of this supplier is published yet" in early.text
    external(supplier_a, counted=30, received=250_000, month=OCTOBER)
    drain(at=AT)
    evaluated(at=AT + timedelta(hours=1))
    for month in (OCTOBER, OCTOBER.plus(1)):
        publish_month(month=month, by=sqe, at=after(30))
    case = Episode.objects.filter(state="open", level="8d").get()
    withdrawn(case, by=quality_manager, at=after(31))
    send_due(now=lambda: after(31))
    late = mails("ended", "purchasing")[-1]
    assert Scorecard.objects.count() == 2
    assert late.attachment is not None
    assert "2026-11" in late.attachment.name
    assert "It is the newest published scorecard, of November 2026." in late.text


def test_the_engines_reasons_are_read_in_the_readers_language(
    supplier_a: Supplier, member_a: User, sqe: User, quality_manager: User
) -> None:
    shipping = confirmed(supplier_a, sqe=sqe, member=member_a)
    reject = RejectFactory(
        supplier=supplier_a,
        complaint="C-77",
        detected_on=date(2026, 11, 12),
        severity="line_stop",
        suspect_qty=Decimal(1200),
    )
    with translation.override("de"):  # who happens to be the cause changes no stored word
        judge_rejects(at=AT)
    Reject.objects.filter(pk=reject.pk).update(severity="sorting")
    judge_rejects(at=AT)
    raised, reviewed_ = Episode.objects.get(metric="incident").steps.order_by("number")
    assert raised.reason.startswith("Reject C-77 of 2026-11-12: part ")
    assert reviewed_.reason == "Reject C-77 no longer calls for this level: another severity."
    case = shipping.episode
    withdrawn(case, by=quality_manager, at=AT, reason="Falsches Teil.")
    event = ShippingEvent.objects.filter(action="withdraw").get()
    with translation.override("de"):
        said = reasons.of_step(raised)
        assert said.startswith("Beanstandung C-77 vom 12. November 2026: Teil ")
        assert "1.200 verdächtig, Schwere Bandstillstand." in said
        assert "andere Schwere" in reasons.of_step(reviewed_)
        assert reasons.of_event(event) == f"Fall {case.number} ist beendet: Falsches Teil."
