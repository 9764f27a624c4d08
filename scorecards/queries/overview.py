"""Everything one supplier's page, scorecard and PDF say about one month."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from scorecards.cases import OpenCase, open_cases
from scorecards.formulas.rates import FigureState, ppm
from scorecards.metrics import Metric
from scorecards.models import CountingPolicy, Target
from scorecards.periods import Month, Window, months
from scorecards.queries.causes import Cause, top_defects, top_parts
from scorecards.queries.certificates import Certificates
from scorecards.queries.figures import Series, WindowFigure, supplier_series, window_figure
from scorecards.queries.frozen_control import FrozenControl, frozen_control
from scorecards.queries.gates import Gates
from scorecards.queries.identity import CertificateFacts, SupplierFacts, TierFacts
from scorecards.queries.judged import JudgedFigure, judge
from scorecards.queries.schemes import scheme_of
from scorecards.queries.scores import supplier_score
from scorecards.queries.targets import targets_in_force, tier_in
from scorecards.scoring import Score
from scorecards.thresholds import Threshold, ThresholdPolicy, thresholds_in_force
from suppliers.models import Supplier, Tier

WINDOWS: Final = (Window.MONTH, Window.ROLLING_3, Window.ROLLING_12, Window.YEAR_TO_DATE)
# A year and the month it began with, so that the same month of last year stands beside.
SERIES_MONTHS: Final = 13


@dataclass(frozen=True, kw_only=True)
class MonthPoint:
    """One month of the chart: its figure and the rolling 12 months that end with it."""

    figure: WindowFigure
    rolling: WindowFigure

    @property
    def month(self) -> Month:
        """The calendar month."""
        return self.figure.end

    @property
    def provisional_ppm(self) -> Fraction:
        """The part of the month's PPM that nobody has decided yet."""
        figure = self.figure
        return ppm(defective=figure.provisional, units=figure.exposure) or Fraction(0)


@dataclass(frozen=True, kw_only=True)
class MetricOverview:
    """One metric of the supplier: four windows, target, thresholds and 13 months.

    `target_from` says with whom the target was agreed: "supplier", "tier" or "" for none.
    """

    metric: Metric
    target_ppm: Decimal | None
    target_from: str
    thresholds: tuple[Threshold, ...]
    figures: tuple[JudgedFigure, ...]
    series: tuple[MonthPoint, ...]

    def over(self, window: Window) -> JudgedFigure:
        """Return the figure over one of WINDOWS."""
        return self.figures[WINDOWS.index(window)]

    @property
    def month(self) -> JudgedFigure:
        """The month's own figure, which thresholds are compared with."""
        return self.over(Window.MONTH)

    @property
    def rolling_3(self) -> JudgedFigure:
        """The last three months."""
        return self.over(Window.ROLLING_3)

    @property
    def rolling_12(self) -> JudgedFigure:
        """The last twelve months."""
        return self.over(Window.ROLLING_12)

    @property
    def active(self) -> bool:
        """Whether any of the 13 months has a figure or a reject."""
        return any(point.figure.state is not FigureState.NO_ACTIVITY for point in self.series)


@dataclass(frozen=True, kw_only=True)
class SupplierOverview:
    """One supplier in one month; what a scorecard freezes when it is published."""

    supplier: SupplierFacts
    month: Month
    tier: TierFacts | None
    external: MetricOverview
    warranty: MetricOverview
    causes_window: Window
    defects: tuple[Cause, ...]
    parts: tuple[Cause, ...]
    cases: tuple[OpenCase, ...]
    certificates: tuple[CertificateFacts, ...]
    counting_policy: int
    escalation_policy: str
    escalation_policy_version: int
    score: Score | None = None
    control: FrozenControl | None = None

    @property
    def metrics(self) -> tuple[MetricOverview, MetricOverview]:
        """External and warranty, in the order they are shown."""
        return (self.external, self.warranty)

    @property
    def calls_for_action(self) -> bool:
        """Whether a monthly figure passes a threshold."""
        return any(metric.month.called_for is not None for metric in self.metrics)


