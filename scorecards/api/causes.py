"""What a supplier's rejects are made of, for programs: the Pareto, its records and its file."""

from typing import Any
from urllib.parse import urlencode

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from scorecards.api.arithmetic import RowPages
from scorecards.enums import CauseKind, CauseMeasure
from scorecards.periods import Window
from scorecards.queries.cause_file import cause_file, percent_of
from scorecards.queries.cause_question import (
    CauseQuestion,
    UnreportedCurrencyError,
    counted_in,
    in_currency,
    reported,
)
from scorecards.queries.cause_records import cause_records
from scorecards.queries.cause_table import CauseCount, cause_table
from scorecards.queries.export import plain
from scorecards.queries.scopes import of_supplier
from scorecards.serializers.causes import (
    CauseRowSerializer,
    CauseRowsQuery,
    CausesFileQuery,
    CausesQuery,
    CausesSerializer,
)
from scorecards.spreadsheets import FileForm, download
from suppliers.authentication import TokenMayRead
from suppliers.enums import TokenScope
from suppliers.models import Supplier
from suppliers.resources import PAGE_PARAMETERS, refuse_unknown


class Causes(GenericViewSet[Any]):
    """Rejects of a supplier by defect code, part, plant, detection point, machine or shift."""

    token_scope = TokenScope.FIGURES
    permission_classes = (IsAuthenticated, TokenMayRead)
    pagination_class = RowPages
    serializer_class = CausesSerializer
    queryset = Supplier.objects.none()
    filter_backends = ()
    lookup_field = "code"
    lookup_value_regex = "[^/]+"

    @extend_schema(parameters=[CausesQuery], responses=CausesSerializer)
    def retrieve(self, request: Request, code: str) -> Response:
        """Return every cause of the window, largest first."""
        asked, _more = _asked(request, code, CausesQuery)
        table = cause_table(asked)
        return Response(
            {
                "supplier": asked.scope.slug,
                "month": str(asked.end),
                "window": asked.window.value,
                "by": asked.by.value,
                "measure": asked.measure.value,
                "currency": asked.currency,
                "currencies": list(reported(asked).currencies),
                "total": plain(table.total),
                "numerator": plain(counted_in(asked)),
                "causes": [_cause(asked, cause) for cause in table.causes],
            }
        )

    @extend_schema(parameters=[CauseRowsQuery], responses=CauseRowSerializer(many=True))
    @action(detail=True)
    def rows(self, request: Request, code: str) -> Response:
        """Return the records of a cause, or of all; they add up to what it counts."""
        asked, more = _asked(request, code, CauseRowsQuery, *PAGE_PARAMETERS)
        table = cause_table(asked)
        one = table.named(more["cause"]) if "cause" in more else None
        causes = ([one] if one else []) if "cause" in more else table.causes
        found = cause_records(asked, causes, user=request.user)
        page = self.paginate_queryset(found.rows) or []
        return self.get_paginated_response([_row(row) for row in page])

    @extend_schema(
        parameters=[CausesFileQuery],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    @action(detail=True)
    def table(self, request: Request, code: str) -> HttpResponseBase:
        """Return the causes as a file, as the page does."""
        asked, more = _asked(request, code, CausesFileQuery)
        file = cause_file(cause_table(asked))
        form = FileForm(more["form"])
        return download(form=form, name=file.name, header=file.header, rows=file.rows)


def _asked(
    request: Request, code: str, serializer: type[CausesQuery], *others: str
) -> tuple[CauseQuestion, dict[str, Any]]:
    refuse_unknown(request, {*serializer().fields, *others})
    query = serializer(data=request.query_params)
    query.is_valid(raise_exception=True)
    more = query.validated_data
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    question = CauseQuestion(
        scope=of_supplier(supplier),
        end=more["month"],
        window=Window(more["window"]),
        by=CauseKind(more["by"]),
        measure=CauseMeasure(more["measure"]),
    )
    try:
        return in_currency(question, more.get("currency", "")), more
    except UnreportedCurrencyError as error:
        raise ValidationError({"currency": [error.message]}) from error


def _cause(asked: CauseQuestion, cause: CauseCount) -> dict[str, Any]:
    query = {
        "by": asked.by.value,
        "measure": asked.measure.value,
        "window": asked.window.value,
        "month": str(asked.end),
        "cause": cause.key,
    }
    if asked.currency:
        query["currency"] = asked.currency
    return {
        "key": cause.key,
        "name": cause.name,
        "superseded": list(cause.numbers),
        "value": plain(cause.value),
        "pieces": plain(cause.pieces),
        "incidents": cause.incidents,
        "cost": plain(cause.cost) if asked.measure is CauseMeasure.COST else None,
        "share_pct": f"{percent_of(cause.share)}",
        "reached_pct": f"{percent_of(cause.reached)}",
        "worst": cause.worst,
        "severities": {severity.value: count for severity, count in cause.severities},
        "rows": f"{reverse('api_cause-rows', args=[asked.scope.slug])}?{urlencode(query)}",
    }


def _row(row: Any) -> dict[str, Any]:
    fact = row.reject
    return {
        "id": row.pk,
        "record": str(fact),
        "on": row.detected_on.isoformat(),
        "plant": row.plant.code,
        "part": row.part.number,
        "defect_code": fact.defect_code.code,
        "detection_point": fact.detection_point,
        "severity": fact.severity,
        "counted": plain(row.counted_qty),
        "provisional": plain(row.provisional_qty),
        "incidents": row.incidents,
        "machine": fact.machine,
        "shift": fact.shift,
        "cost": None if fact.cost is None else plain(fact.cost),
        "cost_currency": fact.cost_currency,
        "decided": row.decided,
        "disputed": row.disputed,
    }
