from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from escalations.enums import MessageState
from escalations.models import Episode, Message
from escalations.models.message import ATTEMPTS
from escalations.services import ledger, sending
from escalations.services.decisions import decide
from escalations.services.ledger import MessageNotHandledError, StillNobodyError
from escalations.workflow import Action
from suppliers.enums import Responsibility
from suppliers.models import Supplier, User
from tests.escalations.facts import AT, evaluated, external, warranty
from tests.escalations.to_send import Clock, clock, mailbox, raised
from tests.factories import SupplierContactFactory, UserFactory
from tests.flows.product import free_port
from tests.smtp import MoodyMailbox, mail_to, smtp_server

__all__ = ["clock", "mailbox", "raised"]  # fixtures

pytestmark = pytest.mark.django_db


def to(mailbox: MoodyMailbox, user: User) -> Any:
    return next(mail for mail in mailbox.mails if mail["To"] == user.email)


def test_one_mail_to_each_says_both_levels(
    raised: Supplier, buyer: User, clock: Clock, mailbox: MoodyMailbox
) -> None:
    assert sending.send_due(now=clock) == 3
    assert len(mailbox.mails) == 3
    mail = to(mailbox, buyer)
    assert mail["Subject"] == (
        "ALFA-4711: controlled shipping level 1, external PPM 104 in October 2026"
    )
    text = mail.get_body(("plain",)).get_content()
    assert (
        "has a new level for external PPM: controlled shipping level 1. Before: no level." in text
    )
    assert "The same month also raised: 8D request (ESC-2026-00001)." in text
    assert "26 rejects in 250,000 (104 PPM)." in text
    assert "strictly above 100: controlled shipping level 1." in text
    assert "D3 containment: 2026-11-13" in text
    assert "http://localhost:8000/escalations/ESC-2026-00002/" in text
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert sending.send_due(now=clock) == 0


def test_supplier_is_told_what_to_do_and_nothing_of_purchasing(
    raised: Supplier, member_a: User, clock: Clock, mailbox: MoodyMailbox
) -> None:
    sending.send_due(now=clock)
    mail = to(mailbox, member_a)
    text = mail.get_body(("plain",)).get_content()
    assert "Please contain the problem and answer with an 8D report." in text
    assert "From today please inspect all affected parts once more" in text
    assert "quality manager" not in text
    assert "nobody asks for shipments" not in text
    assert "the scorecard of this month is not published yet" in text
    assert not list(mail.iter_attachments())


def test_what_another_case_forbids_is_forbidden_still(
    raised: Supplier, quality_manager: User, clock: Clock
) -> None:
    warranty(raised, returned=3, in_field=50_000)
    evaluated()
    case = Episode.objects.get(metric="warranty_ppm", level="8d")
    for action in (Action.ACKNOWLEDGE, Action.OVERRULE):
        decide(episode=case, action=action, by=quality_manager, at=AT, reason="Cured and proven.")
    sending.send_due(now=clock)
    ended = Message.objects.filter(event="ended", audience="purchasing").get()
    assert "now: no level." in ended.text
    assert "Nothing is forbidden" not in ended.text
    assert "No shipment of the affected parts without 100 % redundant inspection" in ended.text


def test_message_id_and_date_stay_the_same_when_sent_again(
    raised: Supplier, buyer: User, clock: Clock, mailbox: MoodyMailbox
) -> None:
    sending.send_due(now=clock)
    message = Message.objects.get(recipient=buyer)
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.SENDING, claimed_at=AT, sent_at=None
    )
    clock.pass_(timedelta(minutes=1))
    assert sending.send_due(now=clock) == 1
    first, second = (mail for mail in mailbox.mails if mail["To"] == buyer.email)
    assert first["Message-ID"] == second["Message-ID"] == message.message_id
    assert first["Date"] == second["Date"]
    assert first["Subject"] == second["Subject"]


def test_mail_server_down_then_up_loses_nothing(raised: Supplier, clock: Clock) -> None:
    with mail_to(free_port()):
        assert [sending.send_due(now=clock) for _look in range(2)] == [1, 1]
        waiting = Message.objects.filter(state=MessageState.WAITING).order_by("pk")
        assert ["ConnectionRefused" in row.error for row in waiting] == [True, True, False]
        for _look in range(2 * 3 * ATTEMPTS):
            clock.pass_(timedelta(hours=1))
            assert sending.send_due(now=clock) == 1
    assert [row.attempts for row in waiting.all()] == [0, 0, 0], "no mail's fault in two days"
    with smtp_server() as mailbox:
        assert sending.send_due(now=clock) == 2  # the one tried last backs off first
        clock.pass_(timedelta(minutes=1))
        assert sending.send_due(now=clock) == 1
        assert len(mailbox.mails) == 3


