"""Read endpoint of escalations."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django_filters import rest_framework as filters
from rest_framework.routers import SimpleRouter

from escalations.eight_d_api import EightDs
from escalations.enums import CASE_METRICS, LEVELS, STATES
from escalations.models import Episode, EpisodeHit, EpisodeStep
from escalations.policy_api import Policies
from escalations.serializers import EpisodeSerializer
from escalations.shipping_api import Shippings
from suppliers.enums import TokenScope
from suppliers.resources import MonthFilter, Resource, SupplierFilter


class EpisodeFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Escalations."""

    supplier = SupplierFilter()
    metric = filters.ChoiceFilter(choices=CASE_METRICS)
    level = filters.ChoiceFilter(choices=LEVELS)
    state = filters.ChoiceFilter(choices=STATES)
    open = filters.BooleanFilter(method="by_openness")
    month = MonthFilter(field_name="hits__month")

    def by_openness(self, queryset: Any, _name: str, value: bool) -> QuerySet[Episode]:
        """Keep escalations that have not ended, or those that have."""
        unfinished = Q(pk__in=Episode.objects.unfinished().values("pk"))
        found: QuerySet[Episode] = queryset.filter(unfinished if value else ~unfinished)
        return found


class Episodes(Resource[Episode]):
    """Escalations in the order they were raised."""

    token_scope = TokenScope.CASES
    queryset = Episode.objects.select_related(
        "supplier", "plant", "part", "eightd", "controlledshipping"
    ).prefetch_related(
        Prefetch("hits", EpisodeHit.objects.select_related("judgement").order_by("month")),
        Prefetch("steps", EpisodeStep.objects.order_by("number")),
    )
    serializer_class = EpisodeSerializer
    filterset_class = EpisodeFilters
    lookup_field = "number"
    lookup_value_regex = "[-A-Za-z0-9]+"


router = SimpleRouter()
router.register("policies", Policies, basename="api_policy")
router.register("episodes", Episodes, basename="api_episode")
router.register("controlled-shippings", Shippings, basename="api_shipping")
router.register("eight-ds", EightDs, basename="api_eight_d")
