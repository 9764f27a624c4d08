"""Plants and parts as far as a user may see them, and their figures."""

from django.db.models import QuerySet

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.models import PartMonth
from scorecards.periods import Month
from scorecards.queries.figures import monthly_counts
from scorecards.queries.overview import MetricOverview, first_month_needed, metric_overview
from suppliers.access import AnyUser
from suppliers.models import Plant, Supplier


def plants_visible_to(user: AnyUser) -> QuerySet[Plant]:
    """Return the plants at which the user may see anything, by code."""
    seen = PartMonth.objects.visible_to(user).values("plant")
    return Plant.objects.filter(pk__in=seen).order_by("code")


def overview_of(
    scope: ScopeKind, key: int, *, metric: Metric, suppliers: QuerySet[Supplier], month: Month
) -> MetricOverview:
    """Return the figures and 13 months of one plant or part, from what `suppliers` delivered.

    Without target and thresholds: those are agreed with suppliers, not with places.
    """
    counts = monthly_counts(
        metric=metric,
        scope=scope,
        keys=[key],
        suppliers=suppliers,
        first=first_month_needed(month),
        last=month,
    )
    return metric_overview(counts.get(key, {}), metric=metric, month=month)
