"""WeasyPrint behind a fetcher that opens our stylesheet and fonts and refuses all else."""

import gc
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from fontTools.ttLib import woff2
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from scorecards.pdf.engine import FONTS, STYLESHEET
from scorecards.pdf.scripts import FOLDER, Face, faces_for, styles
from scorecards.pdf.tags import complete

# A variable font is fixed to a weight while a page is drawn, and fontTools writes into it when that
# was, unless this names another time (reproducible-builds.org). Equal pages are equal files.
os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
# A name that no resolver knows: nothing below it is ever asked for over a network.
BASE = "https://static.invalid/"
MOST_KEPT = 4
MOST_UNPACKED = 64
TYPES = {".css": "text/css", ".woff2": "font/woff2"}
UNPACKED = "font/ttf"


class RefusedError(FatalURLFetchingError):  # type: ignore[misc]  # WeasyPrint has no types
    """The page asked for something that is not ours; rendering stops."""


class OwnFilesOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Opens the stylesheet and the fonts by name; no network, no other file, no data URL."""

    def __init__(self, faces: Sequence[Face] = ()) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self._more = {name for face in faces for _, name in face.files}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002  # its shape
        """Return one of our files.

        Raises:
            RefusedError: for every other address.
        """
        name = url.removeprefix(BASE)
        if name == url or name not in (STYLESHEET, *FONTS, *self._more):
            raise RefusedError(f"refused to fetch {url[:200]}")
        if name in self._more:
            font = _unpacked(_more_fonts() / name)
            return URLFetcherResponse(url, body=font, headers={"Content-Type": UNPACKED})
        path = Path(str(finders.find(name)))
        return URLFetcherResponse(
            url, body=path.read_bytes(), headers={"Content-Type": TYPES[path.suffix]}
        )


def _more_fonts() -> Path:
    """Return the folder above the fonts of other scripts, which nothing serves: see `scripts`."""
    folder: Path = settings.FRONTEND_DIR
    return folder


@lru_cache(maxsize=MOST_UNPACKED)
def _unpacked(path: Path) -> bytes:
    """Return a font of another script unpacked; one file bears three weights, and many a page."""
    unpacked = BytesIO()
    woff2.decompress(BytesIO(path.read_bytes()), unpacked)
    return unpacked.getvalue()


class Wardrobe:
    """A font configuration with our stylesheet, and with `faces` of other scripts."""

    def __init__(self, faces: Sequence[Face] = ()) -> None:
        self.fonts = FontConfiguration()
        self.stylesheet = self._css(url=BASE + STYLESHEET)
        self.stylesheets = [self.stylesheet]
        if faces:
            self.stylesheets.append(self._css(faces, string=styles(faces), base_url=BASE))

    def _css(self, faces: Sequence[Face] = (), **source: str) -> CSS:
        fetcher = OwnFilesOnly(faces)
        return CSS(url_fetcher=fetcher, font_config=self.fonts, media_type="print", **source)


class Kit(threading.local, Wardrobe):
    """Fonts and stylesheet, read once a thread: a third of the time of a single PDF.

    A page with other scripts has a configuration of its own, so that no page ever sees fonts that
    another one needed. The last few are kept: a crowded page is laid out repeatedly, and names in
    one script share many characters.
    """

    def __init__(self) -> None:
        Wardrobe.__init__(self)
        self._kept: dict[tuple[Face, ...], Wardrobe] = {}

    def for_page(self, html: str) -> Wardrobe:
        """Return what the page's characters need."""
        faces = faces_for(html, folder=_more_fonts() / FOLDER)
        if not faces:
            return self
        found = self._kept.pop(faces, None) or Wardrobe(faces)
        self._kept[faces] = found
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return found


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
    kit = KIT.for_page(html)
    document = page.render(font_config=kit.fonts, stylesheets=kit.stylesheets, **options)
    if most_pages is not None and len(document.pages) > most_pages:
        return None
    pdf: bytes = document.write_pdf(finisher=complete, **options)
    return pdf
