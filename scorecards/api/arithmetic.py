"""A figure taken apart for programs: what the page of the arithmetic shows, and its rows."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from scorecards.api.figures import counted_suppliers, scopes
from scorecards.api.row_dicts import in_field_dict, row_dict
from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import Month, Window, window_months
from scorecards.queries.arithmetic import Arithmetic, arithmetic, contributions
from scorecards.queries.certainty import certainty_dict
from scorecards.queries.export import figure_dict, plain, ppm_number
from scorecards.queries.figures import UnsupportedScopeError, WindowFigure
from scorecards.queries.rows import DENOMINATOR, NUMERATOR, RowKind, Rows, rows_behind
from scorecards.queries.scopes import (
    Scope,
    figure_address,
    of_all,
    of_commodity,
    of_defect_code,
    of_group,
    of_part,
    of_plant,
    of_supplier,
    of_tier,
)
from scorecards.serializers.arithmetic import (
    ArithmeticQuery,
    ArithmeticRowsQuery,
    ArithmeticSerializer,
    ContributingRowSerializer,
)
from scorecards.thresholds import Threshold
from suppliers import access
from suppliers.authentication import TokenMayRead
from suppliers.enums import TokenScope
from suppliers.models import Supplier
from suppliers.resources import PAGE_PARAMETERS, Pages, refuse_unknown

Asked = dict[str, Any]

WIDE: Final[dict[ScopeKind, Callable[..., Scope]]] = {
    ScopeKind.PLANT: of_plant,
    ScopeKind.PART: of_part,
    ScopeKind.COMMODITY: of_commodity,
    ScopeKind.DEFECT_CODE: of_defect_code,
}


class RowPages(Pages):
    """Pages of contributing rows, newest first."""

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:  # noqa: ARG002  # DRF's signature
        """Order by day and key, as the page does."""
        return tuple(queryset.query.order_by)


class ArithmeticOfFigures(GenericViewSet[Any]):
    """How a figure comes about: formula, window, rules, months, suppliers and rows."""

    token_scope = TokenScope.FIGURES
    permission_classes = (IsAuthenticated, TokenMayRead)
    pagination_class = RowPages
    serializer_class = ArithmeticSerializer
    queryset = Supplier.objects.none()
    filter_backends = ()

    @extend_schema(parameters=[ArithmeticQuery], responses=ArithmeticSerializer)
    def list(self, request: Request) -> Response:
        """Take one figure apart; without parameters too little is said."""
        refuse_unknown(request, ArithmeticQuery().fields)
        query = ArithmeticQuery(data=request.query_params, context={"request": request})
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        scope = asked_scope(asked, user=request.user)
        try:
            shown = arithmetic(
                scope=scope,
                metric=Metric(asked["metric"]),
                window=Window(asked["window"]),
                end=asked["month"],
            )
        except UnsupportedScopeError as error:
            raise ValidationError({"scope": [str(error)]}) from error
        return Response(taken_apart(shown, asked, user=request.user, parameters=request.GET.dict()))

    @extend_schema(parameters=[ArithmeticRowsQuery], responses=ContributingRowSerializer(many=True))
    @action(detail=False)
    def rows(self, request: Request) -> Response:
        """Return the rows of one kind; what they count adds up to the figure."""
        refuse_unknown(request, {*ArithmeticRowsQuery().fields, *PAGE_PARAMETERS})
        query = ArithmeticRowsQuery(data=request.query_params, context={"request": request})
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        found = _rows(
            RowKind(asked["rows"]), asked, asked_scope(asked, user=request.user), request.user
        )
        if not isinstance(found.all, QuerySet):
            rows = [in_field_dict(row) for row in found]
            return Response({"next": None, "previous": None, "results": rows})
        page = self.paginate_queryset(found.all) or []
        return self.get_paginated_response([row_dict(found.kind, row) for row in page])


def asked_scope(asked: Asked, *, user: access.AnyUser) -> Scope:
    """Return what the figure is about.

    Raises:
        ValidationError: when it does not exist or the user knows nothing of it.
    """
    kind = ScopeKind(asked["scope"])
    suppliers = counted_suppliers(asked, user=user)
    if kind is ScopeKind.ALL:
        return of_all(suppliers=suppliers)
    found = scopes(asked, user=user).first()
    if isinstance(found, dict):  # a commodity is a name that parts carry
        found = found[kind.value]
    if found is None:
        raise ValidationError({kind.value: ["Nothing with this name."]})
    return _scope_of(kind, found, asked, suppliers)


def _scope_of(
    kind: ScopeKind, found: Any, asked: Asked, suppliers: QuerySet[Supplier] | None
) -> Scope:
    if kind is ScopeKind.SUPPLIER:
        return of_supplier(found)
    if kind is ScopeKind.TIER:
        return of_tier(found)
    if kind is ScopeKind.GROUP:
        return of_group(found)
    if "supplier" in asked:
        return of_supplier(asked["supplier"], **{kind.value: found})
    return WIDE[kind](found, suppliers=suppliers)


def taken_apart(
    shown: Arithmetic, asked: Asked, *, user: access.AnyUser, parameters: dict[str, str]
) -> dict[str, Any]:
    """Return the arithmetic as JSON."""
    figure, scope = shown.figure, shown.scope
    shares = contributions(figure, scope=scope, user=user) if scope.is_wide else []
    return {
        "scope_kind": asked["scope"],
        "scope": _label(scope, asked),
        **figure_dict(figure),
        **certainty_dict(figure, shown.judged.thresholds),
        "formula": f"1000000 × {plain(figure.counted)} ÷ {plain(figure.received)}",
        "months": [_month_dict(month) for month in shown.months],
        "suppliers": [
            {"supplier": share.supplier.code, **_counts_dict(share.figure)} for share in shares
        ],
        "counting_policy": {
            "version": shown.counting_policy.version,
            "provisional": shown.counting_policy.provisional,
            "warranty_months": shown.counting_policy.warranty_months,
            "field_lag_months": shown.counting_policy.field_lag_months,
        },
        "escalation_policy": _policy_dict(shown),
        "target_ppm": _plain(shown.judged.target_ppm),
        "disputed": _disputed_dict(shown),
        "rows": [
            _sum_dict(kind, total, asked, shown, user, parameters)
            for kind, total in (
                (NUMERATOR[figure.metric], figure.counted),
                (DENOMINATOR[figure.metric], figure.received),
            )
        ],
        "page": figure_address(scope, metric=figure.metric, month=figure.end, window=figure.window)
        if access.is_internal(user) or not scope.is_wide
        else None,
    }


def _label(scope: Scope, asked: Asked) -> str:
    narrowed = next(iter(scope.narrowed.values()), scope.label)
    return "all" if asked["scope"] == ScopeKind.ALL else narrowed


def _month_dict(month: WindowFigure) -> dict[str, Any]:
    return {
        name: value
        for name, value in figure_dict(month).items()
        if name not in {"window", "metric"}
    }


def _counts_dict(figure: WindowFigure) -> dict[str, Any]:
    written = figure_dict(figure)
    return {name: written[name] for name in ("numerator", "denominator", "value")}


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)


def _policy_dict(shown: Arithmetic) -> dict[str, Any] | None:
    policy = shown.escalation_policy
    if policy is None:
        return None
    return {
        "policy": policy.policy,
        "version": policy.version,
        "thresholds": [_threshold_dict(limit, shown) for limit in shown.judged.thresholds],
    }


def _threshold_dict(limit: Threshold, shown: Arithmetic) -> dict[str, Any]:
    return {
        "level": limit.level,
        "threshold_ppm": plain(limit.threshold_ppm),
        "comparator": limit.comparator.value,
        "window": limit.window.value,
        "passed": limit in shown.judged.exceeded,
        "verdict": shown.judged.verdicts[shown.judged.thresholds.index(limit)].verdict.value,
    }


def _disputed_dict(shown: Arithmetic) -> dict[str, Any] | None:
    if shown.disputed is None:
        return None
    without = ppm_number(shown.disputed.without)
    return {
        "quantity": plain(shown.disputed.quantity),
        "value_without": None if without is None else f"{without:f}",
    }


def _rows(kind: RowKind, asked: Asked, scope: Scope, user: access.AnyUser) -> Rows:
    end: Month = asked["month"]
    first = window_months(Window(asked["window"]), end=end)[0]
    return rows_behind(kind, user=user, scope=scope, first=first, last=end)


def _sum_dict(  # what one line of the sums is about
    kind: RowKind,
    total: Decimal,
    asked: Asked,
    shown: Arithmetic,
    user: access.AnyUser,
    parameters: dict[str, str],
) -> dict[str, Any]:
    rows = _rows(kind, asked, shown.scope, user)
    query = urlencode(parameters | {"rows": kind.value})
    return {
        "kind": kind.value,
        "total": plain(rows.total),
        "figure": plain(total),
        "agrees": rows.total == total,
        "rows": f"{reverse('api_arithmetic-rows')}?{query}",
    }
