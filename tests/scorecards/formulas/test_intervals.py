import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.formulas.intervals import (
    Sides,
    clopper_pearson,
    garwood,
    jeffreys,
    lower_bound,
    upper_bound,
    wilson,
)
from scorecards.formulas.quantities import ImpossibleQuantityError
from scorecards.formulas.tails import (
    binomial_at_least,
    binomial_at_most,
    poisson_at_least,
    poisson_at_most,
)

counts = st.integers(0, 400)
exposures = st.integers(1, 10**8)


def test_garwood_of_five_in_fifty_thousand() -> None:
    interval = garwood(count=5, exposure=50_000)
    assert interval is not None
    assert interval.lower_ppm == pytest.approx(32.4697278)
    assert interval.upper_ppm == pytest.approx(233.3666416)
    assert interval.sides is Sides.TWO_SIDED


def test_bounds_of_zero_rejects_name_their_sides() -> None:
    both, one = garwood(count=0, exposure=10_000), upper_bound(count=0, exposure=10_000)
    assert both is not None
    assert one is not None
    assert (both.lower_ppm, one.lower_ppm) == (0, 0)
    assert both.upper_ppm == pytest.approx(-math.log(0.025) * 100)
    assert one.upper_ppm == pytest.approx(-math.log(0.05) * 100)
    assert one.sides is Sides.UPPER_BOUND


def test_intervals_without_exposure_are_none() -> None:
    for method in (garwood, upper_bound, lower_bound):
        assert method(count=0, exposure=0) is None
    for share in (clopper_pearson, wilson, jeffreys):
        assert share(defective=0, units=0) is None


def test_shares_refuse_more_defective_than_units() -> None:
    for share in (clopper_pearson, wilson, jeffreys):
        with pytest.raises(ImpossibleQuantityError):
            share(defective=7, units=5)


def test_garwood_accepts_more_rejects_than_receipts() -> None:
    interval = garwood(count=7, exposure=5)
    assert interval is not None
    assert interval.upper_ppm > 1_000_000


@pytest.mark.parametrize("confidence", [0, 1, 1.2, -0.1])
def test_intervals_refuse_impossible_confidence(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        garwood(count=1, exposure=10, confidence=confidence)


@given(count=counts, exposure=exposures, confidence=st.sampled_from([0.9, 0.95, 0.99]))
def test_garwood_ends_have_the_tail_probability(
    count: int, exposure: int, confidence: float
) -> None:
    interval = garwood(count=count, exposure=exposure, confidence=confidence)
    assert interval is not None
    tail = (1 - confidence) / 2
    upper_mean = interval.upper_ppm * exposure / 1e6
    assert poisson_at_most(count=count, mean=upper_mean) == pytest.approx(tail)
    if count:
        lower_mean = interval.lower_ppm * exposure / 1e6
        assert poisson_at_least(count=count, mean=lower_mean) == pytest.approx(tail)
    assert interval.lower_ppm <= count * 1e6 / exposure <= interval.upper_ppm


@given(data=st.data(), units=st.integers(1, 100_000))
def test_clopper_pearson_ends_have_the_tail_probability(data: st.DataObject, units: int) -> None:
    defective = data.draw(st.integers(0, min(units, 300)))
    interval = clopper_pearson(defective=defective, units=units)
    assert interval is not None
    lower, upper = interval.lower_ppm / 1e6, interval.upper_ppm / 1e6
    if defective:
        at_least = binomial_at_least(count=defective, trials=units, share=lower)
        assert at_least == pytest.approx(0.025)
    if defective < units:
        at_most = binomial_at_most(count=defective, trials=units, share=upper)
        assert at_most == pytest.approx(0.025)


@given(count=st.integers(0, 200), exposure=st.integers(200, 10**7))
def test_share_intervals_hold_the_share_and_order(count: int, exposure: int) -> None:
    point = count * 1e6 / exposure
    slack = 1e-9 * (point + 1)
    for method in (clopper_pearson, wilson, jeffreys):
        interval = method(defective=count, units=exposure)
        assert interval is not None
        assert 0 <= interval.lower_ppm <= point + slack
        assert point - slack <= interval.upper_ppm <= 1e6


@given(count=counts, exposure=exposures)
def test_one_sided_bounds_are_the_ends_of_the_ninety_percent_interval(
    count: int, exposure: int
) -> None:
    two_sided = garwood(count=count, exposure=exposure, confidence=0.9)
    lower = lower_bound(count=count, exposure=exposure)
    upper = upper_bound(count=count, exposure=exposure)
    assert two_sided is not None
    assert lower is not None
    assert upper is not None
    assert lower.lower_ppm == pytest.approx(two_sided.lower_ppm)
    assert upper.upper_ppm == pytest.approx(two_sided.upper_ppm)
    assert lower.upper_ppm == math.inf


def test_garwood_of_fractional_count_lies_between_its_neighbours() -> None:
    below = garwood(count=2, exposure=1_000)
    between = garwood(count=Decimal("2.5"), exposure=1_000)
    above = garwood(count=3, exposure=1_000)
    assert below is not None
    assert between is not None
    assert above is not None
    assert below.lower_ppm < between.lower_ppm < above.lower_ppm
    assert below.upper_ppm < between.upper_ppm < above.upper_ppm
