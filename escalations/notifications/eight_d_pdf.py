"""An 8D as a tagged PDF, as it stood after any of its moves."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from escalations.queries.eight_d_report import Report
from scorecards.pdf import PdfFile
from scorecards.pdf.engine import render


def report_name(found: Report) -> str:
    """Return the name of the report's file; what leaves something out has a name of its own."""
    own = "-own-plants" if found.narrowed else ""
    return f"{found.eight_d.number}-{found.number}{own}.pdf"


def report_pdf(found: Report) -> PdfFile:
    """Return the report as a file; the same report gives the same bytes.

    Raises:
        PdfUnavailableError: when no PDF can be made here.
    """
    language = translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(language):
        created = found.last.at if found.last else None
        html = render_to_string(
            "pdf/eight_d.html",
            {"report": found, "eight_d": found.eight_d, "created": created},
        )
    return PdfFile(name=report_name(found), content=render(html))
