from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scorecards.formulas.attribute_charts import Sample, samples
from scorecards.formulas.chart_choice import ChartChoice, choose_chart
from scorecards.formulas.exact_limits import (
    TAIL,
    binomial_limits,
    overdispersed_basis,
    overdispersed_limit,
    poisson_limits,
    predictive_limit,
    predictive_p,
)
from scorecards.formulas.quantities import ImpossibleQuantityError


@given(mean=st.floats(0.001, 500))
def test_poisson_limits_are_the_tightest_with_their_tail(mean: float) -> None:
    limits = poisson_limits(mean=mean)
    known = stats.poisson(mean)
    assert known.sf(limits.above) <= TAIL < known.sf(limits.above - 1)
    if limits.below is None:
        assert known.cdf(0) > TAIL
    else:
        assert known.cdf(limits.below - 1) <= TAIL < known.cdf(limits.below)
        assert limits.p_below == pytest.approx(known.cdf(limits.below - 1))
    assert limits.p_above == pytest.approx(known.sf(limits.above))


@given(trials=st.integers(1, 500), share=st.floats(0.001, 0.999))
def test_binomial_limits_are_the_tightest_with_their_tail(trials: int, share: float) -> None:
    limits = binomial_limits(trials=trials, share=share)
    known = stats.binom(trials, share)
    assert known.sf(limits.above) <= TAIL * (1 + 1e-9)
    if limits.above:
        assert known.sf(limits.above - 1) > TAIL * (1 - 1e-9)
    if limits.below is not None:
        assert known.cdf(limits.below - 1) <= TAIL * (1 + 1e-9)


def test_predictive_p_after_a_spotless_baseline() -> None:
    baseline = samples(counts=[0] * 12, sizes=[5_000] * 12)
    one = Sample(count=Fraction(1), size=Fraction(5_000))
    assert predictive_p(baseline=baseline, period=one) == pytest.approx(0.0392310770772)
    none = Sample(count=Fraction(0), size=Fraction(5_000))
    assert predictive_p(baseline=baseline, period=none) == 1


def test_predictive_p_without_volume() -> None:
    spotless = samples(counts=[0], sizes=[100])
    empty = samples(counts=[0], sizes=[0])
    assert predictive_p(baseline=spotless, period=empty[0]) is None
    assert predictive_p(baseline=empty, period=spotless[0]) is None
    assert predictive_limit(baseline=empty, size=Fraction(5)) is None


@given(found=st.integers(0, 50), units=st.integers(1, 10**6), size=st.integers(1, 10**6))
def test_predictive_limit_is_the_smallest_with_its_tail(found: int, units: int, size: int) -> None:
    baseline = samples(counts=[found], sizes=[units])
    limit = predictive_limit(baseline=baseline, size=Fraction(size))
    assert limit is not None
    known = stats.nbinom(found + 0.5, units / (units + size))
    assert known.sf(limit) <= TAIL * (1 + 1e-9)
    if limit:
        assert known.sf(limit - 1) > TAIL * (1 - 1e-9)


def test_overdispersed_limit_falls_back_to_poisson() -> None:
    steady = samples(counts=[10] * 12, sizes=[1_000] * 12)
    basis = overdispersed_basis(baseline=steady)
    assert basis is not None
    assert basis.shape is None
    limit = overdispersed_limit(basis=basis, size=Fraction(1_000))
    assert limit == poisson_limits(mean=10).above


def test_overdispersed_limit_is_wider_when_periods_differ() -> None:
    jumpy = samples(counts=[2, 30, 5, 25, 1, 28, 3, 22], sizes=[1_000] * 8)
    basis = overdispersed_basis(baseline=jumpy)
    assert basis is not None
    limit = overdispersed_limit(basis=basis, size=Fraction(1_000))
    assert limit is not None
    assert limit > poisson_limits(mean=float(basis.center * 1_000)).above


def test_overdispersed_limit_without_volume() -> None:
    assert overdispersed_basis(baseline=samples(counts=[0], sizes=[0])) is None
    basis = overdispersed_basis(baseline=samples(counts=[3], sizes=[10]))
    assert basis is not None
    assert overdispersed_limit(basis=basis, size=Fraction(0)) is None
    with pytest.raises(ImpossibleQuantityError):
        overdispersed_limit(basis=basis, size=Fraction(-1))


@pytest.mark.parametrize(
    ("counts", "sizes", "choice"),
    [
        ([3] * 7, [100] * 7, ChartChoice.NO_LIMITS),
        ([0, 1] * 4, [100] * 8, ChartChoice.NO_LIMITS),
        ([0, 0, 1] * 6, [100] * 18, ChartChoice.RARE_EVENT),
        ([3, 4] * 5, [100] * 10, ChartChoice.EXACT_LIMITS),
        ([20, 21] * 5, [100] * 10, ChartChoice.SIGMA_LIMITS),
        ([5, 60] * 5, [100] * 10, ChartChoice.LANEY),
        ([0] * 10, [0] * 10, ChartChoice.NO_LIMITS),
    ],
)
def test_chart_choice(counts: list[int], sizes: list[int], choice: ChartChoice) -> None:
    assert choose_chart(periods=samples(counts=counts, sizes=sizes)).choice is choice


def test_chart_choice_leaves_empty_periods_out() -> None:
    chosen = choose_chart(periods=samples(counts=[3, 0] * 8, sizes=[100, 0] * 8))
    assert chosen.valid_periods == 8
    assert chosen.median_expected == 3
