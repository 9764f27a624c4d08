"""The PDF against the snapshot it is made from, in the situations suppliers are in."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import override_settings
from pypdf import PdfReader

from scorecards.cases import OpenCase
from scorecards.models import Scorecard
from scorecards.pdf import (
    Paper,
    PdfFile,
    PdfUnavailableError,
    copy_pdf,
    pdf_available,
    scorecard_pdf,
    version_pdf,
)
from scorecards.pdf.engine import render
from scorecards.periods import Month
from scorecards.services.publication import publish_month, restate
from suppliers.models import Supplier
from tests.factories import (
    CertificateFactory,
    DefectCodeFactory,
    FieldPopulationFactory,
    PartFactory,
    RejectVerdictFactory,
    SupplierFactory,
    WarrantyReturnFactory,
)
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up, suspect
from tests.scorecards.pdf.checker import Heard
from tests.scorecards.pdf.reading import Read

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)
LONG_NAME = "Společnost pro výrobu přesných součástí a povrchových úprav " * 2
# points; the stylesheet leaves 14 mm, and half a point for the shape of a letter
RIGHT_MARGIN = (210 - 14) / 25.4 * 72 + 0.5


@pytest.fixture(autouse=True)
def no_complaints(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """WeasyPrint warns of everything it cannot draw or tag; there is nothing of that kind."""
    logging.getLogger("weasyprint").addHandler(caplog.handler)
    yield
    logging.getLogger("weasyprint").removeHandler(caplog.handler)
    assert [record.getMessage() for record in caplog.records] == []


def preliminary(supplier: Supplier, month: Month = OCTOBER) -> Read:
    roll_up()
    return Read(scorecard_pdf(supplier=supplier, month=month, at=NOW).content)


def published(supplier: Supplier) -> Scorecard:
    roll_up()
    publish_month(month=OCTOBER, by=None, at=NOW)
    return Scorecard.objects.get(supplier=supplier, version=1)


def test_says_what_the_snapshot_says(supplier_a: Supplier) -> None:
    deliver(supplier_a, 50_000)
    decide(supplier_a, 5, defect_code=DefectCodeFactory(code="BORE", name="Bore"))
    deliver(supplier_a, 150_000, OCTOBER.minus(1))
    decide(supplier_a, 3, OCTOBER.minus(1))
    CertificateFactory(supplier=supplier_a, expires_on=date(2025, 12, 1))
    scorecard = published(supplier_a)

    read = Read(version_pdf(scorecard).content)

    first, second = read.pages
    for words in (
        "Alfa Castings",
        "ALFA-4711 · Tier 1 · DE",
        "October 2025 1 10 Nov 2025 10 Nov 2025, 09:30 UTC",
        "5 rejects in 50,000 (100 PPM). Likely range 32–233.",
        "Too few parts to say this is above 50 PPM.",
        "Above 50 PPM in the month: escalation level 8D (8D report requested).",
        "October 2025 100 5 50,000 32–233 missed above, undecided below, undecided",
        "Last 12 months 40 8 200,000 17–79 missed below, undecided below, shown",
        "BORE Bore 5 62.5 %",
        "IATF 16949 1 Dec 2025 ends soon",
        "1 Dec 2025 Send the renewed certif… IATF 16949",
        "Read for ALFA-4711.",
        "Name and function Place and date Signature",
        f"SHA-256 {scorecard.sha256}",
        "version 1 · counting policy 1 · escalation policy “",
        "1 / 2",
    ):
        assert words in first
    assert "How to read this" in second
    assert "2 / 2" in second
    assert "Preliminary" not in read.text
    assert "Superseded" not in read.text


def test_is_tagged_titled_and_carries_its_fonts(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000)
    suspect(supplier_a, 1)

    read = preliminary(supplier_a)

    assert read.root["/Lang"] == "en"
    assert read.root["/MarkInfo"] == {"/Marked": True}
    assert read.root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert 'pdfuaid:part="1"' in read.root["/Metadata"].get_object().get_data().decode()
    title = read.reader.metadata.title if read.reader.metadata else ""
    assert title == "Supplier scorecard ALFA-4711, October 2025"
    assert read.tags["/H1"] == 1
    assert read.tags["/Table"] >= 5
    assert read.tags["/TH"] > read.tags["/Table"]
    assert read.pictures
    assert all(read.pictures)
    assert "October 2025: 1,000 PPM" in read.pictures[0]
    assert "A bar a month from October 2024 to October 2025, a line for" in read.pictures[0]
    assert {name.split("+")[1] for name in read.fonts} >= {"Inter", "Inter-Bold"}
    assert all(read.fonts.values())


def test_same_snapshot_gives_the_same_bytes(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000)
    scorecard = published(supplier_a)
    another = SupplierFactory(code="ANOTHER")
    deliver(another, 2_000)

    first = version_pdf(scorecard).content
    preliminary(another)

    assert version_pdf(scorecard).content == first


def test_unpublished_month_is_marked_preliminary_on_every_page(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000)

    read = preliminary(supplier_a)

    assert all("PRELIMINARY – NOT PUBLISHED" in page for page in read.pages)
    assert "No snapshot: live figures" in read.text
    assert "SHA-256" not in read.text


def test_no_activity_is_a_dash_and_never_zero_ppm(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000, OCTOBER.minus(2))

    first = preliminary(supplier_a, OCTOBER).pages[0]

    assert "No activity: nothing was received." in first
    assert "October 2025 — 0 0 — no activity — —" in first


def test_nothing_at_all_has_no_chart(supplier_a: Supplier, heard: Heard) -> None:
    read = preliminary(supplier_a)
    heard.add("nothing", read.content)

    assert "None of these 13 months has a PPM" in read.pages[0]
    assert read.pictures == []


def test_rejects_without_receipts_say_so(supplier_a: Supplier) -> None:
    suspect(supplier_a, 12)

    first = preliminary(supplier_a).pages[0]

    assert "12 rejects without receipts: there is no PPM." in first
    assert "October 2025 —* 12 0 — rejects without receipts — —" in first
    assert "Provisional: 12 of the 12 of this month (100 %) are not yet decided" in first


def test_no_rejects_come_with_what_they_are_compatible_with(supplier_a: Supplier) -> None:
    deliver(supplier_a, 10_000)

    first = preliminary(supplier_a).pages[0]

    assert "No rejects in 10,000: compatible with up to 300 PPM." in first
    assert "October 2025 0 0 10,000 0–369 met below, undecided" in first


def test_huge_ppm_is_printed_whole(supplier_a: Supplier, heard: Heard) -> None:
    deliver(supplier_a, 900)
    decide(supplier_a, 1_200)

    read = preliminary(supplier_a)

    heard.add("huge", read.content)
    first = read.pages[0]

    assert "1,333,333 1,200 900" in first
    assert "More was rejected than received in this time." in first


def test_undecided_rejects_are_marked_and_explained(supplier_a: Supplier) -> None:
    deliver(supplier_a, 10_000)
    decide(supplier_a, 1)
    suspect(supplier_a, 3)

    first = preliminary(supplier_a).pages[0]

    assert "October 2025 400* 4 10,000" in first
    assert "Provisional: 3 of the 4 of this month (75 %) are not yet decided" in first


def test_warranty_has_its_own_words(supplier_a: Supplier, heard: Heard) -> None:
    part = PartFactory()
    FieldPopulationFactory(
        supplier=supplier_a, part=part, month=OCTOBER.first_day, parts_in_field=20_000_000
    )
    WarrantyReturnFactory(supplier=supplier_a, part=part, received_on=OCTOBER.first_day, quantity=3)

    read = preliminary(supplier_a)

    heard.add("preliminary-warranty", read.content)
    assert "3 returns from 20,000,000 in the field (0.15 PPM)." in read.pages[0]
    assert "Warranty PPM by month" in read.pages[1]


def test_later_version_marks_the_earlier_as_superseded(supplier_a: Supplier, heard: Heard) -> None:
    deliver(supplier_a, 10_000)
    reject = suspect(supplier_a, 3)
    first = published(supplier_a)
    before = version_pdf(first).content
    RejectVerdictFactory(reject=reject, supplier_qty=1)
    roll_up()
    second = restate(
        supplier=supplier_a, month=OCTOBER, reason="Two pieces were ours.", by=None, at=NOW
    )

    old, new = Read(copy_pdf(first, marked=True).content), Read(version_pdf(second).content)

    heard.add("superseded", old.content)
    heard.add("superseding", new.content)
    superseded = copy_pdf(first, marked=True, paper=Paper.LETTER)
    heard.add("superseded-letter", superseded.content)
    assert version_pdf(first).content == before
    assert "Superseded" not in Read(before).text
    assert (
        copy_pdf(first, marked=True).name == "scorecard-ALFA-4711-2025-10-v1-superseded-by-v2.pdf"
    )
    assert all("SUPERSEDED BY VERSION 2" in page for page in old.pages)
    assert "October 2025 300* 3 10,000" in old.pages[0]
    assert "October 2025 100 1 10,000" in new.pages[0]
    assert "Restated: Two pieces were ours." in new.pages[0]
    assert "What changed with version 2" in new.text
    assert (
        "External PPM, October 2025 300 (3 of 10,000, 3 provisional) 100 (1 of 10,000)" in new.text
    )
    assert "Score 25.5 54.5" in new.text


def crowded(supplier: Supplier, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything at once: long name, notices, provisional, two levels, long lists."""
    part = PartFactory(name="Bracket with a name that goes on and on")
    for number in range(7):
        code = DefectCodeFactory(code=f"DEFECT-{number}", name="Out of tolerance after hardening")
        deliver(supplier, 1_234_567, OCTOBER.minus(number), part=part)
        suspect(supplier, 250 + number, OCTOBER.minus(number), part=part, defect_code=code)
        CertificateFactory(supplier=supplier, standard=f"ISO 900{number} with a long name")
    FieldPopulationFactory(
        supplier=supplier, part=part, month=OCTOBER.first_day, parts_in_field=50_000
    )
    WarrantyReturnFactory(supplier=supplier, part=part, received_on=OCTOBER.first_day, quantity=99)
    cases = [
        OpenCase(
            number=f"8D-2025-0000{number}",
            level="8d",
            level_name="8D report requested",
            rank=1,
            metric="external_ppm",
            state_name="Waiting for the supplier",
            opened_on=date(2025, 9, 1),
            due_on=date(2025, 11, 5 + number),
            due_what="D4–D5: root causes and chosen actions",
            url="",
        )
        for number in range(9)
    ]
    monkeypatch.setattr("scorecards.cases._sources", [lambda _ids, **_on: {supplier.pk: cases}])


