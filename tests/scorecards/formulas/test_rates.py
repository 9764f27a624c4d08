from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.formulas.quantities import ImpossibleQuantityError, InexactQuantityError, exact
from scorecards.formulas.rates import (
    Comparator,
    FigureState,
    dpmo,
    dpo,
    dpu,
    exceeds,
    figure,
    incident_rate,
    mixed_dpmo,
    on_time_share,
    pooled_ppm,
    ppm,
    rolling_ppm,
)
from scorecards.formulas.rounding import shown_ppm

quantity = st.one_of(
    st.integers(0, 10**9), st.decimals(0, 10**6, places=3, allow_nan=False, allow_infinity=False)
)
units = st.integers(1, 10**9)


def test_ppm_of_the_three_places_where_a_part_may_fail() -> None:
    inside = ppm(defective=1_200, units=2_000_000)
    at_customer = ppm(defective=40, units=1_998_800)
    in_field = ppm(defective=3, units=20_000_000)
    assert inside == 600
    assert at_customer is not None
    assert round(at_customer, 3) == Fraction("20.012")
    assert shown_ppm(value=at_customer) == 20
    assert in_field == Fraction("0.15")


def test_ppm_worked_example() -> None:
    assert ppm(defective=15, units=500_000) == 30


def test_ppm_of_fractional_quantities_is_exact() -> None:
    assert ppm(defective=Decimal("0.125"), units=Decimal("1250.000")) == 100


def test_ppm_equal_for_different_sample_sizes() -> None:
    assert ppm(defective=25, units=100) == ppm(defective=1, units=4) == 250_000


def test_ppm_without_units_is_none() -> None:
    assert ppm(defective=0, units=0) is None
    assert ppm(defective=3, units=0) is None


@pytest.mark.parametrize("bad", [1.0, True, "5", None])
def test_ppm_refuses_inexact_numbers(bad: Any) -> None:
    with pytest.raises(InexactQuantityError):
        ppm(defective=bad, units=1_000)


@pytest.mark.parametrize("bad", [-1, Decimal("-0.001"), Decimal("NaN"), Decimal("Infinity")])
def test_ppm_refuses_impossible_numbers(bad: Any) -> None:
    with pytest.raises(ImpossibleQuantityError):
        ppm(defective=bad, units=1_000)


@pytest.mark.parametrize(
    ("counted", "received", "state"),
    [
        (0, 0, FigureState.NO_ACTIVITY),
        (2, 0, FigureState.REJECTS_WITHOUT_RECEIPTS),
        (0, 10, FigureState.FIGURE),
        (7, 5, FigureState.FIGURE),
    ],
)
def test_figure_state(counted: int, received: int, state: FigureState) -> None:
    assert figure(counted=counted, received=received).state is state


def test_figure_rejected_above_received_is_flagged_not_clipped() -> None:
    shape = figure(counted=7, received=5)
    assert shape.exceeds_receipts
    assert shape.ppm == 1_400_000


def test_exceeds_is_strict_at_the_threshold() -> None:
    assert not exceeds(numerator=5, denominator=100_000, threshold_ppm=50)
    assert exceeds(numerator=5, denominator=99_999, threshold_ppm=50)
    assert not exceeds(numerator=5, denominator=100_001, threshold_ppm=50)
    assert exceeds(
        numerator=5, denominator=100_000, threshold_ppm=50, comparator=Comparator.AT_OR_ABOVE
    )


def test_exceeds_where_floats_round_to_the_threshold() -> None:
    received = 10**23
    counted = 5 * 10**18 + 1
    assert counted / received * 1e6 == 50.0
    assert exceeds(numerator=counted, denominator=received, threshold_ppm=50)


def test_exceeds_without_receipts_is_false() -> None:
    assert not exceeds(numerator=5, denominator=0, threshold_ppm=50)


def test_exceeds_with_fractional_quantities() -> None:
    assert not exceeds(
        numerator=Decimal("0.005"), denominator=Decimal(100), threshold_ppm=Decimal(50)
    )
    assert exceeds(
        numerator=Decimal("0.005"), denominator=Decimal("99.999"), threshold_ppm=Decimal(50)
    )