def supplier_overview(
    *, supplier: Supplier, month: Month, for_document: bool = True
) -> SupplierOverview:
    """Gather what is said about a supplier in a month, from the live counts.

    Whoever asks has fetched `supplier` through `visible_to(user)`; nothing else is read. Without
    `for_document` the causes and the control chart stay away, which a page draws in its own way.
    """
    tier = tier_in(month, supplier=supplier)
    policy = thresholds_in_force(None if tier is None else tier.pk, month=month)
    targets = targets_in_force(month, supplier=supplier, tier=tier)
    series = _series(supplier, month)
    external, warranty = (
        _metric(metric, series[metric], month, policy, targets) for metric in Metric
    )
    certificates = Certificates([supplier.pk])
    return SupplierOverview(
        supplier=SupplierFacts(code=supplier.code, name=supplier.name, country=supplier.country),
        month=month,
        tier=_tier(tier),
        external=external,
        warranty=warranty,
        causes_window=Window.ROLLING_12,
        defects=top_defects(supplier=supplier, end=month) if for_document else (),
        parts=top_parts(supplier=supplier, end=month) if for_document else (),
        cases=_cases(supplier),
        certificates=certificates.now(supplier.pk),
        counting_policy=CountingPolicy.objects.in_force().version,
        escalation_policy=policy.policy,
        escalation_policy_version=policy.version,
        score=supplier_score(
            supplier_id=supplier.pk,
            month=month,
            scheme=scheme_of(month),
            series=series,
            held=Gates([supplier.pk], certificates=certificates).of(supplier.pk, month),
        ),
        control=(
            frozen_control(supplier=supplier, last=month, most=SERIES_MONTHS)
            if for_document
            else None
        ),
    )


def _series(supplier: Supplier, month: Month) -> dict[Metric, Series]:
    """Read the monthly counts that every window of the overview is added up from."""
    return {
        metric: supplier_series(
            supplier_id=supplier.pk, metric=metric, first=first_month_needed(month), last=month
        )
        for metric in Metric
    }


def _tier(tier: Tier | None) -> TierFacts | None:
    return None if tier is None else TierFacts(level=tier.level, name=tier.name)


def _metric(
    metric: Metric,
    counts: Series,
    month: Month,
    policy: ThresholdPolicy,
    targets: Mapping[Metric, Target],
) -> MetricOverview:
    target = targets.get(metric)
    return metric_overview(
        counts,
        metric=metric,
        month=month,
        thresholds=policy.of(metric),
        target_ppm=None if target is None else target.target_ppm,
        target_from="" if target is None else ("supplier" if target.supplier_id else "tier"),
    )


def first_month_needed(month: Month) -> Month:
    """Return the oldest month whose counts an overview of `month` uses."""
    return month.minus(SERIES_MONTHS + 10)


def metric_overview(
    counts: Series,
    *,
    metric: Metric,
    month: Month,
    thresholds: tuple[Threshold, ...] = (),
    target_ppm: Decimal | None = None,
    target_from: str = "",
) -> MetricOverview:
    """Shape one metric of any scope from its monthly counts."""
    windows = [window_figure(counts, metric=metric, window=name, end=month) for name in WINDOWS]
    return MetricOverview(
        metric=metric,
        target_ppm=target_ppm,
        target_from=target_from,
        thresholds=thresholds,
        figures=tuple(
            judge(figure, thresholds=thresholds, target_ppm=target_ppm) for figure in windows
        ),
        series=_points(counts, metric, month),
    )


def _points(counts: Series, metric: Metric, end: Month) -> tuple[MonthPoint, ...]:
    return tuple(
        MonthPoint(
            figure=window_figure(counts, metric=metric, window=Window.MONTH, end=month),
            rolling=window_figure(counts, metric=metric, window=Window.ROLLING_12, end=month),
        )
        for month in months(end.minus(SERIES_MONTHS - 1), end)
    )


def _cases(supplier: Supplier) -> tuple[OpenCase, ...]:
    """Fix the words of cases in the language of whoever asks, as they are frozen."""
    return tuple(
        replace(
            case,
            level_name=str(case.level_name),
            state_name=str(case.state_name),
            due_what=str(case.due_what),
        )
        for case in open_cases([supplier.pk]).get(supplier.pk, ())
    )
