from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.formulas.rounding import round_half_up, shown_ppm, shown_quantity


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("20.012007", "20"),
        ("0.15", "0.15"),
        ("3.14159", "3.14"),
        ("9.996", "10"),
        ("10.5", "11"),
        ("0", "0"),
        ("0.0009876", "0.000988"),
        ("1400000", "1400000"),
        ("100", "100"),
    ],
)
def test_shown_ppm(value: str, printed: str) -> None:
    assert str(shown_ppm(value=Fraction(value))) == printed


def test_shown_ppm_never_hides_a_breach() -> None:
    assert str(shown_ppm(value=Fraction("50.004"), thresholds_ppm=[50, 100])) == "50.004"
    assert str(shown_ppm(value=Fraction("49.7"), thresholds_ppm=[50])) == "49.7"
    assert str(shown_ppm(value=Fraction(50), thresholds_ppm=[50])) == "50"
    assert str(shown_ppm(value=Fraction("50.7"), thresholds_ppm=[50])) == "51"


def test_round_half_up_rounds_halves_upwards() -> None:
    assert round_half_up(value=Fraction("0.5"), decimals=0) == 1
    assert round_half_up(value=Fraction("2.5"), decimals=0) == 3
    assert round_half_up(value=Fraction("1.005"), decimals=2) == Decimal("1.01")


def test_shown_quantity_drops_needless_decimals() -> None:
    assert str(shown_quantity(value=Fraction("1250.500"))) == "1250.5"
    assert str(shown_quantity(value=Fraction(50_000))) == "50000"


@given(value=st.fractions(0, 10**7), decimals=st.integers(0, 6))
def test_round_half_up_is_within_half_a_step(value: Fraction, decimals: int) -> None:
    step = Fraction(1, 10**decimals)
    assert abs(Fraction(round_half_up(value=value, decimals=decimals)) - value) <= step / 2
