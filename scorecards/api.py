"""Read endpoints of figures and published scorecards."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.models import PartMonth, Scorecard, WarrantyMonth
from scorecards.periods import Window
from scorecards.queries.export import figure_rows
from scorecards.queries.figures import UnsupportedScopeError, latest_month
from scorecards.serializers import (
    FigureQuery,
    FigureSerializer,
    ScorecardDetailSerializer,
    ScorecardSerializer,
)
from suppliers import access
from suppliers.authentication import TokenMayRead
from suppliers.enums import TokenScope
from suppliers.models import Part, Plant, Supplier, Tier
from suppliers.resources import (
    PAGE_PARAMETERS,
    MonthFilter,
    Pages,
    Resource,
    SupplierFilter,
    refuse_unknown,
)

Keys: TypeAlias = list[int]
LABELS = {
    ScopeKind.SUPPLIER: "code",
    ScopeKind.PLANT: "code",
    ScopeKind.PART: "number",
    ScopeKind.TIER: "level",
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
            list(self._rows(asked, keys=[found.pk for found in page]))
        )

    def _rows(self, asked: dict[str, Any], *, keys: Keys | None) -> Iterator[dict[str, Any]]:
        suppliers = counted_suppliers(asked, user=self.request.user)
        newest = latest_month(suppliers)
        if newest is None:
            return
        last = asked.get("month") or asked.get("to") or newest
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
                yield {"scope_kind": asked["scope"], **row.as_dict()}
        except UnsupportedScopeError as error:
            raise ValidationError({"scope": [str(error)]}) from error


def counted_suppliers(asked: dict[str, Any], *, user: access.AnyUser) -> QuerySet[Supplier] | None:
    """Return whose deliveries count; None for everybody's."""
    if "supplier" in asked:
        return Supplier.objects.filter(pk=asked["supplier"].pk)
    return None if access.standing(user).sees_all else Supplier.objects.visible_to(user)


def scopes(asked: dict[str, Any], *, user: access.AnyUser) -> QuerySet[Any]:
    """Return what there can be figures about: only what the user may know of.

    Raises:
        ValidationError: tiers, for somebody who does not see all suppliers.
    """
    scope = ScopeKind(asked["scope"])
    if scope is ScopeKind.SUPPLIER:
        suppliers = Supplier.objects.visible_to(user)
        return suppliers.filter(pk=asked["supplier"].pk) if "supplier" in asked else suppliers
    if scope is ScopeKind.TIER:
        return tiers(asked, user=user)
    model, name = (Plant, "code") if scope is ScopeKind.PLANT else (Part, "number")
    found = model.objects.filter(**{name: asked[scope.value]} if scope.value in asked else {})
    if access.standing(user).sees_all and "supplier" not in asked:
        return found
    return found.filter(pk__in=_active(scope, asked, user=user))


def tiers(asked: dict[str, Any], *, user: access.AnyUser) -> QuerySet[Tier]:
    """Return the tiers; they are sums over every supplier, and open to nobody who sees fewer."""
    if not access.standing(user).sees_all or "supplier" in asked:
        message = _("A tier's figure is the sum of all its suppliers; choose another scope.")
        raise ValidationError({"scope": [message]})
    return Tier.objects.all()


def _active(scope: ScopeKind, asked: dict[str, Any], *, user: access.AnyUser) -> Any:
    """Return ids of the plants or parts that the user's suppliers have months of."""
    own = {"supplier": asked["supplier"]} if "supplier" in asked else {}
    months = PartMonth.objects.visible_to(user).filter(**own)
    if scope is ScopeKind.PLANT or asked["metric"] == Metric.EXTERNAL_PPM:
        return months.values(scope.value)
    returns = WarrantyMonth.objects.visible_to(user).filter(**own)
    return months.values("part").union(returns.values("part"))


class ScorecardFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Scorecards."""

    supplier = SupplierFilter()
    month = MonthFilter()
    in_force = filters.BooleanFilter(method="by_force")

    def by_force(self, queryset: Any, _name: str, value: bool) -> QuerySet[Scorecard]:
        """Keep the highest version of each month, or the ones it replaced."""
        in_force = Q(pk__in=Scorecard.objects.newest().values("pk"))
        found: QuerySet[Scorecard] = queryset.filter(in_force if value else ~in_force)
        return found


class Scorecards(Resource[Scorecard]):
    """Published months of suppliers, each version as it was frozen."""

    token_scope = TokenScope.FIGURES
    queryset = Scorecard.objects.select_related("supplier")
    serializer_class = ScorecardSerializer
    filterset_class = ScorecardFilters
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Scorecard]:
        """Return scorecards; lists do without the snapshots."""
        rows = super().get_queryset()
        return rows.defer("snapshot") if self.action == "list" else rows

    def get_serializer_class(self) -> Any:
        """Write the snapshot of one scorecard, not of a hundred."""
        return ScorecardSerializer if self.action == "list" else ScorecardDetailSerializer


router = SimpleRouter()
router.register("figures", Figures, basename="api_figure")
router.register("scorecards", Scorecards, basename="api_scorecard")
