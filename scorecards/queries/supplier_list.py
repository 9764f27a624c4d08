"""The list of suppliers of a month: who delivered what, how sure it is, what is open.

Filtering and ordering look at every supplier once, with as few months as the order needs;
figures, targets and sparklines are read for the rows of one page only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Final

from django.db.models import QuerySet

from scorecards.cases import OpenCase, open_cases
from scorecards.enums import ScopeKind
from scorecards.formulas.intervals import Interval
from scorecards.formulas.rates import ppm
from scorecards.formulas.verdicts import ThresholdVerdict
from scorecards.metrics import Metric
from scorecards.periods import Month, Window
from scorecards.queries.certainty import range_of, sentence_of
from scorecards.queries.figures import (
    MonthCounts,
    Series,
    WindowFigure,
    monthly_counts,
    window_figure,
)
from scorecards.queries.grades import Graded, grades
from scorecards.queries.judged import limits_of, spoken_verdict
from scorecards.queries.supplier_filter import ListFilter, has_grade, has_level, matching
from scorecards.queries.supplier_order import ordered
from scorecards.queries.targets import target_ppm_by_supplier, tiers_in
from scorecards.thresholds import Threshold, thresholds_in_force
from suppliers.models import Supplier, Tier

SPARKLINE_MONTHS: Final = 13


@dataclass(frozen=True, kw_only=True)
class SupplierRow:
    """One supplier in the list, with everything its row shows."""

    supplier: Supplier
    tier: Tier | None
    month: WindowFigure
    rolling_3: WindowFigure
    rolling_12: WindowFigure
    warranty: WindowFigure
    trend: tuple[Fraction | None, ...]
    target_ppm: Decimal | None
    thresholds: Sequence[Threshold]
    verdict: ThresholdVerdict | None
    cases: Sequence[OpenCase]
    graded: Graded | None

    @property
    def level(self) -> str:
        """The hardest open level; empty without an open case."""
        return self.cases[0].level if self.cases else ""

    @property
    def threshold_ppm(self) -> Decimal | None:
        """The lowest threshold of a monthly figure, for the trend."""
        monthly = [t.threshold_ppm for t in self.thresholds if t.window is Window.MONTH]
        return monthly[0] if monthly else None

    @cached_property
    def limits_ppm(self) -> tuple[Decimal, ...]:
        """Target and thresholds: what a printed number must stay on its side of."""
        return limits_of(self.thresholds, self.target_ppm)

    @cached_property
    def range(self) -> Interval | None:
        """The likely range of the month's figure."""
        return range_of(self.month)

    @cached_property
    def sentence(self) -> str:
        """What the month's counts show, in plain words."""
        monthly = [t for t in self.thresholds if t.window is Window.MONTH]
        return sentence_of(self.month, monthly)

    @property
    def next_case(self) -> OpenCase | None:
        """The open case whose date comes first."""
        dated = [case for case in self.cases if case.due_on is not None]
        return min(dated, key=lambda case: case.due_on or date.max, default=None)


@dataclass(frozen=True, kw_only=True)
class SupplierList:
    """Every matching supplier in order; rows are filled in for the slice that is shown."""

    month: Month
    supplier_ids: Sequence[int]
    cases: Mapping[int, Sequence[OpenCase]] = field(repr=False)

    def rows(self, supplier_ids: Sequence[int]) -> list[SupplierRow]:
        """Return the rows of these suppliers, in their order, with a fixed number of queries."""
        return _rows(self.month, supplier_ids, self.cases)


def supplier_list(
    *, suppliers: QuerySet[Supplier], month: Month, wanted: ListFilter
) -> SupplierList:
    """Return the suppliers that match, ordered; `suppliers` are those the reader may see."""
    found: list[tuple[int, str, str]] = list(
        suppliers.filter(matching(wanted, month)).order_by("code").values_list("pk", "code", "name")
    )
    cases = open_cases([pk for pk, *_ in found])
    if wanted.level:
        found = [entry for entry in found if has_level(cases.get(entry[0], ()), wanted.level)]
    if wanted.grade:
        graded = grades(month, supplier_ids=[pk for pk, *_ in found])
        found = [entry for entry in found if has_grade(graded.get(entry[0]), wanted.grade)]
    ids = ordered(found, cases=cases, month=month, order=wanted.order)
    return SupplierList(month=month, supplier_ids=ids, cases=cases)


def _rows(
    month: Month, supplier_ids: Sequence[int], cases: Mapping[int, Sequence[OpenCase]]
) -> list[SupplierRow]:
    suppliers = Supplier.objects.in_bulk(list(supplier_ids))
    first = month.minus(SPARKLINE_MONTHS - 1)
    external = monthly_counts(
        metric=Metric.EXTERNAL_PPM,
        scope=ScopeKind.SUPPLIER,
        keys=supplier_ids,
        first=first,
        last=month,
    )
    warranty = monthly_counts(
        metric=Metric.WARRANTY_PPM,
        scope=ScopeKind.SUPPLIER,
        keys=supplier_ids,
        first=month,
        last=month,
    )
    tiers = tiers_in(month, supplier_ids=supplier_ids)
    graded = grades(month, supplier_ids=supplier_ids)
    targets = target_ppm_by_supplier(month, supplier_ids=supplier_ids, metric=Metric.EXTERNAL_PPM)
    thresholds = {
        tier: thresholds_in_force(tier, month=month).of(Metric.EXTERNAL_PPM)
        for tier in {getattr(tiers.get(pk), "pk", None) for pk in supplier_ids}
    }
    return [
        _row(
            suppliers[pk],
            month=month,
            tier=tiers.get(pk),
            external=external.get(pk, {}),
            warranty=warranty.get(pk, {}),
            target_ppm=targets.get(pk),
            thresholds=thresholds[getattr(tiers.get(pk), "pk", None)],
            cases=cases.get(pk, ()),
            graded=graded.get(pk),
        )
        for pk in supplier_ids
    ]


def _row(  # noqa: PLR0913  one argument a column
    supplier: Supplier,
    *,
    month: Month,
    tier: Tier | None,
    external: Series,
    warranty: Series,
    target_ppm: Decimal | None,
    thresholds: Sequence[Threshold],
    cases: Sequence[OpenCase],
    graded: Graded | None,
) -> SupplierRow:
    def over(window: Window) -> WindowFigure:
        return window_figure(external, metric=Metric.EXTERNAL_PPM, window=window, end=month)

    newest = over(Window.MONTH)
    return SupplierRow(
        supplier=supplier,
        tier=tier,
        month=newest,
        rolling_3=over(Window.ROLLING_3),
        rolling_12=over(Window.ROLLING_12),
        warranty=window_figure(
            warranty, metric=Metric.WARRANTY_PPM, window=Window.MONTH, end=month
        ),
        trend=_trend(external, month),
        target_ppm=target_ppm,
        thresholds=thresholds,
        verdict=spoken_verdict(newest, thresholds),
        cases=cases,
        graded=graded,
    )


def _trend(series: Series, end: Month) -> tuple[Fraction | None, ...]:
    months = (end.minus(back) for back in range(SPARKLINE_MONTHS - 1, -1, -1))
    return tuple(_ppm(series[month]) if month in series else None for month in months)


def _ppm(counts: MonthCounts) -> Fraction | None:
    return ppm(defective=counts.counted, units=max(counts.received, Decimal(0)))
