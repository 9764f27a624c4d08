"""Rounding for display: once, at the edge, and never across a threshold.

The house rule for PPM is no decimals from 10 upwards and three significant digits
below. Halves are rounded up, as people do by hand.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from scorecards.formulas.quantities import Quantity, exact

WHOLE_FROM_PPM = 10
SIGNIFICANT_DIGITS = 3
MOST_DECIMALS = 9
QUANTITY_DECIMALS = 3


def round_half_up(*, value: Fraction, decimals: int) -> Decimal:
    """Return `value` rounded to `decimals` places, halves upwards, exactly."""
    scaled = value * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-decimals)


def shown_ppm(*, value: Fraction, thresholds_ppm: Iterable[Quantity] = ()) -> Decimal:
    """Return the PPM as it is printed.

    20.012 → 20, 0.15 → 0.15, 3.14159 → 3.14. Decimals are added while the rounded number
    would stand on another side of one of `thresholds_ppm` than the exact one, so that a
    figure that triggered "above 50" is never printed as 50.
    """
    return shown_beside(value=value, decimals=_decimals(value), limits=thresholds_ppm)


def shown_beside(*, value: Fraction, decimals: int, limits: Iterable[Quantity]) -> Decimal:
    """Return the number with `decimals`, or with as many as keep it on its side of each limit."""
    bounds = [exact(limit) for limit in limits]
    for places in range(decimals, MOST_DECIMALS):
        rounded = round_half_up(value=value, decimals=places)
        if all(_side(Fraction(rounded), bound) == _side(value, bound) for bound in bounds):
            return _plain(rounded)
    return _plain(round_half_up(value=value, decimals=MOST_DECIMALS))


def shown_quantity(*, value: Fraction) -> Decimal:
    """Return a quantity as it is printed: up to three decimals, none when whole."""
    return _plain(round_half_up(value=value, decimals=QUANTITY_DECIMALS))


def _decimals(value: Fraction) -> int:
    if value >= WHOLE_FROM_PPM or value == 0:
        return 0
    decimals = SIGNIFICANT_DIGITS - 1
    while value < 1 and decimals < MOST_DECIMALS:
        value, decimals = value * 10, decimals + 1
    return decimals


def _side(value: Fraction, limit: Fraction) -> int:
    return (value > limit) - (value < limit)


def _plain(number: Decimal) -> Decimal:
    """Drop trailing zeros without falling into scientific notation."""
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()
