import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from scorecards.formulas.attribute_charts import Sample, Side, samples
from scorecards.formulas.funnel import between_variance, funnel, overdispersion, quantile
from scorecards.formulas.shrinkage import (
    GammaPrior,
    likelihood_prior,
    log_likelihood,
    moments_prior,
    posterior,
    rank_suppliers,
    ranks,
    shrunken_rate,
)

COUNTS = [2, 8, 2, 1, 0, 0, 0, 4, 2, 7, 16, 7, 11, 2, 5, 0, 3, 5, 0, 0, 15, 12, 0, 0, 0, 1]
UNITS = [45430, 86320, 47410, 71840, 11100, 9290, 112390, 109220, 100190, 166160, 632940]
UNITS += [378510, 277960, 66230, 284290, 51480, 88280, 391340, 49700, 32100, 328380, 124460]
UNITS += [4660, 17110, 4290, 26570]
SUPPLIERS = samples(counts=COUNTS, sizes=UNITS)

some_suppliers = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 10**6)), min_size=3, max_size=25
).map(lambda pairs: samples(counts=[c for c, _ in pairs], sizes=[n for _, n in pairs]))


def test_funnel_finds_the_one_supplier_outside() -> None:
    plot = funnel(suppliers=SUPPLIERS)
    assert plot is not None
    outside = [n for n, row in enumerate(plot.rows, start=1) if row.bands[1].outside]
    assert outside == [22]
    assert plot.rows[21].bands[1].outside is Side.ABOVE


def test_funnel_row_without_volume_is_empty() -> None:
    plot = funnel(suppliers=samples(counts=[3, 0], sizes=[1_000, 0]))
    assert plot is not None
    assert plot.rows[1].rate is None
    assert plot.rows[1].bands == ()


def test_funnel_without_rejects_or_volume_is_none() -> None:
    assert funnel(suppliers=samples(counts=[0, 0], sizes=[10, 10])) is None
    assert funnel(suppliers=()) is None


def test_funnel_around_a_given_rate() -> None:
    plot = funnel(suppliers=SUPPLIERS, center=Fraction(50, 10**6))
    assert plot is not None
    assert plot.rows[0].expected == pytest.approx(45430 * 50e-6)


def test_funnel_never_accuses_a_supplier_without_rejects() -> None:
    plot = funnel(suppliers=samples(counts=[0, 1], sizes=[1, 1_000]))
    assert plot is not None
    assert [band.outside for band in plot.rows[0].bands] == [None, None]


@settings(max_examples=40, deadline=None)
@given(suppliers=some_suppliers)
def test_funnel_bands_nest_and_narrow_with_volume(suppliers: tuple[Sample, ...]) -> None:
    plot = funnel(suppliers=suppliers)
    if plot is None:
        return
    for row in plot.rows:
        narrow, wide = row.bands
        assert wide.lower <= narrow.lower <= narrow.upper <= wide.upper
        assert row.wide_bands[0].upper <= row.wide_bands[1].upper
    assert plot.tau_squared >= 0


@given(values=st.lists(st.floats(-5, 5), min_size=1, max_size=20), level=st.floats(0, 1))
def test_quantile_agrees_with_type_seven(values: list[float], level: float) -> None:
    known = stats.mstats.mquantiles(values, level, alphap=1, betap=1)
    assert quantile(values=values, level=level) == pytest.approx(float(known[0]))


def test_overdispersion_of_nothing() -> None:
    assert overdispersion(scores=[]) == 0
    assert between_variance(phi=5, expected=[3.0]) == 0
    assert between_variance(phi=0.5, expected=[3.0, 4.0]) == 0


def test_shrinkage_draws_small_suppliers_to_the_common_rate() -> None:
    ranking = rank_suppliers(suppliers=SUPPLIERS)
    assert ranking.prior is not None
    assert ranking.difference_shown
    assert ranking.ranks[21] == 1
    raw = 2 / 45430
    assert ranking.shrunken[0] is not None
    assert ranking.prior.mean < ranking.shrunken[0] < raw


def test_no_difference_demonstrated_between_equal_suppliers() -> None:
    equal = samples(counts=[5, 5, 5, 5], sizes=[100_000] * 4)
    ranking = rank_suppliers(suppliers=equal)
    assert ranking.prior is None
    assert not ranking.difference_shown
    assert ranking.ranks == (1, 1, 1, 1)
    moments = moments_prior(suppliers=equal)
    assert moments is not None
    assert moments.prior is None


def test_ranking_leaves_suppliers_without_volume_out() -> None:
    ranking = rank_suppliers(suppliers=[*SUPPLIERS, Sample(count=Fraction(0), size=Fraction(0))])
    assert ranking.ranks[-1] is None
    assert rank_suppliers(suppliers=()).ranks == ()
    assert not rank_suppliers(suppliers=()).difference_shown
    assert moments_prior(suppliers=()) is None


def test_ranks_share_the_smaller_number() -> None:
    assert ranks(values=[1.0, 3.0, None, 3.0, 0.0]) == (3, 1, None, 1, 4)


def test_posterior_is_the_gamma_distribution() -> None:
    prior = GammaPrior(shape=3.5, rate=116_000)
    known = stats.gamma(3.5 + 8, scale=1 / (116_000 + 86_320))
    found = posterior(prior=prior, supplier=SUPPLIERS[1])
    assert found.mean == pytest.approx(known.mean())
    assert (found.lower, found.upper) == pytest.approx(known.interval(0.95))
    assert found.probability_above(threshold_ppm=50) == pytest.approx(known.sf(50e-6))
    assert found.mean == shrunken_rate(prior=prior, supplier=SUPPLIERS[1])


@settings(max_examples=30, deadline=None)
@given(suppliers=some_suppliers)
def test_likelihood_prior_is_a_maximum(suppliers: tuple[Sample, ...]) -> None:
    prior = likelihood_prior(suppliers=suppliers)
    if prior is None or not 1e-3 < prior.shape < 1e4:
        return
    best = log_likelihood(prior=prior, suppliers=suppliers)

    def loss(logs: tuple[float, float]) -> float:
        other = GammaPrior(shape=math.exp(logs[0]), rate=math.exp(logs[1]))
        return -log_likelihood(prior=other, suppliers=suppliers)

    start = [math.log(prior.shape) + 0.5, math.log(prior.rate) + 0.3]
    found = optimize.minimize(loss, start, method="Nelder-Mead")
    assert best >= -found.fun - 1e-6
