"""What a request for a table of a scope asks for."""

from typing import Any

from rest_framework.request import Request

from scorecards.api.arithmetic import Asked, asked_scope
from scorecards.queries.scopes import Scope
from suppliers.resources import refuse_unknown


def asked_about(request: Request, serializer: Any, *others: str) -> tuple[Asked, Scope]:
    """Return checked parameters and what they are about; raises ValidationError by field."""
    refuse_unknown(request, {*serializer().fields, *others})
    query = serializer(data=request.query_params, context={"request": request})
    query.is_valid(raise_exception=True)
    asked: Asked = query.validated_data
    return asked, asked_scope(asked, user=request.user)
