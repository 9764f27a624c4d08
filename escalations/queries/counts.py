"""Counts to judge: of record where a month is published, else as they stand now."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.db.models import Q, Sum

from escalations.enums import CountSource, RuleScope
from escalations.models import Judgement
from escalations.triggers import Rule
from scorecards.enums import ScopeKind
from scorecards.models import SupplierMonth
from scorecards.periods import Month, window_months
from scorecards.queries.figures import Series, WindowFigure, monthly_counts, window_figure
from scorecards.queries.lanes import lane_counts, lane_incidents
from scorecards.queries.record import published_figures
from suppliers.models import Supplier, SupplierTier


@dataclass(frozen=True, kw_only=True)
class CountsToJudge:
    """A scope's counts over a rule's window, and where they came from."""

    figure: WindowFigure
    source: CountSource = CountSource.CURRENT
    source_version: int | None = None


class Scope(NamedTuple):
    """For what a rule is judged: a supplier, perhaps at one plant or of one part."""

    supplier_id: int
    plant_id: int | None = None
    part_id: int | None = None


def counts_to_judge(
    condition: Rule,
    *,
    month: Month,
    supplier_ids: Collection[int] | None,
    scope: str = RuleScope.SUPPLIER,
) -> dict[Scope, CountsToJudge]:
    """Return what a rule compares, by scope; the choice of source is made here alone.

    A published scorecard is the record: what changed since counts when it is restated. It
    says nothing of single plants and parts, whose current counts are judged.
    """
    first = window_months(condition.window, end=month)[0]
    if scope != RuleScope.SUPPLIER:
        by = _by(scope)
        lanes = lane_counts(
            metric=condition.metric, by=by, supplier_ids=supplier_ids, first=first, last=month
        )
        return {_lane(key, by): _current(series, condition, month) for key, series in lanes.items()}
    found = monthly_counts(
        metric=condition.metric,
        scope=ScopeKind.SUPPLIER,
        keys=supplier_ids,
        first=first,
        last=month,
    )
    current = {
        Scope(supplier_id): _current(series, condition, month)
        for supplier_id, series in found.items()
    }
    published = published_figures(
        metric=condition.metric, window=condition.window, month=month, supplier_ids=supplier_ids
    )
    return current | {
        Scope(supplier_id): CountsToJudge(
            figure=record.figure, source=CountSource.PUBLISHED, source_version=record.version
        )
        for supplier_id, record in published.items()
    }


def _current(series: Series, condition: Rule, month: Month) -> CountsToJudge:
    return CountsToJudge(
        figure=window_figure(series, metric=condition.metric, window=condition.window, end=month)
    )


def _by(scope: str) -> Literal["plant", "part"]:
    return "plant" if scope == RuleScope.SUPPLIER_PLANT else "part"


def _lane(key: tuple[int, int], by: str) -> Scope:
    supplier_id, other = key
    return Scope(supplier_id, other, None) if by == "plant" else Scope(supplier_id, None, other)


def incidents_of(
    *,
    month: Month,
    over_months: int,
    supplier_ids: Collection[int] | None,
    scope: str = RuleScope.SUPPLIER,
) -> dict[Scope, int]:
    """Return the incidents of the months up to `month`, by scope."""
    first = month.minus(over_months - 1)
    if scope != RuleScope.SUPPLIER:
        by = _by(scope)
        lanes = lane_incidents(by=by, supplier_ids=supplier_ids, first=first, last=month)
        return {_lane(key, by): cases for key, cases in lanes.items()}
    rows = SupplierMonth.objects.filter(month__range=(first.first_day, month.first_day))
    if supplier_ids is not None:
        rows = rows.filter(supplier__in=supplier_ids)
    sums = rows.values("supplier").annotate(cases=Sum("incidents")).order_by()
    return {Scope(row["supplier"]): row["cases"] for row in sums}


def suppliers_in_tiers(tier_levels: Collection[int], *, month: Month) -> frozenset[int]:
    """Return the suppliers that were in one of the tiers at the month's end."""
    rows = SupplierTier.objects.filter(tier__level__in=tier_levels, during__contains=month.last_day)
    return frozenset(rows.values_list("supplier", flat=True))


def archived_suppliers() -> frozenset[int]:
    """Return the suppliers that are archived; they are judged, and it is said of them."""
    rows = Supplier.objects.filter(archived_at__isnull=False)
    return frozenset(rows.values_list("pk", flat=True))


def months_with_counts(
    *, first: Month | None, last: Month, supplier_ids: Collection[int] | None
) -> list[Month]:
    """Return the months that have counts or were judged before, oldest first, up to `last`."""
    wanted = Q(month__lte=last.first_day)
    if first is not None:
        wanted &= Q(month__gte=first.first_day)
    if supplier_ids is not None:
        wanted &= Q(supplier__in=supplier_ids)
    counted = SupplierMonth.objects.filter(wanted).order_by().values_list("month", flat=True)
    judged = Judgement.objects.filter(wanted).order_by().values_list("month", flat=True)
    return [Month.of(day) for day in sorted({*counted.distinct(), *judged.distinct()})]
