"""Quantities as exact numbers.

Parts are counted in whole numbers, but some units (metres, kilograms) are
fractional, so a quantity is an `int`, a `Decimal` or a `Fraction`. Floats are
refused: a float that decides whether a threshold is exceeded decides by its
rounding error.
"""

from decimal import Decimal
from fractions import Fraction

Quantity = int | Decimal | Fraction

MILLION = 1_000_000
BILLION = 1_000_000_000


class InexactQuantityError(TypeError):
    """A float, a boolean or something that is no number was given as a quantity."""


class ImpossibleQuantityError(ValueError):
    """A quantity is negative or not finite."""


def exact(quantity: Quantity) -> Fraction:
    """Return the non-negative quantity as a fraction, without any rounding.

    Raises:
        InexactQuantityError: for floats, booleans and non-numbers.
        ImpossibleQuantityError: for negative or non-finite numbers.
    """
    if isinstance(quantity, bool) or not isinstance(quantity, int | Decimal | Fraction):
        raise InexactQuantityError(f"not an exact quantity: {quantity!r}")
    if isinstance(quantity, Decimal) and not quantity.is_finite():
        raise ImpossibleQuantityError(f"quantity is not finite: {quantity}")
    if quantity < 0:
        raise ImpossibleQuantityError(f"quantity is negative: {quantity}")
    return Fraction(quantity)


def whole(quantity: Quantity) -> int:
    """Return the non-negative quantity as a whole number.

    Raises:
        ValueError: when it has a fraction; and as `exact` does.
    """
    number = exact(quantity)
    if number.denominator != 1:
        raise ValueError(f"not a whole number: {quantity}")
    return number.numerator
