"""A month's PDFs by the product's workers, against a bare WeasyPrint pool on the same pages.

Both sides draw a month with one process and the following one with two, in the same run: what more
processes gain is said beside what they gain on this machine without the product.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from scorecards.models import Scorecard, ScorecardDocument, WorkState
from scorecards.pdf.page import page_html
from scorecards.periods import Month
from scorecards.queries.sheet import published_sheet
from scorecards.rollup import drain
from scorecards.services.publication import publish_month
from suppliers.models import Supplier
from tests.benchmarks.ratios import Report
from tests.database import database_url
from tests.factories import DeliveryFactory, PartFactory, PlantFactory, RejectFactory

DOCUMENTS = int(os.environ.get("BENCH_DOCUMENTS", "60"))
# A PDF that is ready is never drawn again, so each number of processes has a month of its own.
MONTHS = {1: Month(2025, 10), 2: Month(2025, 11)}

# Both sides begin to count when everything is imported, and draw a page first to be warm.
BARE = """
import json, sys, time
import django
django.setup()
from pathlib import Path
from scorecards.pdf import weasy
from weasyprint import HTML
pages = [Path(name).read_text() for name in json.loads(sys.argv[1])]
def write(page):
    kit = weasy.KIT.for_page(page)
    return HTML(
        string=page, base_url=weasy.BASE, url_fetcher=weasy.OwnFilesOnly(), media_type="print"
    ).write_pdf(
        font_config=kit.fonts, stylesheets=kit.stylesheets, pdf_variant="pdf/ua-1"
    )
write(pages[0])
print("ready", flush=True)
sys.stdin.readline()
began = time.time()
for page in pages:
    write(page)
print(began, time.time())
"""
OURS = """
import sys, time
import django
django.setup()
from django.utils import timezone
from scorecards.models import Scorecard
from scorecards.pdf.files import draw
from scorecards.services.documents import render_waiting
draw(Scorecard.objects.order_by("pk")[0])
print("ready", flush=True)
sys.stdin.readline()
began = time.time()
render_waiting(clock=timezone.now)
print(began, time.time())
"""


@pytest.fixture(scope="module")
def suppliers(database: None) -> QuerySet[Supplier]:
    """Give suppliers thirteen months of figures before each month that is published."""
    plant, part = PlantFactory(code="BENCH-PDF"), PartFactory(number="BENCH-PDF")
    for number in range(DOCUMENTS):
        supplier = Supplier.objects.create(code=f"PDF-{number:04d}", name=f"Supplier {number}")
        for back in range(14):
            where = {"supplier": supplier, "plant": plant, "part": part}
            day = max(MONTHS.values()).minus(back).first_day
            DeliveryFactory(**where, received_on=day, quantity=10_000 + number)
            RejectFactory(**where, detected_on=day, suspect_qty=1 + (number + back) % 7)
    drain(at=timezone.now())
    return Supplier.objects.filter(code__startswith="PDF-")


def test_batch_of_pdfs(suppliers: QuerySet[Supplier], report: Report, tmp_path: Path) -> None:
    bare, ours = {}, {}
    for processes, month in MONTHS.items():
        publish_month(month=month, by=None, at=timezone.now(), suppliers=suppliers)
        published = Scorecard.objects.filter(supplier__in=suppliers, month=month.first_day)
        pages = [_page(scorecard, tmp_path) for scorecard in published.order_by("pk")]
        shares = [json.dumps(pages[number::processes]) for number in range(processes)]

        bare[processes] = together([[BARE, share] for share in shares], media=tmp_path)
        ours[processes] = together([[OURS]] * processes, media=tmp_path)

        ready = ScorecardDocument.objects.filter(
            scorecard__in=published, state=WorkState.READY
        ).count()
        assert ready == DOCUMENTS
        report.compare(
            f"{DOCUMENTS} PDFs by {processes} processes",
            lines=DOCUMENTS,
            base=(f"bare WeasyPrint pool of {processes}", bare[processes]),
            seconds=ours[processes],
            at_least=0.95,
        )
    _compare_growth(bare, ours, report)
    again = together([[OURS]], media=tmp_path)
    report.amount("the same PDFs again", again, "s", lines=DOCUMENTS, at_most=ours[2] / 10)


def _page(scorecard: Scorecard, folder: Path) -> str:
    page = folder / f"{scorecard.pk}.html"
    page.write_text(page_html(published_sheet(scorecard)))
    return str(page)


def _compare_growth(bare: dict[int, float], ours: dict[int, float], report: Report) -> None:
    """Note how much faster two processes are than one; ours should gain what the bare pool does."""
    gains = [
        report.compare(
            f"{name}: 2 processes beside 1",
            lines=DOCUMENTS,
            base=("1 process", times[1]),
            seconds=times[2],
        )
        for name, times in (("bare WeasyPrint pool", bare), ("PDFs by the product", ours))
    ]
    report.quotient(
        "what a second process gains the product",
        lines=DOCUMENTS,
        base=("bare WeasyPrint pool", gains[0]),
        of=("product", gains[1]),
        least=0.9,
    )


def together(programs: list[list[str]], *, media: Path) -> float:
    """Start programs at once when all are warm; return seconds from first begin to last end."""
    environment = {**os.environ, "DATABASE_URL": database_url(), "MEDIA_ROOT": str(media)}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", *program],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for program in programs
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    told = [process.stdin for process in running]
    for pipe in told:
        assert pipe is not None
        pipe.write("go\n")
        pipe.flush()
    times = [process.communicate()[0].split() for process in running]
    assert all(process.returncode == 0 for process in running)
    return max(float(end) for _, end in times) - min(float(began) for began, _ in times)
