"""Control limits and the signals against them, to read."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from scorecards.enums import METRICS, BaselineState, SignalKind
from scorecards.models import Baseline, ChartSignal
from scorecards.serializers import BaselineSerializer, ChartSignalSerializer
from suppliers import access
from suppliers.enums import TokenScope
from suppliers.resources import MonthFilter, Resource, SupplierFilter


class BaselineFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Baselines."""

    supplier = SupplierFilter()
    metric = filters.ChoiceFilter(choices=METRICS)
    state = filters.ChoiceFilter(choices=BaselineState.choices)


class Baselines(Resource[Baseline]):
    """Versions of control limits with the months they rest on."""

    token_scope = TokenScope.FIGURES
    queryset = Baseline.objects.select_related("supplier", "part").prefetch_related("points")
    serializer_class = BaselineSerializer
    filterset_class = BaselineFilters
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Baseline]:
        """Return what the user sees; a supplier's people nothing that is only proposed."""
        rows: Any = super().get_queryset()
        found: QuerySet[Baseline] = (
            rows if access.is_internal(self.request.user) else rows.known_to_suppliers()
        )
        return found


class SignalFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Signals."""

    supplier = SupplierFilter(field_name="baseline__supplier")
    month = MonthFilter()
    kind = filters.ChoiceFilter(choices=SignalKind.choices)
    open = filters.BooleanFilter(method="by_open")

    def by_open(self, queryset: Any, _name: str, value: bool) -> QuerySet[ChartSignal]:
        """Keep what nobody has looked at, or everything else."""
        waiting = queryset.open()
        found: QuerySet[ChartSignal] = (
            waiting if value else queryset.exclude(pk__in=waiting.values("pk"))
        )
        return found


class Signals(Resource[ChartSignal]):
    """Months that left frozen limits."""

    token_scope = TokenScope.FIGURES
    queryset = ChartSignal.objects.select_related("baseline__supplier", "baseline__part")
    serializer_class = ChartSignalSerializer
    filterset_class = SignalFilters
    lookup_value_regex = "[0-9]+"
