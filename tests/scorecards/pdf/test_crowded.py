"""The worst believable supplier: still one page to sign and one with the detail."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from scorecards.cases import OpenCase
from scorecards.metrics import Metric
from scorecards.models import Scorecard
from scorecards.pdf import Paper, copy_pdf
from scorecards.periods import Month, months
from scorecards.services.baselines import accept_baseline, propose_baseline
from scorecards.services.publication import publish_month, restate
from suppliers.enums import Severity
from suppliers.models import Supplier, User
from tests.factories import (
    CertificateFactory,
    DefectCodeFactory,
    FieldPopulationFactory,
    PartFactory,
    PlantFactory,
    RejectVerdictFactory,
    SupplierFactory,
    WarrantyReturnFactory,
)
from tests.scorecards.facts import OCTOBER, decide, deliver, roll_up, suspect
from tests.scorecards.pdf.checker import Heard
from tests.scorecards.pdf.reading import Read
from tests.scorecards.pdf.test_score_by_hand import recomputed

NOW = datetime(2025, 11, 10, 9, 30, tzinfo=UTC)
NAME = (
    "Oberflächentechnik und Präzisionskunststoffspritzguß Großröhrsdorf-Bretnig "
    "Vertriebsgesellschaft mbH & Co. Kommanditgesellschaft"
)
REASON = (
    "Nachträgliche Klärung der Verantwortung: die Sortierergebnisse aus Werk Süd lagen bei der "
    "Veröffentlichung noch nicht vor, und drei Beanstandungen waren doppelt erfaßt. "
) * 6
CASES = 8
CERTIFICATES = 10
# points; the stylesheet leaves 14 mm, and half a point for the shape of a letter
RIGHT_MARGIN = {
    Paper.A4: (210 - 14) / 25.4 * 72 + 0.5,
    Paper.LETTER: (215.9 - 14) / 25.4 * 72 + 0.5,
}


@pytest.fixture(autouse=True)
def no_complaints(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """WeasyPrint warns of everything it cannot draw or tag; there is nothing of that kind."""
    logging.getLogger("weasyprint").addHandler(caplog.handler)
    yield
    logging.getLogger("weasyprint").removeHandler(caplog.handler)
    assert [record.getMessage() for record in caplog.records] == []


def case(number: int) -> OpenCase:
    return OpenCase(
        number=f"{'8D' if number % 2 else 'CS'}-2025-{number:05d}",
        level="8d" if number % 2 else "cs2",
        level_name="8D report requested" if number % 2 else "Controlled shipping level 2",
        rank=1 if number % 2 else 3,
        metric="external_ppm",
        state_name="Waiting for the supplier",
        opened_on=date(2025, 9, 1 + number),
        due_on=date(2025, 11, 5 + number),
        due_what="D4–D5: root causes and chosen actions, with evidence of effectiveness",
        url="",
    )


@pytest.fixture
def worst(monkeypatch: pytest.MonkeyPatch, sqe: User) -> Scorecard:
    """Version 2 of a month in which everything that can be said is to be said."""
    supplier = SupplierFactory(
        code="GROSSROEHRSDORF-PRAEZISION-4711-0815-ABC", name=NAME, in_tier=1
    )
    plants = [PlantFactory(code=f"WERK-{n}", name="Werk Großröhrsdorf Süd") for n in range(5)]
    parts = [PartFactory(name="Gehäuseoberteil links, lackiert, mit Dichtung") for _ in range(12)]
    codes = [
        DefectCodeFactory(code=f"OBERFLAECHE-{n:02d}", name="Lackabplatzung an der Sichtfläche")
        for n in range(25)
    ]
    for back, month in enumerate(months(OCTOBER.minus(23), OCTOBER)):
        for plant in plants:
            deliver(supplier, 234_567 + back, month, part=parts[back % 12], plant=plant)
        for n in range(back % 3, 25, 3):
            where = {"part": parts[n % 12], "plant": plants[n % 5], "defect_code": codes[n]}
            decide(supplier, 7 + n, month, severity=Severity.LINE_STOP, **where)
    pending = suspect(supplier, 900, part=parts[0], plant=plants[0], defect_code=codes[0])
    for n in range(CERTIFICATES):
        CertificateFactory(
            supplier=supplier,
            standard=f"VDA 6.{n} Umwelt- und Qualitätsmanagement der Lieferkette",
            number=f"DE-{n:04d}-ZERTIFIKAT-4711",
            mandatory=n < 4,
            expires_on=date(2025, 10, 3 + n) if n < 4 else date(2025, 12, n),
        )
    population = FieldPopulationFactory(
        supplier=supplier, part=parts[0], month=OCTOBER.first_day, parts_in_field=123_456
    )
    WarrantyReturnFactory(
        supplier=supplier, part=population.part, received_on=OCTOBER.first_day, quantity=99
    )
    roll_up()
    freeze(supplier, sqe)
    open_cases = {supplier.pk: [case(n) for n in range(CASES)]}
    monkeypatch.setattr("scorecards.cases._sources", [lambda _ids, **_on: open_cases])
    publish_month(month=OCTOBER, by=None, at=NOW)
    RejectVerdictFactory(reject=pending, supplier_qty=1)
    for back in range(1, 13):
        decide(supplier, 1, OCTOBER.minus(back), part=parts[0], plant=plants[0])
    roll_up()
    return restate(supplier=supplier, month=OCTOBER, reason=REASON, by=None, at=NOW)


def freeze(supplier: Supplier, by: User) -> None:
    baseline = propose_baseline(
        supplier=supplier,
        metric=Metric.EXTERNAL_PPM,
        first=Month(2023, 11),
        last=Month(2025, 6),
        by=by,
        at=NOW,
    )
    accept_baseline(baseline=baseline, reason="Ordinary months.", by=by, at=NOW)


@pytest.mark.parametrize("paper", list(Paper))
def test_worst_supplier_has_two_pages_with_what_is_signed_on_the_first(
    worst: Scorecard, paper: Paper, heard: Heard
) -> None:
    file = heard.add(f"worst-{paper}", copy_pdf(worst, paper=paper).content)
    if paper is Paper.A4:
        assert copy_pdf(worst).content == file, "equal pages are equal files"
    read = Read(file)

    assert len(read.pages) == 2
    first, second = read.pages
    for words in (
        worst.supplier.code,
        "Version",
        "2 (restated)",
        "Score",
        "Grade C:",
        "Restated: Nachträgliche Klärung",
        "October 2025",
        "Open cases at the data cut-off",
        "CS-2025-00000",
        "Certificates",
        "What is expected by when",
        "Name and function Place and date Signature",
        f"SHA-256 {worst.sha256}",
    ):
        assert words in first, words
    assert "more on the next page and on the web page" in first
    for words in (
        "How the score comes about",
        "What changed with version 2",
        "External PPM, October 2025",
        "more on the web page",
    ):
        assert words in second, words
    assert recomputed(read) == (worst.score, worst.grade)
    assert read.right_edge <= RIGHT_MARGIN[paper]
    assert all(read.pictures)
