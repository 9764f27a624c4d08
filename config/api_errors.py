"""One shape for every error of the API.

{"error": {"code": "invalid", "message": "…", "fields": {"month": ["…"]}}}
"""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler


def shaped(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception in the API's shape; None leaves it to Django as a fault of ours."""
    if isinstance(error, Http404):
        # The same words whether it is absent or somebody else's.
        error = NotFound()
    response = exception_handler(error, context)
    if response is not None:
        response.data = {"error": _body(error)}
    return response


def _body(error: Exception) -> dict[str, Any]:
    if isinstance(error, ValidationError):
        message = _("The request cannot be answered as it stands; see the fields.")
        return {"code": "invalid", "message": message, "fields": error.detail}
    if isinstance(error, APIException) and not isinstance(error.detail, dict | list):
        return {"code": error.detail.code, "message": error.detail, "fields": {}}
    return {"code": "refused", "message": _("You may not do this."), "fields": {}}


class NoSuchEndpoint(APIView):
    """Answers addresses below /api/ that name nothing."""

    permission_classes = (AllowAny,)
    throttle_classes = ()
    schema = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer every method alike."""
        self.http_method_names = [request.method.lower()]
        setattr(self, request.method.lower(), self.refuse)
        return super().dispatch(request, *args, **kwargs)

    def refuse(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # noqa: ARG002
        """Say that there is nothing."""
        raise NotFound
