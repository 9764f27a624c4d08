"""Stops an upload that is too large while it arrives, before it fills a disk."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

# What a form sends besides the file.
FORM_BYTES = 64 * 1024
CHUNK = 64 * 1024
# Evidence comes in several files; together they may be this many times as large as one.
TOGETHER = 5


class SizeLimit(FileUploadHandler):
    """Lets files through up to a size; `exceeded` says that one was refused.

    Put it first among the request's upload handlers, before anything reads the form. What
    is announced as too large is never written; what turns out too large is thrown away.
    """

    def __init__(self, request: HttpRequest, *, limit: int) -> None:
        super().__init__(request)
        self.limit = limit
        self.exceeded = False
        self.seen = 0

    def handle_raw_input(self, *args: Any, **_kwargs: Any) -> None:
        """Judge by the announced length, the third of what Django hands over."""
        _stream, _headers, content_length, *_rest = args
        self.exceeded = content_length > self.limit + FORM_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin counting; skip what was announced as too large."""
        super().new_file(*args, **kwargs)
        self.seen = 0
        if self.exceeded:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002  # Django's shape
        """Count, and pass the chunk on to the handler that keeps it."""
        self.seen += len(raw_data)
        if self.seen > self.limit:
            self.exceeded = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:  # Django's shape
        """Leave the file to the next handler."""


def evidence_limit(request: HttpRequest) -> SizeLimit:
    """Return the handler that lets files through as long as they are not too large together."""
    return SizeLimit(request, limit=settings.EVIDENCE_MAX_BYTES * TOGETHER)


def takes_evidence(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view take files, refused while they arrive when they are too large together.

    The view asks `evidence_too_big(request)`. Outermost decorator: the limit must stand before
    anything reads the form, so the token is checked behind it.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers.insert(0, evidence_limit(request))
        response: HttpResponseBase = protected(request, *args, **kwargs)
        return response

    return limited


def evidence_too_big(request: HttpRequest) -> bool:
    """Whether files were refused for their size; reads the form."""
    request.POST  # noqa: B018  # reading it is what runs the handlers
    return any(isinstance(h, SizeLimit) and h.exceeded for h in request.upload_handlers)


def read_to_the_end(request: HttpRequest, *, limit: int) -> None:
    """Take the rest of a refused request: a browser that cannot send on never shows the answer."""
    left = limit
    while left > 0 and (block := request.read(CHUNK)):
        left -= len(block)