def test_first_page_holds_everything_to_be_signed_however_crowded(
    db: None, monkeypatch: pytest.MonkeyPatch, heard: Heard
) -> None:
    supplier = SupplierFactory(code="A-CODE-OF-FORTY-CHARACTERS-WHICH-IS-MOST", name=LONG_NAME)
    crowded(supplier, monkeypatch)

    read = preliminary(supplier)

    heard.add("crowded", read.content)
    assert "Name and function Place and date Signature" in read.pages[0]
    assert "and 5 more on the next page" in read.pages[0]
    for number in range(9):
        assert f"8D-2025-0000{number}" in " ".join(read.pages[1:])
    for number in range(7):
        assert f"ISO 900{number} with a long name" in " ".join(read.pages[1:])
    assert read.right_edge <= RIGHT_MARGIN


def test_letter_says_what_a4_says_on_its_own_sheet(supplier_a: Supplier, heard: Heard) -> None:
    deliver(supplier_a, 50_000)
    decide(supplier_a, 5)
    scorecard = published(supplier_a)

    file = copy_pdf(scorecard, paper=Paper.LETTER)
    letter, a4 = Read(file.content), Read(version_pdf(scorecard).content)

    heard.add("published-a4", a4.content)
    heard.add("published-letter", letter.content)
    assert file.name == "scorecard-ALFA-4711-2025-10-v1-letter.pdf"
    sizes = [[round(float(n)) for n in page.mediabox] for page in letter.reader.pages]
    assert sizes == [[0, 0, 612, 792]] * 2
    assert [round(float(n)) for n in a4.reader.pages[0].mediabox] == [0, 0, 595, 842]
    assert "Name and function Place and date Signature" in letter.pages[0]
    assert sorted(letter.text.split()) == sorted(a4.text.split())
    assert copy_pdf(scorecard, paper=Paper.LETTER).content == file.content


