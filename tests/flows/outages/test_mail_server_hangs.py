"""A mail server that takes connections and never answers holds up mails, and nothing else."""

from datetime import datetime
from typing import NamedTuple

import pytest
from django.db import connection
from django.utils import timezone

from escalations.enums import MessageState
from escalations.models import Message
from escalations.services.sending import STUCK_AFTER, TURN
from scorecards.models import StaleKey
from suppliers.models import Supplier, User
from tests.escalations.facts import evaluated, external
from tests.factories import DeliveryFactory, SupplierFactory
from tests.flows.mailbox import Mailbox
from tests.flows.product import Product
from tests.smtp import silent_server
from tests.waiting import until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

SUPPLIERS = 6
# How long the worker waits for the server; a tick, after which it rolls up, is a second.
EMAIL_TIMEOUT = "8"

WAIT_FOR_THE_SENDER = """
SELECT count(*)
FROM pg_stat_activity AS other
JOIN pg_locks AS turn ON turn.pid = ANY (pg_blocking_pids(other.pid))
WHERE other.datname = current_database() AND other.wait_event_type = 'Lock'
  AND turn.locktype = 'advisory' AND turn.granted AND turn.objid = %s
"""


class Attempt(NamedTuple):
    """A mail that is being handed to the server, and since when."""

    message: int
    claimed_at: datetime | None

    def is_over(self) -> bool:
        """Whether the server holds up this very attempt no longer."""
        return under_way() != self


def under_way() -> Attempt | None:
    """Return the attempt that is made now; never do both processes wait for the server."""
    rows = Message.objects.filter(state=MessageState.SENDING)
    found = [Attempt(*row) for row in rows.values_list("pk", "claimed_at")]
    assert len(found) <= 1, "one process waits for the mail server, not both"
    with connection.cursor() as cursor:
        cursor.execute(WAIT_FOR_THE_SENDER, [TURN])
        assert cursor.fetchone() == (0,), "nobody waits for the process that waits for the server"
    return found[0] if found else None


def test_figures_are_rolled_up_while_the_mail_server_hangs(
    product: Product, mailbox: Mailbox, sqe: User, buyer: User
) -> None:
    suppliers = SupplierFactory.create_batch(SUPPLIERS)
    for supplier in suppliers:
        external(supplier, counted=26, received=250_000)
    evaluated(at=timezone.now(), today=timezone.localdate())
    mails = Message.objects.exclude(recipient=None).count()
    assert mails == 2 * SUPPLIERS
    with (
        silent_server() as port,
        product.worker_mailing_to(port, EMAIL_TIMEOUT=EMAIL_TIMEOUT),
    ):
        for _ in range(2):
            attempt = until(
                lambda: rolled_up_during_one(suppliers[0]),
                "a figure is rolled up while one and the same mail waits for the server",
            )
            assert attempt is not None
            until(attempt.is_over, "the server is waited for no longer")
    # the attempt that was cut off is taken over later; here that time has passed
    Message.objects.filter(claimed_at__isnull=False).update(claimed_at=timezone.now() - STUCK_AFTER)
    Message.objects.update(due_at=timezone.now())
    product.start_worker()
    sent = Message.objects.filter(state=MessageState.SENT)
    until(lambda: sent.count() == mails, "every mail is sent")
    assert set(mailbox.copies().values()) == {1}


def rolled_up_during_one(supplier: Supplier) -> Attempt | None:
    """Return an attempt that began before a delivery came and outlasted its roll-up, if it did."""
    until(under_way, "a mail is on its way to the server that hangs")
    attempt = under_way()
    if attempt is None:
        return None
    DeliveryFactory(supplier=supplier)
    until(lambda: rolled_up() or attempt.is_over(), "the delivery is in the figures")
    return attempt if rolled_up() and not attempt.is_over() else None


def rolled_up() -> bool:
    return not StaleKey.objects.exists()
