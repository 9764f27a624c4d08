"""The list of suppliers of a month: who delivered what, how sure it is, what is open.

Filtering and ordering look at every supplier once, with as few months as the order needs;
figures, targets and sparklines are read for the rows of one page only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from django.db.models import Q, QuerySet

from scorecards.cases import OpenCase, open_cases
from scorecards.enums import ScopeKind
from scorecards.formulas.intervals import Interval
from scorecards.formulas.rates import ppm
from scorecards.formulas.verdicts import ThresholdVerdict
from scorecards.metrics import Metric
from scorecards.models import PartMonth, SupplierMonth
from scorecards.periods import Month, Window
from scorecards.queries.certainty import range_of, sentence_of
from scorecards.queries.figures import (
    MonthCounts,
    Series,
    WindowFigure,
    monthly_counts,
    window_figure,
    window_figures,
)
from scorecards.queries.grades import Graded, grades
from scorecards.queries.judged import limits_of, spoken_verdict
from scorecards.queries.targets import target_ppm_by_supplier, tiers_in
from scorecards.thresholds import Threshold, thresholds_in_force
from suppliers.models import Supplier, Tier

SPARKLINE_MONTHS: Final = 13
ANY_LEVEL: Final = "any"
NO_LEVEL: Final = "none"
LAST: Final = (1, Fraction(0))


@dataclass(frozen=True, kw_only=True)
class ListFilter:
    """What the reader asked for; empty parts ask for nothing."""

    search: str = ""
    tier: int | None = None
    plant: int | None = None
    level: str = ""
    grade: str = ""
    with_rejects: bool = False
    order: str = ""


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
        suppliers.filter(_matching(wanted, month))
        .order_by("code")
        .values_list("pk", "code", "name")
    )
    cases = open_cases([pk for pk, *_ in found])
    if wanted.level:
        found = [entry for entry in found if _has_level(cases.get(entry[0], ()), wanted.level)]
    if wanted.grade:
        graded = grades(month, supplier_ids=[pk for pk, *_ in found])
        found = [entry for entry in found if _has_grade(graded.get(entry[0]), wanted.grade)]
    ordered = _ordered(found, cases=cases, month=month, order=wanted.order)
    return SupplierList(month=month, supplier_ids=ordered, cases=cases)


def _matching(wanted: ListFilter, month: Month) -> Q:
    matching = Q()
    if wanted.search:
        matching &= Q(code__icontains=wanted.search) | Q(name__icontains=wanted.search)
    if wanted.tier is not None:
        matching &= Q(tiers__tier=wanted.tier, tiers__during__contains=month.last_day)
    if wanted.plant is not None:
        delivered = PartMonth.objects.filter(
            plant=wanted.plant, month__gt=month.minus(12).first_day, month__lte=month.first_day
        )
        matching &= Q(pk__in=delivered.values("supplier"))
    if wanted.with_rejects:
        rejected = SupplierMonth.objects.filter(month=month.first_day, counted_qty__gt=0)
        matching &= Q(pk__in=rejected.values("supplier"))
    return matching


def _has_level(cases: Sequence[OpenCase], level: str) -> bool:
    if level == ANY_LEVEL:
        return bool(cases)
    if level == NO_LEVEL:
        return not cases
    return any(case.level == level for case in cases)


def _has_grade(graded: Graded | None, grade: str) -> bool:
    return graded is not None and graded.grade == grade


# -- order -----------------------------------------------------------------

FIGURE_ORDERS: Final[dict[str, tuple[Metric, Window]]] = {
    "month": (Metric.EXTERNAL_PPM, Window.MONTH),
    "3": (Metric.EXTERNAL_PPM, Window.ROLLING_3),
    "12": (Metric.EXTERNAL_PPM, Window.ROLLING_12),
    "warranty": (Metric.WARRANTY_PPM, Window.MONTH),
}
ORDERS: Final = ("code", "name", "tier", "score", *FIGURE_ORDERS, "level", "due")


def _ordered(
    found: list[tuple[int, str, str]],
    *,
    cases: Mapping[int, Sequence[OpenCase]],
    month: Month,
    order: str,
) -> list[int]:
    name, descending = order.removeprefix("-"), order.startswith("-")
    key = _key(name, [pk for pk, *_ in found], cases=cases, month=month)
    names = {pk: text.casefold() for pk, _, text in found} if name == "name" else {}
    ids = [pk for pk, *_ in found]  # by code, which decides between equals
    if name == "code":
        return ids[::-1] if descending else ids
    if name == "name":
        return sorted(ids, key=names.__getitem__, reverse=descending)
    known = [pk for pk in ids if key(pk) is not None]
    unknown = [pk for pk in ids if key(pk) is None]
    return sorted(known, key=key, reverse=descending) + unknown


def _key(
    name: str,
    supplier_ids: list[int],
    *,
    cases: Mapping[int, Sequence[OpenCase]],
    month: Month,
) -> Callable[[int], Any]:
    """Return what a supplier is ordered by; None stands last, whichever the direction."""
    if name in FIGURE_ORDERS:
        return _figure_key(*FIGURE_ORDERS[name], supplier_ids, month)
    if name == "score":
        graded = grades(month, supplier_ids=supplier_ids)
        scores = {pk: one.score for pk, one in graded.items() if one.score is not None}
        return scores.get
    if name == "tier":
        levels = {pk: tier.level for pk, tier in tiers_in(month, supplier_ids=supplier_ids).items()}
        return levels.get
    dues = {pk: _next_due(of) for pk, of in cases.items()}
    if name == "due":
        return dues.get
    urgency = {pk: (-of[0].rank, dues[pk] or date.max) for pk, of in cases.items() if of}
    return urgency.get


def _next_due(cases: Sequence[OpenCase]) -> date | None:
    return min((case.due_on for case in cases if case.due_on), default=None)


def _figure_key(
    metric: Metric, window: Window, supplier_ids: list[int], month: Month
) -> Callable[[int], Decimal | None]:
    """Order by the rate to 28 digits, which is quicker than exact and decides nothing."""
    figures = window_figures(metric=metric, window=window, end=month, keys=supplier_ids)
    rates = {
        pk: figure.counted / figure.exposure for pk, figure in figures.items() if figure.exposure
    }
    return rates.get


# -- rows ------------------------------------------------------------------


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
        tier: thresholds_in_force(tier).of(Metric.EXTERNAL_PPM)
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
