"""Quartiles of comparable suppliers, told only where nobody can be recognised in them.

A quartile of few is somebody's figure: of five or nine peers the second or third smallest itself,
of others a mean of two. So what is told is not a figure at all but the upper edge of a band, and
the bands are the same whoever is compared. See `quartiles`.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

LEAST_PEERS: Final = 5
LEAST_GROUPS: Final = 3
QUARTERS: Final = 4
# Below it no band is told apart: with few parts a lower one would say "none".
LOWEST_BAND: Final = Decimal(5)
# Of a decade; each band is at least as wide as its lower edge.
STEPS: Final = (1, 2, 5)


class Place(StrEnum):
    """Where a figure lies among those of its peers, from the best, as far as bands tell."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    BETTER_HALF = "better_half"
    WORSE_HALF = "worse_half"
    MIDDLE = "middle"


@dataclass(frozen=True, kw_only=True)
class Peer:
    """One comparable supplier: its PPM, and what group it belongs to."""

    rate: Fraction
    group: Hashable


@dataclass(frozen=True, kw_only=True)
class Quartiles:
    """Edges of bands (PPM) that a quarter, a half and three quarters of the peers are within."""

    lower: Decimal
    median: Decimal
    upper: Decimal

    def place(self, rate: Fraction) -> Place:
        """Return where a PPM lies, read off the told edges alone.

        In the band of a quartile it may lie on either side of it: then what is certain is told,
        a half or the middle.
        """
        edges, own = (self.lower, self.median, self.upper), band_edge(rate)
        best = sum(own > edge for edge in edges)
        worst = sum(own >= edge for edge in edges)
        if best == worst:
            return (Place.FIRST, Place.SECOND, Place.THIRD, Place.FOURTH)[best]
        if worst < QUARTERS // 2:
            return Place.BETTER_HALF
        return Place.WORSE_HALF if best >= QUARTERS // 2 else Place.MIDDLE


def quartiles(*, peers: Sequence[Peer]) -> Quartiles | None:
    """Return the quartiles of the peers' PPMs in bands; None below five peers of three groups.

    Each is the smallest edge of 5, 10, 20, 50, 100, 200 … PPM that a quarter (a half, three
    quarters) of the peers are at or below: the inverse of the distribution (type 1 of Hyndman &
    Fan, The American Statistician 50, 1996), recoded to bands that do not depend on the data
    (global recoding; Hundepool et al., Handbook on Statistical Disclosure Control, ESSNet, 2010).

    So any peer's figure may be any other of its band, and the same numbers are told; the best
    peer's and the worst one's never stand behind one.
    """
    if len(peers) < LEAST_PEERS or len({peer.group for peer in peers}) < LEAST_GROUPS:
        return None
    edges = sorted(band_edge(peer.rate) for peer in peers)
    lower, median, upper = (edges[_rank(len(edges), number) - 1] for number in (1, 2, 3))
    return Quartiles(lower=lower, median=median, upper=upper)


def band_edge(rate: Fraction) -> Decimal:
    """Return the upper edge of the band a PPM lies in; a PPM on an edge is below it."""
    decade = Decimal(1)
    while True:
        for step in STEPS:
            edge = step * decade
            if edge >= LOWEST_BAND and rate <= edge:
                return edge
        decade *= 10


def _rank(peers: int, quarters: int) -> int:
    """Return how many peers at least make up so many quarters of them."""
    return -(-peers * quarters // QUARTERS)