def test_refused_mail_does_not_keep_others_waiting(
    raised: Supplier, clock: Clock, mailbox: MoodyMailbox
) -> None:
    mailbox.refuses = True
    assert sending.send_due(now=clock) == 3
    assert [row.attempts for row in Message.objects.all()] == [1, 1, 1]


def test_eight_failures_end_as_dead_and_retry_sends(
    raised: Supplier, sqe: User, clock: Clock, mailbox: MoodyMailbox
) -> None:
    mailbox.refuses = True
    for _ in range(ATTEMPTS):
        clock.pass_(timedelta(hours=6))
        sending.send_due(now=clock)
    assert set(Message.objects.values_list("state", "attempts")) == {("dead", 8)}
    clock.pass_(timedelta(days=1))
    assert sending.send_due(now=clock) == 0
    mailbox.refuses = False
    dead = Message.objects.filter(recipient=sqe).get()
    ledger.retry(message=dead, by=sqe, at=clock())
    assert sending.send_due(now=clock) == 1
    dead.refresh_from_db()
    assert (dead.state, dead.attempts, dead.handled_by) == ("sent", 1, sqe)


def test_pauses_grow_and_are_bounded() -> None:
    pauses = [sending.pause_after(attempts) for attempts in range(1, ATTEMPTS + 1)]
    assert timedelta(seconds=24) <= pauses[0] <= timedelta(seconds=36)
    assert pauses[-1] <= sending.LONGEST_PAUSE * 1.2
    assert sum(pauses, timedelta()) > timedelta(hours=5)


def test_discarded_is_never_sent(
    raised: Supplier, sqe: User, clock: Clock, mailbox: MoodyMailbox
) -> None:
    message = Message.objects.filter(recipient=sqe).get()
    ledger.discard(message=message, by=sqe, at=clock())
    assert sending.send_due(now=clock) == 2
    with pytest.raises(MessageNotHandledError):
        ledger.retry(message=message, by=sqe, at=clock())


def test_without_mail_server_mails_are_kept_and_readable(raised: Supplier, clock: Clock) -> None:
    with override_settings(EMAIL_CONFIGURED=False):
        assert sending.send_due(now=clock) == 3
    kept = Message.objects.filter(state=MessageState.KEPT)
    assert kept.count() == 3
    assert all("controlled shipping level 1" in row.text for row in kept)


def test_nobody_to_tell_is_visible_and_can_be_mended(
    supplier_a: Supplier, sqe: User, clock: Clock, mailbox: MoodyMailbox
) -> None:
    external(supplier_a, counted=7, received=100_000)
    evaluated()
    assert dict(Message.objects.values_list("audience", "state")) == {
        "purchasing": "no_recipient",
        "quality": "waiting",
        "supplier": "no_recipient",
    }
    nobody = Message.objects.get(audience="purchasing")
    with pytest.raises(StillNobodyError):
        ledger.retry(message=nobody, by=sqe, at=clock())
    named = SupplierContactFactory(
        supplier=supplier_a, user=sqe, responsibility=Responsibility.BUYER
    ).user
    ledger.retry(message=nobody, by=sqe, at=clock())
    nobody.refresh_from_db()
    assert nobody.state == "discarded"
    assert Message.objects.get(audience="purchasing", recipient=named).state == "waiting"


def test_stuck_row_with_all_attempts_used_dies(raised: Supplier, clock: Clock) -> None:
    Message.objects.update(
        state=MessageState.SENDING, claimed_at=AT - timedelta(hours=1), attempts=ATTEMPTS
    )
    sending.send_due(now=clock)
    assert set(Message.objects.values_list("state", flat=True)) == {"dead"}


def test_mail_is_in_the_recipients_language(
    supplier_a: Supplier, clock: Clock, mailbox: MoodyMailbox
) -> None:
    german = UserFactory(language="de")
    from suppliers.enums import Role
    from tests.factories import MembershipFactory

    MembershipFactory(user=german, role=Role.BUYER)
    external(supplier_a, counted=26, received=250_000)
    evaluated()
    sending.send_due(now=clock)
    html = to(mailbox, german).get_body(("html",)).get_content()
    assert '<html lang="de">' in html
    assert "250.000" in html


def test_mail_goes_without_its_pdf_and_says_why(
    raised: Supplier, buyer: User, clock: Clock, mailbox: MoodyMailbox
) -> None:
    with override_settings(PDF_ENABLED=False):
        sending.send_due(now=clock)
    mail = to(mailbox, buyer)
    assert list(mail.iter_attachments()) == []
    text = mail.get_body(("plain",)).get_content()
    assert "No PDF is attached: PDF is switched off here" in " ".join(text.split())
    assert "104 PPM" in text