@pytest.mark.parametrize("paper", Paper)
def test_ordinary_scorecard_with_warranty_keeps_the_drawings_of_causes(
    supplier_a: Supplier, paper: Paper
) -> None:
    """A year of receipts and returns, three parts, three defects: nothing out of the way."""
    codes = DefectCodeFactory.create_batch(3)
    for number, part in enumerate(PartFactory.create_batch(3)):
        for back in range(14):
            month = OCTOBER.plus(-back)
            deliver(supplier_a, 60_000, month, part=part)
            decide(supplier_a, 1 + number, month, part=part, defect_code=codes[number])
            WarrantyReturnFactory(supplier=supplier_a, part=part, received_on=month.first_day)
    scorecard = published(supplier_a)

    read = Read(copy_pdf(scorecard, paper=paper).content)

    assert len(read.pages) == 2
    assert "Warranty PPM by month" in read.pages[1]
    drawn = [text for text in read.pictures if text.startswith(("Defects", "Rejected parts"))]
    assert len(drawn) == 2, read.pictures


def test_version_in_force_is_the_one_that_is_sent(supplier_a: Supplier) -> None:
    deliver(supplier_a, 1_000)
    roll_up()
    before = scorecard_pdf(supplier=supplier_a, month=OCTOBER, at=NOW)
    publish_month(month=OCTOBER, by=None, at=NOW)

    after = scorecard_pdf(supplier=supplier_a, month=OCTOBER, at=NOW)

    assert before.name == "scorecard-ALFA-4711-2025-10-preliminary.pdf"
    assert isinstance(after, PdfFile)
    assert after.name == "scorecard-ALFA-4711-2025-10-v1.pdf"


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/tracker.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "vendor/../../etc/passwd",
        "css/base.css",
        "/media/scorecards/a.pdf",
    ],
)
def test_nothing_but_own_stylesheet_and_fonts_is_fetched(address: str) -> None:
    from weasyprint.urls import FatalURLFetchingError

    page = f'<html lang="en"><title>x</title><body><img alt="x" src="{address}"></body></html>'

    with pytest.raises(FatalURLFetchingError, match="refused"):
        render(page)


