"""Tiers with their figures: sums over the suppliers that were in the tier in each month."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.models import Target
from scorecards.periods import Month
from scorecards.queries.figures import monthly_counts
from scorecards.queries.overview import MetricOverview, first_month_needed, metric_overview
from suppliers.models import Tier


@dataclass(frozen=True, kw_only=True)
class TierOverview:
    """One tier in a month: how many suppliers, and both metrics."""

    tier: Tier
    suppliers: int
    metrics: tuple[MetricOverview, ...]


def tier_overviews(month: Month) -> Sequence[TierOverview]:
    """Return every tier that has suppliers, first tier first."""
    in_month = Q(suppliers__during__contains=month.last_day)
    tiers = Tier.objects.annotate(size=Count("suppliers__supplier", filter=in_month, distinct=True))
    found = list(tiers.order_by("level"))
    by_metric = {metric: _overviews(metric, month) for metric in Metric}
    return [
        TierOverview(
            tier=tier,
            suppliers=tier.size,
            metrics=tuple(by_metric[metric](tier) for metric in Metric),
        )
        for tier in found
        if tier.size
    ]


def _overviews(metric: Metric, month: Month) -> Callable[[Tier], MetricOverview]:
    counts = monthly_counts(
        metric=metric, scope=ScopeKind.TIER, first=first_month_needed(month), last=month
    )
    dated = Target.objects.filter(
        metric=metric, tier__isnull=False, during__contains=month.last_day
    )
    targets = dict(dated.values_list("tier", "target_ppm"))

    def overview(tier: Tier) -> MetricOverview:
        return metric_overview(
            counts.get(tier.pk, {}),
            metric=metric,
            month=month,
            target_ppm=targets.get(tier.pk),
            target_from="tier" if tier.pk in targets else "",
        )

    return overview
