"""A mail server that hangs up on one mail, or that never answers, keeps nothing else waiting."""

from datetime import timedelta

import pytest
from django.test import override_settings

from escalations.models import Message
from escalations.models.message import ATTEMPTS
from escalations.services import sending
from suppliers.models import Supplier
from tests.escalations.to_send import Clock, clock, mailbox, raised
from tests.smtp import MoodyMailbox, mail_to, silent_server, smtp_server

__all__ = ["clock", "mailbox", "raised"]  # fixtures

pytestmark = pytest.mark.django_db


def first() -> Message:
    message: Message = Message.objects.order_by("due_at", "pk")[0]
    return message


def test_mail_on_which_the_server_hangs_up_delays_no_other_and_is_given_up(
    raised: Supplier, clock: Clock, mailbox: MoodyMailbox
) -> None:
    poisonous = first()
    mailbox.hangs_up_on = {poisonous.address}
    assert sending.send_due(now=clock) == 3
    assert len(mailbox.mails) == 2
    poisonous.refresh_from_db()
    assert (poisonous.state, poisonous.attempts) == ("waiting", 1)
    for _ in range(ATTEMPTS - 1):
        clock.pass_(timedelta(hours=6))
        assert sending.send_due(now=clock) == 1
    poisonous.refresh_from_db()
    assert (poisonous.state, poisonous.attempts) == ("dead", ATTEMPTS)
    assert "closed the connection" in poisonous.error
    assert mailbox.tried.count(poisonous.address) == ATTEMPTS


def test_server_that_refuses_a_mail_and_closes_says_why_and_takes_others(
    raised: Supplier, clock: Clock, mailbox: MoodyMailbox
) -> None:
    mailbox.closes_after = "552 Too large"
    assert sending.send_due(now=clock) == 3
    assert [row.attempts for row in Message.objects.all()] == [1, 1, 1]
    assert all("552" in row.error for row in Message.objects.all())
    mailbox.closes_after = ""
    clock.pass_(timedelta(minutes=1))
    assert sending.send_due(now=clock) == 3
    assert len(mailbox.mails) == 3


@pytest.mark.parametrize("how", ["421", "without a word"])
def test_server_that_hangs_up_on_every_mail_ends_the_look(
    raised: Supplier, clock: Clock, mailbox: MoodyMailbox, how: str
) -> None:
    if how == "421":
        mailbox.closes_after = "421 Too much at once"
    else:
        mailbox.hangs_up_on = set(Message.objects.values_list("address", flat=True))
    assert sending.send_due(now=clock) == sending.MOST_BROKEN_OFF == 2
    assert [row.attempts for row in Message.objects.order_by("due_at", "pk")] == [0, 1, 1]
    assert sending.send_due(now=clock) == 1


@pytest.mark.parametrize("greeting", [b"", b"220-dripping\r\n" * 60, b"220 here\r\n"])
def test_silent_server_is_away_after_its_time(
    raised: Supplier, clock: Clock, greeting: bytes
) -> None:
    a_second = override_settings(EMAIL_TIMEOUT=1)
    said: list[bytes] = []
    with silent_server(greeting=greeting, said=said) as port, mail_to(port), a_second:
        assert sending.send_due(now=clock) == 1
        assert len(said) < 60, "a server that drips is left long before it has said everything"
    errors = [row.error for row in Message.objects.order_by("pk")]
    assert "within 1 s" in errors[0] or "timed out" in errors[0]
    assert errors[1:] == ["", ""]
    assert [row.attempts for row in Message.objects.order_by("pk")] == [0, 0, 0]
    with smtp_server() as mailbox:
        clock.pass_(timedelta(minutes=1))
        assert sending.send_due(now=clock) == 3
        assert len(mailbox.mails) == 3


def test_server_that_looks_through_a_mail_for_long_is_given_it_once(
    raised: Supplier, clock: Clock, mailbox: MoodyMailbox
) -> None:
    mailbox.thinks_s = 1.5
    with override_settings(EMAIL_TIMEOUT=1):
        assert sending.send_due(now=clock) == 3
    assert len(mailbox.mails) == 3
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_answer_that_never_comes_to_a_whole_mail_is_called_so(
    raised: Supplier, clock: Clock, mailbox: MoodyMailbox
) -> None:
    only = first()
    Message.objects.exclude(pk=only.pk).update(state="discarded")
    mailbox.thinks_s = 60
    with override_settings(EMAIL_TIMEOUT=2):
        assert sending.send_due(now=clock) == 1
    only.refresh_from_db()
    assert only.attempts == 1
    assert "gave no answer in time" in only.error
    assert "no answer within 12 s" in only.error


def test_mail_that_takes_the_server_along_ends_given_up(raised: Supplier, clock: Clock) -> None:
    """It may have been taken each time: it is not sent without end."""
    Message.objects.exclude(pk=first().pk).update(state="discarded")
    poisonous = first()
    for _ in range(ATTEMPTS):
        with smtp_server() as mailbox:
            mailbox.dies_of = mailbox.closes_the_door
            assert sending.send_due(now=clock) == 1
        clock.pass_(timedelta(hours=6))
    poisonous.refresh_from_db()
    assert (poisonous.state, poisonous.attempts) == ("dead", ATTEMPTS)
    assert "is away since" in poisonous.error
