"""The whole way in real browsers: files, roll-up, publication, escalation, mail, supplier."""

import io
import re
from collections import Counter
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from escalations.models import ControlledShipping, EightD, Episode
from scorecards.models import Scorecard
from scorecards.periods import Month
from suppliers.enums import Role
from suppliers.models import Supplier, User
from tests.cast import person
from tests.flows.browsing import Person
from tests.flows.conftest import Visit
from tests.flows.mailbox import Mailbox
from tests.flows.month_files import MonthFiles
from tests.flows.product import Product
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]

# What ALFA-4711's files add up to, as every page, the mail and the PDF must say it.
FIGURE = "104"
COUNTS = "26 of 250,000"
# of the cases to purchasing, quality and supplier; to sign their scorecards, to both suppliers
ALL_MAILS = 3 + 2


def test_from_files_to_escalation_and_to_the_supplier(
    worker: Product, visit: Visit, mailbox: Mailbox, sqe: User, buyer: User, tmp_path: Path
) -> None:
    month = Month.of(datetime.now(UTC).date()).minus(1)
    quality = visit(sqe)
    import_month(quality, MonthFiles(tmp_path, month))
    ours, theirs = members_of("ALFA-4711", "BRAVO-0815")

    publish(quality, month)
    expect_one_8d_and_one_controlled_shipping()
    mail = expect_mails(mailbox, buyer, ours)
    evaluate_again(quality, mailbox)
    check_internal_pages(quality, month)

    case = follow_the_link(visit(buyer, at=link_in(mail, worker)), link_in(mail, worker))
    supplier = visit(ours)
    expect_own_pages(supplier, month, case)
    expect_nothing_of("BRAVO-0815", supplier, month)
    neighbour = visit(theirs)
    expect_nothing_of("ALFA-4711", neighbour, month)
    expect_no_case(neighbour)


def import_month(quality: Person, files: MonthFiles) -> None:
    for kind, path in files.all():
        quality.import_file(kind, path)
    quality.check_page()


def members_of(*codes: str) -> list[User]:
    suppliers = [Supplier.objects.get(code=code) for code in codes]
    return [person(Role.SUPPLIER_MEMBER, supplier) for supplier in suppliers]


def publish(quality: Person, month: Month) -> None:
    quality.open("/months/")
    quality.press("Publish")
    row = quality.page.get_by_role("row").filter(has=quality.page.locator(f"[href*='{month}']"))
    expect(row).to_contain_text("2 of 2")
    expect(row).to_contain_text("2 ready")


def expect_one_8d_and_one_controlled_shipping() -> None:
    until(lambda: Episode.objects.count() == 2, "the breaches have raised their cases")
    raised = Counter(Episode.objects.values_list("supplier__code", "level"))
    assert raised == {("ALFA-4711", "8d"): 1, ("ALFA-4711", "cs1"): 1}
    assert EightD.objects.count() == 1
    assert ControlledShipping.objects.count() == 1


def expect_mails(mailbox: Mailbox, buyer: User, supplier: User) -> EmailMessage:
    until(lambda: len(mailbox.mails) == ALL_MAILS, "everybody has their mails")
    subjects = sorted(str(mail["Subject"]) for mail in mailbox.to(supplier.email))
    assert len(subjects) == 2
    assert any("please sign" in subject for subject in subjects)
    [mail] = mailbox.to(buyer.email)
    assert f"ALFA-4711: controlled shipping level 1, external PPM {FIGURE}" in mail["Subject"]
    text, html = body_of(mail, "plain"), body_of(mail, "html")
    for body in (text, html):
        assert "26 rejects in 250,000" in body
        assert "No shipment of the affected parts without 100" in body
    [attachment] = mail.iter_attachments()
    assert attachment.get_content_type() == "application/pdf"
    expect_figure_in_pdf(attachment.get_content())
    return mail


def body_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def expect_figure_in_pdf(content: bytes) -> None:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    words = " ".join(text.split())
    assert "ALFA-4711" in words
    assert f"26 rejects in 250,000 ({FIGURE} PPM)" in words


def evaluate_again(quality: Person, mailbox: Mailbox) -> None:
    quality.open("/escalations/")
    quality.press("Evaluate now")
    quality.reads("nothing new")
    expect_one_8d_and_one_controlled_shipping()
    assert len(mailbox.mails) == ALL_MAILS


def check_internal_pages(quality: Person, month: Month) -> None:
    alfa = "/suppliers/ALFA-4711/"
    with_figure = (
        "/suppliers/",
        alfa,
        f"{alfa}figures/external_ppm/{month}/",
        f"{alfa}{month}/",
        "/escalations/",
        *(f"/escalations/{number}/" for number in Episode.objects.values_list("number", flat=True)),
    )
    for path in with_figure:
        assert quality.open(path).status == 200
        quality.reads(FIGURE)
        quality.check_page()
    for path in ("/months/", f"/months/{month}/", "/messages/", "/imports/", "/tiers/", "/parts/"):
        assert quality.open(path).status == 200
        quality.check_page()


def link_in(mail: EmailMessage, product: Product) -> str:
    found = re.search(rf"{re.escape(product.url)}(/escalations/\S+)", body_of(mail, "plain"))
    assert found is not None
    return found[1]


def follow_the_link(buyer: Person, link: str) -> str:
    expect(buyer.page).to_have_url(buyer.site + link)
    buyer.reads(FIGURE, COUNTS, "Alfa Castings")
    buyer.check_page()
    return link


def expect_own_pages(supplier: Person, month: Month, case: str) -> None:
    expect(supplier.page).to_have_url(f"{supplier.site}/our-quality/")
    for path in ("/our-quality/", f"/suppliers/ALFA-4711/{month}/", "/escalations/", case):
        assert supplier.open(path).status == 200
        supplier.reads(FIGURE, COUNTS)
        supplier.check_page()
        expect(supplier.page.get_by_text("BRAVO")).to_have_count(0)
    pdf = supplier.fetch(f"/suppliers/ALFA-4711/{month}/scorecard.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    expect_figure_in_pdf(pdf.body())
    figures = supplier.fetch("/api/v1/figures/").json()["results"]
    assert [(row["scope"], row["numerator"]) for row in figures] == [("ALFA-4711", "26")]


def expect_nothing_of(code: str, person: Person, month: Month) -> None:
    scorecard = Scorecard.objects.get(supplier__code=code)
    for path in (
        f"/suppliers/{code}/",
        f"/suppliers/{code}/{month}/",
        f"/suppliers/{code}/{month}/scorecard.pdf",
        f"/suppliers/{code}/figures/external_ppm/{month}/",
        f"/escalations/supplier/{code}/",
        f"/api/v1/suppliers/{code}/",
        f"/api/v1/scorecards/{scorecard.pk}/",
    ):
        answer = person.fetch(path)
        assert (path, answer.status) == (path, 404)
        assert code not in answer.text()
    for path in ("/api/v1/suppliers/", "/api/v1/figures/", "/api/v1/scorecards/", "/our-quality/"):
        assert code not in person.fetch(path).text()


def expect_no_case(neighbour: Person) -> None:
    for number in Episode.objects.values_list("number", flat=True):
        assert neighbour.fetch(f"/escalations/{number}/").status == 404
    assert neighbour.open("/escalations/").status == 200
    expect(neighbour.page.get_by_text("ESC-")).to_have_count(0)
    neighbour.check_page()
