import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.formulas.consistency import Contradiction, contradictions, dpmo_is_possible
from scorecards.formulas.quantities import ImpossibleQuantityError
from scorecards.formulas.rates import dpmo, dpu, ppm
from scorecards.formulas.yields import (
    chain_yields,
    defects_per_unit_from_yield,
    first_pass_yield,
    normalised_yield,
    poisson_dpmo,
    quality_rate,
    rolled_yield,
    scrap_rate,
    smallest_dpmo,
    yield_from_defects_per_unit,
)


def test_first_pass_yield_counts_rework_and_scrap_rate_does_not() -> None:
    assert first_pass_yield(entering=1_000, scrap=10, rework=15) == Fraction(975, 1000)
    assert scrap_rate(scrap=10, total=1_000) == Fraction(1, 100)
    assert quality_rate(good=975, total=1_000) == Fraction(39, 40)


def test_yields_without_units_are_none() -> None:
    assert first_pass_yield(entering=0, scrap=0, rework=0) is None
    assert quality_rate(good=0, total=0) is None


def test_first_pass_yield_refuses_more_lost_than_entered() -> None:
    with pytest.raises(ImpossibleQuantityError):
        first_pass_yield(entering=10, scrap=6, rework=5)


def test_rolled_yield_is_the_product() -> None:
    steps = [Fraction(9, 10), Fraction(8, 10)]
    assert rolled_yield(steps=steps) == Fraction(72, 100)
    assert normalised_yield(rolled=Fraction(81, 100), steps=2) == pytest.approx(0.9)
    with pytest.raises(ValueError, match="one step"):
        normalised_yield(rolled=Fraction(1), steps=0)


def test_yield_and_defects_per_unit_invert() -> None:
    rolled = Fraction(93, 100)
    defects = defects_per_unit_from_yield(rolled=rolled)
    assert yield_from_defects_per_unit(dpu=Fraction(defects)) == pytest.approx(0.93)
    assert defects_per_unit_from_yield(rolled=Fraction(0)) == math.inf


def test_chain_yields_needs_matching_lists_and_opportunities() -> None:
    with pytest.raises(ValueError, match="shorter"):
        chain_yields(defects=[1, 2], rework=[1], opportunities=10)
    with pytest.raises(ValueError, match="opportunities"):
        chain_yields(defects=[1], rework=[1], opportunities=0)


def test_claimed_dpmo_below_what_the_yield_allows() -> None:
    weak = Fraction(95, 100)
    least = smallest_dpmo(first_pass=weak, opportunities=57)
    assert float(least) == pytest.approx(877.19298)
    assert poisson_dpmo(first_pass=weak, opportunities=57) == pytest.approx(899.88236)
    assert not dpmo_is_possible(claimed_dpmo=700, first_pass=weak, opportunities=57)
    assert dpmo_is_possible(claimed_dpmo=150, first_pass=Fraction(80, 100), opportunities=2_500)
    with pytest.raises(ValueError, match="opportunities"):
        smallest_dpmo(first_pass=Fraction(1), opportunities=0)


def test_contradictions_are_named() -> None:
    assert contradictions(units=5, defective=7) == (Contradiction.MORE_DEFECTIVE_THAN_UNITS,)
    assert contradictions(units=0, defects=2) == (Contradiction.COUNTS_WITHOUT_UNITS,)
    assert contradictions(units=10, defective=3, defects=2) == (
        Contradiction.FEWER_DEFECTS_THAN_DEFECTIVE,
    )
    assert contradictions(units=5, defects=21, opportunities=4) == (
        Contradiction.MORE_DEFECTS_THAN_OPPORTUNITIES,
    )
    assert contradictions(units=5, defects=7, opportunities=4) == ()
    assert contradictions(units=0, defective=0) == ()


@given(
    units=st.integers(1, 10**6),
    defective=st.integers(0, 10**6),
    defects=st.integers(0, 10**7),
    opportunities=st.integers(1, 500),
)
def test_consistent_counts_keep_the_order_of_the_metrics(
    units: int, defective: int, defects: int, opportunities: int
) -> None:
    wrong = contradictions(
        units=units, defective=defective, defects=defects, opportunities=opportunities
    )
    if wrong or defects > defective * opportunities:
        return
    parts = ppm(defective=defective, units=units)
    chances = dpmo(defects=defects, units=units, opportunities=opportunities)
    per_unit = dpu(defects=defects, units=units)
    assert parts is not None
    assert chances is not None
    assert per_unit is not None
    least = smallest_dpmo(first_pass=1 - parts / 10**6, opportunities=opportunities)
    assert least <= chances <= parts <= per_unit * 10**6
