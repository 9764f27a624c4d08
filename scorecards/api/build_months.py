"""Warranty by build month and months in service for programs, with the rows of every cell."""

from typing import Any
from urllib.parse import urlencode

from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from scorecards.api.arithmetic import RowPages
from scorecards.api.asked import asked_about
from scorecards.api.row_dicts import row_dict
from scorecards.periods import Month
from scorecards.queries.build_month_file import build_month_file
from scorecards.queries.by_build_month import Cell, build_month_table, rows_of_cell
from scorecards.queries.export import plain, ppm_of
from scorecards.serializers.arithmetic import ContributingRowSerializer
from scorecards.serializers.build_months import (
    BuildMonthsFileQuery,
    BuildMonthsQuery,
    BuildMonthsRowsQuery,
    BuildMonthsSerializer,
)
from scorecards.spreadsheets import FileForm, download
from suppliers.authentication import TokenMayRead
from suppliers.enums import TokenScope
from suppliers.models import Supplier
from suppliers.resources import PAGE_PARAMETERS


class BuildMonths(GenericViewSet[Any]):
    """Warranty of a supplier or a part by the month its parts were built in."""

    token_scope = TokenScope.FIGURES
    permission_classes = (IsAuthenticated, TokenMayRead)
    pagination_class = RowPages
    serializer_class = BuildMonthsSerializer
    queryset = Supplier.objects.none()
    filter_backends = ()

    @extend_schema(parameters=[BuildMonthsQuery], responses=BuildMonthsSerializer)
    def list(self, request: Request) -> Response:
        """Return the table as it was known at the end of the month."""
        asked, scope = asked_about(request, BuildMonthsQuery)
        table = build_month_table(scope=scope, end=asked["month"])
        return Response(
            {
                "scope_kind": asked["scope"],
                "scope": str(scope.part or scope.label or "all"),
                "month": str(table.end),
                "field_lag_months": table.lag_months,
                "build_months": [
                    {
                        "built": str(row.month),
                        "received": plain(row.received),
                        "cells": [_cell(cell, request, built=row.month) for cell in row.cells],
                    }
                    for row in table.rows
                ],
                "totals": [_cell(cell, request) for cell in table.totals],
                "derived": plain(table.derived),
                "unplaced": plain(table.unplaced),
                "older": plain(table.older),
            }
        )

    @extend_schema(
        parameters=[BuildMonthsFileQuery],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    @action(detail=False)
    def table(self, request: Request) -> HttpResponseBase:
        """Return the table as a file, as the page does."""
        asked, scope = asked_about(request, BuildMonthsFileQuery)
        file = build_month_file(build_month_table(scope=scope, end=asked["month"]), scope=scope)
        form = FileForm(asked["form"])
        return download(form=form, name=file.name, header=file.header, rows=file.rows)

    @extend_schema(
        parameters=[BuildMonthsRowsQuery], responses=ContributingRowSerializer(many=True)
    )
    @action(detail=False)
    def rows(self, request: Request) -> Response:
        """Return the returns of one cell; what they count adds up to it."""
        asked, scope = asked_about(request, BuildMonthsRowsQuery, *PAGE_PARAMETERS)
        found = rows_of_cell(
            scope=scope,
            user=request.user,
            end=asked["month"],
            built=asked["built"],
            months_in_service=int(asked["mis"]),
        )
        page = self.paginate_queryset(found.all) or []
        return self.get_paginated_response([row_dict(found.kind, row) for row in page])


def _cell(cell: Cell, request: Request, *, built: Month | None = None) -> dict[str, Any]:
    """Return a cell; `rows` is where its returns are, null for a total."""
    value = ppm_of(cell.shape.ppm)
    return {
        "months_in_service": cell.months_in_service,
        "numerator": plain(cell.counted),
        "denominator": plain(cell.received),
        "value": None if value is None else f"{value:f}",
        "state": cell.shape.state.value,
        "mature": cell.mature,
        "rows": None if built is None else _rows_address(request, built, cell),
    }


def _rows_address(request: Request, built: Month, cell: Cell) -> str:
    asked = {**request.query_params.dict(), "built": str(built), "mis": cell.months_in_service}
    return f"{reverse('api_build_month-rows')}?{urlencode(asked)}"
