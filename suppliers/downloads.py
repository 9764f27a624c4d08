"""Giving evidence out, never to be run by a browser; whoever asks has fetched it as visible."""

from typing import Any, Protocol

from django.http import FileResponse


class KeptFile(Protocol):
    """A row that keeps a file: evidence, or a file of another app."""

    file: Any
    name: str
    content_type: str


def download(evidence: KeptFile) -> FileResponse:
    """Return a file as an attachment.

    Raises:
        FileNotFoundError: when its bytes are not there.
    """
    response = FileResponse(
        evidence.file.open("rb"),
        as_attachment=True,
        filename=evidence.name,
        content_type=evidence.content_type,
    )
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
