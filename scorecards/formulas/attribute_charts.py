"""Control charts of counts: p, np, u, c and DPMO, with limits for each period's own volume.

A chart is drawn in two steps. `estimate_basis` takes the accepted baseline periods and
gives the `Basis` that is frozen and stored; `plot` judges any periods, old or new, against
a basis. Whether a point is outside is decided by exact fractions, so that a point on a
limit is never outside. Formulas: Montgomery, Introduction to Statistical Quality Control
(2009), chapter 7; Laney, Quality Engineering 14 (2002) for the factor `sigma_z`.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scorecards.formulas.quantities import MILLION, Quantity, exact

SIGMAS = 3


class ChartKind(StrEnum):
    """What is counted: parts (p, np: at most one each) or defects (u, c, DPMO)."""

    P = "p"
    NP = "np"
    U = "u"
    C = "c"
    DPMO = "dpmo"

    @property
    def counts_parts(self) -> bool:
        """Whether a unit counts at most once, so that the binomial model holds."""
        return self in {ChartKind.P, ChartKind.NP}


class Side(StrEnum):
    """On which side of the limits a point lies."""

    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One period: how many were found in how much exposure (parts or opportunities)."""

    count: Fraction
    size: Fraction


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What limits rest on; frozen when a baseline is accepted.

    `center` is the rate per part or opportunity (the count itself on a c chart); `sigma_z`
    widens the limits for variation between periods and is 1 on an ordinary chart.
    """

    kind: ChartKind
    center: Fraction
    sigma_z: float = 1.0

    @property
    def usable(self) -> bool:
        """Whether the rate varies at all: not without any defect, nor with all defective."""
        return _unit_variance(self) > 0


@dataclass(frozen=True, kw_only=True)
class ChartPoint:
    """One plotted period, in the chart's own scale; without volume only number and centre.

    `number` counts from 1 and includes empty periods. `lcl` 0 means "no lower limit".
    `z` is the distance from the centre in the point's own (widened) standard deviations,
    None when the basis is not usable.
    """

    number: int
    value: float | None
    center: float
    sigma: float | None
    lcl: float | None
    ucl: float | None
    z: float | None
    outside: Side | None


def samples(
    *, counts: Sequence[Quantity], sizes: Sequence[Quantity] | None = None
) -> tuple[Sample, ...]:
    """Return periods from counts and sizes; without sizes each has exposure 1 (c chart).

    Raises:
        ValueError: when the lists differ in length.
    """
    exposures = [1] * len(counts) if sizes is None else sizes
    return tuple(
        Sample(count=exact(count), size=exact(size))
        for count, size in zip(counts, exposures, strict=True)
    )


def baseline(
    *, periods: Sequence[Sample], first: int | None = None, excluded: Collection[int] = ()
) -> tuple[Sample, ...]:
    """Return the periods limits are estimated from: with volume, and not excluded.

    Args:
        periods: all periods in order of time.
        first: how many of them, from the start, belong to the baseline; None for all.
        excluded: numbers (from 1) left out because of a recorded cause.
    """
    return tuple(
        period
        for number, period in enumerate(periods[:first], start=1)
        if period.size and number not in excluded
    )


def center_of(*, periods: Sequence[Sample]) -> Fraction | None:
    """Return Σ counts ÷ Σ sizes, None without volume."""
    size = sum((period.size for period in periods), Fraction(0))
    return sum((period.count for period in periods), Fraction(0)) / size if size else None


def estimate_basis(
    *, kind: ChartKind, periods: Sequence[Sample], standard: Quantity | None = None
) -> Basis | None:
    """Return the basis of an ordinary chart from baseline periods; None without volume.

    Args:
        kind: the chart.
        periods: the baseline.
        standard: a centre agreed beforehand, which is then taken instead of the estimate.

    Raises:
        ValueError: on a p or np chart with more defective parts than parts.
    """
    if kind.counts_parts and any(period.count > period.size for period in periods):
        raise ValueError("more defective parts than parts in a period")
    center = center_of(periods=periods) if standard is None else exact(standard)
    return None if center is None else Basis(kind=kind, center=center)


def plot(
    *, basis: Basis, periods: Sequence[Sample], sigmas: Quantity = SIGMAS
) -> tuple[ChartPoint, ...]:
    """Return every period as a point with its own limits; see `ChartPoint`.

    Limits: centre ± sigmas · sigma_z · σ(n), the lower floored at 0, the upper of a share
    capped at 1 (at n on an np chart).
    """
    width = exact(sigmas) * Fraction(basis.sigma_z)
    return tuple(
        _point(basis, number, period, width) for number, period in enumerate(periods, start=1)
    )


def squared_z(*, basis: Basis, period: Sample) -> Fraction | None:
    """Return the squared distance from the centre in plain variances, exactly.

    None without volume or when the basis is not usable. Laney's factor is not applied.
    """
    variance = period.size * _unit_variance(basis)
    if not variance:
        return None
    return (period.count - period.size * basis.center) ** 2 / variance


def plain_z(*, basis: Basis, period: Sample) -> float | None:
    """Return the signed distance from the centre in plain standard deviations."""
    squared = squared_z(basis=basis, period=period)
    if squared is None:
        return None
    return math.copysign(
        math.sqrt(squared), period.count - period.size * basis.center or Fraction(0)
    )


def _unit_variance(basis: Basis) -> Fraction:
    """The variance of the count per unit of exposure."""
    if basis.kind.counts_parts:
        return basis.center * (1 - basis.center)
    return basis.center


def _scale(kind: ChartKind, size: Fraction) -> Fraction:
    """What a rate is multiplied by to be plotted."""
    if kind is ChartKind.DPMO:
        return Fraction(MILLION)
    return size if kind in {ChartKind.NP, ChartKind.C} else Fraction(1)


def _point(basis: Basis, number: int, period: Sample, width: Fraction) -> ChartPoint:
    scale = _scale(basis.kind, period.size)
    center = float(basis.center * scale)
    if not period.size:
        return _empty_point(number, center)
    plain = math.sqrt(scale * scale * _unit_variance(basis) / period.size)
    spread = float(width) * plain
    z = plain_z(basis=basis, period=period)
    ceiling = float(scale) if basis.kind.counts_parts else math.inf
    return ChartPoint(
        number=number,
        value=float(period.count / period.size * scale),
        center=center,
        sigma=plain * basis.sigma_z,
        lcl=max(0.0, center - spread),
        ucl=min(ceiling, center + spread),
        z=None if z is None else z / basis.sigma_z,
        outside=_outside(basis, period, width),
    )


def _empty_point(number: int, center: float) -> ChartPoint:
    return ChartPoint(
        number=number,
        value=None,
        center=center,
        sigma=None,
        lcl=None,
        ucl=None,
        z=None,
        outside=None,
    )


def _outside(basis: Basis, period: Sample, width: Fraction) -> Side | None:
    squared = squared_z(basis=basis, period=period)
    if squared is None or squared <= width * width:
        return None
    above = period.count > period.size * basis.center
    return Side.ABOVE if above else Side.BELOW
