"""Groups with their figures: sums over the suppliers that belonged to them in each month."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from scorecards.enums import ScopeKind
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.figures import WindowFigure, monthly_counts, window_figure
from scorecards.queries.overview import MetricOverview, first_month_needed, metric_overview
from suppliers.access import AnyUser
from suppliers.models import Supplier, SupplierGroup, SupplierGroupMembership


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """One group in a month: how many suppliers belong to it, and its external PPM."""

    group: SupplierGroup
    suppliers: int
    month: WindowFigure
    rolling_12: WindowFigure


def group_rows(month: Month) -> Sequence[GroupRow]:
    """Return the groups that have suppliers or figures, most rejected pieces first."""
    in_month = Q(members__during__contains=month.last_day)
    groups = SupplierGroup.objects.annotate(size=Count("members", filter=in_month))
    metric = Metric.EXTERNAL_PPM
    counts = monthly_counts(metric=metric, scope=ScopeKind.GROUP, first=month.minus(11), last=month)
    rows = [
        GroupRow(
            group=group,
            suppliers=group.size,
            month=window_figure(
                counts.get(group.pk, {}), metric=metric, window=Window.MONTH, end=month
            ),
            rolling_12=window_figure(
                counts.get(group.pk, {}), metric=metric, window=Window.ROLLING_12, end=month
            ),
        )
        for group in groups.order_by("name")
        if group.size or group.pk in counts
    ]
    return sorted(rows, key=lambda row: -row.rolling_12.counted)


def group_overviews(group: SupplierGroup, *, month: Month) -> Sequence[MetricOverview]:
    """Return both metrics of a group; targets and thresholds are agreed with suppliers."""
    return [
        metric_overview(
            monthly_counts(
                metric=metric,
                scope=ScopeKind.GROUP,
                keys=[group.pk],
                first=first_month_needed(month),
                last=month,
            ).get(group.pk, {}),
            metric=metric,
            month=month,
        )
        for metric in Metric
    ]


def memberships(group: SupplierGroup, *, user: AnyUser) -> Sequence[SupplierGroupMembership]:
    """Return who belonged to the group and when, as far as `user` sees the suppliers."""
    rows = SupplierGroupMembership.objects.filter(
        group=group, supplier__in=Supplier.objects.visible_to(user)
    )
    return list(rows.select_related("supplier").order_by("supplier__code", "during"))
