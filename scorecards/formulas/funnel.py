"""Funnel plot: suppliers against volume, with limits around the common rate.

Sources: Spiegelhalter, Statistics in Medicine 24 (2005) for the interpolated exact limits;
Spiegelhalter et al., JRSS A 175 (2012) and DerSimonian & Laird (1986) for overdispersion,
estimated on the square-root scale after winsorising a tenth on each side.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from scorecards.formulas import special
from scorecards.formulas.attribute_charts import Sample, Side, center_of
from scorecards.formulas.bisection import smallest_whole
from scorecards.formulas.tails import poisson_at_least, poisson_at_most, poisson_density

LEVELS = (0.95, 0.998)
WINSORISED = 0.1


@dataclass(frozen=True, kw_only=True)
class Band:
    """Limits on the rate (per part) at one level, and on which side the supplier lies."""

    level: float
    lower: float
    upper: float
    outside: Side | None


@dataclass(frozen=True, kw_only=True)
class FunnelRow:
    """One supplier: None fields where it had no volume.

    `ratio` is observed ÷ expected; `p_upper` = P(so many or more), `p_lower` = P(so few or
    fewer) at the common rate; `z` the distance on the square-root scale. `bands` use chance
    alone, `wide_bands` the variation between suppliers as well.
    """

    expected: float | None
    rate: float | None
    ratio: float | None
    p_upper: float | None
    p_lower: float | None
    z: float | None
    bands: tuple[Band, ...]
    wide_bands: tuple[Band, ...]


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """The common rate, the suppliers in the order given, and their overdispersion.

    `phi` is the winsorised mean of z² (1 on average under pure chance), `tau_squared` the
    variance between suppliers on the square-root scale of observed ÷ expected.
    """

    center: Fraction
    rows: tuple[FunnelRow, ...]
    phi: float
    tau_squared: float


def funnel(
    *, suppliers: Sequence[Sample], center: Fraction | None = None, levels: Sequence[float] = LEVELS
) -> Funnel | None:
    """Return the funnel around `center`, by default the pooled rate; None where that is 0.

    Args:
        suppliers: counts and volumes; a volume of 0 gives an empty row.
        center: rate per part to compare with, for example the tier's.
        levels: two-sided coverage of the bands.
    """
    rate = center_of(periods=suppliers) if center is None else center
    if not rate:
        return None
    valid = [supplier for supplier in suppliers if supplier.size]
    scores = [_score(supplier, rate) for supplier in valid]
    phi = overdispersion(scores=scores)
    tau = between_variance(phi=phi, expected=[float(s.size * rate) for s in valid])
    return Funnel(
        center=rate,
        rows=tuple(_row(supplier, rate, tau, levels) for supplier in suppliers),
        phi=phi,
        tau_squared=tau,
    )


def _score(supplier: Sample, rate: Fraction) -> float:
    return 2 * (math.sqrt(supplier.count) - math.sqrt(supplier.size * rate))


def overdispersion(*, scores: Sequence[float], winsorised: float = WINSORISED) -> float:
    """Return the mean square of the scores after winsorising a share on each side.

    0 without scores. Quantiles are interpolated linearly between order statistics (type 7).
    """
    if not scores:
        return 0.0
    low, high = (
        quantile(values=scores, level=winsorised),
        quantile(values=scores, level=1 - winsorised),
    )
    return sum(min(max(score, low), high) ** 2 for score in scores) / len(scores)


def quantile(*, values: Sequence[float], level: float) -> float:
    """Return the type-7 quantile: linear between the order statistics around (n − 1)·level."""
    ordered = sorted(values)
    position = (len(ordered) - 1) * level
    index = min(math.floor(position), len(ordered) - 1)
    following = ordered[min(index + 1, len(ordered) - 1)]
    return ordered[index] + (position - index) * (following - ordered[index])


def between_variance(*, phi: float, expected: Sequence[float]) -> float:
    """Return DerSimonian–Laird τ² on the square-root scale, 0 when φ does not exceed chance.

    (n·φ − (n − 1)) ÷ (Σw − Σw² ÷ Σw) with weights w = 4 · expected.
    """
    weights = [4 * value for value in expected]
    total, excess = sum(weights), len(expected) * phi - (len(expected) - 1)
    if len(expected) <= 1 or excess <= 0:
        return 0.0
    return excess / (total - sum(weight * weight for weight in weights) / total)


def _row(
    supplier: Sample, rate: Fraction, tau_squared: float, levels: Sequence[float]
) -> FunnelRow:
    if not supplier.size:
        return FunnelRow(
            expected=None,
            rate=None,
            ratio=None,
            p_upper=None,
            p_lower=None,
            z=None,
            bands=(),
            wide_bands=(),
        )
    mean, count = float(supplier.size * rate), float(supplier.count)
    return FunnelRow(
        expected=mean,
        rate=float(supplier.count / supplier.size),
        ratio=float(supplier.count / (supplier.size * rate)),
        p_upper=poisson_at_least(count=count, mean=mean),
        p_lower=poisson_at_most(count=count, mean=mean),
        z=_score(supplier, rate),
        bands=tuple(_exact_band(supplier, mean, level) for level in levels),
        wide_bands=tuple(_wide_band(supplier, mean, tau_squared, level) for level in levels),
    )


def _exact_band(supplier: Sample, mean: float, level: float) -> Band:
    lower = _interpolated_count((1 - level) / 2, mean)
    return _band(supplier, level, lower, _interpolated_count((1 + level) / 2, mean))


def _wide_band(supplier: Sample, mean: float, tau_squared: float, level: float) -> Band:
    half = -float(special.ndtri((1 - level) / 2)) * math.sqrt(1 / (4 * mean) + tau_squared)
    return _band(supplier, level, mean * max(0.0, 1 - half) ** 2, mean * (1 + half) ** 2)


def _band(supplier: Sample, level: float, lower: float, upper: float) -> Band:
    count = float(supplier.count)
    side = Side.ABOVE if count > upper else Side.BELOW if count < lower else None
    size = float(supplier.size)
    return Band(level=level, lower=lower / size, upper=upper / size, outside=side)


def bands_at(
    *, sizes: Sequence[Fraction], center: Fraction, tau_squared: float = 0.0, level: float
) -> tuple[tuple[Band, Band], ...]:
    """Return the limits at volumes, for drawing: by chance alone, and widened by `tau_squared`."""
    found = []
    for size in sizes:
        empty, mean = Sample(count=Fraction(0), size=size), float(size * center)
        found.append((_exact_band(empty, mean, level), _wide_band(empty, mean, tau_squared, level)))
    return tuple(found)


def _interpolated_count(probability: float, mean: float) -> float:
    """Return r − a, with r the smallest count of P(R ≤ r) ≥ p and a = (P(R ≤ r) − p) ÷ P(R = r).

    Floored at 0: where next to nothing is expected even the upper limit would be negative,
    and a supplier without any reject would stand above it.
    """
    count = smallest_whole(
        holds=lambda whole: poisson_at_most(count=whole, mean=mean) >= probability
    )
    over = poisson_at_most(count=count, mean=mean) - probability
    return max(0.0, count - over / poisson_density(count=count, mean=mean))
