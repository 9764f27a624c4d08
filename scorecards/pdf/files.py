"""The PDF of a supplier's month as a file with a name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from scorecards.models import Scorecard, ScorecardDocument
from scorecards.pdf.engine import render, render_within
from scorecards.pdf.fit import Fit, fits_for, fitting
from scorecards.pdf.page import page_html
from scorecards.pdf.paper import Paper
from scorecards.pdf.store import stored
from scorecards.periods import Month
from scorecards.queries.published import newest_scorecard
from scorecards.queries.sheet import Sheet, frozen_sheet, preliminary_sheet, published_sheet
from scorecards.queries.sheet_blocks import sheet_blocks
from suppliers.models import Supplier

# One to sign, and one with the detail.
PAGES: Final = 2


@dataclass(frozen=True, kw_only=True)
class PdfFile:
    """A PDF under the name it is downloaded or attached as."""

    name: str
    content: bytes


def scorecard_pdf(*, supplier: Supplier, month: Month, at: datetime) -> PdfFile:
    """Return the PDF of the version in force, or a preliminary one from the live figures.

    Raises:
        PdfUnavailableError: when it is not stored yet and no PDF can be made here.
    """
    scorecard = newest_scorecard(supplier=supplier, month=month)
    if scorecard is not None:
        return version_pdf(scorecard)
    sheet = preliminary_sheet(supplier=supplier, month=month, at=at)
    return PdfFile(name=f"scorecard-{supplier.code}-{month}-preliminary.pdf", content=_drawn(sheet))


def version_pdf(scorecard: Scorecard) -> PdfFile:
    """Return one published version: as stored, or drawn again from its snapshot.

    Drawing again gives the same bytes, so it does not matter who is first.

    Raises:
        PdfUnavailableError: when it is not stored and no PDF can be made here.
    """
    document = ScorecardDocument.objects.filter(scorecard=scorecard).first()
    kept = None if document is None else stored(document)
    return PdfFile(
        name=f"scorecard-{scorecard.supplier.code}-{scorecard.period}-v{scorecard.version}.pdf",
        content=draw(scorecard) if kept is None else kept,
    )


def copy_pdf(scorecard: Scorecard, *, marked: bool = False, paper: Paper = Paper.A4) -> PdfFile:
    """Return a copy of a published version: on another paper, or with a mark.

    What was published stays as it is (`version_pdf`); copies are drawn when asked for.

    Args:
        scorecard: the version.
        marked: whether it says that a later version has superseded it.
        paper: the sheet it is laid out for.

    Raises:
        PdfUnavailableError: when no PDF can be made here.
    """
    sheet = published_sheet(scorecard) if marked else frozen_sheet(scorecard)
    name = f"scorecard-{scorecard.supplier.code}-{scorecard.period}-v{scorecard.version}"
    mark = "" if sheet.superseded_by is None else f"-superseded-by-v{sheet.superseded_by}"
    size = "" if paper is Paper.A4 else f"-{paper.value}"
    return PdfFile(name=f"{name}{mark}{size}.pdf", content=_drawn(sheet, paper))


def draw(scorecard: Scorecard) -> bytes:
    """Render a published version as it was published, whatever came later."""
    return _drawn(frozen_sheet(scorecard))


def _drawn(sheet: Sheet, paper: Paper = Paper.A4) -> bytes:
    """Draw the sheet on two pages; what has no room there gives way, and is said to."""
    blocks = sheet_blocks(sheet.overview)
    fits = fits_for(
        control=sheet.overview.control is not None,
        series=any(block.drawn and not block.external for block in blocks),
        words=bool(sheet.reason),
    )

    def within(fit: Fit) -> bytes | None:
        return render_within(page_html(sheet, paper=paper, fit=fit), most_pages=PAGES)

    return fitting(within, fits) or render(page_html(sheet, paper=paper, fit=fits[-1]))
