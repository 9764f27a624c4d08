"""Rare rejects: charts of what lies *between* them, instead of near-empty periods.

Where a period expects less than one reject, a count chart hardly speaks. Watched instead
are the good parts between two rejects (g), the time between two (t), or the parts up to and
including every r-th reject (r = 3–5 sees a worsening sooner). Long gaps are good news.
Sources: Kaminsky et al., JQT 24 (1992), and Benneyan (2001) for g; Nelson, JQT 26 (1994)
for t; Xie, Goh & Kuralmani (2002) for the r-th event.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scorecards.formulas.bisection import smallest_whole
from scorecards.formulas.dispersion import D2, moving_ranges
from scorecards.formulas.exact_limits import TAIL
from scorecards.formulas.quantities import MILLION, Quantity, exact
from scorecards.formulas.tails import binomial_at_least, binomial_at_most

SIGMAS = 3
# Raising exponential times to this power makes them nearly normal.
NELSON_POWER = 3.6
HALF = 0.5


@dataclass(frozen=True, kw_only=True)
class InterpolatedLimits:
    """Percentiles of a geometric gap, interpolated between whole numbers.

    `share` is corrected for its bias, (N − 1)/N ÷ (mean + 1); other programs print these.
    """

    share: float
    lcl: float
    median: float
    ucl: float


@dataclass(frozen=True, kw_only=True)
class GapChart:
    """The g chart: `share` is the estimated probability of a reject per part.

    `sigma_ucl` and `sigma_lcl` are mean ± 3 · √(mean · (mean + 1)), the lower floored at 0.
    `exact_upper` is the smallest U with P(gap > U) ≤ tail, `exact_lower` the largest L with
    P(gap < L) ≤ tail (0: none). Gaps outside are listed by number from 1.
    """

    mean: float
    share: float
    sigma: float
    sigma_ucl: float
    sigma_lcl: float
    exact_median: int
    exact_upper: int
    exact_lower: int
    interpolated: InterpolatedLimits
    above_sigma: tuple[int, ...]
    above_exact: tuple[int, ...]
    below_exact: tuple[int, ...]


def gap_chart(*, between: Sequence[int], tail: float = TAIL) -> GapChart:
    """Return the g chart of the numbers of good parts between consecutive rejects.

    Args:
        between: good parts between two rejects, 0 allowed, at least two gaps, not all 0.
        tail: false-alarm probability of each exact limit.

    Raises:
        ValueError: for fewer than two gaps or when no good part lies between any.
    """
    if len(between) <= 1 or not any(between):
        raise ValueError("a g chart needs two gaps or more, not all of them empty")
    mean = sum(between) / len(between)
    share, sigma = 1 / (mean + 1), math.sqrt(mean * (mean + 1))
    sigma_ucl = mean + SIGMAS * sigma
    upper, lower = _geometric_upper(share, tail), _geometric_lower(share, tail)
    return GapChart(
        mean=mean,
        share=share,
        sigma=sigma,
        sigma_ucl=sigma_ucl,
        sigma_lcl=max(0.0, mean - SIGMAS * sigma),
        exact_median=smallest_whole(holds=lambda gap: _geometric_at_most(gap, share) >= HALF),
        exact_upper=upper,
        exact_lower=lower,
        interpolated=_interpolated(mean, len(between), tail),
        above_sigma=_numbers(between, lambda gap: gap > sigma_ucl),
        above_exact=_numbers(between, lambda gap: gap > upper),
        below_exact=_numbers(between, lambda gap: gap < lower),
    )


def _numbers(between: Sequence[int], chosen: Callable[[int], bool]) -> tuple[int, ...]:
    return tuple(number for number, gap in enumerate(between, start=1) if chosen(gap))


def _geometric_above(gap: int, share: float) -> float:
    """P(G > gap) of good parts before a reject."""
    return math.exp((gap + 1) * math.log1p(-share))


def _geometric_at_most(gap: int, share: float) -> float:
    return -math.expm1((gap + 1) * math.log1p(-share))


def _geometric_upper(share: float, tail: float) -> int:
    return smallest_whole(holds=lambda gap: _geometric_above(gap, share) <= tail)


def _geometric_lower(share: float, tail: float) -> int:
    return smallest_whole(holds=lambda gap: _geometric_at_most(gap, share) > tail)


def _interpolated(mean: float, number: int, tail: float) -> InterpolatedLimits:
    share = (number - 1) / number / (mean + 1)
    return InterpolatedLimits(
        share=share,
        lcl=_geometric_percentile(share, tail),
        median=_geometric_percentile(share, HALF),
        ucl=_geometric_percentile(share, 1 - tail),
    )


def _geometric_percentile(share: float, level: float) -> float:
    """The gap at a probability, linear between whole gaps; 0 when gap 0 passes it."""
    gap = smallest_whole(holds=lambda whole: _geometric_at_most(whole, share) >= level)
    if gap == 0:
        return 0.0
    below, at = _geometric_at_most(gap - 1, share), _geometric_at_most(gap, share)
    return gap - 1 + (level - below) / (at - below)


@dataclass(frozen=True, kw_only=True)
class TransformedLimits:
    """Individual limits on times^(1/3.6), and transformed back (lower floored at 0)."""

    mean_range: float
    y_lcl: float
    y_ucl: float
    lcl: float
    ucl: float


@dataclass(frozen=True, kw_only=True)
class TimeChart:
    """The t chart: `center` and limits in the unit of the times.

    `screened` leaves out moving ranges that are themselves outside. `exponential_…` are the
    probability limits of exponential times with the same mean.
    """

    y_mean: float
    center: float
    limits: TransformedLimits
    screened: TransformedLimits
    exponential_mean: float
    exponential_lcl: float
    exponential_median: float
    exponential_ucl: float


def time_chart(*, between: Sequence[float], tail: float = TAIL) -> TimeChart:
    """Return the t chart of times (or parts) between events; 0 for two at the same time.

    Raises:
        ValueError: for fewer than two times, a negative one, or none above 0.
    """
    if len(between) <= 1 or min(between) < 0 or not any(between):
        raise ValueError("a t chart needs two times or more, none negative, not all 0")
    values = [time ** (1 / NELSON_POWER) for time in between]
    y_mean, mean = sum(values) / len(values), sum(between) / len(between)
    lower, upper = exponential_limits(mean=mean, tail=tail)
    return TimeChart(
        y_mean=y_mean,
        center=math.pow(y_mean, NELSON_POWER),
        limits=_transformed(values, y_mean, screened=False),
        screened=_transformed(values, y_mean, screened=True),
        exponential_mean=mean,
        exponential_lcl=lower,
        exponential_median=mean * math.log(2),
        exponential_ucl=upper,
    )


def exponential_limits(*, mean: float, tail: float = TAIL) -> tuple[float, float]:
    """Return the probability limits of exponential times with a mean, each with that tail."""
    return -mean * math.log1p(-tail), -mean * math.log(tail)


def _transformed(values: Sequence[float], y_mean: float, *, screened: bool) -> TransformedLimits:
    ranges = moving_ranges(values=values, screened=screened)
    mean_range = sum(ranges) / len(ranges)
    half_width = SIGMAS * mean_range / D2
    lower, upper = y_mean - half_width, y_mean + half_width
    return TransformedLimits(
        mean_range=mean_range,
        y_lcl=lower,
        y_ucl=upper,
        lcl=math.pow(max(0.0, lower), NELSON_POWER),
        ucl=math.pow(upper, NELSON_POWER),
    )


@dataclass(frozen=True, kw_only=True)
class EventLimits:
    """Limits on the parts inspected up to and including the r-th reject.

    Fewer than `bad_below` is a worsening, more than `good_above` an improvement, with the
    false-alarm probabilities `p_bad` and `p_good`.
    """

    bad_below: int
    good_above: int
    p_bad: float
    p_good: float


def event_limits(*, ppm: Quantity, events: int, tail: float = TAIL) -> EventLimits:
    """Return the limits for every r-th reject (`events`) at a true rate in PPM.

    Raises:
        ValueError: unless the rate lies between 0 and one million PPM and events is 1 or more.
    """
    share = float(exact(ppm) / MILLION)
    if not 0 < share < 1 or events < 1:
        raise ValueError("needs a rate between 0 and 1 000 000 PPM and at least one event")

    def by_then(parts: int) -> float:
        return binomial_at_least(count=events, trials=parts, share=share)

    def not_by_then(parts: int) -> float:
        return binomial_at_most(count=events - 1, trials=parts, share=share)

    too_soon = smallest_whole(holds=lambda parts: by_then(parts) > tail)
    late = smallest_whole(holds=lambda parts: not_by_then(parts) <= tail)
    return EventLimits(
        bad_below=too_soon, good_above=late, p_bad=by_then(too_soon - 1), p_good=not_by_then(late)
    )
