"""Limits on whole counts with a stated false-alarm probability, for small numbers.

Three-sigma limits lie about their false alarms when few rejects are expected. Here the
upper limit U is the smallest count with P(X > U) ≤ tail and the lower limit L the largest
with P(X < L) ≤ tail; a count signals strictly outside.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scorecards.formulas.attribute_charts import Sample, center_of
from scorecards.formulas.bisection import smallest_whole
from scorecards.formulas.quantities import ImpossibleQuantityError
from scorecards.formulas.tails import (
    binomial_at_least,
    binomial_at_most,
    negative_binomial_at_least,
    poisson_at_least,
    poisson_at_most,
)

# One tail of a three-sigma limit on normal values, rounded as the field does.
TAIL = 0.00135
# Jeffreys' prior for a Poisson rate adds half a defect to the baseline.
PRIOR_COUNT = 0.5


@dataclass(frozen=True, kw_only=True)
class CountLimits:
    """Signal strictly above `above`, strictly below `below` (None: no lower limit).

    `p_above` and `p_below` are the real false-alarm probabilities of each side.
    """

    above: int
    below: int | None
    p_above: float
    p_below: float


def poisson_limits(*, mean: float, tail: float = TAIL) -> CountLimits:
    """Return the limits of a Poisson count with that mean."""
    return _limits(
        at_least=lambda count: poisson_at_least(count=count, mean=mean),
        at_most=lambda count: poisson_at_most(count=count, mean=mean),
        tail=tail,
    )


def binomial_limits(*, trials: int, share: float, tail: float = TAIL) -> CountLimits:
    """Return the limits of the number of defective parts among `trials`."""
    return _limits(
        at_least=lambda count: binomial_at_least(count=count, trials=trials, share=share),
        at_most=lambda count: binomial_at_most(count=count, trials=trials, share=share),
        tail=tail,
    )


def _limits(
    *, at_least: Callable[[int], float], at_most: Callable[[int], float], tail: float
) -> CountLimits:
    above = smallest_whole(holds=lambda count: at_least(count + 1) <= tail)
    first_common = smallest_whole(holds=lambda count: at_most(count) > tail)
    # P(X < L) ≤ tail holds up to L = first_common; at 0 there is nothing below to signal.
    below = first_common or None
    return CountLimits(
        above=above,
        below=below,
        p_above=at_least(above + 1),
        p_below=at_most(below - 1) if below else 0.0,
    )


def predictive_p(*, baseline: Sequence[Sample], period: Sample) -> float | None:
    """Return P(so many or more in the new period), given the baseline and nothing else.

    With X found in N baseline units and Jeffreys' prior, the new count is negative binomial
    of size X + ½ and probability N ÷ (N + n). Uncertainty of the baseline is included, so
    the answer also holds when the baseline found nothing. None without volume on a side.
    """
    found, units = _totals(baseline)
    if not units or not period.size:
        return None
    return negative_binomial_at_least(
        count=float(period.count),
        size=float(found) + PRIOR_COUNT,
        share=float(units / (units + period.size)),
    )


def predictive_limit(
    *, baseline: Sequence[Sample], size: Fraction, tail: float = TAIL
) -> int | None:
    """Return the smallest U with predictive P(X > U) ≤ tail; None without volume."""
    if not size or not _totals(baseline)[1]:
        return None

    def rare(count: int) -> bool:
        above = Sample(count=Fraction(count + 1), size=size)
        p = predictive_p(baseline=baseline, period=above)
        return p is not None and p <= tail

    return smallest_whole(holds=rare)


def predictive_limits(
    *, baseline: Sequence[Sample], size: Fraction, tail: float = TAIL
) -> CountLimits | None:
    """Return both predictive limits of a count in a period of that size; None without volume.

    `predictive_limit` above, and below the largest L with predictive P(X < L) ≤ tail.
    """
    found, units = _totals(baseline)
    if not size or not units:
        return None
    shape, share = float(found) + PRIOR_COUNT, float(units / (units + size))
    return _limits(
        at_least=lambda count: negative_binomial_at_least(count=count, size=shape, share=share),
        at_most=lambda count: (
            1 - negative_binomial_at_least(count=count + 1, size=shape, share=share)
        ),
        tail=tail,
    )


def _totals(periods: Sequence[Sample]) -> tuple[Fraction, Fraction]:
    return (
        sum((period.count for period in periods), Fraction(0)),
        sum((period.size for period in periods), Fraction(0)),
    )


@dataclass(frozen=True, kw_only=True)
class OverdispersedBasis:
    """A rate that itself varies between periods: mean `center`, variance `variance`.

    `shape` = center² ÷ variance is the size of the negative binomial count; None when the
    periods vary no more than chance, and the count is Poisson.
    """

    center: Fraction
    variance: Fraction
    shape: float | None


def overdispersed_basis(*, baseline: Sequence[Sample]) -> OverdispersedBasis | None:
    """Return centre and between-period variance by moments; None without volume.

    variance = max(0, Σ n(r − u₀)² ÷ N − (u₀ ÷ mean n) · (m − 1) ÷ m) over the m periods
    with volume.
    """
    periods = [period for period in baseline if period.size]
    center = center_of(periods=periods)
    if center is None:
        return None
    total, number = _totals(periods)[1], len(periods)
    spread = sum(p.size * (p.count / p.size - center) ** 2 for p in periods) / total
    variance = max(Fraction(0), spread - center * (number - 1) / total)
    return OverdispersedBasis(
        center=center,
        variance=variance,
        shape=float(center * center / variance) if variance else None,
    )


def overdispersed_limit(
    *, basis: OverdispersedBasis, size: Fraction, tail: float = TAIL
) -> int | None:
    """Return the smallest U with P(X > U) ≤ tail in a period of that size; None for size 0.

    Raises:
        ImpossibleQuantityError: for a negative size.
    """
    if size < 0:
        raise ImpossibleQuantityError("size is negative")
    if not size:
        return None
    mean = float(basis.center * size)
    if basis.shape is None:
        return poisson_limits(mean=mean, tail=tail).above
    shape = basis.shape

    def rare(count: int) -> bool:
        p = negative_binomial_at_least(count=count + 1, size=shape, share=shape / (shape + mean))
        return p <= tail

    return smallest_whole(holds=rare)
