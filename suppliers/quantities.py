"""Quantities of pieces as sentences say them."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import ngettext


def plain(value: Decimal) -> str:
    """Write pieces without exponent and trailing zeros."""
    return f"{value.normalize():f}"


def pieces(quantity: Decimal | Fraction | int, written: str) -> str:
    """Say how many pieces: 1 piece, 500 pieces, 0.5 pieces.

    Args:
        quantity: how many, in pieces.
        written: the same as it is to be read, in the reader's or the file's notation.
    """
    words = ngettext("%(count)s piece", "%(count)s pieces", 1 if quantity == 1 else 2)
    return words % {"count": written}
