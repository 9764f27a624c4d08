"""Quartiles of comparable suppliers, told only where nobody can be recognised in them.

A quartile of few is somebody's figure. So there are none below five peers of three groups, and
above they are rounded to two significant digits.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from scorecards.formulas.rounding import round_half_up

LEAST_PEERS: Final = 5
LEAST_GROUPS: Final = 3
SIGNIFICANT_DIGITS: Final = 2
QUARTERS: Final = 4


class Quarter(StrEnum):
    """Where a figure lies among those of its peers, from the best."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"


@dataclass(frozen=True, kw_only=True)
class Peer:
    """One comparable supplier: its rate, and what group it belongs to."""

    rate: Fraction
    group: Hashable


@dataclass(frozen=True, kw_only=True)
class Quartiles:
    """What a quarter, a half and three quarters of the peers are at or below; rounded."""

    lower: Decimal
    median: Decimal
    upper: Decimal

    def quarter(self, rate: Fraction) -> Quarter:
        """Return in which quarter a rate lies, by the rounded numbers that are told."""
        bounds = (self.lower, self.median, self.upper)
        return list(Quarter)[sum(rate > bound for bound in bounds)]


def quartiles(*, peers: Sequence[Peer]) -> Quartiles | None:
    """Return the quartiles of the peers' rates; None below five peers of three groups.

    Linear between order statistics (type 7 of Hyndman & Fan, The American Statistician 50, 1996),
    in the unit of the rates.
    """
    if len(peers) < LEAST_PEERS or len({peer.group for peer in peers}) < LEAST_GROUPS:
        return None
    ordered = sorted(peer.rate for peer in peers)
    lower, median, upper = (_rounded(_quantile(ordered, number)) for number in (1, 2, 3))
    return Quartiles(lower=lower, median=median, upper=upper)


def _quantile(ordered: Sequence[Fraction], quarters: int) -> Fraction:
    position = Fraction((len(ordered) - 1) * quarters, QUARTERS)
    index = int(position)
    following = ordered[min(index + 1, len(ordered) - 1)]
    return ordered[index] + (position - index) * (following - ordered[index])


def _rounded(rate: Fraction) -> Decimal:
    """Keep two significant digits, halves upwards."""
    if not rate:
        return Decimal(0)
    last = Decimal(float(rate)).adjusted() - SIGNIFICANT_DIGITS + 1
    digits = round_half_up(value=rate / Fraction(10) ** last, decimals=0)
    return digits * Decimal(10) ** last
