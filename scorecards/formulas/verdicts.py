"""Whether the counts show that a rate is above or below a threshold.

The exact one-sided Poisson test at 5 % for each side: *above shown* when so many rejects
or more would be that rare at a rate equal to the threshold, *below shown* when so few or
fewer would, *undecided* otherwise. A verdict never replaces the comparison of the counts
with the threshold (`rates.exceeds`); it says whether chance alone may explain it.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scorecards.formulas import special
from scorecards.formulas.bisection import smallest_whole
from scorecards.formulas.quantities import MILLION, Quantity, exact
from scorecards.formulas.tails import poisson_at_least, poisson_at_most

ALPHA = 0.05


class Verdict(StrEnum):
    """What the counts show about one threshold."""

    ABOVE_SHOWN = "above_shown"
    BELOW_SHOWN = "below_shown"
    UNDECIDED = "undecided"
    NO_DATA = "no_data"


@dataclass(frozen=True, kw_only=True)
class ThresholdVerdict:
    """The verdict on one threshold and, while undecided, what would have decided it.

    `p_above` is P(so many or more), `p_below` P(so few or fewer), both at a true rate equal
    to the threshold; None without exposure. `clean_units_to_below` further units without a
    reject would have shown the rate below the threshold; `rejects_to_above` rejects in all
    on these units would have shown it above. Both are None once decided, and the first also
    when no number of clean units can decide (threshold 0).
    """

    threshold_ppm: Fraction
    verdict: Verdict
    p_above: float | None
    p_below: float | None
    clean_units_to_below: int | None
    rejects_to_above: int | None


def judge_threshold(
    *, count: Quantity, exposure: Quantity, threshold_ppm: Quantity, alpha: float = ALPHA
) -> ThresholdVerdict:
    """Return what `count` rejects in `exposure` units show about a threshold in PPM.

    Raises:
        ValueError: when `alpha` does not lie between 0 and 1/2.
    """
    _check_alpha(alpha)
    found, units, threshold = exact(count), exact(exposure), exact(threshold_ppm)
    if not units:
        return _without_data(threshold)
    mean = float(units * threshold / MILLION)
    p_above = poisson_at_least(count=float(found), mean=mean)
    p_below = poisson_at_most(count=float(found), mean=mean)
    verdict = _verdict(p_above=p_above, p_below=p_below, alpha=alpha)
    open_question = verdict is Verdict.UNDECIDED
    return ThresholdVerdict(
        threshold_ppm=threshold,
        verdict=verdict,
        p_above=p_above,
        p_below=p_below,
        clean_units_to_below=_clean_units(found, units, threshold, alpha)
        if open_question
        else None,
        rejects_to_above=smallest_count_above(exposure=units, threshold_ppm=threshold, alpha=alpha)
        if open_question
        else None,
    )


def smallest_count_above(
    *, exposure: Quantity, threshold_ppm: Quantity, alpha: float = ALPHA
) -> int:
    """Return the smallest whole count that shows a rate above the threshold."""
    _check_alpha(alpha)
    mean = float(exact(exposure) * exact(threshold_ppm) / MILLION)
    return smallest_rare_count(mean=mean, alpha=alpha)


def smallest_rare_count(*, mean: float, alpha: float) -> int:
    """Return the smallest x with P(X ≥ x) ≤ alpha for a Poisson count."""
    return smallest_whole(holds=lambda count: poisson_at_least(count=count, mean=mean) <= alpha)


def units_to_show_below(
    *, count: Quantity, threshold_ppm: Quantity, alpha: float = ALPHA
) -> int | None:
    """Return the smallest number of units in which `count` rejects show a rate below.

    None for a threshold of 0, below which no rate can lie. With count 0 this is the number
    of clean units that demonstrates the threshold: −ln(alpha) · 1 000 000 ÷ threshold.
    """
    _check_alpha(alpha)
    found, threshold = float(exact(count)), float(exact(threshold_ppm))
    if not threshold:
        return None
    return math.ceil(float(special.gammainccinv(found + 1, alpha)) * MILLION / threshold)


def allowed_rejects(*, exposure: Quantity, threshold_ppm: Quantity) -> int:
    """Return how many whole rejects a volume may carry without passing the threshold.

    The largest count not strictly above it: floor(threshold · exposure ÷ 1 000 000), exact.
    """
    return math.floor(exact(exposure) * exact(threshold_ppm) / MILLION)


def _check_alpha(alpha: float) -> None:
    half = 0.5
    if not 0 < alpha < half:
        raise ValueError(f"alpha must lie between 0 and 1/2, not {alpha}")


def _without_data(threshold: Fraction) -> ThresholdVerdict:
    return ThresholdVerdict(
        threshold_ppm=threshold,
        verdict=Verdict.NO_DATA,
        p_above=None,
        p_below=None,
        clean_units_to_below=None,
        rejects_to_above=None,
    )


def _verdict(*, p_above: float, p_below: float, alpha: float) -> Verdict:
    if p_above <= alpha:
        return Verdict.ABOVE_SHOWN
    return Verdict.BELOW_SHOWN if p_below <= alpha else Verdict.UNDECIDED


def _clean_units(found: Fraction, units: Fraction, threshold: Fraction, alpha: float) -> int | None:
    needed = units_to_show_below(count=found, threshold_ppm=threshold, alpha=alpha)
    return None if needed is None else math.ceil(needed - units)
