"""WeasyPrint behind a fetcher that opens our stylesheet and fonts and refuses all else."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from scorecards.pdf.engine import FONTS, STYLESHEET

# A name that no resolver knows: nothing below it is ever asked for over a network.
BASE = "https://static.invalid/"
TYPES = {".css": "text/css", ".woff2": "font/woff2"}


class RefusedError(FatalURLFetchingError):  # type: ignore[misc]  # WeasyPrint has no types
    """The page asked for something that is not ours; rendering stops."""


class OwnFilesOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Opens the stylesheet and the fonts by name; no network, no other file, no data URL."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002  # its shape
        """Return one of our files.

        Raises:
            RefusedError: for every other address.
        """
        name = url.removeprefix(BASE)
        if name == url or name not in (STYLESHEET, *FONTS):
            raise RefusedError(f"refused to fetch {url[:200]}")
        path = Path(str(finders.find(name)))
        return URLFetcherResponse(
            url, body=path.read_bytes(), headers={"Content-Type": TYPES[path.suffix]}
        )


class Kit(threading.local):
    """Fonts and stylesheet, read once a thread: a third of the time of a single PDF."""

    def __init__(self) -> None:
        self.fonts = FontConfiguration()
        self.stylesheet = CSS(
            url=BASE + STYLESHEET,
            url_fetcher=OwnFilesOnly(),
            font_config=self.fonts,
            media_type="print",
        )


KIT = Kit()


def write(html: str, *, identifier: str, most_pages: int | None = None) -> bytes | None:
    """Render a page; `identifier` becomes the PDF's own, so that equal pages are equal files.

    None where it takes more than `most_pages`.
    """
    with collector_resting():
        return _write(html, identifier=identifier, most_pages=most_pages)


@contextmanager
def collector_resting() -> Iterator[None]:
    """Keep the garbage collector from walking a page again and again while it is laid out.

    A page is hundreds of thousands of objects that all live until it is written; walking them
    takes a quarter of the time. They are young when it is done: collecting the youngest
    generation alone then frees them at once, whatever else the process holds.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect(0)


def _write(html: str, *, identifier: str, most_pages: int | None) -> bytes | None:
    page = HTML(string=html, base_url=BASE, url_fetcher=OwnFilesOnly(), media_type="print")
    options = {"pdf_variant": "pdf/ua-1", "pdf_identifier": identifier.encode()}
    document = page.render(font_config=KIT.fonts, stylesheets=[KIT.stylesheet], **options)
    if most_pages is not None and len(document.pages) > most_pages:
        return None
    pdf: bytes = document.write_pdf(**options)
    return pdf
