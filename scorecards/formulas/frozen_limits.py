"""Limits frozen from an accepted baseline, and what new periods say against them.

A baseline is estimated once (`estimate_limits`); its few numbers are stored and never change.
`judge_periods` draws limits for any period's own volume from these numbers alone and flags the
points that signal, whichever chart the data bears (`chart_choice`). The early warning is a
Poisson CUSUM that looks for a doubled rate.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scorecards.formulas.attribute_charts import Basis, ChartKind, ChartPoint, Sample, Side, plot
from scorecards.formulas.chart_choice import ChartChoice, ChosenChart, choose_chart
from scorecards.formulas.cusum import poisson_cusum
from scorecards.formulas.dispersion import estimate_laney_basis
from scorecards.formulas.exact_limits import predictive_limits
from scorecards.formulas.run_rules import RunRule, flagged, rules_apply

# What the early warning looks for, and the evidence it asks for: at one reject expected a month
# a false alarm in 35 years, and a doubling found in 11 months (`poisson_cusum_run_length`).
DOUBLED = 2
EVIDENCE = 4.0
WESTERN_ELECTRIC = (RunRule.N5, RunRule.N6, RunRule.WE4)


class Signal(StrEnum):
    """Why a point is flagged; the values are stored."""

    ABOVE = "above"
    BELOW = "below"
    TWO_OF_THREE = "n5"
    FOUR_OF_FIVE = "n6"
    RUN_OF_EIGHT = "we4"
    EARLY_WARNING = "cusum"
    # of what lies between rare rejects: see formulas.gaps
    PARTS_SOONER = "g_lo"
    PARTS_LATER = "g_hi"
    THIRD_SOONER = "r_lo"
    THIRD_LATER = "r_hi"
    DAYS_SOONER = "t_lo"
    DAYS_LATER = "t_hi"


@dataclass(frozen=True, kw_only=True)
class FrozenLimits:
    """What is stored of a baseline: chart, method, Σ counts, Σ sizes, Laney's factor.

    `sizes` are in the unit of the periods' sizes (parts, or opportunities); rates are counts
    per such unit.
    """

    kind: ChartKind
    choice: ChartChoice
    counts: Fraction
    sizes: Fraction
    sigma_z: float = 1.0

    @property
    def center(self) -> Fraction:
        """The baseline's rate: Σ counts ÷ Σ sizes."""
        return self.counts / self.sizes

    @property
    def basis(self) -> Basis:
        """The basis of the 3σ limits."""
        return Basis(kind=self.kind, center=self.center, sigma_z=self.sigma_z)

    @property
    def exact(self) -> bool:
        """Whether limits are exact whole counts; 3σ limits need larger ones."""
        return self.choice in {ChartChoice.EXACT_LIMITS, ChartChoice.RARE_EVENT}


@dataclass(frozen=True, kw_only=True)
class JudgedPeriod:
    """A period against frozen limits, in the chart's own scale (a rate, a count, DPMO).

    None without volume. `lower` is None where there is no lower limit. `signals` tells why the
    point is flagged, empty when it is not.
    """

    number: int
    value: float | None
    center: float
    lower: float | None
    upper: float | None
    z: float | None
    signals: tuple[Signal, ...]


def estimate_limits(
    *,
    kind: ChartKind,
    periods: Sequence[Sample],
    excluded: Collection[int] = (),
    choice: ChartChoice | None = None,
) -> tuple[ChosenChart, FrozenLimits | None]:
    """Return the chart that the baseline periods bear, and its limits.

    Args:
        kind: what is counted.
        periods: the baseline, in order of time.
        excluded: numbers (from 1) left out for a recorded cause.
        choice: a method chosen by hand; None for what the data bears.

    Returns:
        The choice with what it rests on; no limits where the data bears none.
    """
    kept = [p for number, p in enumerate(periods, start=1) if p.size and number not in excluded]
    chosen = choose_chart(periods=kept, kind=kind)
    method = choice or chosen.choice
    if method is ChartChoice.NO_LIMITS or not kept:
        return chosen, None
    laney = estimate_laney_basis(kind=kind, periods=kept) if method is ChartChoice.LANEY else None
    return chosen, FrozenLimits(
        kind=kind,
        choice=method,
        counts=sum((period.count for period in kept), Fraction(0)),
        sizes=sum((period.size for period in kept), Fraction(0)),
        sigma_z=1.0 if laney is None else laney.sigma_z,
    )