def test_switched_off_is_a_clear_error(supplier_a: Supplier) -> None:
    with override_settings(PDF_ENABLED=False):
        assert not pdf_available()
        with pytest.raises(PdfUnavailableError, match="SCORECARD_PDF"):
            scorecard_pdf(supplier=supplier_a, month=OCTOBER, at=NOW)
    assert pdf_available()


def test_missing_fonts_are_named(supplier_a: Supplier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scorecards.pdf.engine.FONTS", ("vendor/inter-no-such.woff2",))

    with pytest.raises(PdfUnavailableError, match=r"vendor/inter-no-such\.woff2"):
        scorecard_pdf(supplier=supplier_a, month=OCTOBER, at=NOW)


def test_pdf_is_a4(supplier_a: Supplier, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(
        scorecard_pdf(supplier=supplier_a, month=OCTOBER, at=NOW).content
    )

    box = PdfReader(tmp_path / "a.pdf").pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)


@override_settings(SITE_URL="https://quality.example")
def test_every_figure_leads_to_its_arithmetic(supplier_a: Supplier) -> None:
    deliver(supplier_a, 50_000)
    read = preliminary(supplier_a)
    path = "https://quality.example/suppliers/ALFA-4711/figures"
    for metric in ("external_ppm", "warranty_ppm"):
        for window in ("month", "3", "12", "ytd"):
            assert f"{path}/{metric}/2025-10/?window={window}" in read.links
        assert f"{path}/{metric}/2025-10/" in read.links
        assert f"{path}/{metric}/2025-10/" in read.text.replace(" ", "")
    scored = "https://quality.example/suppliers/ALFA-4711"
    for name in ("performance/on-time", "performance/incidents", "8d-in-time"):
        assert any(one.startswith(f"{scored}/{name}/2025-10/?window=") for one in read.links), name
