"""Published scorecards, as they were frozen."""

from typing import Any

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters

from scorecards.models import Scorecard
from scorecards.serializers import ScorecardDetailSerializer, ScorecardSerializer
from suppliers.enums import TokenScope
from suppliers.resources import MonthFilter, Resource, SupplierFilter


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
