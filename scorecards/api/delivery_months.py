"""Rejects by the month their parts were delivered, for programs; for analysis alone."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from scorecards.api.arithmetic import RowPages
from scorecards.api.asked import asked_about
from scorecards.queries.by_delivery_month import DeliveryMonth, delivery_month_table
from scorecards.queries.delivery_month_file import delivery_month_file
from scorecards.queries.export import plain, ppm_of
from scorecards.serializers.delivery_months import (
    DeliveryMonthsFileQuery,
    DeliveryMonthsQuery,
    DeliveryMonthsSerializer,
)
from scorecards.spreadsheets import FileForm, download
from suppliers.authentication import TokenMayRead
from suppliers.enums import TokenScope
from suppliers.models import Supplier


class DeliveryMonthsOfRejects(GenericViewSet[Any]):
    """Rejects of twelve months by the month in which their parts were delivered."""

    token_scope = TokenScope.FIGURES
    permission_classes = (IsAuthenticated, TokenMayRead)
    pagination_class = RowPages
    serializer_class = DeliveryMonthsSerializer
    queryset = Supplier.objects.none()
    filter_backends = ()

    @extend_schema(parameters=[DeliveryMonthsQuery], responses=DeliveryMonthsSerializer)
    def list(self, request: Request) -> Response:
        """Return the table as it was known at the end of the month."""
        asked, scope = asked_about(request, DeliveryMonthsQuery)
        table = delivery_month_table(scope=scope, end=asked["month"])
        return Response(
            {
                "scope_kind": asked["scope"],
                "scope": str(scope.part or scope.label or "all"),
                "month": str(table.end),
                "delivery_months": [_row(row) for row in table.rows],
                "unplaced": plain(table.unplaced),
                "outside": plain(table.outside),
                "numerator": plain(table.counted),
            }
        )

    @extend_schema(
        parameters=[DeliveryMonthsFileQuery],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    @action(detail=False)
    def table(self, request: Request) -> HttpResponseBase:
        """Return the table as a file, as the page does."""
        asked, scope = asked_about(request, DeliveryMonthsFileQuery)
        table = delivery_month_table(scope=scope, end=asked["month"])
        file = delivery_month_file(table, scope=scope)
        form = FileForm(asked["form"])
        return download(form=form, name=file.name, header=file.header, rows=file.rows)


def _row(row: DeliveryMonth) -> dict[str, Any]:
    value = ppm_of(row.shape.ppm)
    return {
        "delivered": str(row.month),
        "numerator": _exact(row.shape.counted),
        "denominator": _exact(row.shape.received),
        "provisional": plain(row.provisional),
        "value": None if value is None else f"{value:f}",
        "state": row.shape.state.value,
    }


def _exact(pieces: Fraction) -> str:
    """Write pieces, which have three decimals at most."""
    return plain(Decimal(pieces.numerator) / Decimal(pieces.denominator))
