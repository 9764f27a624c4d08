"""A month's PDFs by the product's workers, against a bare WeasyPrint pool on the same pages."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
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
PROCESSES = 2
MONTH = Month(2025, 10)

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
    return HTML(
        string=page, base_url=weasy.BASE, url_fetcher=weasy.OwnFilesOnly(), media_type="print"
    ).write_pdf(
        font_config=weasy.KIT.fonts, stylesheets=[weasy.KIT.stylesheet], pdf_variant="pdf/ua-1"
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
def published(database: None) -> list[Scorecard]:
    """Publish a month of suppliers with thirteen months of figures each."""
    plant, part = PlantFactory(code="BENCH-PDF"), PartFactory(number="BENCH-PDF")
    for number in range(DOCUMENTS):
        supplier = Supplier.objects.create(code=f"PDF-{number:04d}", name=f"Supplier {number}")
        for back in range(13):
            where = {"supplier": supplier, "plant": plant, "part": part}
            day = MONTH.minus(back).first_day
            DeliveryFactory(**where, received_on=day, quantity=10_000 + number)
            RejectFactory(**where, detected_on=day, suspect_qty=1 + (number + back) % 7)
    drain(at=timezone.now())
    suppliers = Supplier.objects.filter(code__startswith="PDF-")
    publish_month(month=MONTH, by=None, at=timezone.now(), suppliers=suppliers)
    return list(Scorecard.objects.filter(supplier__in=suppliers).order_by("pk"))


def test_batch_of_pdfs(published: list[Scorecard], report: Report, tmp_path: Path) -> None:
    pages = []
    for scorecard in published:
        page = tmp_path / f"{scorecard.pk}.html"
        page.write_text(page_html(published_sheet(scorecard)))
        pages.append(str(page))
    shares = [json.dumps(pages[number::PROCESSES]) for number in range(PROCESSES)]

    bare = together([[BARE, share] for share in shares], media=tmp_path)
    ours = together([[OURS]] * PROCESSES, media=tmp_path)

    ready = ScorecardDocument.objects.filter(scorecard__in=published, state=WorkState.READY)
    assert ready.count() == DOCUMENTS
    report.compare(
        f"{DOCUMENTS} PDFs by {PROCESSES} processes",
        lines=DOCUMENTS,
        base=("bare WeasyPrint pool", bare),
        seconds=ours,
        at_least=0.95,
    )
    again = together([[OURS]], media=tmp_path)
    report.amount("the same PDFs again", again, "s", lines=DOCUMENTS, at_most=ours / 10)


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
