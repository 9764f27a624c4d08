"""Plants and parts as far as a user may see them, and their figures."""

from django.db.models import Q, QuerySet

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.models import PartMonth
from scorecards.periods import Month
from scorecards.queries.figures import monthly_counts
from scorecards.queries.overview import MetricOverview, first_month_needed, metric_overview
from suppliers.access import AnyUser, limits_of
from suppliers.models import Plant, Supplier


def plants_visible_to(user: AnyUser) -> QuerySet[Plant]:
    """Return the plants at which the user may see anything, by code.

    All of them to whoever is not narrowed: no index of the roll-up begins with the plant. To
    others their own plants, and those at which their own suppliers were active.
    """
    plants = Plant.objects.order_by("code")
    limits = limits_of(user)
    if limits is None:
        return plants
    active = PartMonth.objects.filter(supplier__in=limits.supplier_ids).values("plant")
    return plants.filter(Q(pk__in=limits.plant_ids) | Q(pk__in=active))


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
