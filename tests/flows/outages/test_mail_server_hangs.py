"""A mail server that takes connections and never answers holds up mails, and nothing else."""

import time

import pytest
from django.utils import timezone

from escalations.enums import MessageState
from escalations.models import Message
from scorecards.models import StaleKey
from suppliers.models import User
from tests.escalations.facts import evaluated, external
from tests.factories import DeliveryFactory, SupplierFactory
from tests.flows.mailbox import Mailbox
from tests.flows.product import Product
from tests.smtp import silent_server
from tests.waiting import until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

SUPPLIERS = 6
# Longer than it takes to wait for the server once, for each process of the worker.
WATCHED = 45.0
# A tick is a second; a figure that waited for the mail server would take 20.
QUICKLY = 10.0


def test_figures_are_rolled_up_while_the_mail_server_hangs(
    product: Product, mailbox: Mailbox, sqe: User, buyer: User
) -> None:
    suppliers = SupplierFactory.create_batch(SUPPLIERS)
    for supplier in suppliers:
        external(supplier, counted=26, received=250_000)
    evaluated(at=timezone.now(), today=timezone.localdate())
    mails = Message.objects.exclude(recipient=None).count()
    assert mails == 2 * SUPPLIERS
    with silent_server() as port, product.worker_mailing_to(port):
        sending = Message.objects.filter(state=MessageState.SENDING)
        until(sending.exists, "a mail is on its way to the server that hangs")
        end = time.monotonic() + WATCHED
        while time.monotonic() < end:
            DeliveryFactory(supplier=suppliers[0])
            until(rolled_up, "the delivery is in the figures", seconds=QUICKLY)
            assert sending.count() <= 1, "one process waits for the mail server, not both"
            time.sleep(1)
    Message.objects.update(due_at=timezone.now())
    product.start_worker()
    sent = Message.objects.filter(state=MessageState.SENT)
    until(lambda: sent.count() == mails, "every mail is sent")
    assert set(mailbox.copies().values()) == {1}


def rolled_up() -> bool:
    return not StaleKey.objects.exists()
