"""What a response says, as text: pages, JSON, downloads, spreadsheets and PDFs."""

import re
import zipfile
from functools import cache
from io import BytesIO
from typing import Any

from pypdf import PdfReader

CHANGES_EVERY_TIME = re.compile(
    r'(csrfmiddlewaretoken" value=|X-CSRFToken": |X-CSRFToken&quot;: )"?[^"&]+'
)


def text_of(response: Any) -> str:
    """Return everything readable in a response: headers that name things, and the body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    head = " ".join(
        response.headers.get(name, "") for name in ("Location", "Content-Disposition", "Link")
    )
    return f"{head} {_readable(body, response.headers.get('Content-Type', ''))}"


def comparable(text: str) -> str:
    """Return the text without what differs between two equal answers."""
    return CHANGES_EVERY_TIME.sub("", text)


def _readable(body: bytes, kind: str) -> str:
    if body.startswith(b"%PDF"):
        return _pdf_text(body)
    if body.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(body)) as archive:
            return " ".join(
                archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
            )
    return body.decode("latin-1" if "image" in kind else "utf-8", "replace")


@cache
def _pdf_text(body: bytes) -> str:
    """Read a PDF once: most roles are given the same bytes."""
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)
