"""HTML to a tagged PDF: same input, same bytes; nothing is fetched but our own files."""

import hashlib
from functools import cache
from types import ModuleType

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from scorecards.pdf.scripts import FOLDER, MAPS


class PdfUnavailableError(Exception):
    """No PDF can be made on this machine; the message says why and what to do."""


STYLESHEET = "css/pdf.css"
FONTS = tuple(
    f"vendor/inter-{subset}-{weight}-normal.woff2"
    for subset in ("latin", "latin-ext")
    for weight in (400, 600, 700)
)


def pdf_available() -> bool:
    """Return whether PDFs can be made here."""
    return not why_unavailable()


def why_unavailable() -> str:
    """Say why no PDF can be made here and what to do; empty where one can."""
    try:
        _machinery()
    except PdfUnavailableError as error:
        return str(error)
    return ""


def render(html: str) -> bytes:
    """Return the PDF/UA-1 document of a complete HTML page with `lang` and title.

    Its bytes depend on `html`, stylesheet and fonts alone: the identifier is derived from
    the page, and dates come from its own metadata.

    Raises:
        PdfUnavailableError: when PDFs are off, Pango is missing, or the fonts are.
    """
    pdf: bytes = _machinery().write(html, identifier=_identifier(html))
    return pdf


def render_within(html: str, *, most_pages: int) -> bytes | None:
    """Return what `render` does, or None where it would take more pages than that.

    Raises:
        PdfUnavailableError: as `render`.
    """
    pdf: bytes | None = _machinery().write(
        html, identifier=_identifier(html), most_pages=most_pages
    )
    return pdf


def _identifier(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()[:32]


def _machinery() -> ModuleType:
    if not settings.PDF_ENABLED:
        raise PdfUnavailableError(
            _("PDF is switched off here (SCORECARD_PDF=off); install Pango to have it.")
        )
    _demand_files()
    return _weasyprint()


def _demand_files() -> None:
    missing = [name for name in (STYLESHEET, *FONTS) if finders.find(name) is None]
    missing += [name for name in MAPS if not (settings.FRONTEND_DIR / FOLDER / name).exists()]
    if missing:
        raise PdfUnavailableError(
            _("Files for the PDF are missing: %(files)s. Start once with ./run to install them.")
            % {"files": ", ".join(missing)}
        )


@cache
def _weasyprint() -> ModuleType:
    """Import the renderer: it costs a second and needs Pango, so only when it is wanted."""
    try:
        from scorecards.pdf import weasy
    except (ImportError, OSError) as error:
        raise PdfUnavailableError(
            _("PDF needs the Pango libraries: %(error)s") % {"error": error}
        ) from error
    return weasy
