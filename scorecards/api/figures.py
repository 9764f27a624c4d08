"""Figures by scope and month."""

from collections.abc import Iterator
from typing import Any, Final, TypeAlias
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.models import PartMonth, WarrantyMonth
from scorecards.periods import Window
from scorecards.queries.certainty import certainty_dict
from scorecards.queries.export import FigureRow, figure_rows
from scorecards.queries.figures import MEMBER_SOURCES, UnsupportedScopeError, latest_month
from scorecards.serializers.figures import FigureQuery, FigureSerializer
from suppliers import access
from suppliers.authentication import TokenMayRead
from suppliers.enums import TokenScope
from suppliers.models import DefectCode, Part, Plant, Reject, Supplier, SupplierGroup, Tier
from suppliers.resources import (
    PAGE_PARAMETERS,
    Pages,
    refuse_unknown,
)

Keys: TypeAlias = list[Any]
LABELS = {
    ScopeKind.SUPPLIER: "code",
    ScopeKind.PLANT: "code",
    ScopeKind.PART: "number",
    ScopeKind.COMMODITY: "commodity",
    ScopeKind.DEFECT_CODE: "code",
    ScopeKind.TIER: "level",
    ScopeKind.GROUP: "name",
}
MODELS: Final[dict[ScopeKind, Any]] = {
    ScopeKind.TIER: Tier,
    ScopeKind.GROUP: SupplierGroup,
    ScopeKind.PLANT: Plant,
    ScopeKind.PART: Part,
    ScopeKind.DEFECT_CODE: DefectCode,
}


class ScopePages(Pages):
    """Pages of suppliers, plants, parts or tiers; each comes with all months asked for."""

    max_page_size = 200

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:  # noqa: ARG002  # DRF's signature
        """Order by what the scope is called."""
        return (view.ordering,)


