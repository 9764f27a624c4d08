from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scorecards.formulas.many_suppliers import adjusted_p_values
from scorecards.formulas.one_sample import (
    clean_units_to_demonstrate,
    critical_counts,
    threshold_test,
)
from scorecards.formulas.two_periods import compare_rates


def test_threshold_test_without_exposure_and_without_binomial() -> None:
    assert threshold_test(count=0, exposure=0, threshold_ppm=50) is None
    more = threshold_test(count=7, exposure=5, threshold_ppm=50)
    assert more is not None
    assert more.p_above_binomial is None


def test_critical_counts_of_a_small_volume() -> None:
    counts = critical_counts(exposure=50_000, threshold_ppm=50)
    assert (counts.naive_count, counts.shown_count) == (3, 6)
    assert counts.false_alarm_at_half == pytest.approx(0.131532, abs=1e-6)


def test_clean_units_that_demonstrate_a_threshold() -> None:

    assert clean_units_to_demonstrate(threshold_ppm=50, confidence=Decimal("0.95")) == 59_915
    assert clean_units_to_demonstrate(threshold_ppm=0, confidence=Decimal("0.95")) is None


def test_compare_rates_before_and_after() -> None:
    compared = compare_rates(
        first_count=12, first_exposure=240_000, second_count=3, second_exposure=200_000
    )
    assert compared is not None
    assert compared.rate_ratio == pytest.approx(10 / 3)
    assert compared.p_two_sided == pytest.approx(0.0670306)


def test_compare_rates_with_nothing_in_either_period() -> None:
    compared = compare_rates(first_count=0, first_exposure=100, second_count=0, second_exposure=100)
    assert compared is not None
    assert (compared.rate_ratio, compared.ratio_upper) == (None, None)
    assert compared.p_two_sided == compared.p_first_higher == 1


def test_compare_rates_without_exposure_or_whole_counts() -> None:

    assert compare_rates(first_count=1, first_exposure=0, second_count=1, second_exposure=9) is None
    with pytest.raises(ValueError, match="whole"):
        compare_rates(
            first_count=Fraction(1, 2), first_exposure=5, second_count=1, second_exposure=9
        )


@settings(max_examples=200)
@given(
    x1=st.integers(0, 60),
    x2=st.integers(0, 60),
    n1=st.integers(1, 10**6),
    n2=st.integers(1, 10**6),
)
def test_compare_rates_agrees_with_the_binomial_test(x1: int, x2: int, n1: int, n2: int) -> None:
    compared = compare_rates(first_count=x1, first_exposure=n1, second_count=x2, second_exposure=n2)
    assert compared is not None
    if x1 + x2 == 0:
        return
    share = n1 / (n1 + n2)
    known = stats.binomtest(x1, x1 + x2, share)
    assert compared.p_two_sided == pytest.approx(known.pvalue, rel=1e-6, abs=1e-12)
    higher = stats.binomtest(x1, x1 + x2, share, alternative="greater")
    assert compared.p_first_higher == pytest.approx(higher.pvalue, rel=1e-9, abs=1e-15)


@given(
    x1=st.integers(0, 40),
    x2=st.integers(0, 40),
    n1=st.integers(1, 10**6),
    n2=st.integers(1, 10**6),
)
def test_compare_rates_either_way_round(x1: int, x2: int, n1: int, n2: int) -> None:
    one = compare_rates(first_count=x1, first_exposure=n1, second_count=x2, second_exposure=n2)
    other = compare_rates(first_count=x2, first_exposure=n2, second_count=x1, second_exposure=n1)
    assert one is not None
    assert other is not None
    assert one.p_two_sided == pytest.approx(other.p_two_sided, rel=1e-6)
    if one.ratio_upper and other.ratio_lower:
        assert one.ratio_upper == pytest.approx(1 / other.ratio_lower, rel=1e-6)


def test_adjusted_p_values_refuse_impossible_ones() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjusted_p_values(p_values=[0.5, 1.2])
    assert adjusted_p_values(p_values=[]) == ()


@given(p_values=st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusted_p_values_agree_with_the_published_method(p_values: list[float]) -> None:
    known = stats.false_discovery_control(p_values)
    assert list(adjusted_p_values(p_values=p_values)) == pytest.approx(list(known))
