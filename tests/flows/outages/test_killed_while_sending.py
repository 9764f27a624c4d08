"""The worker is killed while it makes PDFs and while it sends mails: all done, nothing twice."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from escalations.enums import MessageState
from escalations.models import Message
from scorecards.models import ScorecardDocument, WorkState
from scorecards.periods import Month
from scorecards.rollup import drain
from scorecards.services.publication import publish_month
from suppliers.models import Supplier, User
from tests.escalations.facts import evaluated, external
from tests.factories import DeliveryFactory, SupplierFactory
from tests.flows.mailbox import Mailbox, what_it_says
from tests.flows.product import Product
from tests.waiting import until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

AT = datetime(2026, 4, 2, tzinfo=UTC)
SUPPLIERS = 8


def test_killed_while_it_makes_pdfs(product: Product) -> None:
    others = stored_pdfs()
    for supplier in SupplierFactory.create_batch(SUPPLIERS):
        DeliveryFactory(supplier=supplier)
    drain(at=AT)
    publish_month(month=Month(2026, 3), by=None, at=AT)
    assert ScorecardDocument.objects.count() == SUPPLIERS

    product.start_worker()
    await_rendering(ready=0)
    product.kill_pool()
    await_rendering(ready=2)
    product.kill_worker()
    product.start_worker()
    until(lambda: count_documents(WorkState.READY) == SUPPLIERS, "every PDF is ready")
    expect_whole_files(stored_pdfs() - others)


def await_rendering(*, ready: int) -> None:
    """Return while one PDF is being made and so many are ready."""

    def rendering() -> bool:
        return count_documents(WorkState.READY) >= ready and bool(
            count_documents(WorkState.WORKING)
        )

    until(rendering, f"{ready} PDFs are ready and another is being made")


def count_documents(state: WorkState) -> int:
    return ScorecardDocument.objects.filter(state=state).count()


def stored_pdfs() -> set[Path]:
    """Return the stored PDFs of the month, those of other tests among them."""
    return set((Path(settings.MEDIA_ROOT) / "scorecards" / "2026-03").glob("*.pdf"))


def expect_whole_files(files: set[Path]) -> None:
    kept = {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    expected = ScorecardDocument.objects.values_list("sha256", flat=True)
    assert sorted(kept.values()) == sorted(expected)
    assert all(file.read_bytes().startswith(b"%PDF-") for file in kept)


def test_killed_while_it_sends_mails(
    product: Product,
    mailbox: Mailbox,
    supplier_a: Supplier,
    sqe: User,
    buyer: User,
    member_a: User,
) -> None:
    external(supplier_a, counted=26, received=250_000)
    # now, as the worker's clock says: nothing is overdue, and nothing is reminded of
    evaluated(at=timezone.now(), today=timezone.localdate())
    assert Message.objects.count() == 3
    mailbox.hold()
    product.start_worker()
    until(lambda: mailbox.mails, "the server has a mail and has not said so")
    product.kill_pool()
    before = len(mailbox.mails)
    until(lambda: len(mailbox.mails) > before, "it has one more, of the pool's next children")
    product.kill_worker()
    mailbox.release()
    product.start_worker()
    sent = Message.objects.filter(state=MessageState.SENT)
    until(lambda: sent.count() == 3, "every mail is sent")

    copies = mailbox.copies()
    assert len(copies) == 3
    kills = 2
    assert len(mailbox.mails) <= 3 + kills, "one mail per kill, however many processes died"
    for message_id in copies:
        same = [what_it_says(mail) for mail in mailbox.mails if mail["Message-ID"] == message_id]
        assert len(set(same)) == 1
