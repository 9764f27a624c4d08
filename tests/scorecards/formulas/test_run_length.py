from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from scorecards.formulas.run_length import (
    BEYOND_3,
    FOUR_OF_5_BEYOND_1,
    TWO_OF_3_BEYOND_2,
    exact_limit_run_length,
    rules_run_length,
    run_of,
    share_run_length,
    sigma_limit_run_length,
)


def test_a_false_alarm_in_370_holds_for_rule_one_on_normal_values_only() -> None:
    assert rules_run_length(rules=[BEYOND_3]) == pytest.approx(370.398, abs=0.001)
    four = [BEYOND_3, TWO_OF_3_BEYOND_2, FOUR_OF_5_BEYOND_1, run_of(length=8)]
    assert rules_run_length(rules=four) == pytest.approx(91.75, abs=0.01)
    counts = sigma_limit_run_length(mean=Decimal("3.7"), true_mean=Decimal("3.7"))
    assert counts.run_length != pytest.approx(370, rel=0.1)


@pytest.mark.parametrize(("length", "expected"), [(1, 1), (2, 3), (3, 7), (8, 255), (9, 511)])
def test_run_on_one_side_alone(length: int, expected: int) -> None:
    """Two sides of probability one half: the mean wait for a run of n is 2ⁿ − 1."""
    assert rules_run_length(rules=[run_of(length=length)]) == pytest.approx(expected)


def test_run_length_without_rules() -> None:
    with pytest.raises(ValueError, match="without rules"):
        rules_run_length(rules=[])


@settings(max_examples=20)
@given(shift=st.floats(0, 3))
def test_run_length_is_the_same_to_either_side_and_falls_with_more_rules(shift: float) -> None:
    few, more = [BEYOND_3], [BEYOND_3, TWO_OF_3_BEYOND_2]
    assert rules_run_length(rules=more, shift=shift) == pytest.approx(
        rules_run_length(rules=more, shift=-shift), rel=1e-6
    )
    assert rules_run_length(rules=more, shift=shift) < rules_run_length(rules=few, shift=shift)


def test_count_chart_on_its_limits() -> None:
    chart = sigma_limit_run_length(mean=9, true_mean=9)
    assert chart.ucl == 18
    assert (chart.signals_from, chart.signals_to, chart.lcl) == (19, None, 0)
    lower = sigma_limit_run_length(mean=16, true_mean=16)
    assert (lower.signals_from, lower.signals_to) == (29, 3)


def test_count_chart_after_a_shift() -> None:

    chart = sigma_limit_run_length(mean=Decimal("3.7"), true_mean=6)
    assert chart.run_length == pytest.approx(11.9155, abs=0.001)


def test_exact_limits_keep_their_promise_where_three_sigma_does_not() -> None:
    for mean in (1, 3, 5, 9, 20, 50):
        exact = exact_limit_run_length(mean=mean, true_mean=mean)
        assert exact.run_length >= 1 / (2 * 0.00135) - 1
    rare = Decimal("0.01")
    assert sigma_limit_run_length(mean=rare, true_mean=rare).run_length < 101


@pytest.mark.parametrize("means", [(0, 1), (1, 0)])
def test_run_length_needs_positive_means(means: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        sigma_limit_run_length(mean=means[0], true_mean=means[1])
    with pytest.raises(ValueError, match="above 0"):
        exact_limit_run_length(mean=means[0], true_mean=means[1])


@pytest.mark.parametrize(("true", "points"), [("0.5", 558.7), ("0.625", 3.71), ("0.75", 1.017)])
def test_p_chart_of_a_hundred_parts_half_of_them_defective(true: str, points: float) -> None:
    found = share_run_length(size=100, share=Fraction(1, 2), true_share=Decimal(true))
    assert found == pytest.approx(points, rel=0.002)


@settings(max_examples=60)
@given(
    size=st.integers(2, 2_000),
    drawn=st.fractions(Fraction(1, 100), Fraction(9, 10)),
    true=st.fractions(Fraction(1, 100), Fraction(9, 10)),
)
def test_p_chart_waits_as_long_as_counting_its_outside_says(
    size: int, drawn: Fraction, true: Fraction
) -> None:
    spread = 9 * size * drawn * (1 - drawn)
    outside = [k for k in range(size + 1) if (k - size * drawn) ** 2 > spread]
    chance = sum(float(binom.pmf(k, size, float(true))) for k in outside)
    found = share_run_length(size=size, share=drawn, true_share=true)
    if chance > 1e-12:
        assert found == pytest.approx(1 / chance, rel=1e-6)


@pytest.mark.parametrize("share", [0, 1, 2])
def test_share_outside_of_its_range_is_refused(share: int) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        share_run_length(size=10, share=share, true_share=Fraction(1, 2))