class Figures(GenericViewSet[Any]):
    """External and warranty PPM with their count pairs, from the one path all pages use."""

    token_scope = TokenScope.FIGURES
    permission_classes = (IsAuthenticated, TokenMayRead)
    pagination_class = ScopePages
    serializer_class = FigureSerializer
    queryset = Supplier.objects.none()
    filter_backends = ()
    ordering = "code"

    @extend_schema(parameters=[FigureQuery], responses=FigureSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Return figures by scope and month; `page_size` counts scopes, not rows."""
        refuse_unknown(request, {*FigureQuery().fields, *PAGE_PARAMETERS})
        query = FigureQuery(data=request.query_params, context={"request": request})
        query.is_valid(raise_exception=True)
        return self._answer(query.validated_data)

    def _answer(self, asked: dict[str, Any]) -> Response:
        scope = ScopeKind(asked["scope"])
        if scope is ScopeKind.ALL:
            rows = list(self._rows(asked, keys=None))
            return Response({"next": None, "previous": None, "results": rows})
        self.ordering = LABELS[scope]
        page = self.paginate_queryset(scopes(asked, user=self.request.user)) or []
        return self.get_paginated_response(
            list(self._rows(asked, keys=[_key(found) for found in page]))
        )

    def _rows(self, asked: dict[str, Any], *, keys: Keys | None) -> Iterator[dict[str, Any]]:
        suppliers = counted_suppliers(asked, user=self.request.user)
        newest = latest_month(suppliers)
        if newest is None:
            return
        last = asked.get("month") or asked.get("to") or newest
        tiers = dict(Tier.objects.values_list("pk", "level"))
        try:
            for row in figure_rows(
                metric=Metric(asked["metric"]),
                scope=ScopeKind(asked["scope"]),
                window=Window(asked["window"]),
                suppliers=suppliers,
                keys=keys,
                first=asked.get("month") or asked.get("from") or last,
                last=last,
            ):
                yield {
                    "scope_kind": asked["scope"],
                    **row.as_dict(),
                    **certainty_dict(row.figure),
                    "arithmetic": arithmetic_address(row, asked, tiers=tiers),
                }
        except UnsupportedScopeError as error:
            raise ValidationError({"scope": [str(error)]}) from error


def arithmetic_address(row: FigureRow, asked: dict[str, Any], *, tiers: dict[int, int]) -> str:
    """Return where the same figure is taken apart."""
    scope, figure = ScopeKind(asked["scope"]), row.figure
    query = {
        "metric": figure.metric.value,
        "scope": scope.value,
        "window": figure.window.value,
        "month": str(figure.end),
    }
    if "supplier" in asked:
        query["supplier"] = asked["supplier"].code
    if scope is ScopeKind.TIER:
        query["tier"] = str(tiers[row.key])
    elif scope is not ScopeKind.ALL:
        query[scope.value] = row.scope
    return f"{reverse('api_arithmetic-list')}?{urlencode(query)}"


def counted_suppliers(asked: dict[str, Any], *, user: access.AnyUser) -> QuerySet[Supplier] | None:
    """Return whose deliveries count; None for everybody's."""
    if "supplier" in asked:
        return Supplier.objects.filter(pk=asked["supplier"].pk)
    return None if access.standing(user).sees_all else Supplier.objects.visible_to(user)


def scopes(asked: dict[str, Any], *, user: access.AnyUser) -> QuerySet[Any]:
    """Return what there can be figures about: only what the user may know of.

    Raises:
        ValidationError: tiers and groups, for somebody who does not see all suppliers.
    """
    scope = ScopeKind(asked["scope"])
    if scope is ScopeKind.SUPPLIER:
        suppliers = Supplier.objects.visible_to(user)
        return suppliers.filter(pk=asked["supplier"].pk) if "supplier" in asked else suppliers
    named = {LABELS[scope]: asked[scope.value]} if scope.value in asked else {}
    if scope is ScopeKind.COMMODITY:
        return _commodities(asked, named, user=user)
    found: QuerySet[Any] = MODELS[scope].objects.filter(**named)
    if scope in MEMBER_SOURCES:
        refuse_part_of_a_sum(asked, user=user)
        return found
    if access.standing(user).sees_all and "supplier" not in asked:
        return found
    return found.filter(pk__in=_active(scope, asked, user=user))


def _key(found: Any) -> Any:
    """Return what tells it apart: its id, or a commodity's name."""
    return found["commodity"] if isinstance(found, dict) else found.pk


def _commodities(
    asked: dict[str, Any], named: dict[str, Any], *, user: access.AnyUser
) -> QuerySet[Any, Any]:
    """Return the commodities of parts as rows of one name."""
    parts = Part.objects.filter(**named).exclude(commodity="")
    if not access.standing(user).sees_all or "supplier" in asked:
        parts = parts.filter(pk__in=_active(ScopeKind.PART, asked, user=user))
    return parts.values("commodity").distinct().order_by("commodity")


def refuse_part_of_a_sum(asked: dict[str, Any], *, user: access.AnyUser) -> None:
    """Raise unless the user sees all suppliers: a tier and a group are sums over theirs."""
    if access.standing(user).sees_all and "supplier" not in asked:
        return
    messages = {
        ScopeKind.TIER: _("A tier's figure is the sum of all its suppliers; choose another scope."),
        ScopeKind.GROUP: _(
            "A group's figure is the sum of all its suppliers; choose another scope."
        ),
    }
    raise ValidationError({"scope": [messages[asked["scope"]]]})


def _active(scope: ScopeKind, asked: dict[str, Any], *, user: access.AnyUser) -> Any:
    """Return ids of the plants or parts that the user's suppliers have months of.

    Of defect codes those that rejects of these suppliers name.
    """
    own = {"supplier": asked["supplier"]} if "supplier" in asked else {}
    if scope is ScopeKind.DEFECT_CODE:
        rejects = Reject.objects.visible_to(user).filter(**own)
        return rejects.values("defect_code")
    months = PartMonth.objects.visible_to(user).filter(**own)
    if scope is ScopeKind.PLANT or asked["metric"] == Metric.EXTERNAL_PPM:
        return months.values(scope.value)
    returns = WarrantyMonth.objects.visible_to(user).filter(**own)
    return months.values("part").union(returns.values("part"))
