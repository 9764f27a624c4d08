"""Limits frozen from a baseline: what is stored is enough, and new data does not move it."""

import dataclasses
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.formulas.attribute_charts import ChartKind, Sample, samples
from scorecards.formulas.chart_choice import ChartChoice
from scorecards.formulas.exact_limits import predictive_limit, predictive_limits
from scorecards.formulas.frozen_limits import (
    FrozenLimits,
    Signal,
    estimate_limits,
    judge_periods,
)

# Montgomery (2009), example 7.3's kind of data: about 20 expected a period.
STEADY = [19, 22, 17, 25, 20, 18, 23, 21, 16, 24, 20, 19]
SIZES = [10_000] * 12


def frozen(counts: list[int], sizes: list[int], excluded: tuple[int, ...] = ()) -> FrozenLimits:
    periods = samples(counts=counts, sizes=sizes)
    limits = estimate_limits(kind=ChartKind.U, periods=periods, excluded=excluded)[1]
    assert limits is not None
    return limits


def test_limits_are_the_baselines_whatever_comes_after() -> None:
    limits = frozen(STEADY, SIZES)
    before = judge_periods(limits=limits, periods=samples(counts=[20], sizes=[10_000]))
    after = judge_periods(limits=limits, periods=samples(counts=[20, 90], sizes=[10_000] * 2))
    assert before[0] == after[0]
    assert after[0].center == pytest.approx(sum(STEADY) / sum(SIZES))


def test_more_volume_narrows_the_limits() -> None:
    limits = frozen(STEADY, SIZES)
    periods = samples(counts=[2, 200], sizes=[1_000, 100_000])
    small, large = judge_periods(limits=limits, periods=periods)
    assert small.upper is not None
    assert large.upper is not None
    assert large.upper < small.upper
    assert (small.lower, large.lower is None) == (None, False)


def test_point_outside_signals_and_on_the_limit_does_not() -> None:
    limits = dataclasses.replace(frozen([9] * 12, [1] * 12), choice=ChartChoice.SIGMA_LIMITS)
    periods = samples(counts=[18, 19, 0], sizes=[1] * 3)
    points = judge_periods(limits=limits, periods=periods, rules=(), early_warning=False)
    assert [point.signals for point in points] == [(), (Signal.ABOVE,), ()]


def test_excluded_points_do_not_shape_the_limits() -> None:
    spoilt = [*STEADY[:5], 400, *STEADY[6:]]
    assert frozen(spoilt, SIZES, excluded=(6,)).center == Fraction(
        sum(spoilt) - 400, sum(SIZES) - SIZES[5]
    )


def test_small_counts_get_exact_limits() -> None:
    chosen, limits = estimate_limits(
        kind=ChartKind.P, periods=samples(counts=[2] * 12, sizes=[50_000] * 12)
    )
    assert chosen.choice is ChartChoice.EXACT_LIMITS
    assert limits is not None
    (point,) = judge_periods(limits=limits, periods=samples(counts=[9], sizes=[50_000]))
    baseline = [Sample(count=Fraction(24), size=Fraction(600_000))]
    above = predictive_limit(baseline=baseline, size=Fraction(50_000))
    assert above is not None
    assert point.upper == pytest.approx(above / 50_000)
    assert (Signal.ABOVE in point.signals) == (above < 9)


def test_too_little_data_bears_no_limits() -> None:
    for counts in ([0] * 12, [9] * 7):
        periods = samples(counts=counts, sizes=[10_000] * len(counts))
        assert estimate_limits(kind=ChartKind.U, periods=periods)[1] is None


def test_empty_period_has_no_point_and_no_limits() -> None:
    limits = frozen(STEADY, SIZES)
    (point,) = judge_periods(limits=limits, periods=samples(counts=[0], sizes=[0]))
    assert (point.value, point.upper, point.signals) == (None, None, ())


def test_eight_on_one_side_signal_where_enough_is_expected() -> None:
    limits = dataclasses.replace(frozen(STEADY, SIZES), choice=ChartChoice.SIGMA_LIMITS)
    points = judge_periods(limits=limits, periods=samples(counts=[23] * 8, sizes=[10_000] * 8))
    assert Signal.RUN_OF_EIGHT in points[7].signals
    assert all(Signal.RUN_OF_EIGHT not in point.signals for point in points[:7])


def test_doubled_rate_warns_early_and_once() -> None:
    limits = frozen([1, 0, 1, 2, 1, 0, 1, 1, 2, 1, 1, 1], SIZES)
    points = judge_periods(limits=limits, periods=samples(counts=[2] * 24, sizes=[10_000] * 24))
    warned = [point.number for point in points if Signal.EARLY_WARNING in point.signals]
    assert len(warned) == 1
    assert 4 < warned[0] < 20


@given(st.integers(0, 60), st.integers(1_000, 900_000), st.integers(1_000, 200_000))
def test_predictive_limits_hold_their_tails_and_agree(found: int, units: int, size: int) -> None:
    baseline = [Sample(count=Fraction(found), size=Fraction(units))]
    both = predictive_limits(baseline=baseline, size=Fraction(size))
    assert both is not None
    assert both.above == predictive_limit(baseline=baseline, size=Fraction(size))
    assert both.p_above <= 0.00135
    assert both.p_below <= 0.00135
    assert both.below is None or both.below <= both.above
