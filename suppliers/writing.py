"""What every endpoint that writes shares: scope, refusals in the API's words, one answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from suppliers.dispute_workflow import ForbiddenMoveError
from suppliers.services.records import ConflictError
from suppliers.uploads import evidence_limit, evidence_too_big


class Conflict(APIException):
    """What was asked for contradicts what happened meanwhile."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"
    default_detail = _("It has moved on meanwhile; look again.")


@contextmanager
def api_errors() -> Iterator[None]:
    """Turn what services refuse into answers: 400 by field, 409 for what has moved on."""
    try:
        yield
    except ValidationError as error:
        raise serializers.ValidationError(_by_field(error)) from error
    except ConflictError as error:
        raise Conflict(error.message) from error
    except ForbiddenMoveError as error:
        raise Conflict from error


def _by_field(error: ValidationError) -> dict[str, Any]:
    if not hasattr(error, "error_dict"):
        return {"non_field_errors": error.messages}
    return {
        "non_field_errors" if name == NON_FIELD_ERRORS else name: messages
        for name, messages in error.message_dict.items()
    }


def answer_with(serializer: Any, *, is_new: bool) -> Response:
    """Answer with what was written: 201 when it is new, 200 when it was there before."""
    return Response(
        serializer.data, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
    )


PARSERS = (JSONParser,)


class TakesFiles:
    """An endpoint that takes files beside its fields, as multipart/form-data.

    They are refused while they arrive when they are too large together.
    """

    parser_classes: Any = (JSONParser, MultiPartParser)

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Set the limit before anything reads the body; logging in by session already does."""
        request.upload_handlers.insert(0, evidence_limit(request))
        initialized: Request = super().initialize_request(request, *args, **kwargs)  # type: ignore[misc]
        return initialized

    def sent(self, request: Request) -> Any:
        """Return what was sent.

        Raises:
            ValidationError: on `attachments`, when files were thrown away for their size.
        """
        data = request.data
        if evidence_too_big(request._request):  # noqa: SLF001  # the handlers are Django's
            message = _("These files are too large together; attach fewer or smaller ones.")
            raise serializers.ValidationError({"attachments": [message]})
        return data
