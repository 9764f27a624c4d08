"""A disputed lot in real browsers: claim, partly upheld answer, figure and mails, both see why."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from scorecards.models import SupplierMonth
from scorecards.periods import Month
from suppliers.models import Dispute, Reject, Supplier, User
from tests.factories import DeliveryFactory, RejectFactory
from tests.flows.browsing import Person
from tests.flows.conftest import Visit
from tests.flows.mailbox import Mailbox
from tests.flows.product import Product
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]

RECEIVED = 500_000


@pytest.fixture
def lot(supplier_a: Supplier) -> Reject:
    """A lot of 100 suspect pieces, of half a million received this month; nobody has decided."""
    today = datetime.now(UTC).date().replace(day=1)
    delivery = DeliveryFactory(supplier=supplier_a, received_on=today, quantity=RECEIVED)
    reject: Reject = RejectFactory(
        supplier=supplier_a,
        plant=delivery.plant,
        part=delivery.part,
        delivery=delivery,
        complaint="Q-4711",
        detected_on=today,
        suspect_qty=Decimal(100),
    )
    return reject


def test_supplier_disputes_a_lot_and_the_sqe_upholds_it_partly(
    worker: Product,
    visit: Visit,
    mailbox: Mailbox,
    lot: Reject,
    member_a: User,
    sqe: User,
    tmp_path: Path,
) -> None:
    until(lambda: counted(lot) == 100, "the lot counts provisionally")
    figure = f"/suppliers/ALFA-4711/figures/external_ppm/{Month.of(lot.detected_on)}/"
    supplier = visit(member_a, at=figure)
    supplier.reads("1,000,000 × 100 ÷ 500,000")

    dispute = dispute_the_lot(supplier, lot, tmp_path)
    supplier.open(figure)
    supplier.reads("40 of the counted pieces are disputed", "without them it would be 120 PPM")
    said = "ALFA-4711 disputes 40 pieces of reject Q-4711"
    until(lambda: mailbox.told(sqe.email, said), "supplier quality is told")

    quality = visit(sqe, at="/disputes/")
    uphold_partly(quality)
    until(lambda: counted(lot) == 70, "the verdict is in the figure")

    for person in (quality, supplier):
        person.open(f"/disputes/{dispute.pk}/")
        person.reads("Thirty pieces were crushed", "Verdict no. 1: supplier 70")
        expect(person.page.get_by_text("70 of 500,000").first).to_be_visible()
        person.check_page()
        person.open(f"/rejects/{lot.pk}/")
        person.reads("Thirty pieces were crushed", "supplier 70 · own 0 · third party 30")
        person.check_page()
        person.page.get_by_role("link", name=f"{lot.detected_on:%B %Y}").click()
        expect(person.page).to_have_url(re.compile(re.escape(figure)))
        person.reads("1,000,000 × 70 ÷ 500,000", "equals the figure")
        expect(person.page.get_by_text("are disputed")).to_have_count(0)
    until(lambda: mailbox.told(member_a.email, "partly upheld"), "the supplier is told")


def counted(lot: Reject) -> Decimal | None:
    """Return what the supplier's month counts, as the roll-up has it."""
    month = SupplierMonth.objects.filter(supplier=lot.supplier_id, month=lot.detected_on).first()
    return None if month is None else month.counted_qty


def dispute_the_lot(supplier: Person, lot: Reject, folder: Path) -> Dispute:
    """Open the record from the figure's rows and dispute it, with a photograph."""
    photo = folder / "crushed.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + b"." * 100)
    page = supplier.page
    page.get_by_role("link", name="Q-4711").click()
    page.get_by_role("link", name="Dispute", exact=True).click()
    page.get_by_label("What is wrong").select_option("transport_damage")
    page.get_by_label(re.compile("^Pieces that do not count")).fill("101")
    page.get_by_label("Statement").fill("Crushed in the carrier's hands.")
    page.get_by_label(re.compile("^Attachments")).set_input_files(photo)
    supplier.press("Dispute")
    supplier.reads("At most 100 pieces", "choose the attachments again")
    expect(page.get_by_label("Statement")).to_have_value("Crushed in the carrier's hands.")
    page.get_by_label(re.compile("^Pieces that do not count")).fill("40")
    page.get_by_label(re.compile("^Attachments")).set_input_files(photo)
    supplier.press("Dispute")
    supplier.reads("Disputed. The customer answers", "crushed.png", "Supplier quality answers")
    expect(page.get_by_text("60 of 500,000").first).to_be_visible()
    return Dispute.objects.get(reject=lot)


def uphold_partly(quality: Person) -> None:
    """Answer the first dispute of the list: 70 stay, the carrier has 30."""
    page = quality.page
    page.get_by_role("row").filter(has_text="Q-4711").get_by_role("link", name="Answer").click()
    page.get_by_label("Uphold partly").check()
    page.get_by_label(re.compile("^Confirmed, the supplier's")).fill("70")
    page.get_by_label(re.compile("^Confirmed, a third party's")).fill("30")
    page.get_by_label("Reason").fill("Thirty pieces were crushed, the others were not.")
    quality.press("Answer")
    quality.reads("Answered.", "Partly upheld")
