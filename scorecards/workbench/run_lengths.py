"""How many points pass until a chart signals a changed rate."""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from scorecards.formulas.cusum import poisson_cusum_run_length
from scorecards.formulas.frozen_limits import DOUBLED, EVIDENCE, FrozenLimits
from scorecards.formulas.run_length import (
    BEYOND_3,
    FOUR_OF_5_BEYOND_1,
    TWO_OF_3_BEYOND_2,
    exact_limit_run_length,
    rules_run_length,
    run_of,
    share_run_length,
    sigma_limit_run_length,
)
from scorecards.formulas.run_rules import rules_apply

RATIOS = (Fraction(1), Fraction(5, 4), Fraction(3, 2), Fraction(2), Fraction(3))
WESTERN = (BEYOND_3, TWO_OF_3_BEYOND_2, FOUR_OF_5_BEYOND_1, run_of(length=8))
# Beyond this the chart itself sees a doubling at once, and the exact sum grows long.
MOST_FOR_CUSUM = 50


@dataclass(frozen=True, kw_only=True)
class RunLengthLine:
    """How many points until a signal when the rate is `ratio` times the centre; None: unknown."""

    ratio: Fraction
    chart: float
    rules: float | None
    cusum: float | None


def run_lengths(
    limits: FrozenLimits | None, expected: float, ratio: Fraction
) -> list[RunLengthLine]:
    """Return them by the chart alone, by Western Electric's rules, and by the early warning.

    `expected` is what a usual period expects; `ratio` is asked for besides the usual ones.
    """
    if limits is None or not expected:
        return []
    most = 1 / limits.center if limits.kind.counts_parts else None
    ratios = [one for one in sorted({*RATIOS, ratio}) if one and (most is None or one < most)]
    return [_run_length(limits, Fraction(expected), one) for one in ratios]


def _run_length(limits: FrozenLimits, mean: Fraction, ratio: Fraction) -> RunLengthLine:
    near_normal = rules_apply(expected_counts=[float(mean)])
    shift = (float(ratio) - 1) * math.sqrt(float(mean)) / limits.sigma_z
    plain = limits.sigma_z == 1
    return RunLengthLine(
        ratio=ratio,
        chart=_by_chart(limits, mean, ratio) if plain else math.nan,
        rules=_by_rules(round(shift, 4)) if near_normal else None,
        cusum=poisson_cusum_run_length(
            expected_good=float(mean),
            ratio=DOUBLED,
            limit=EVIDENCE,
            expected=float(mean * ratio),
        )
        if plain and mean <= MOST_FOR_CUSUM
        else None,
    )


def _by_chart(limits: FrozenLimits, mean: Fraction, ratio: Fraction) -> float:
    """Of parts by the binomial, as their limits are; of defects and rare rejects by the Poisson."""
    if limits.exact:
        return exact_limit_run_length(mean=mean, true_mean=mean * ratio).run_length
    if limits.kind.counts_parts:
        center = limits.center
        return share_run_length(size=mean / center, share=center, true_share=center * ratio)
    return sigma_limit_run_length(mean=mean, true_mean=mean * ratio).run_length


@lru_cache(maxsize=128)
def _by_rules(shift: float) -> float:
    """Remembered, because the chain of four rules takes its time and the shifts recur."""
    return rules_run_length(rules=WESTERN, shift=shift)
