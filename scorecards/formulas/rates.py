"""Rates formed from counts: PPM, DPU, DPO, DPMO, and what to say without receipts.

All results are exact fractions; round once, where the number is shown
(`scorecards.formulas.rounding`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scorecards.formulas.quantities import BILLION, MILLION, Quantity, exact


class Comparator(StrEnum):
    """How a rate is compared with a threshold; part of every rule and shown with it."""

    ABOVE = "above"
    AT_OR_ABOVE = "at_or_above"
    BELOW = "below"
    AT_OR_BELOW = "at_or_below"

    @property
    def sign(self) -> str:
        """The mathematical sign, for tables."""
        return {"above": ">", "at_or_above": "≥", "below": "<", "at_or_below": "≤"}[self.value]

    def holds(self, *, left: Fraction, right: Fraction) -> bool:
        """Return whether `left` stands in this relation to `right`."""
        if self is Comparator.ABOVE:
            return left > right
        if self is Comparator.AT_OR_ABOVE:
            return left >= right
        if self is Comparator.BELOW:
            return left < right
        return left <= right


class FigureState(StrEnum):
    """What the counts of a window allow to be said."""

    FIGURE = "figure"
    NO_ACTIVITY = "no_activity"
    REJECTS_WITHOUT_RECEIPTS = "rejects_without_receipts"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A rate with the counts it was formed from.

    `ppm` is None unless `state` is FIGURE. `exceeds_receipts` marks a window in which
    more was rejected than received: legal (late rejects), shown as it is, never clipped.
    """

    counted: Fraction
    received: Fraction
    ppm: Fraction | None
    state: FigureState
    exceeds_receipts: bool


def rate(*, count: Quantity, exposure: Quantity) -> Fraction | None:
    """Return count ÷ exposure, or None when there was no exposure."""
    numerator, denominator = exact(count), exact(exposure)
    return numerator / denominator if denominator else None


def ppm(*, defective: Quantity, units: Quantity) -> Fraction | None:
    """Return defective parts per million: 1 000 000 · defective ÷ units.

    None when `units` is 0: no receipts means no PPM, never 0 PPM.
    """
    share = rate(count=defective, exposure=units)
    return None if share is None else MILLION * share


def figure(*, counted: Quantity, received: Quantity) -> Figure:
    """Return the PPM of a window with its state; see `Figure`."""
    numerator, denominator = exact(counted), exact(received)
    return Figure(
        counted=numerator,
        received=denominator,
        ppm=ppm(defective=numerator, units=denominator),
        state=_state(counted=numerator, received=denominator),
        exceeds_receipts=numerator > denominator,
    )


def _state(*, counted: Fraction, received: Fraction) -> FigureState:
    if received:
        return FigureState.FIGURE
    return FigureState.REJECTS_WITHOUT_RECEIPTS if counted else FigureState.NO_ACTIVITY


def exceeds(
    *,
    numerator: Quantity,
    denominator: Quantity,
    threshold_ppm: Quantity,
    comparator: Comparator = Comparator.ABOVE,
) -> bool:
    """Return whether the PPM of the counts stands in `comparator` to the threshold.

    Exact, by cross-multiplication: numerator · 1 000 000 against
    threshold · denominator. Strictly above by default, so that 50.000 PPM does not
    exceed 50. False when the denominator is 0: there is no PPM to compare.
    """
    count, exposure, threshold = exact(numerator), exact(denominator), exact(threshold_ppm)
    if not exposure:
        return False
    return comparator.holds(left=count * MILLION, right=threshold * exposure)


def rolling_ppm(
    *, counts: Sequence[tuple[Quantity, Quantity]], periods: int
) -> tuple[Fraction | None, ...]:
    """Return, for each (counted, received) pair, the PPM of the last `periods` up to it.

    The first windows are shorter; a window without any receipts gives None.

    Raises:
        ValueError: for fewer than one period.
    """
    if periods < 1:
        raise ValueError("a window has at least one period")
    return tuple(
        pooled_ppm(counts=counts[max(0, end - periods) : end]) for end in range(1, len(counts) + 1)
    )


def pooled_ppm(*, counts: Iterable[tuple[Quantity, Quantity]]) -> Fraction | None:
    """Return the PPM over several (counted, received) pairs: add first, divide last.

    This is the figure of a rolling window, a tier or a plant. The mean of the single
    PPMs is a different and wrong number whenever the volumes differ.
    """
    pairs = [(exact(counted), exact(received)) for counted, received in counts]
    return ppm(
        defective=sum((counted for counted, _ in pairs), Fraction(0)),
        units=sum((received for _, received in pairs), Fraction(0)),
    )


def dpu(*, defects: Quantity, units: Quantity) -> Fraction | None:
    """Return defects per unit; a unit may carry several, so it may exceed 1."""
    return rate(count=defects, exposure=units)


def dpo(*, defects: Quantity, units: Quantity, opportunities: Quantity) -> Fraction | None:
    """Return defects per opportunity: defects ÷ (units · opportunities per unit)."""
    return rate(count=defects, exposure=exact(units) * exact(opportunities))


def dpmo(*, defects: Quantity, units: Quantity, opportunities: Quantity) -> Fraction | None:
    """Return defects per million opportunities; None without opportunities."""
    share = dpo(defects=defects, units=units, opportunities=opportunities)
    return None if share is None else MILLION * share


def mixed_dpmo(*, parts: Iterable[tuple[Quantity, Quantity, Quantity]]) -> Fraction | None:
    """Return the DPMO of several parts given as (defects, units, opportunities per unit).

    1 000 000 · Σ defects ÷ Σ (units · opportunities): counts are added before dividing.
    """
    rows = [(exact(d), exact(n) * exact(o)) for d, n, o in parts]
    return ppm(
        defective=sum((defects for defects, _ in rows), Fraction(0)),
        units=sum((exposure for _, exposure in rows), Fraction(0)),
    )


def incident_rate(*, weighted_incidents: Quantity, received: Quantity) -> Fraction | None:
    """Return severity-weighted incidents per thousand million parts received."""
    share = rate(count=weighted_incidents, exposure=received)
    return None if share is None else BILLION * share


def on_time_share(*, on_time: Quantity, promised: Quantity) -> Fraction | None:
    """Return lines delivered on time ÷ lines promised, None when none was promised."""
    return rate(count=on_time, exposure=promised)
