"""Exact one-sided tests of one supplier's counts against a threshold, and their power.

`verdicts` turns these into a verdict; here are the probabilities themselves, under the
Poisson model (defects, rates) and the binomial one (defective units among units).
"""

import math
from dataclasses import dataclass

from scorecards.formulas.quantities import MILLION, Quantity, exact
from scorecards.formulas.tails import (
    binomial_at_least,
    poisson_at_least,
    poisson_at_most,
    poisson_density,
)
from scorecards.formulas.verdicts import ALPHA, smallest_rare_count, units_to_show_below


@dataclass(frozen=True, kw_only=True)
class ThresholdTest:
    """Probabilities at a true rate equal to the threshold.

    `p_above` = P(X ≥ x), `p_below` = P(X ≤ x); `p_above_mid` counts only half of P(X = x).
    `p_above_binomial` is None when more are defective than there are units.
    """

    expected: float
    p_above: float
    p_above_mid: float
    p_above_binomial: float | None
    p_below: float


def threshold_test(
    *, count: Quantity, exposure: Quantity, threshold_ppm: Quantity
) -> ThresholdTest | None:
    """Return the test of `count` in `exposure` against a threshold; None without exposure."""
    found, units = exact(count), exact(exposure)
    share = exact(threshold_ppm) / MILLION
    if not units:
        return None
    x, mean = float(found), float(units * share)
    p_above = poisson_at_least(count=x, mean=mean)
    return ThresholdTest(
        expected=mean,
        p_above=p_above,
        p_above_mid=p_above - poisson_density(count=x, mean=mean) / 2,
        p_above_binomial=None
        if found > units or share > 1
        else binomial_at_least(count=x, trials=float(units), share=float(share)),
        p_below=poisson_at_most(count=x, mean=mean),
    )


@dataclass(frozen=True, kw_only=True)
class CriticalCounts:
    """How many rejects a volume needs for the plain rule and for the test.

    `naive_count` is the smallest count whose PPM is above the threshold, `shown_count` the
    smallest that shows it. `false_alarm_at_half` is the chance that the plain rule strikes a
    supplier at half the threshold; `power_at_double` the chance that the test finds one at
    twice the threshold.
    """

    naive_count: int
    shown_count: int
    false_alarm_at_half: float
    power_at_double: float


def critical_counts(
    *, exposure: Quantity, threshold_ppm: Quantity, alpha: float = ALPHA
) -> CriticalCounts:
    """Return the critical counts of a volume against a threshold in PPM."""
    expected = exact(exposure) * exact(threshold_ppm) / MILLION
    naive = math.floor(expected) + 1
    shown = smallest_rare_count(mean=float(expected), alpha=alpha)
    return CriticalCounts(
        naive_count=naive,
        shown_count=shown,
        false_alarm_at_half=poisson_at_least(count=naive, mean=float(expected / 2)),
        power_at_double=poisson_at_least(count=shown, mean=float(expected * 2)),
    )


def clean_units_to_demonstrate(*, threshold_ppm: Quantity, confidence: Quantity) -> int | None:
    """Return how many units without a reject demonstrate a rate at or below the threshold.

    None for a threshold of 0. `confidence` is a share such as Decimal("0.95").
    """
    alpha = float(1 - exact(confidence))
    return units_to_show_below(count=0, threshold_ppm=threshold_ppm, alpha=alpha)
