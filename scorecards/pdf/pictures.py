"""A chart of a page as a PDF of its own: the same drawing, its legend and its table."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from scorecards.pdf.engine import render
from scorecards.pictures.figure import Picture


def picture_pdf(picture: Picture, *, heading: str, subtitle: str, created: str) -> bytes:
    """Return the PDF of a picture; `created` (ISO 8601) is when its numbers were read.

    Raises:
        PdfUnavailableError: when no PDF can be made here.
    """
    context = {
        "picture": picture,
        "heading": heading,
        "subtitle": subtitle,
        "created": created,
        "site_url": settings.SITE_URL,
    }
    language = translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(language):
        return render(render_to_string("pdf/picture.html", context))
