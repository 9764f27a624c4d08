"""What every request passes before a view sees it."""

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse

Next = Callable[[HttpRequest], HttpResponse]
NUL = "\x00"
API = "/api/"


class NulRefused:
    """Answers a NUL byte in an address, on which PostgreSQL would fail: there is no such thing.

    Forms and the API's parameters refuse it one by one and say so.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through, or raise Http404 (path) or SuspiciousOperation (query)."""
        if NUL in request.path:
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", "") and not request.path.startswith(API):
            raise SuspiciousOperation("NUL byte in the query")
        return self.get_response(request)
