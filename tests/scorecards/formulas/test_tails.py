import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scorecards.formulas.bisection import smallest_whole
from scorecards.formulas.tails import (
    binomial_at_least,
    binomial_at_most,
    negative_binomial_at_least,
    negative_binomial_at_most,
    poisson_at_least,
    poisson_at_most,
    poisson_density,
)

counts = st.integers(0, 60)
means = st.floats(0.001, 80)
shares = st.floats(0.001, 0.999)


@given(count=counts, mean=means)
def test_poisson_tails_agree_with_the_distribution(count: int, mean: float) -> None:
    known = stats.poisson(mean)
    assert poisson_at_least(count=count, mean=mean) == pytest.approx(known.sf(count - 1))
    assert poisson_at_most(count=count, mean=mean) == pytest.approx(known.cdf(count))
    assert poisson_density(count=count, mean=mean) == pytest.approx(known.pmf(count))


@given(count=counts, trials=st.integers(0, 60), share=shares)
def test_binomial_tails_agree_with_the_distribution(count: int, trials: int, share: float) -> None:
    known = stats.binom(trials, share)
    at_least = binomial_at_least(count=count, trials=trials, share=share)
    at_most = binomial_at_most(count=count, trials=trials, share=share)
    assert at_least == pytest.approx(known.sf(count - 1), abs=1e-15)
    assert at_most == pytest.approx(known.cdf(count))


@given(count=counts, size=st.floats(0.5, 100), share=shares)
def test_negative_binomial_tails_agree_with_the_distribution(
    count: int, size: float, share: float
) -> None:
    known = stats.nbinom(size, share)
    at_least = negative_binomial_at_least(count=count, size=size, share=share)
    at_most = negative_binomial_at_most(count=count, size=size, share=share)
    assert at_least == pytest.approx(known.sf(count - 1), rel=1e-9, abs=1e-15)
    assert at_most == pytest.approx(known.cdf(count), rel=1e-9, abs=1e-15)


def test_tails_below_nothing() -> None:
    assert poisson_at_most(count=-1, mean=3) == 0
    assert binomial_at_most(count=-1, trials=3, share=0.5) == 0
    assert negative_binomial_at_most(count=-1, size=1, share=0.5) == 0
    assert poisson_at_least(count=1, mean=0) == 0


@given(start=st.integers(-50, 50), answer=st.integers(-60, 10**9))
def test_smallest_whole_finds_the_edge(start: int, answer: int) -> None:
    assert smallest_whole(holds=lambda n: n >= answer, start=start) == max(start, answer)
