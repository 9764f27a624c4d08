import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.formulas.rates import exceeds
from scorecards.formulas.verdicts import (
    Verdict,
    allowed_rejects,
    judge_threshold,
    smallest_count_above,
    units_to_show_below,
)


def test_verdict_five_in_fifty_thousand_is_undecided_about_fifty() -> None:
    judged = judge_threshold(count=5, exposure=50_000, threshold_ppm=50)
    assert judged.verdict is Verdict.UNDECIDED
    assert judged.p_above == pytest.approx(0.1088219811)
    assert judged.p_below == pytest.approx(0.9579789618)
    assert judged.rejects_to_above == 6


def test_verdict_above_and_below_shown() -> None:
    assert (
        judge_threshold(count=26, exposure=250_000, threshold_ppm=50).verdict is Verdict.ABOVE_SHOWN
    )
    below = judge_threshold(count=15, exposure=500_000, threshold_ppm=50)
    assert below.verdict is Verdict.BELOW_SHOWN
    assert below.clean_units_to_below is None
    assert below.rejects_to_above is None


def test_verdict_one_reject_in_three_thousand_may_be_chance() -> None:
    judged = judge_threshold(count=1, exposure=3_000, threshold_ppm=50)
    assert judged.verdict is Verdict.UNDECIDED
    assert judged.rejects_to_above == 2


def test_verdict_without_receipts() -> None:
    judged = judge_threshold(count=2, exposure=0, threshold_ppm=50)
    assert judged.verdict is Verdict.NO_DATA
    assert judged.p_above is None


def test_verdict_zero_threshold() -> None:
    assert judge_threshold(count=1, exposure=10, threshold_ppm=0).verdict is Verdict.ABOVE_SHOWN
    none_found = judge_threshold(count=0, exposure=10, threshold_ppm=0)
    assert none_found.verdict is Verdict.UNDECIDED
    assert none_found.clean_units_to_below is None


def test_units_to_show_below_with_no_rejects() -> None:
    assert units_to_show_below(count=0, threshold_ppm=50) == 59_915
    assert units_to_show_below(count=0, threshold_ppm=100, alpha=0.1) == 23_026


def test_allowed_rejects_stops_at_the_threshold() -> None:
    assert allowed_rejects(exposure=100_000, threshold_ppm=50) == 5
    assert allowed_rejects(exposure=99_999, threshold_ppm=50) == 4
    assert allowed_rejects(exposure=0, threshold_ppm=50) == 0


@pytest.mark.parametrize("alpha", [0, 0.5, 1, -1])
def test_verdict_refuses_impossible_alpha(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha"):
        judge_threshold(count=1, exposure=10, threshold_ppm=50, alpha=alpha)


@given(
    count=st.one_of(st.integers(0, 200), st.decimals(0, 200, places=3)),
    exposure=st.integers(1, 10**7),
    threshold=st.sampled_from([10, 25, 50, 100, 1000]),
)
def test_undecided_names_what_would_have_decided(
    count: int | Decimal, exposure: int, threshold: int
) -> None:
    judged = judge_threshold(count=count, exposure=exposure, threshold_ppm=threshold)
    if judged.verdict is not Verdict.UNDECIDED:
        assert judged.clean_units_to_below is None
        return
    more, rejects = judged.clean_units_to_below, judged.rejects_to_above
    assert more is not None
    assert rejects is not None

    def verdict(found: int | Decimal, units: int) -> Verdict:
        return judge_threshold(count=found, exposure=units, threshold_ppm=threshold).verdict

    assert verdict(count, exposure + more) is Verdict.BELOW_SHOWN
    assert verdict(count, exposure + more - 1) is Verdict.UNDECIDED
    assert rejects > count
    assert verdict(rejects, exposure) is Verdict.ABOVE_SHOWN
    assert verdict(rejects - 1, exposure) is not Verdict.ABOVE_SHOWN


@given(exposure=st.integers(1, 10**8), threshold=st.integers(1, 2000))
def test_smallest_count_above_is_at_least_the_naive_count(exposure: int, threshold: int) -> None:
    naive = math.floor(exposure * threshold / 1e6) + 1
    assert smallest_count_above(exposure=exposure, threshold_ppm=threshold) >= naive


@given(exposure=st.integers(0, 10**8), threshold=st.integers(0, 2000))
def test_allowed_rejects_is_the_largest_not_above(exposure: int, threshold: int) -> None:
    allowed = allowed_rejects(exposure=exposure, threshold_ppm=threshold)
    assert not exceeds(numerator=allowed, denominator=exposure, threshold_ppm=threshold)
    if exposure:
        assert exceeds(numerator=allowed + 1, denominator=exposure, threshold_ppm=threshold)
