"""The scorecard as a tagged PDF; WeasyPrint is imported only when a PDF is made."""

from scorecards.pdf.engine import PdfUnavailableError, pdf_available, why_unavailable
from scorecards.pdf.files import PdfFile, scorecard_pdf, version_pdf

__all__ = [
    "PdfFile",
    "PdfUnavailableError",
    "pdf_available",
    "scorecard_pdf",
    "version_pdf",
    "why_unavailable",
]
