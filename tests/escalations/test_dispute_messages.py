"""Who is told of a dispute's steps: written with the step, once, for the right eyes only."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from escalations.enums import Audience, MessageEvent, MessageState
from escalations.models import Message
from escalations.notifications.render import render
from escalations.services.ledger import retry
from suppliers.enums import DisputeAction
from suppliers.models import Dispute, DisputeStep, Reject, Supplier, User
from suppliers.services.disputes import answer, appeal, pass_on_overdue
from tests.factories import DeliveryFactory, SupplierContactFactory
from tests.scorecards.facts import roll_up
from tests.suppliers.services.records import AT, dispute_of, reject_of
from tests.suppliers.services.test_disputes import partly

pytestmark = pytest.mark.django_db


@pytest.fixture
def reject(supplier_a: Supplier) -> Reject:
    reject = reject_of(supplier_a, complaint="C-7")
    DeliveryFactory(
        supplier=supplier_a,
        plant=reject.plant,
        received_on=reject.detected_on,
        quantity=1_000_000,
    )
    roll_up()
    return reject


def told() -> list[tuple[str, str, User | None]]:
    rows = Message.objects.order_by("pk").select_related("recipient")
    return [(row.event, row.audience, row.recipient) for row in rows]


def mail(message: Message) -> str:
    rendered = render(Message.objects.with_content().get(pk=message.pk))
    return f"{rendered.subject}\n{rendered.text}"


def test_every_step_tells_whom_it_concerns(
    reject: Reject, member_a: User, member_b: User, sqe: User, quality_manager: User
) -> None:
    dispute = dispute_of(reject, member_a)
    assert told() == [("disputed", "quality", sqe)]
    partly(dispute, sqe)
    assert told()[1:] == [("answered", "supplier", member_a)]
    appeal(dispute=dispute, reason="Look again.", by=member_a, at=AT)
    assert told()[2:] == [("appealed", "manager", quality_manager)]
    partly(dispute, quality_manager, left=70)
    assert told()[3:] == [("answered", "supplier", member_a)]


def test_overdue_is_told_to_the_quality_manager_once(
    reject: Reject, member_a: User, sqe: User, quality_manager: User
) -> None:
    dispute_of(reject, member_a)
    for _again in range(2):
        pass_on_overdue(at=AT + timedelta(days=8))
    assert told() == [("disputed", "quality", sqe), ("overdue", "manager", quality_manager)]


def test_contacts_are_told_before_the_whole_role(reject: Reject, member_a: User, sqe: User) -> None:
    contact = SupplierContactFactory(supplier=reject.supplier)
    contact.user.memberships.create(role="sqe")
    dispute_of(reject, member_a)
    assert told() == [("disputed", "quality", contact.user)]


def test_message_and_step_are_written_together_or_not_at_all(
    reject: Reject, member_a: User, sqe: User
) -> None:
    def fail() -> None:
        with transaction.atomic():
            dispute_of(reject, member_a)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not DisputeStep.objects.exists()
    assert not Message.objects.exists()


def test_the_database_refuses_telling_twice(reject: Reject, member_a: User, sqe: User) -> None:
    dispute_of(reject, member_a)
    row = Message.objects.get()
    row.pk, row.message_id = None, "<another@localhost>"
    with pytest.raises(IntegrityError, match="once_per_step"), transaction.atomic():
        row.save()


def test_sqe_reads_what_is_claimed_and_until_when(
    reject: Reject, member_a: User, sqe: User
) -> None:
    dispute_of(reject, member_a)
    text = mail(Message.objects.get())
    for words in (
        "ALFA-4711 disputes 40 pieces of reject C-7",
        "Transport damage",
        "Crushed in the carrier's hands.",
        "Please answer by 2026-03-17",
        "100 (100 of 1,000,000)",
        "Without the disputed pieces: 60 (60 of 1,000,000)",
    ):
        assert words in text


def test_supplier_reads_answer_verdict_and_what_is_left(
    reject: Reject, member_a: User, sqe: User
) -> None:
    dispute = dispute_of(reject, member_a)
    partly(dispute, sqe)
    message = Message.objects.get(event=MessageEvent.ANSWERED)
    assert "It is being recomputed" in mail(message)
    roll_up()
    text = mail(message)
    for words in (
        "dispute of reject C-7 partly upheld",
        "Half of it.",
        "No. 1: supplier 80, own 0, third party 0",
        "You may appeal once",
        "80 (80 of 1,000,000)",
        f"/disputes/{dispute.pk}/",
    ):
        assert words in text
    assert "Without the disputed" not in text


def test_final_answer_offers_no_appeal(
    reject: Reject, member_a: User, sqe: User, quality_manager: User
) -> None:
    dispute = dispute_of(reject, member_a)
    given: Any = {"action": DisputeAction.REJECT, "reason": "No.", "decided": None, "at": AT}
    answer(dispute=dispute, by=sqe, **given)
    appeal(dispute=dispute, reason="Please.", by=member_a, at=AT)
    answer(dispute=dispute, by=quality_manager, **given)
    text = mail(Message.objects.order_by("-pk")[0])
    assert "This answer is final." in text
    assert "You may appeal" not in text


def test_nobody_to_tell_is_a_row_that_is_looked_after(
    reject: Reject, member_a: User, quality_manager_client: Client, quality_manager: User
) -> None:
    dispute_of(reject, member_a)
    row = Message.objects.get()
    assert (row.state, row.audience) == (MessageState.NO_RECIPIENT, Audience.QUALITY)
    page = quality_manager_client.get(row.get_absolute_url()).content.decode()
    assert "C-7" in page
    assert "C-7" in quality_manager_client.get("/messages/").content.decode()
    quality_manager.memberships.create(role="sqe")
    retry(message=row, by=quality_manager, at=AT)
    assert told()[1:] == [("disputed", "quality", quality_manager)]


def test_supplier_sees_no_ledger(
    reject: Reject, member_a: User, member_a_client: Client, sqe: User
) -> None:
    dispute: Dispute = dispute_of(reject, member_a)
    row = Message.objects.get(dispute_step__dispute=dispute)
    assert member_a_client.get(row.get_absolute_url()).status_code == 404
