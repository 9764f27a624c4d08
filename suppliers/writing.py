"""What every endpoint that writes shares: scope, refusals in the API's words, one answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.parsers import JSONParser
from rest_framework.response import Response

from suppliers.dispute_workflow import ForbiddenMoveError
from suppliers.services.records import ConflictError


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
