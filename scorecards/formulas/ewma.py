"""EWMA charts: a weighted memory of past points, for small lasting shifts.

Source: Montgomery (2009), 9.2; with varying volume the variance is carried along period
by period instead of in closed form. Limits are exact for every period, not the asymptote.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scorecards.formulas.attribute_charts import Sample, Side
from scorecards.formulas.quantities import Quantity, exact


@dataclass(frozen=True, kw_only=True)
class EwmaPoint:
    """One period of the chart; all None without volume. A signal is strictly outside."""

    ewma: float | None
    lcl: float | None
    ucl: float | None
    outside: Side | None


def ewma_of_values(
    *, values: Sequence[float], center: float, sigma: float, weight: float, width: float
) -> tuple[EwmaPoint, ...]:
    """Return the EWMA of measured values around `center`.

    Args:
        values: the points, in order of time.
        center: the value before the first point, and the centre of the limits.
        sigma: standard deviation of a single point.
        weight: λ, the share of the newest point, above 0 and at most 1.
        width: L, the half-width of the limits in standard deviations of the EWMA.
    """
    rows = ((value, sigma * sigma) for value in values)
    return _chart(rows, center=center, weight=weight, width=width, floor=-math.inf)


def ewma_of_rates(
    *, periods: Sequence[Sample], target_rate: Quantity, weight: float, width: float
) -> tuple[EwmaPoint, ...]:
    """Return the EWMA of the rates of periods around a target rate (per part, not PPM).

    Each period has the Poisson variance target ÷ n; periods without volume are skipped.
    The lower limit is floored at 0.
    """
    target = float(exact(target_rate))
    rows = ((float(p.count / p.size), target / float(p.size)) if p.size else None for p in periods)
    return _chart(rows, center=target, weight=weight, width=width, floor=0.0)


def _chart(
    rows: Iterable[tuple[float, float] | None],
    *,
    center: float,
    weight: float,
    width: float,
    floor: float,
) -> tuple[EwmaPoint, ...]:
    if not 0 < weight <= 1:
        raise ValueError(f"the weight lies above 0 and at most at 1, not {weight}")
    points, level, variance = [], center, 0.0
    for row in rows:
        if row is None:
            points.append(EwmaPoint(ewma=None, lcl=None, ucl=None, outside=None))
            continue
        value, own_variance = row
        level = weight * value + (1 - weight) * level
        variance = weight * weight * own_variance + (1 - weight) ** 2 * variance
        half = width * math.sqrt(variance)
        points.append(_point(level, max(floor, center - half), center + half))
    return tuple(points)


def _point(level: float, lower: float, upper: float) -> EwmaPoint:
    side = Side.ABOVE if level > upper else Side.BELOW if level < lower else None
    return EwmaPoint(ewma=level, lcl=lower, ucl=upper, outside=side)
