"""What a scope's external PPM was in two periods, and whether the counts show a change."""

from dataclasses import dataclass
from decimal import Decimal

from scorecards.formulas.intervals import Interval, garwood
from scorecards.formulas.two_periods import RateComparison, compare_rates
from scorecards.metrics import Metric
from scorecards.periods import Month, months
from scorecards.queries.figures import MonthCounts, PooledCounts, Series
from scorecards.queries.scopes import Scope

# Below this chance of so large a difference without a change, a change is shown.
SHOWN_BELOW = 0.05


@dataclass(frozen=True, kw_only=True)
class Period(PooledCounts):
    """Months that follow each other, with the pieces counted and received in them together."""

    first: Month
    last: Month

    @property
    def range(self) -> Interval | None:
        """The exact two-sided 95 % range; None without receipts."""
        return garwood(count=self.counted, exposure=self.exposure)


@dataclass(frozen=True, kw_only=True)
class TwoPeriods:
    """Two periods of one scope; `comparison` is None where one of them has no receipts.

    `whole` is False where pieces are fractional: a part of a piece follows no binomial law.
    """

    before: Period
    after: Period
    comparison: RateComparison | None
    whole: bool = True

    @property
    def change(self) -> str:
        """What the counts show: "fell", "rose", "undecided", or "none" without a comparison."""
        if self.comparison is None:
            return "none"
        if self.comparison.p_two_sided >= SHOWN_BELOW:
            return "undecided"
        return "fell" if (self.before.ppm or 0) > (self.after.ppm or 0) else "rose"


def two_periods(
    scope: Scope, *, before: tuple[Month, Month], after: tuple[Month, Month]
) -> TwoPeriods:
    """Add each period's months up and compare them by the exact conditional binomial test."""
    series = scope.series(
        metric=Metric.EXTERNAL_PPM,
        first=min(before[0], after[0]),
        last=max(before[1], after[1]),
    )
    one, two = _period(series, *before), _period(series, *after)
    if any(period.counted % 1 for period in (one, two)):
        return TwoPeriods(before=one, after=two, comparison=None, whole=False)
    comparison = compare_rates(
        first_count=one.counted,
        first_exposure=one.exposure,
        second_count=two.counted,
        second_exposure=two.exposure,
    )
    return TwoPeriods(before=one, after=two, comparison=comparison)


def _period(series: Series, first: Month, last: Month) -> Period:
    counts = [series.get(month, MonthCounts()) for month in months(first, last)]
    return Period(
        first=first,
        last=last,
        counted=sum((month.counted for month in counts), Decimal(0)),
        received=sum((month.received for month in counts), Decimal(0)),
        provisional=sum((month.provisional for month in counts), Decimal(0)),
    )
