"""A published month is corrected: what was published stays, and everybody can see what changed."""

import hashlib
import io
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect
from pypdf import PdfReader

from scorecards.models import Scorecard, ScorecardDocument, SignOffStep, StaleKey, WorkState
from scorecards.periods import Month
from suppliers.models import Supplier, User
from tests.factories import DeliveryFactory, RejectFactory, RejectVerdictFactory
from tests.flows.browsing import Person
from tests.flows.conftest import Visit
from tests.flows.mailbox import Mailbox
from tests.flows.product import Product
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]

REASON = "Two of the three pieces were damaged in our own warehouse."


def test_corrected_month_keeps_its_old_pdf_and_tells_what_changed(
    worker: Product,
    visit: Visit,
    mailbox: Mailbox,
    supplier_a: Supplier,
    sqe: User,
    member_a: User,
) -> None:
    newest = Month.of(datetime.now(UTC).date()).minus(1)
    month = newest.minus(1)
    for one in (month, newest):
        DeliveryFactory(supplier=supplier_a, received_on=one.first_day, quantity=10_000)
    reject = RejectFactory(supplier=supplier_a, detected_on=month.first_day, suspect_qty=3)
    await_figures()
    quality, supplier = visit(sqe), visit(member_a)

    publish(quality, month)
    old = pdf_of(supplier, month, version=1)
    file, content = stored(version=1)
    assert content == old
    expect_signed(supplier, month)

    RejectVerdictFactory(reject=reject, supplier_qty=1)
    await_figures()
    restate(quality, month)
    await_documents(2)

    # the old document, byte for byte, in the archive and as the supplier downloads it
    assert stored(version=1) == (file, old)
    assert pdf_of(supplier, month, version=1) == old
    marked = text_of(supplier.fetch(f"{address(month)}scorecard.pdf?version=1&marked=1").body())
    assert "SUPERSEDED BY VERSION 2" in marked

    # version 2 says what changed and why
    new = text_of(pdf_of(supplier, month, version=2))
    assert f"Restated: {REASON}" in new
    assert "What changed with version 2" in new
    assert (
        f"External PPM, {month.first_day:%B %Y} 300 (3 of 10,000, 3 provisional) 100 (1 of 10,000)"
        in new
    )
    supplier.open(address(month))
    supplier.reads(REASON, "Version 2", "Version 1")
    supplier.check_page()

    # the supplier is told, and has the new version to sign
    mail = await_mail(mailbox, member_a, "corrected, version 2")
    body = mail.get_body(("plain",))
    assert body is not None
    assert REASON in body.get_content()
    assert "300 (3 of 10,000, 3 provisional) before, 100 (1 of 10,000) now" in body.get_content()
    [attachment] = mail.iter_attachments()
    assert attachment.get_content() == pdf_of(supplier, month, version=2)
    expect(supplier.page.get_by_role("button", name="Sign", exact=True)).to_be_visible()

    # rolling windows of the next month use the correction
    publish(quality, newest)
    await_documents(3)
    rolling = text_of(pdf_of(supplier, newest, version=1))
    assert "Last 12 months 50 1 20,000" in rolling

    quality.open("/months/")
    quality.reads("Corrections to earlier months", REASON)
    quality.check_page()
    quality.open("/months/sign-offs/")
    quality.reads("ALFA-4711")
    quality.check_page()


def address(month: Month) -> str:
    return f"/suppliers/ALFA-4711/{month}/"


def await_figures() -> None:
    until(lambda: not StaleKey.objects.exists(), "the figures have caught up")


def await_documents(count: int) -> None:
    ready = ScorecardDocument.objects.filter(state=WorkState.READY)
    until(lambda: ready.count() == count, f"{count} PDFs are ready")


def publish(quality: Person, month: Month) -> None:
    """Publish one supplier from the month's own page."""
    before = Scorecard.objects.count()
    quality.open(f"/months/{month}/")
    quality.check_page()
    quality.page.get_by_role("button", name="Publish ALFA-4711").click()
    quality.reads(f"{month} of ALFA-4711 is published.")
    assert Scorecard.objects.count() == before + 1
    await_documents(before + 1)


def restate(quality: Person, month: Month) -> None:
    quality.open(address(month))
    quality.page.get_by_label("Reason").fill(REASON)
    quality.press("Publish a new version")
    quality.reads("Version 2 is published.")
    quality.check_page()


def expect_signed(supplier: Person, month: Month) -> None:
    """Sign on the page; what is signed carries the hash of what was published."""
    supplier.open(address(month))
    supplier.page.get_by_label("Your name and function").fill("Ida Vance, quality")
    supplier.page.get_by_role("button", name="Sign", exact=True).click()
    supplier.reads("by Ida Vance, quality on")
    supplier.check_page()
    step = SignOffStep.objects.get(action="acknowledged")
    assert step.sha256 == Scorecard.objects.get(version=1).sha256
    assert step.sha256 in text_of(pdf_of(supplier, month, version=1))


def pdf_of(person: Person, month: Month, *, version: int) -> bytes:
    answer = person.fetch(f"{address(month)}scorecard.pdf?version={version}")
    assert answer.status == 200
    return answer.body()


def stored(*, version: int) -> tuple[str, bytes]:
    """Return name and bytes of the archived file, which have the hash that was kept."""
    document = ScorecardDocument.objects.get(scorecard__version=version)
    content = (Path(settings.MEDIA_ROOT) / document.file).read_bytes()
    assert hashlib.sha256(content).hexdigest() == document.sha256
    return document.file, content


def await_mail(mailbox: Mailbox, user: User, said: str) -> EmailMessage:
    [mail] = until(lambda: mailbox.told(user.email, said), f"{user.email} is told: {said}")
    return mail


def text_of(content: bytes) -> str:
    reader = PdfReader(io.BytesIO(content))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())
