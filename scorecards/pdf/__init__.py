"""The scorecard as a tagged PDF; WeasyPrint is imported only when a PDF is made."""

from scorecards.pdf.engine import PdfUnavailableError, pdf_available, why_unavailable
from scorecards.pdf.files import PdfFile, copy_pdf, scorecard_pdf, version_pdf
from scorecards.pdf.paper import Paper

__all__ = [
    "Paper",
    "PdfFile",
    "PdfUnavailableError",
    "copy_pdf",
    "pdf_available",
    "scorecard_pdf",
    "version_pdf",
    "why_unavailable",
]
