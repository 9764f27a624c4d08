"""Deliveries on time and the incident rate taken apart for programs, with their rows."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from scorecards.api.arithmetic import RowPages
from scorecards.periods import Window
from scorecards.queries.export import plain, ppm_of
from scorecards.queries.performance_figure import (
    PerformanceFigure,
    PerformanceKind,
    performance_figure,
    performance_rows,
    value_of,
)
from scorecards.scoring import PER, Measure
from scorecards.serializers.performance import (
    PerformanceQuery,
    PerformanceRowSerializer,
    PerformanceSerializer,
)
from suppliers.authentication import TokenMayRead
from suppliers.enums import TokenScope
from suppliers.models import Supplier
from suppliers.resources import PAGE_PARAMETERS, refuse_unknown

# The fact behind a row, its day, and the column that counts.
ROWS = {
    PerformanceKind.ON_TIME: ("delivery", "received_on", "on_time"),
    PerformanceKind.INCIDENTS: ("reject", "detected_on", "weighted_incidents"),
}


class Performance(GenericViewSet[Any]):
    """How deliveries on time and the incident rate of a supplier come about."""

    token_scope = TokenScope.FIGURES
    permission_classes = (IsAuthenticated, TokenMayRead)
    pagination_class = RowPages
    serializer_class = PerformanceSerializer
    queryset = Supplier.objects.none()
    filter_backends = ()
    lookup_field = "code"
    lookup_value_regex = "[^/]+"

    @extend_schema(parameters=[PerformanceQuery], responses=PerformanceSerializer)
    def retrieve(self, request: Request, code: str) -> Response:
        """Return a figure with its formula, months, rule and the sums of its rows."""
        shown = _asked(request, code)
        found = performance_rows(shown, user=request.user)
        measure = shown.measure
        sums = (found.numerator, found.denominator)
        per = plain(Decimal(PER[shown.kind.criterion]))
        return Response(
            {
                "supplier": shown.supplier.code,
                "kind": shown.kind.value,
                "window": shown.window.value,
                **_counts(shown, shown.value, measure),
                "month": str(shown.end),
                "formula": f"{per} × {plain(measure.numerator)} ÷ {plain(measure.denominator)}",
                "months": [
                    {"month": str(month), **_counts(shown, value_of(shown.kind, one), one)}
                    for month, one in shown.measures
                ],
                "counting_policy": shown.policy.version,
                "on_time_early_days": shown.policy.on_time_early_days,
                "on_time_late_days": shown.policy.on_time_late_days,
                "rows_numerator": plain(found.numerator),
                "rows_denominator": plain(found.denominator),
                "agrees": sums == (measure.numerator, measure.denominator),
                "rows": _rows_address(request, code),
            }
        )

    @extend_schema(parameters=[PerformanceQuery], responses=PerformanceRowSerializer(many=True))
    @action(detail=True)
    def rows(self, request: Request, code: str) -> Response:
        """Return the rows one by one; what they count adds up to the numerator."""
        shown = _asked(request, code, *PAGE_PARAMETERS)
        _view, day, _column = ROWS[shown.kind]
        found = performance_rows(shown, user=request.user).rows.order_by(f"-{day}", "-pk")
        page = self.paginate_queryset(found) or []
        return self.get_paginated_response([_row(shown.kind, row) for row in page])


def _asked(request: Request, code: str, *others: str) -> PerformanceFigure:
    refuse_unknown(request, {*PerformanceQuery().fields, *others})
    query = PerformanceQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    asked = query.validated_data
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), code=code)
    return performance_figure(
        PerformanceKind(asked["kind"]),
        supplier=supplier,
        window=Window(asked["window"]),
        end=asked["month"],
    )


def _counts(shown: PerformanceFigure, value: Fraction | None, measure: Measure) -> dict[str, Any]:
    """Write counts and value; percent of deliveries, weight per 10⁹ pieces of incidents."""
    number = ppm_of(value)
    return {
        "numerator": plain(measure.numerator),
        "denominator": plain(measure.denominator),
        "value": None if number is None else f"{number:f}",
        "unit": "percent" if shown.kind is PerformanceKind.ON_TIME else "per_billion",
    }


def _rows_address(request: Request, code: str) -> str:
    path = reverse("api_performance-rows", args=[code])
    return f"{path}?{urlencode(request.query_params.dict())}"


def _row(kind: PerformanceKind, row: Any) -> dict[str, Any]:
    fact, day, column = ROWS[kind]
    record = getattr(row, fact)
    return {
        "id": row.pk,
        "record": str(record),
        "on": getattr(row, day).isoformat(),
        "promised_on": record.promised_on.isoformat() if fact == "delivery" else None,
        "severity": record.severity if fact == "reject" else None,
        "plant": row.plant.code,
        "part": row.part.number,
        "counted": str(getattr(row, column)),
    }
