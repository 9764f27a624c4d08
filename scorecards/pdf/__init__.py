"""The scorecard as a tagged PDF; WeasyPrint is imported only when a PDF is made."""

from scorecards.pdf.engine import PdfUnavailableError, pdf_available, why_unavailable
from scorecards.pdf.files import PdfFile, marked_pdf, scorecard_pdf, version_pdf

__all__ = [
    "PdfFile",
    "PdfUnavailableError",
    "marked_pdf",
    "pdf_available",
    "scorecard_pdf",
    "version_pdf",
    "why_unavailable",
]
