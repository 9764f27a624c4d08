"""Ties log lines to their cause: the request in the web process, the task in a worker."""

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from celery import current_task
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
# Where a request keeps its id: Django logs refusals when all middleware is done.
KEPT = "scorecard.request_id"
# What a proxy in front may hand over; anything else could forge lines of the log.
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")

_request_id: ContextVar[str] = ContextVar("request_id", default="")


class RequestId:
    """Gives each request an id, the proxy's where it has one, and says it in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the id in the headers, for whoever reports a fault."""
        given = request.headers.get(HEADER, "")
        chosen = given if GIVEN.fullmatch(given) else uuid.uuid4().hex
        request.META[KEPT] = chosen
        token = _request_id.set(chosen)
        try:
            response = self.get_response(request)
        finally:
            _request_id.reset(token)
        response[HEADER] = chosen
        return response


class Cause(logging.Filter):
    """Adds `cause` to each record: `request=…`, `task=name[id]`, or `-`."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through."""
        meta = getattr(getattr(record, "request", None), "META", {})
        record.cause = _cause(meta.get(KEPT, ""))
        return True


def _cause(request_id: str) -> str:
    if request_id := request_id or _request_id.get():
        return f"request={request_id}"
    if current_task and current_task.request.id:
        return f"task={current_task.name}[{current_task.request.id}]"
    return "-"