@given(count=quantity, received=units, threshold=quantity)
def test_exceeds_agrees_with_the_exact_ppm(
    count: int | Decimal, received: int, threshold: int | Decimal
) -> None:
    exact_ppm = ppm(defective=count, units=received)
    assert exact_ppm is not None
    for comparator in Comparator:
        assert exceeds(
            numerator=count, denominator=received, threshold_ppm=threshold, comparator=comparator
        ) == comparator.holds(left=exact_ppm, right=exact(threshold))


@given(count=quantity, received=units, factor=st.integers(1, 1000))
def test_ppm_does_not_depend_on_scale(count: int | Decimal, received: int, factor: int) -> None:
    assert ppm(defective=exact(count) * factor, units=received * factor) == ppm(
        defective=count, units=received
    )


@given(pairs=st.lists(st.tuples(st.integers(0, 500), st.integers(1, 10**6)), min_size=1))
def test_pooled_ppm_lies_between_the_single_figures(pairs: list[tuple[int, int]]) -> None:
    single = [Fraction(counted * 10**6, received) for counted, received in pairs]
    pooled = pooled_ppm(counts=pairs)
    assert pooled is not None
    assert min(single) <= pooled <= max(single)


def test_pooled_ppm_is_not_the_mean_of_ppms() -> None:
    assert pooled_ppm(counts=[(1, 1_000), (0, 99_000)]) == 10
    assert pooled_ppm(counts=[]) is None


@pytest.mark.parametrize(
    ("defects", "produced", "opportunities", "expected"),
    [
        (40, 5_000, 10, Fraction(800)),
        (1_800, 12_000, 15, Fraction(10_000)),
        (420, 12_000, 15, Fraction(7_000, 3)),
        (2, 100, 4, Fraction(5_000)),
        (1, 1, 1_000, Fraction(1_000)),
    ],
)
def test_dpmo_worked_examples(
    defects: int, produced: int, opportunities: int, expected: Fraction
) -> None:
    assert dpmo(defects=defects, units=produced, opportunities=opportunities) == expected


def test_dpmo_of_mixed_parts_adds_before_dividing() -> None:
    assert mixed_dpmo(parts=[(1, 100, 10), (3, 100, 30)]) == 1_000
    assert mixed_dpmo(parts=[]) is None


@given(
    produced=units,
    opportunities=st.integers(1, 10_000),
    defective=st.integers(0, 10_000),
    extra=st.integers(0, 10_000),
)
def test_dpmo_never_exceeds_ppm_when_parts_carry_few_defects(
    produced: int, opportunities: int, defective: int, extra: int
) -> None:
    defective = min(defective, produced)
    # Every defective part carries at least one defect and at most one per opportunity.
    defects = min(defective + extra, defective * opportunities)
    per_unit = dpu(defects=defects, units=produced)
    per_opportunity = dpo(defects=defects, units=produced, opportunities=opportunities)
    parts = ppm(defective=defective, units=produced)
    assert per_unit is not None
    assert per_opportunity is not None
    assert parts is not None
    assert parts / opportunities <= 10**6 * per_opportunity <= parts <= 10**6 * per_unit


def test_rolling_ppm_starts_short_and_skips_empty_windows() -> None:
    found = rolling_ppm(counts=[(0, 0), (1, 1_000), (0, 0), (0, 0)], periods=2)
    assert list(found) == [None, Fraction(1_000), Fraction(1_000), None]
    with pytest.raises(ValueError, match="one period"):
        rolling_ppm(counts=[], periods=0)


def test_incident_rate_and_on_time_share() -> None:
    assert incident_rate(weighted_incidents=13, received=1_000_000) == 13_000
    assert incident_rate(weighted_incidents=1, received=0) is None
    assert on_time_share(on_time=19, promised=20) == Fraction(19, 20)
    assert on_time_share(on_time=0, promised=0) is None


@pytest.mark.parametrize(
    ("comparator", "sign"),
    [
        (Comparator.ABOVE, ">"),
        (Comparator.AT_OR_ABOVE, "≥"),
        (Comparator.BELOW, "<"),
        (Comparator.AT_OR_BELOW, "≤"),
    ],
)
def test_comparator_sign(comparator: Comparator, sign: str) -> None:
    assert comparator.sign == sign
