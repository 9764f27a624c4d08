"""A supplier's months against its frozen limits: what the control chart shows and judges."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from scorecards.enums import BaselineState, ScopeKind
from scorecards.formulas.attribute_charts import ChartKind, Sample
from scorecards.formulas.frozen_limits import JudgedPeriod, Signal, judge_periods
from scorecards.metrics import Metric
from scorecards.models import Baseline, BaselinePoint
from scorecards.periods import Month, months
from scorecards.queries.figures import MonthCounts, Series, monthly_counts
from suppliers.models import Part, Supplier

# What is looked at before a baseline, so that a rule over several months can complete in it.
MOST_MONTHS = 60
# Raised when the same counts are judged otherwise, so that they are judged once more.
JUDGING: Final = 2


@dataclass(frozen=True, kw_only=True)
class ControlMonth:
    """One month of the chart: its counts, and what it says against the limits."""

    month: Month
    counts: MonthCounts
    judged: JudgedPeriod | None
    baseline: bool
    excluded: bool
    cause: str

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Why it is flagged; months that made the limits are shown by their place alone."""
        return () if self.judged is None or self.excluded else self.judged.signals


@dataclass(frozen=True, kw_only=True)
class ControlSeries:
    """A supplier's months, oldest first, and the baseline they are judged against."""

    supplier: Supplier
    part: Part | None
    metric: Metric
    baseline: Baseline | None
    months: tuple[ControlMonth, ...]


def control_series(
    *,
    supplier: Supplier,
    metric: Metric,
    last: Month,
    part: Part | None = None,
    baseline: Baseline | None = None,
) -> ControlSeries:
    """Return the months up to `last` against a baseline (None: only what was counted).

    Whoever asks has fetched supplier and baseline as visible.
    """
    counts = series_of(supplier=supplier, metric=metric, part=part, last=last)
    points = {} if baseline is None else {point.period: point for point in baseline.points.all()}
    return ControlSeries(
        supplier=supplier,
        part=part,
        metric=metric,
        baseline=baseline,
        months=control_months(counts, last=last, baseline=baseline, points=points),
    )


def series_of(*, supplier: Supplier, metric: Metric, part: Part | None, last: Month) -> Series:
    """Return what was counted by month, from the one path of all figures."""
    found = monthly_counts(
        metric=metric,
        scope=ScopeKind.SUPPLIER,
        keys=[supplier.pk],
        part=None if part is None else part.pk,
        first=last.minus(MOST_MONTHS - 1),
        last=last,
    )
    return found.get(supplier.pk, {})


def control_months(
    counts: Series, *, last: Month, baseline: Baseline | None, points: Mapping[Month, BaselinePoint]
) -> tuple[ControlMonth, ...]:
    """Judge the months from the first with anything in it to the last."""
    active = [month for month, found in counts.items() if found.received or found.counted]
    if not active:
        return ()
    span = list(months(min(active), last))
    periods = [sample(counts.get(month, MonthCounts())) for month in span]
    limits = None if baseline is None else baseline.limits
    judged: Sequence[JudgedPeriod | None] = [None] * len(span)
    if limits is not None:
        judged = judge_periods(limits=limits, periods=periods)
    return tuple(
        ControlMonth(
            month=month,
            counts=counts.get(month, MonthCounts()),
            judged=one,
            baseline=month in points and not points[month].excluded,
            excluded=month in points and points[month].excluded,
            cause=points[month].cause if month in points else "",
        )
        for month, one in zip(span, judged, strict=True)
    )


def sample(counts: MonthCounts) -> Sample:
    """Return a month as a period of a chart; where reversals outweigh receipts, an empty one."""
    received = max(counts.received, Decimal(0))
    return Sample(count=Fraction(counts.counted if received else 0), size=Fraction(received))


def kind_of(periods: Sequence[Sample]) -> ChartKind:
    """Return p, or u where more was counted than received, which no share can be."""
    return ChartKind.U if any(p.count > p.size for p in periods) else ChartKind.P


def fingerprint(counts: Series, *, last: Month) -> str:
    """Return what identifies the counts up to a month, so that the same are not judged twice."""
    rows = sorted((str(m), str(c.counted), str(c.received)) for m, c in counts.items() if m <= last)
    return hashlib.sha256(repr((JUDGING, str(last), rows)).encode()).hexdigest()


def baselines_of(
    *, supplier: Supplier, metric: Metric, part: Part | None, internal: bool
) -> list[Baseline]:
    """Return the versions, newest first; a supplier's people see none that is only proposed."""
    rows: Any = Baseline.objects.about(supplier, metric, part)
    if not internal:
        rows = rows.known_to_suppliers()
    found = rows.select_related("proposed_by", "accepted_by").prefetch_related("points")
    return list(found.order_by("-version"))


def in_force(versions: Sequence[Baseline]) -> Baseline | None:
    """Return the version that new data is judged against."""
    return next((one for one in versions if one.state == BaselineState.ACCEPTED), None)
