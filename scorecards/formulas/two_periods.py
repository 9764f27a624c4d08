"""Whether a rate changed between two periods, or differs between two suppliers.

Given the total count, the first count is binomial with probability n₁ ÷ (n₁ + n₂) if the
rates are equal (Przyborowski & Wilenski, Biometrika 31, 1940); the test is exact.
"""

import math
from dataclasses import dataclass

from scorecards.formulas import special
from scorecards.formulas.intervals import CONFIDENCE, clopper_pearson
from scorecards.formulas.quantities import MILLION, Quantity, exact, whole
from scorecards.formulas.tails import binomial_at_least, binomial_at_most

# Probabilities that differ by rounding only count as equal in the two-sided sum.
EQUALLY_LIKELY = 1 + 1e-7


@dataclass(frozen=True, kw_only=True)
class RateComparison:
    """The first rate against the second.

    `rate_ratio` is first ÷ second, None when the second count is 0; its exact interval has
    None as upper end where it is unbounded. `p_first_higher` is one-sided.
    """

    rate_ratio: float | None
    ratio_lower: float
    ratio_upper: float | None
    p_two_sided: float
    p_first_higher: float


def compare_rates(
    *,
    first_count: Quantity,
    first_exposure: Quantity,
    second_count: Quantity,
    second_exposure: Quantity,
    confidence: float = CONFIDENCE,
) -> RateComparison | None:
    """Return the exact comparison of two rates; None when a period has no exposure.

    Raises:
        ValueError: for fractional counts, which have no conditional distribution.
    """
    n1, n2 = exact(first_exposure), exact(second_exposure)
    x1, x2 = whole(first_count), whole(second_count)
    if not n1 or not n2:
        return None
    share, total = float(n1 / (n1 + n2)), x1 + x2
    lower, upper = _ratio_interval(x1, total, float(n2 / n1), confidence)
    return RateComparison(
        rate_ratio=float(x1 * n2 / (x2 * n1)) if x2 else None,
        ratio_lower=lower,
        ratio_upper=upper,
        p_two_sided=_two_sided(x1, total, share),
        p_first_higher=binomial_at_least(count=x1, trials=total, share=share),
    )


def _ratio_interval(
    first: int, total: int, exposure_ratio: float, confidence: float
) -> tuple[float, float | None]:
    interval = clopper_pearson(defective=first, units=total, confidence=confidence)
    if interval is None:
        return 0.0, None
    lower, upper = interval.lower_ppm / MILLION, interval.upper_ppm / MILLION
    return (
        lower / (1 - lower) * exposure_ratio,
        None if first == total else upper / (1 - upper) * exposure_ratio,
    )


def _two_sided(first: int, total: int, share: float) -> float:
    """P of all outcomes not likelier than the one seen (as binomial tests define it)."""
    expected = total * share
    if first == expected:
        return 1.0
    limit = _log_density(first, total, share) + math.log(EQUALLY_LIKELY)
    if first < expected:
        other = _first_at_most(limit, total, share, math.ceil(expected), total)
        tails = binomial_at_most(count=first, trials=total, share=share) + binomial_at_least(
            count=other, trials=total, share=share
        )
    else:
        other = _last_at_most(limit, total, share, 0, math.floor(expected))
        tails = binomial_at_least(count=first, trials=total, share=share) + binomial_at_most(
            count=other, trials=total, share=share
        )
    return min(1.0, tails)


def _first_at_most(limit: float, total: int, share: float, low: int, high: int) -> int:
    """Smallest k in low…high with log density ≤ limit (falling there); high + 1 if none."""
    high += 1
    while low < high:
        middle = (low + high) // 2
        if _log_density(middle, total, share) <= limit:
            high = middle
        else:
            low = middle + 1
    return low


def _last_at_most(limit: float, total: int, share: float, low: int, high: int) -> int:
    """Largest k in low…high with log density ≤ limit (rising there); low − 1 if none."""
    low -= 1
    while low < high:
        middle = -((-low - high) // 2)
        if _log_density(middle, total, share) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def _log_density(count: int, total: int, share: float) -> float:
    choose = special.gammaln(total + 1) - special.gammaln(count + 1)
    choose -= special.gammaln(total - count + 1)
    return float(choose + special.xlogy(count, share) + special.xlog1py(total - count, -share))