def judge_periods(
    *,
    limits: FrozenLimits,
    periods: Sequence[Sample],
    rules: Sequence[RunRule] = WESTERN_ELECTRIC,
    early_warning: bool = True,
) -> tuple[JudgedPeriod, ...]:
    """Return every period with its limits and signals.

    Run rules are applied only where the median expected count is 5 or more. The early warning
    flags the period in which the evidence reaches its limit, once for each rise; where periods vary
    by more than chance, it asks for as much more evidence (the square of `sigma_z`).
    """
    points = plot(basis=limits.basis, periods=periods)
    found: list[list[Signal]] = [[] for _ in periods]
    bounds = [_bounds(limits, period, point) for period, point in zip(periods, points, strict=True)]
    for index, bound in enumerate(bounds):
        if bound.side is not None:
            found[index].append(Signal.ABOVE if bound.side is Side.ABOVE else Signal.BELOW)
    for number, signal in _patterns(limits, periods, points, rules):
        found[number - 1].append(signal)
    if early_warning:
        for number in _warnings(limits, periods):
            found[number - 1].append(Signal.EARLY_WARNING)
    return tuple(
        JudgedPeriod(
            number=point.number,
            value=point.value,
            center=point.center,
            lower=bound.lower,
            upper=bound.upper,
            z=point.z,
            signals=tuple(signals),
        )
        for point, bound, signals in zip(points, bounds, found, strict=True)
    )


@dataclass(frozen=True, kw_only=True)
class _Bounds:
    lower: float | None
    upper: float | None
    side: Side | None


NO_BOUNDS = _Bounds(lower=None, upper=None, side=None)


def _bounds(limits: FrozenLimits, period: Sample, point: ChartPoint) -> _Bounds:
    if not period.size:
        return NO_BOUNDS
    if not limits.exact:
        return _Bounds(lower=point.lcl or None, upper=point.ucl, side=point.outside)
    baseline = [Sample(count=limits.counts, size=limits.sizes)]
    count = predictive_limits(baseline=baseline, size=period.size)
    if count is None:
        return NO_BOUNDS
    above = period.count > count.above
    below = count.below is not None and period.count < count.below
    return _Bounds(
        lower=None if count.below is None else _scaled(limits.kind, count.below, period),
        upper=_scaled(limits.kind, count.above, period),
        side=Side.ABOVE if above else Side.BELOW if below else None,
    )


def _scaled(kind: ChartKind, count: int, period: Sample) -> float:
    """A whole count as the chart plots it."""
    basis = Basis(kind=kind, center=Fraction(0))
    at = plot(basis=basis, periods=[Sample(count=Fraction(count), size=period.size)])[0]
    return 0.0 if at.value is None else at.value


_NAMES: Mapping[RunRule, Signal] = {
    RunRule.N5: Signal.TWO_OF_THREE,
    RunRule.N6: Signal.FOUR_OF_FIVE,
    RunRule.WE4: Signal.RUN_OF_EIGHT,
}


def _patterns(
    limits: FrozenLimits,
    periods: Sequence[Sample],
    points: Sequence[ChartPoint],
    rules: Sequence[RunRule],
) -> list[tuple[int, Signal]]:
    expected = [float(period.size * limits.center) for period in periods if period.size]
    if not rules_apply(expected_counts=expected):
        return []
    z = [point.z for point in points]
    return [
        (number, _NAMES[rule])
        for rule in rules
        if rule in _NAMES
        for number in flagged(z=z, rule=rule)
    ]


def _warnings(limits: FrozenLimits, periods: Sequence[Sample]) -> list[int]:
    if not limits.center:
        return []
    points = poisson_cusum(
        periods=periods,
        good_rate=limits.center,
        bad_rate=DOUBLED * limits.center,
        limit=EVIDENCE * limits.sigma_z**2,
    )
    return [
        number
        for number, point in enumerate(points, start=1)
        if point.signal and (number == 1 or not points[number - 2].signal)
    ]
